"""Student numbers, read by the policy of a day, with what the ledger knows of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from cardledger.book import fold
from cardledger.cli.settings import settings
from cardledger.errors import LedgerMissing
from cardledger.moments import end_of, now, parse_date
from cardledger.numbers import Facts, Reading, read_number
from cardledger.policy import DEFAULT

if TYPE_CHECKING:
    from cardledger.ledger import Ledger


class Pupil(NamedTuple):
    """A pupil who has or had a number; `current`: it is the present one."""

    student: str
    name: str | None
    school: str
    class_: str
    cohort: int
    status: str
    current: bool


class Known(NamedTuple):
    """What the ledger knows of a number: how far its filing is, and whose it is or was."""

    state: str = ""
    reason: str = ""
    pupils: tuple[Pupil, ...] = ()
    facts: Facts | None = None


class LookedUp(NamedTuple):
    """Numbers with what is known of them; `ledger`: whether there was one to look into."""

    ledger: bool
    numbers: list[tuple[Reading, Known]]


def looked_up(numbers: Sequence[str], at: str | None) -> LookedUp:
    """Read numbers by the policy of a day, today by default.

    Without a ledger they are read by the built-in policy. Raises `BadValue` for what is no day.
    """
    moment = end_of(parse_date(at)) if at else now()
    try:
        with settings().opened() as ledger:
            reference = ledger.reference()
            policy = reference.policy(moment)
            schools = [code for code, one in reference.schools.items() if one.known]
            found = []
            for text in numbers:
                bare = read_number(text, policy)
                known = _known(ledger, bare.number) if bare.parts else Known()
                reading = read_number(text, policy, facts=known.facts, schools=schools)
                found.append((reading, known))
            return LookedUp(True, found)
    except LedgerMissing:
        return LookedUp(False, [(read_number(text, DEFAULT), Known()) for text in numbers])


def _known(ledger: Ledger, number: str) -> Known:
    book = fold(ledger.lines((f"number:{number}",)))
    pupils: list[Pupil] = []
    facts = None
    for key in book.numbers.get(number, ()):
        student = fold(ledger.lines((f"student:{key}",))).student(key)
        current = student.number == number
        name = ledger.opened(student).get("name")
        pupils.append(
            Pupil(
                key,
                name,
                student.school,
                student.class_,
                student.cohort,
                student.status,
                current,
            )
        )
        if current and facts is None:
            facts = Facts(student.guest, student.treated_as_local, student.cohort or None)
    state = book.number_state(number)
    return Known(state.state, state.reason, tuple(pupils), facts)
