"""Transfer in: a pupil comes to a school, as the roster sees it (the card has its own swipe)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from cardledger.book import Book
from cardledger.commands import ClassName, OtherSchool, OutsideCity, StudentCommand
from cardledger.decider import Case
from cardledger.events import StudentEvent


class StudentTransferIn(
    StudentCommand, frozen=True, kw_only=True, omit_defaults=True, tag="student-transfer-in"
):
    """Record that a pupil was transferred to a school."""

    path: ClassVar[tuple[str, ...]] = ("student", "transfer-in")

    from_school: OtherSchool = ""
    from_outside_city: OutsideCity = False
    class_: ClassName = msgspec.field(default="", name="class")


class StudentTransferredIn(
    StudentEvent, frozen=True, kw_only=True, omit_defaults=True, tag="student.transferred_in/1"
):
    """A pupil was transferred to the school."""

    from_school: str = ""
    from_outside_city: bool = False
    class_: str = msgspec.field(default="", name="class")


COMMAND = StudentTransferIn
EVENTS = (StudentTransferredIn,)


def refusals(case: Case) -> Iterator[str]:
    if case.student.was_before_at(case.school):
        yield "was-here-before"


def repeated(case: Case) -> bool:
    student = case.student
    return student.in_school and student.school == case.school and student.transferred_in


def decide(case: Case) -> StudentTransferredIn:
    command = case.command
    return StudentTransferredIn(
        **case.student_context(),
        from_school=command.from_school,
        from_outside_city=command.from_outside_city,
        class_=command.class_,
    )


def evolve(book: Book, event: StudentTransferredIn, position: int) -> None:
    student = book.student(event.student)
    student.arrives(event, "transfer-in", event.class_)
    student.transferred_in = True
    student.from_outside_city = student.from_outside_city or event.from_outside_city
