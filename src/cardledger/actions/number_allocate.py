"""Allocate a number: a student number is set aside until it is filed; nobody else ever gets it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import msgspec

from cardledger.book import Book
from cardledger.commands import ClassName, Command, StudentReference, help_of, tags_of
from cardledger.decider import Case
from cardledger.events import OFFICE, Event
from cardledger.i18n import _
from cardledger.numbers import Facts, read_number, whole_number
from cardledger.numbers.reading import Fault


class NumberAllocate(Command, frozen=True, kw_only=True, omit_defaults=True, tag="number-allocate"):
    """Set a student number aside until it is filed: it is pre-allocated."""

    path: ClassVar[tuple[str, ...]] = ("number", "allocate")
    arguments: ClassVar[tuple[str, ...]] = ("number",)

    number: Annotated[
        str,
        help_of(
            _("Student number; of its first 15 digits the policy computes the last"),
            "student-number-place",
        ),
    ]
    student: StudentReference = ""
    reason: Annotated[
        Literal["", "new", "repeated-year", "resumed", "wrong-category"],
        help_of(_("Why the pupil gets a number")),
    ] = ""
    class_: ClassName = msgspec.field(default="", name="class")

    def further_tags(self) -> tuple[str, ...]:
        # Numbers that differ in the last digit only would be one number given twice.
        return tags_of("number", (f"{self.number[:15]}{digit}" for digit in range(10)))


class NumberAllocated(
    Event, frozen=True, kw_only=True, omit_defaults=True, tag="number.allocated/1"
):
    """A student number was pre-allocated.

    `student` is for whom, where that is known already.
    """

    number: str
    student: str = ""
    reason: str = ""
    class_: str = msgspec.field(default="", name="class")

    @property
    def owner(self) -> str:
        return self.student or OFFICE

    def tags(self) -> tuple[str, ...]:
        number = f"number:{self.number}"
        return (number, f"student:{self.student}") if self.student else (number,)


COMMAND = NumberAllocate
EVENTS = (NumberAllocated,)


def _whole(case: Case) -> str:
    """Return the number with its last digit; as it was given where that cannot be computed."""
    number: str = case.command.number
    if len(number) == 16:
        return number
    return whole_number(case.policy, number)


def _faults(case: Case, number: str) -> Iterator[Fault]:
    """Yield what makes a number no number for this pupil at this school."""
    school = case.school
    if number[:8] != school:
        message = _("digits 1-8 are those of school {other}, not of {school}.")
        values = {"other": number[:8], "school": school}
        yield Fault("other-school", "number-malformed", 1, 8, message, values)
    student, facts = case.student, None
    if student.id:
        facts = Facts(guest=student.guest, treated_as_local=student.treated_as_local)
    for fault in read_number(number, case.policy, facts=facts).faults:
        if fault.finding:
            yield fault


def refusals(case: Case) -> Iterator[str]:
    number = _whole(case)
    case.about["new"] = number
    if any(case.lines.ever(tag) for tag in case.command.further_tags()):
        yield "number-used"
    if len(number) < 16:
        case.about["why"] = _("See which one fits with: cardledger number check --known-right FILE")
        yield "check-digit-unknown"
        return
    for fault in _faults(case, number):
        case.about.setdefault("why", fault)
        yield fault.finding


def repeated(case: Case) -> bool:
    """Who asks for a number that is set aside already is another one, and gets another number."""
    return False


def decide(case: Case) -> NumberAllocated:
    command = case.command
    return NumberAllocated(
        **case.context(),
        number=_whole(case),
        student=case.student.id,
        reason=command.reason,
        class_=command.class_,
    )


def evolve(book: Book, event: NumberAllocated, position: int) -> None:
    number = book.number_state(event.number)
    number.school = number.school or event.school
    number.student = number.student or event.student
    number.class_ = number.class_ or event.class_
    number.why = number.why or event.reason
    number.handler = number.handler or event.handler
    number.allocated_at = number.allocated_at or event.at
