"""Forget: the key of a pupil is destroyed; every line, hash and proof still holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cardledger.book import Book
from cardledger.commands import StudentCommand
from cardledger.decider import Case
from cardledger.events import OFFICE, REFERENCE_TAG, StudentEvent


class StudentForget(
    StudentCommand, frozen=True, kw_only=True, omit_defaults=True, tag="student-forget"
):
    """Forget a pupil for good: names and all other personal data can never be read again."""

    path: ClassVar[tuple[str, ...]] = ("forget",)


class StudentForgotten(
    StudentEvent, frozen=True, kw_only=True, omit_defaults=True, tag="student.forgotten/1"
):
    """The key of a pupil was destroyed."""

    voidable: ClassVar[bool] = False

    @property
    def owner(self) -> str:
        """The note says why; it cannot be sealed with the key that is destroyed."""
        return OFFICE

    def tags(self) -> tuple[str, ...]:
        """Every opening of the ledger looks at whom it must have forgotten."""
        return (*super().tags(), REFERENCE_TAG)


COMMAND = StudentForget
EVENTS = (StudentForgotten,)


def refusals(case: Case) -> Iterator[str]:
    yield from ()


def repeated(case: Case) -> bool:
    return case.student.forgotten


def decide(case: Case) -> StudentForgotten:
    return StudentForgotten(**case.student_context())


def evolve(book: Book, event: StudentForgotten, position: int) -> None:
    student = book.student(event.student)
    student.forgotten = True
    student.sealed.clear()
