"""Who is on no row of a roster: pupils who are in school by the ledger.

A roster does not say why somebody is gone. It may speak of a whole school, or of some classes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from cardledger.actions.student_add import StudentAdd
from cardledger.actions.student_transfer_out import StudentTransferOut
from cardledger.commands import Command
from cardledger.errors import BadInput
from cardledger.exchange.intake.rosters.matching import Found, Matcher
from cardledger.exchange.intake.rosters.planned import Coverage, Planned
from cardledger.numbers import cohort_of_number
from cardledger.replay import Replay

if TYPE_CHECKING:
    from cardledger.ledger import Ledger

#: A row of the projection `roster`, by the id of its pupil.
Absent = Mapping[str, Mapping[str, object]]


def coverage_of(
    rows: Sequence[Command | BadInput], default_school: str, *, partial: bool
) -> Coverage:
    """Return whom a roster speaks of."""
    adding = [row for row in rows if isinstance(row, StudentAdd)]
    with_classes = any(row.class_ for row in adding)
    classes = frozenset(
        (
            row.school or default_school,
            row.cohort or cohort_of_number(row.number),
            row.class_ if with_classes else "",
        )
        for row in adding
    )
    return Coverage(
        schools=tuple(dict.fromkeys(row.school or default_school for row in adding)),
        classes=classes if partial else frozenset(),
        partial=partial,
        unread=len(rows) - len(adding),
    )


def absent(ledger: Ledger, coverage: Coverage, present: set[str], as_of: str | None) -> Absent:
    """Return the pupils in school at the schools of a roster who are not among `present`.

    `as_of` is the day of the roster, where that is not today.
    """
    reference = ledger.reference()
    known = [school for school in coverage.schools if reference.school(school).known]
    replay = Replay(ledger)
    if as_of and len(known) > 1:
        # The state of an earlier day is folded from all lines: once, not for each school.
        rows = (row for row in replay.rows("roster", as_of=as_of) if row["school"] in known)
    else:
        rows = (
            row
            for school in known
            for row in replay.rows("roster", as_of=as_of, where={"school": school})
        )
    return {
        str(row["student"]): row
        for row in rows
        if row["status"] == "in-school" and row["student"] not in present
    }


def likely(
    matcher: Matcher, rows: Sequence[StudentAdd], found: Iterable[Found], away: Absent
) -> dict[tuple[str, str], str]:
    """Return absent pupils by name and day of birth, of those whose name stands on a row."""
    names = {row.name for row in rows if row.birth}
    proven = {pupil.id for one in found for pupil in one.persons}
    named = {
        key: str(row["name"])
        for key, row in away.items()
        if row["name"] in names and key not in proven
    }
    births = matcher.births(list(named))
    return {(name, births.get(key, "")): key for key, name in named.items()}


def covers(coverage: Coverage, row: Mapping[str, object]) -> bool:
    """Tell whether a roster speaks of a pupil."""
    if not coverage.partial:
        return True
    school, cohort = str(row["school"]), int(str(row["cohort"] or 0))
    classes = coverage.classes
    return (school, cohort, str(row["class"] or "")) in classes or (school, cohort, "") in classes


def gone(row: Mapping[str, object], leaving: StudentTransferOut | None) -> Planned:
    """Return what becomes of a pupil who is gone; `leaving` is the act, if there is to be one."""
    return Planned(
        "gone",
        () if leaving is None else (leaving,),
        str(row["student"]),
        number=str(row["student_number"]),
        name=str(row["name"] or ""),
        class_=str(row["class"] or ""),
    )
