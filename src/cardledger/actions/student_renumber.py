"""Renumber: a pupil's student number changed; the pupil stays the same pupil."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import msgspec

from cardledger.actions._pupils import fits_another_pupil, keep_sealed, renumber
from cardledger.book import Book
from cardledger.commands import ClassName, Number, StudentCommand, help_of
from cardledger.decider import Case
from cardledger.events import StudentEvent
from cardledger.i18n import _
from cardledger.numbers import cohort_of_number


class StudentRenumber(
    StudentCommand, frozen=True, kw_only=True, omit_defaults=True, tag="student-renumber"
):
    """Record a new student number of a pupil.

    The cohort follows digits 10-11 where they changed and no cohort is given.
    """

    path: ClassVar[tuple[str, ...]] = ("student", "renumber")
    arguments: ClassVar[tuple[str, ...]] = ("student", "number")

    number: Number
    reason: Annotated[
        Literal["", "repeated-year", "resumed", "wrong-category", "other"],
        help_of(_("Why the number changed")),
    ] = ""
    class_: ClassName = msgspec.field(default="", name="class")
    cohort: Annotated[int, help_of(_("Year of graduation, four digits"), "cohort")] = 0

    def further_tags(self) -> tuple[str, ...]:
        return (f"number:{self.number}",)


class StudentRenumbered(
    StudentEvent, frozen=True, kw_only=True, omit_defaults=True, tag="student.renumbered/1"
):
    """A pupil got a new student number."""

    number: str
    reason: str = ""
    class_: str = msgspec.field(default="", name="class")
    cohort: int = 0

    def tags(self) -> tuple[str, ...]:
        return (*super().tags(), f"number:{self.number}")


COMMAND = StudentRenumber
EVENTS = (StudentRenumbered,)


def refusals(case: Case) -> Iterator[str]:
    if fits_another_pupil(case, case.command.number):
        yield "ambiguous-student"


def repeated(case: Case) -> bool:
    return bool(case.student.number == case.command.number)


def decide(case: Case) -> StudentRenumbered:
    command = case.command
    cohort = command.cohort
    if not cohort and command.number[9:11] != case.student.number[9:11]:
        cohort = cohort_of_number(command.number)
    return StudentRenumbered(
        **case.student_context(),
        number=command.number,
        reason=command.reason,
        class_=command.class_,
        cohort=cohort,
    )


def evolve(book: Book, event: StudentRenumbered, position: int) -> None:
    student = book.student(event.student)
    renumber(book, student, event.number)
    keep_sealed(student, event)
    if event.cohort and event.cohort != student.cohort:
        student.grade = 0
    if event.class_ or event.cohort:
        student.stays_on(event.when, "renumber", class_=event.class_, cohort=event.cohort)
