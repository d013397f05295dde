"""Graduate: a pupil finishes, goes on elsewhere or not, or continues in the same school."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import msgspec

from cardledger.actions._pupils import fits_another_pupil, renumber
from cardledger.book import Book
from cardledger.commands import ClassName, Command, StudentCommand, help_of
from cardledger.decider import Case, same_fields
from cardledger.events import StudentEvent
from cardledger.i18n import _
from cardledger.moments import day_of, school_year
from cardledger.numbers import cohort_of_number
from cardledger.states import AWAY


class StudentGraduate(
    StudentCommand, frozen=True, kw_only=True, omit_defaults=True, tag="student-graduate"
):
    """Record that a pupil graduates.

    With --continues the pupil stays in the same school (types 2-4): no leave swipe, the card
    stays live, new number and cohort.
    """

    path: ClassVar[tuple[str, ...]] = ("student", "graduate")

    goes_on: Annotated[Literal["yes", "no"], help_of(_("Whether the pupil goes on to a school"))]
    continues: Annotated[bool, help_of(_("The pupil continues in the same school"))] = False
    number: Annotated[str, help_of(_("New student number"), "student-number")] = ""
    cohort: Annotated[int, help_of(_("Year of graduation, four digits"), "cohort")] = 0
    class_: ClassName = msgspec.field(default="", name="class")

    def further_tags(self) -> tuple[str, ...]:
        return (f"number:{self.number}",) if self.number else ()


class StudentGraduated(
    StudentEvent, frozen=True, kw_only=True, omit_defaults=True, tag="student.graduated/1"
):
    """A pupil graduated.

    One who `continues` stayed in the school.
    """

    goes_on: bool
    continues: bool = False
    number: str = ""
    cohort: int = 0
    class_: str = msgspec.field(default="", name="class")

    def tags(self) -> tuple[str, ...]:
        return (*super().tags(), f"number:{self.number}") if self.number else super().tags()


COMMAND = StudentGraduate
EVENTS = (StudentGraduated,)


def refusals(case: Case) -> Iterator[str]:
    student = case.student
    by_leave_swipe = student.status in AWAY and "graduation" in student.leave_reasons
    if not student.in_school and not (by_leave_swipe and not case.command.continues):
        yield "not-in-school"
    if case.command.number and fits_another_pupil(case, case.command.number):
        yield "ambiguous-student"


def repeated(case: Case) -> bool:
    command = case.command
    if command.continues:
        year = school_year(day_of(case.at))
        this_year = any(
            stay.by == "continue" and stay.since and school_year(day_of(stay.since)) == year
            for stay in case.student.stays
        )
        return this_year and command.number in ("", case.student.number)
    return case.student.graduated


def decide(case: Case) -> StudentGraduated:
    command = case.command
    cohort = command.cohort
    if command.continues and not cohort:
        number = command.number
        cohort = cohort_of_number(number) if number else case.student.cohort + 3
    return StudentGraduated(
        **case.student_context(),
        goes_on=command.goes_on == "yes",
        continues=command.continues,
        number=command.number,
        cohort=cohort,
        class_=command.class_,
    )


def again(event: StudentGraduated) -> Command:
    return same_fields(StudentGraduate, event, goes_on="yes" if event.goes_on else "no")


def evolve(book: Book, event: StudentGraduated, position: int) -> None:
    student = book.student(event.student)
    student.goes_on = event.goes_on
    if event.continues:
        renumber(book, student, event.number)
        student.grade = 0
        student.stays_on(event.when, "continue", class_=event.class_, cohort=event.cohort)
        return
    student.graduated = True
    student.leaves(event, "graduate", "graduation", "graduated")
    student.status = "graduated"
