"""Add a pupil to the roster. Adding again what is known changes nothing; new facts are kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from cardledger.actions._pupils import (
    PupilFacts,
    RosterFacts,
    changed_personal,
    fits_another_pupil,
    learn,
    new_facts,
    plain_facts,
    renumber,
    same_person,
)
from cardledger.actions.student_change import StudentChanged
from cardledger.book import Book
from cardledger.commands import Number, help_of
from cardledger.decider import Case
from cardledger.events import Event
from cardledger.i18n import _
from cardledger.moments import ALWAYS, Moment
from cardledger.numbers import cohort_of_number
from cardledger.states import Student


class StudentAdd(RosterFacts, frozen=True, kw_only=True, omit_defaults=True, tag="student-add"):
    """Add a pupil to the roster of a school."""

    path: ClassVar[tuple[str, ...]] = ("student", "add")
    arguments: ClassVar[tuple[str, ...]] = ("number",)

    number: Number
    name: Annotated[str, help_of(_("Name of the pupil"), personal=True)]
    entered: Annotated[
        str, help_of(_("Day of entry; without it the pupil counts as always in school"), "day")
    ] = ""

    def further_tags(self) -> tuple[str, ...]:
        return (f"number:{self.number}",)


class StudentAdded(
    PupilFacts, frozen=True, kw_only=True, omit_defaults=True, tag="student.added/1"
):
    """A pupil was added. `entered`: the day of entry, empty for one who was always there."""

    number: str
    entered: str = ""

    @property
    def when(self) -> Moment:
        return Moment(f"{self.entered}T00:00:00.000+08:00") if self.entered else ALWAYS

    def tags(self) -> tuple[str, ...]:
        return (*super().tags(), f"number:{self.number}")


COMMAND = StudentAdd
EVENTS = (StudentAdded,)


def same_pupil(case: Case) -> Student | None:
    """Return the pupil of this number who is the one that the command means."""
    for key in case.whole.numbers.get(case.command.number, ()):
        student = case.whole.student(key)
        if same_person(student, case.person, case.command.name, case.setting.opened):
            return student
    return None


def refusals(case: Case) -> Iterator[str]:
    if same_pupil(case) is None and fits_another_pupil(case, case.command.number):
        yield "ambiguous-student"


def repeated(case: Case) -> bool:
    student = same_pupil(case)
    return student is not None and (student.forgotten or not any(new_facts(case, student)))


def decide(case: Case) -> Event:
    command = case.command
    student = same_pupil(case)
    if student is not None:
        plain, _personal = new_facts(case, student)
        return StudentChanged(**case.context(), student=student.id, person=case.person, **plain)
    facts = plain_facts(command)
    facts.setdefault("cohort", cohort_of_number(command.number))
    return StudentAdded(
        **case.context(),
        student=case.setting.new_student(),
        number=command.number,
        entered=command.entered,
        person=case.person,
        **facts,
    )


def personal(case: Case) -> dict[str, str]:
    student = same_pupil(case)
    return case.command.personal() if student is None else changed_personal(case, student)


def again(event: StudentAdded) -> None:
    """A pupil is refused for what is there already, never for what is missing."""


def evolve(book: Book, event: StudentAdded, position: int) -> None:
    student = learn(book, event)
    renumber(book, student, event.number)
    student.stays_on(
        event.when,
        "add",
        status="in-school",
        school=event.school,
        class_=event.class_,
        cohort=event.cohort,
    )
