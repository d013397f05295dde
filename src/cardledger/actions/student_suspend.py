"""Suspend: a pupil interrupts the studies; the card stays live, but is not swiped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cardledger.book import Book
from cardledger.commands import StudentCommand
from cardledger.decider import Case
from cardledger.events import StudentEvent


class StudentSuspend(
    StudentCommand, frozen=True, kw_only=True, omit_defaults=True, tag="student-suspend"
):
    """Record that a pupil's studies are suspended."""

    path: ClassVar[tuple[str, ...]] = ("student", "suspend")


class StudentSuspended(
    StudentEvent, frozen=True, kw_only=True, omit_defaults=True, tag="student.suspended/1"
):
    """A pupil's studies were suspended."""


COMMAND = StudentSuspend
EVENTS = (StudentSuspended,)


def refusals(case: Case) -> Iterator[str]:
    if not case.student.in_school:
        yield "not-in-school"


def repeated(case: Case) -> bool:
    return case.student.status == "suspended"


def decide(case: Case) -> StudentSuspended:
    return StudentSuspended(**case.student_context())


def evolve(book: Book, event: StudentSuspended, position: int) -> None:
    book.student(event.student).stays_on(event.when, "suspend", status="suspended")
