"""Change facts about a pupil: a corrected name, a new address, another class."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cardledger.actions._pupils import (
    PupilFacts,
    RosterFacts,
    changed_personal,
    learn,
    new_facts,
)
from cardledger.book import Book
from cardledger.commands import StudentReference
from cardledger.decider import Case


class StudentChange(
    RosterFacts, frozen=True, kw_only=True, omit_defaults=True, tag="student-change"
):
    """Record changed facts about a pupil."""

    path: ClassVar[tuple[str, ...]] = ("student", "change")
    arguments: ClassVar[tuple[str, ...]] = ("student",)
    needs_student: ClassVar[bool] = True

    student: StudentReference


class StudentChanged(
    PupilFacts, frozen=True, kw_only=True, omit_defaults=True, tag="student.changed/1"
):
    """Facts about a pupil changed.

    Those that are not given stayed.
    """


COMMAND = StudentChange
EVENTS = (StudentChanged,)


def refusals(case: Case) -> Iterator[str]:
    yield from ()


def repeated(case: Case) -> bool:
    return case.student.forgotten or not any(new_facts(case, case.student))


def decide(case: Case) -> StudentChanged:
    plain, _personal = new_facts(case, case.student)
    return StudentChanged(**case.student_context(), person=case.person, **plain)


def personal(case: Case) -> dict[str, str]:
    return changed_personal(case, case.student)


def evolve(book: Book, event: StudentChanged, position: int) -> None:
    student = learn(book, event)
    if event.class_ or event.cohort:
        student.stays_on(event.when, "change", class_=event.class_, cohort=event.cohort)
