"""A pupil left who had to hand the record card in, and it was not taken back.

Who has to is said by the policy of the day on which the pupil left: in spring 2010 junior leavers
who do not go on, all senior leavers, and pupils from out of town whose card was not swiped out, for
a card that was swiped out travels with the pupil. A lost card cannot be handed in.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.actions.leave_swipe import LeaveSwiped
from cardledger.actions.student_graduate import StudentGraduated
from cardledger.actions.student_transfer_out import StudentTransferredOut
from cardledger.audit.finding import Finding
from cardledger.audit.history import History
from cardledger.audit.setting import Setting
from cardledger.audit.times import day
from cardledger.i18n import _
from cardledger.moments import Moment
from cardledger.policy import Policy
from cardledger.states import AWAY, RECORD, Student

RULE: Final = "left-not-collected"
SEVERITY: Final = "warning"
SUBJECTS: Final = ("student",)
TODO: Final = _("Ask the family for the card; when it is back, record it as recycled.")

#: Reasons of those who leave a level for good; who transfers takes the card along.
_ENDS: Final = ("graduation", "dropout")
#: Vocational pupils leave at the age of senior pupils.
_SENIOR: Final = ("senior", "vocational")
_MESSAGE: Final = _("{student} left on {day} and did not hand in record card {card}.")


def findings(history: History, setting: Setting) -> Iterator[Finding]:
    student = history.student
    if student.status not in AWAY:
        return
    states = _asked_for(student, setting.policy(student.left_at))
    for card in student.ever_had(RECORD):
        if card.state in states and card.student == student.id:
            yield Finding(
                rule=RULE,
                subjects=(f"card:{card.number}", history.tag),
                positions=_left_by(history),
                since=Moment(student.left_at),
                message=_MESSAGE,
                values={
                    "student": student.id,
                    "card": card.number,
                    "day": day(student.left_at),
                },
                which=student.left_at,
                school=student.left_school,
                cohort=student.cohort,
            )


def _asked_for(student: Student, policy: Policy) -> tuple[str, ...]:
    """Return the states in which a card of a pupil who left should not be."""
    level, collect = policy.level(student.number), policy.collect_from
    ended = student.status == "graduated" or student.left_reason in _ENDS
    if "senior" in collect and level in _SENIOR and ended:
        return ("live", "left")
    stays_away = student.goes_on is False or student.left_reason == "dropout"
    if "junior-not-continuing" in collect and level == "junior" and stays_away:
        return ("live", "left")
    return ("live",) if "out-of-town" in collect and student.guest else ()


def _left_by(history: History) -> tuple[int, ...]:
    """Return the positions by which the pupil left."""
    lines = history.of(LeaveSwiped, StudentGraduated, StudentTransferredOut)
    left_at = history.student.left_at
    return tuple(line.position for line in lines if line.event.at >= left_at)
