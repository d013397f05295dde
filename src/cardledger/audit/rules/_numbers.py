"""Student numbers as the rules read them: each pupil's present one, once for all three rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.actions._pupils import PupilFacts
from cardledger.actions.student_add import StudentAdded
from cardledger.actions.student_graduate import StudentGraduated
from cardledger.actions.student_renumber import StudentRenumbered
from cardledger.actions.student_repeat_year import StudentRepeatedYear
from cardledger.audit.finding import Finding
from cardledger.audit.history import History
from cardledger.audit.setting import Setting
from cardledger.events import Line
from cardledger.numbers import Facts, Reading, read_number

#: Acts that may give a pupil a number.
NUMBERED: Final = (StudentAdded, StudentRenumbered, StudentRepeatedYear, StudentGraduated)


def faulty(history: History, setting: Setting, rule: str, message: str) -> Iterator[Finding]:
    """Yield the finding of one rule about the number that a pupil has now, if there is one."""
    given, reading = _reading(history, setting)
    faults = [fault for fault in reading.faults if fault.finding == rule]
    if given is None or not faults:
        return
    student = history.student
    yield Finding(
        rule=rule,
        subjects=(f"number:{student.number}",),
        positions=(given.position,),
        since=given.event.at,
        message=message,
        values={
            "number": student.number,
            "student": student.id,
            "fault": {"message": faults[0].message, "values": faults[0].values},
        },
        school=student.number[:8],
        cohort=student.cohort,
    )


def _reading(history: History, setting: Setting) -> tuple[Line | None, Reading]:
    """Return the line that gave the present number, and the number, read by the rules of then."""
    found: tuple[Line | None, Reading] | None = history.kept.get("reading")
    if found is None:
        found = history.kept["reading"] = _read(history, setting)
    return found


def _read(history: History, setting: Setting) -> tuple[Line | None, Reading]:
    number, given = history.student.number, None
    guest: bool | None = None
    treated: bool | None = None
    for line in history.lines:
        event = line.event
        if isinstance(event, NUMBERED) and event.number == number:
            given = line
        if isinstance(event, PupilFacts):
            # Of what the roster never said nothing is held against the number.
            guest = event.guest if event.guest is not None else guest
            known = event.treated_as_local
            treated = known if known is not None else treated
    if given is None:
        return None, Reading(number)
    policy = setting.policy(given.event.at)
    return given, read_number(number, policy, facts=Facts(guest, treated))
