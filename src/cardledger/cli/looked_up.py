"""Student numbers, read by the policy of a day, with what the ledger knows of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from cardledger.book import fold
from cardledger.cli.settings import settings
from cardledger.errors import LedgerMissing
from cardledger.moments import check_moment, now
from cardledger.numbers import Facts, Reading, read_number
from cardledger.policy import DEFAULT
from cardledger.streams import Cut, asked_for, counted, reference_of

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


def looked_up(numbers: Sequence[str], at: str | None, known: str | None = None) -> LookedUp:
    """Read numbers by the policy of a day, today by default, as of what was known by a moment.

    Without a ledger they are read by the built-in policy. Raises `BadValue` for what is no day.
    """
    try:
        with settings().opened() as ledger:
            asked = asked_for(ledger, at, known)
            cut = asked.cut if asked else Cut()
            reference = reference_of(ledger, cut)
            policy = reference.policy(asked.moment if asked else now())
            schools = [code for code, it in reference.schools.items() if it.known]
            found = []
            for text in numbers:
                bare = read_number(text, policy)
                one = _known(ledger, bare.number, cut) if bare.parts else Known()
                reading = read_number(text, policy, facts=one.facts, schools=schools)
                found.append((reading, one))
            return LookedUp(True, found)
    except LedgerMissing:
        for text in filter(None, (at, known)):
            check_moment(text)
        return LookedUp(False, [(read_number(text, DEFAULT), Known()) for text in numbers])


def _known(ledger: Ledger, number: str, cut: Cut) -> Known:
    book = fold(counted(ledger, (f"number:{number}",), cut))
    pupils: list[Pupil] = []
    facts = None
    for key in book.numbers.get(number, ()):
        lines = counted(ledger, (f"student:{key}",), cut)
        student = fold(lines).student(key)
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
