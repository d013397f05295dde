"""Repeat a year: the pupil's cohort moves on; often the number changes too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

import msgspec

from cardledger.actions._pupils import fits_another_pupil, renumber
from cardledger.book import Book
from cardledger.commands import ClassName, StudentCommand, help_of
from cardledger.decider import Case
from cardledger.events import StudentEvent
from cardledger.i18n import _
from cardledger.moments import day_of, school_year


class StudentRepeatYear(
    StudentCommand, frozen=True, kw_only=True, omit_defaults=True, tag="student-repeat-year"
):
    """Record that a pupil repeats a year; the cohort is the next one where none is given."""

    path: ClassVar[tuple[str, ...]] = ("student", "repeat-year")

    cohort: Annotated[int, help_of(_("Year of graduation, four digits"), "cohort")] = 0
    class_: ClassName = msgspec.field(default="", name="class")
    number: Annotated[str, help_of(_("New student number"), "student-number")] = ""

    def further_tags(self) -> tuple[str, ...]:
        return (f"number:{self.number}",) if self.number else ()


class StudentRepeatedYear(
    StudentEvent, frozen=True, kw_only=True, omit_defaults=True, tag="student.repeated_year/1"
):
    """A pupil repeats a year and belongs to another cohort."""

    cohort: int
    class_: str = msgspec.field(default="", name="class")
    number: str = ""

    def tags(self) -> tuple[str, ...]:
        return (*super().tags(), f"number:{self.number}") if self.number else super().tags()


COMMAND = StudentRepeatYear
EVENTS = (StudentRepeatedYear,)


def refusals(case: Case) -> Iterator[str]:
    if not case.student.in_school:
        yield "not-in-school"
    if case.command.number and fits_another_pupil(case, case.command.number):
        yield "ambiguous-student"


def repeated(case: Case) -> bool:
    """A pupil repeats one year a year; the same cohort again is the same fact."""
    command = case.command
    if command.cohort:
        return (
            case.student.cohort == command.cohort
            and command.number in ("", case.student.number)
            and command.class_ in ("", case.student.class_)
        )
    year = school_year(day_of(case.at))
    return any(
        stay.by == "repeat-year" and stay.since and school_year(day_of(stay.since)) == year
        for stay in case.student.stays
    )


def decide(case: Case) -> StudentRepeatedYear:
    command = case.command
    return StudentRepeatedYear(
        **case.student_context(),
        cohort=command.cohort or case.student.cohort + 1,
        class_=command.class_,
        number=command.number,
    )


def evolve(book: Book, event: StudentRepeatedYear, position: int) -> None:
    student = book.student(event.student)
    renumber(book, student, event.number)
    student.grade = 0
    student.stays_on(event.when, "repeat-year", class_=event.class_, cohort=event.cohort)
