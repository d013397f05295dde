"""Transfer out: a pupil leaves, as the roster sees it (the card has its own leave swipe)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cardledger.book import Book
from cardledger.commands import OtherSchool, StudentCommand
from cardledger.decider import Case
from cardledger.events import StudentEvent


class StudentTransferOut(
    StudentCommand, frozen=True, kw_only=True, omit_defaults=True, tag="student-transfer-out"
):
    """Record that a pupil was transferred out of school."""

    path: ClassVar[tuple[str, ...]] = ("student", "transfer-out")

    to_school: OtherSchool = ""


class StudentTransferredOut(
    StudentEvent, frozen=True, kw_only=True, omit_defaults=True, tag="student.transferred_out/1"
):
    """A pupil was transferred out of the school."""

    to_school: str = ""


COMMAND = StudentTransferOut
EVENTS = (StudentTransferredOut,)


def refusals(case: Case) -> Iterator[str]:
    if case.student.status == "graduated":
        yield "not-in-school"


def repeated(case: Case) -> bool:
    return case.student.transferred_out


def decide(case: Case) -> StudentTransferredOut:
    return StudentTransferredOut(**case.student_context(), to_school=case.command.to_school)


def evolve(book: Book, event: StudentTransferredOut, position: int) -> None:
    student = book.student(event.student)
    student.leaves(event, "transfer-out", "transfer")
    student.transferred_out = True
