"""The next free number of a class, set aside: proposed, decided, and taken again if it is gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import msgspec

from cardledger.actions.number_allocate import NumberAllocate, NumberAllocated
from cardledger.actions.numbers_filed import NumbersWereFiled
from cardledger.allocating.wanted import ClassOf, Wanted, class_meant
from cardledger.book import fold
from cardledger.errors import BadValue, Conflict, LedgerBusy, NotFound
from cardledger.i18n import _
from cardledger.ids import parse_student_id, parse_student_number, plain
from cardledger.ledger import Ledger
from cardledger.moments import parse_moment
from cardledger.naming import find_students
from cardledger.numbers import candidates, place_of, prefixes_of
from cardledger.numbers.checks import nearly_fitting, only_fitting
from cardledger.numbers.places import MOST, next_in_class, whole_number
from cardledger.outcomes import Outcome
from cardledger.policy import Policy
from cardledger.states import Student

#: How often the next free number is looked for because others took it meanwhile.
ATTEMPTS: Final = 200


class Allocation(NamedTuple):
    """A number, and what became of setting it aside.

    Of a refusal it is the number that was proposed, as far as it could be put together.
    """

    number: str
    outcome: Outcome


def allocate(
    ledger: Ledger, wanted: Wanted, *, count: int = 1, dry_run: bool = False
) -> list[Allocation]:
    """Set the next free numbers of a class aside: all of them or none.

    A pupil who has one of this class set aside already keeps that (`repeated`). Where the office
    refuses, the one answer says why. `dry_run` proposes and writes nothing. Raises `BadInput`
    where it is not known which class is meant.
    """
    _check_count(wanted, count)
    student, refusal = _student(ledger, wanted.student)
    if refusal is not None:
        return [Allocation("", refusal)]
    at = wanted.context.get("at", "")
    moment = parse_moment(at, ledger.clock()) if at else ledger.clock()
    policy = ledger.reference().policy(moment)
    meant = class_meant(ledger, wanted, student, policy, moment)
    if student is not None and (kept := _set_aside(ledger, student, meant)):
        return [Allocation(kept, Outcome("repeated"))]
    return _Search(ledger, wanted, student, policy, meant).take(count, dry_run=dry_run)


def _check_count(wanted: Wanted, count: int) -> None:
    if not 1 <= count <= MOST:
        raise BadValue(
            _("{value} numbers cannot be allocated at once."),
            hint=_("A class has numbers from 01 to 99."),
            value=count,
        )
    if count > 1 and (wanted.check_digit or wanted.student):
        raise BadValue(
            _("Several numbers at once can be neither of one pupil nor have one last digit."),
            hint=_("Allocate them one by one."),
        )
    digit = wanted.check_digit
    if digit and not (len(digit) == 1 and digit.isascii() and digit.isdigit()):
        raise BadValue(
            _("“{value}” is not a digit."), hint=_("Write one digit, 0 to 9."), value=digit
        )


def _student(ledger: Ledger, text: str) -> tuple[Student | None, Outcome | None]:
    """Return the pupil whom a number or an id names; else how the office refuses it."""
    if not text:
        return None, None
    wanted = plain(text)
    try:
        if not wanted.upper().startswith("P"):
            parse_student_number(wanted)
        else:
            parse_student_id(wanted)
        found = find_students(ledger, wanted)
    except BadValue:
        return None, Outcome("refused", codes=("bad-student-number",), about={"student": text})
    except NotFound:
        return None, Outcome("refused", codes=("unknown-student",), about={"student": text})
    if len(found) > 1:
        about: dict[str, object] = {"student": text, "candidates": ", ".join(found)}
        return None, Outcome("refused", codes=("ambiguous-student",), about=about)
    (key,) = found
    return fold(ledger.lines((f"student:{key}",))).student(key), None


def _set_aside(ledger: Ledger, student: Student, meant: ClassOf) -> str:
    """Return the number of this class that waits for the pupil already; empty where none does."""
    numbers = [
        line.event.number
        for line in ledger.lines((f"student:{student.id}",))
        if isinstance(line.event, NumberAllocated)
    ]
    book = fold(ledger.lines([f"number:{number}" for number in numbers])) if numbers else None
    place = place_of(*meant[:4], in_class=1)[:13]
    waiting = [
        number
        for number in numbers
        if number.startswith(place)
        and book is not None
        and book.number_state(number).state == "allocated"
        and not book.numbers.get(number)
    ]
    return waiting[0] if waiting else ""


class _Search:
    """Takes the next free numbers of one class."""

    def __init__(
        self,
        ledger: Ledger,
        wanted: Wanted,
        student: Student | None,
        policy: Policy,
        meant: ClassOf,
    ) -> None:
        self._ledger = ledger
        self._wanted = wanted
        self._student = student
        self._policy = policy
        self._meant = meant
        #: Numbers in class that the ledger said are taken when they were tried.
        self._refused: set[int] = set()

    def take(self, count: int, *, dry_run: bool) -> list[Allocation]:
        """Take so many numbers, again and again where others are faster."""
        ledger = self._ledger
        for _attempt in range(ATTEMPTS):
            places = self._free(count)
            if len(places) < count:
                return [Allocation("", self._full())]
            commands = [self._command(place) for place in places]
            try:
                outcomes = (
                    ledger.dry_run(commands)
                    if dry_run
                    else ledger.record_many(commands, retry_keys=False)
                )
            except Conflict:
                continue
            used = [
                place
                for place, outcome in zip(places, outcomes, strict=True)
                if outcome.codes[:1] == ("number-used",)
            ]
            if not used:
                return self._answer(places, outcomes)
            self._refused.update(int(place[13:15]) for place in used)
        raise LedgerBusy

    def _free(self, count: int) -> list[str]:
        """Return the next free places, with the last digit where that is known."""
        found: list[str] = []
        for in_class in next_in_class(self._taken()):
            place = place_of(*self._meant[:4], in_class=in_class)
            digit = self._wanted.check_digit
            whole = place + digit if digit else whole_number(self._policy, place)
            # Where the check is X there can be no such number.
            if len(whole) == 16 or self._policy.check_digit == "unknown":
                found.append(whole)
            if len(found) == count:
                break
        return found

    def _taken(self) -> set[int]:
        """Return the numbers in class that anybody ever had, whatever became of them since."""
        meant, log = self._meant, self._ledger.log
        prefixes = prefixes_of(self._policy, *meant[:4])
        start = len("number:") + 13
        taken = {
            int(tag[start : start + 2])
            for prefix in prefixes
            for tag in log.tags(f"number:{prefix}")
        }
        return taken | self._refused

    def _command(self, place: str) -> NumberAllocate:
        fields: dict[str, Any] = dict(self._wanted.context)
        return NumberAllocate(
            number=place,
            student=self._student.id if self._student is not None else "",
            reason=self._wanted.reason,  # type: ignore[arg-type]
            class_=self._meant.name,
            school=self._meant.school,
            **fields,
        )

    def _answer(self, places: Sequence[str], outcomes: Sequence[Outcome]) -> list[Allocation]:
        answers = [Allocation(*one) for one in zip(places, outcomes, strict=True)]
        for number, outcome in answers:
            if outcome.outcome == "refused" and outcome.code != "batch-aborted":
                if "check-digit-unknown" in outcome.codes:
                    about = outcome.about | advice(self._ledger)
                    outcome = msgspec.structs.replace(outcome, about=about)
                return [Allocation(number, outcome)]
        return answers

    def _full(self) -> Outcome:
        meant = self._meant
        about: dict[str, object] = {
            "school": meant.school,
            "cohort": meant.cohort,
            "class_number": f"{meant.class_number:02}",
        }
        return Outcome("refused", codes=("class-full",), about=about)


def accepted_numbers(ledger: Ledger) -> list[str]:
    """Return the numbers of this ledger that were filed and accepted: known to be right."""
    schools = [f"school:{code}" for code, one in ledger.reference().schools.items() if one.known]
    lines = [one for one in ledger.lines(schools) if isinstance(one.event, NumbersWereFiled)]
    numbers = dict.fromkeys(
        number
        for line in lines
        if isinstance(line.event, NumbersWereFiled)
        for number in line.event.accepted
    )
    states = fold(lines).number_states
    return [one for one in numbers if one in states and states[one].state == "filed"]


def advice(ledger: Ledger) -> dict[str, object]:
    """Return what the accepted numbers say of the check digit: values for the hint of a refusal."""
    accepted = accepted_numbers(ledger)
    found = candidates(accepted)
    if not accepted:
        return {}
    algorithm = only_fitting(found)
    if (nearly := nearly_fitting(found, len(accepted))) is not None:
        return {
            "why": _(
                "Of the candidates {algorithm} fits {agreed} of the {count} accepted numbers here;"
                " {fails_on} is the first that it does not fit."
            ),
            "algorithm": nearly.algorithm,
            "agreed": nearly.agreed,
            "count": len(accepted),
            "fails_on": nearly.fails_on,
        }
    if algorithm is None:
        fitting = ", ".join(one.algorithm for one in found if one.fits)
        why = _("Of the candidates these fit all {count} accepted numbers here: {fitting}.")
        return {"why": why, "count": len(accepted), "fitting": fitting}
    return {
        "why": _(
            "Of the candidates only {algorithm} fits all {count} accepted numbers here; FILE is"
            " then {rule}."
        ),
        "count": len(accepted),
        "algorithm": algorithm,
        "rule": f'{{"check_digit": "{algorithm}"}}',
    }
