"""Resume: a pupil who was away is a pupil again; a card that was swiped out is live again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from cardledger.book import Book
from cardledger.commands import ClassName, StudentCommand, tags_of
from cardledger.decider import Case
from cardledger.events import StudentEvent


class StudentResume(
    StudentCommand, frozen=True, kw_only=True, omit_defaults=True, tag="student-resume"
):
    """Record that a suspended or departed pupil is back."""

    path: ClassVar[tuple[str, ...]] = ("student", "resume")

    class_: ClassName = msgspec.field(default="", name="class")


class StudentResumed(
    StudentEvent, frozen=True, kw_only=True, omit_defaults=True, tag="student.resumed/1"
):
    """A pupil resumed the studies at the school.

    `cards` are all that the pupil ever had: those that are swiped out are live again, and their
    own lines say so.
    """

    class_: str = msgspec.field(default="", name="class")
    cards: tuple[str, ...] = ()

    def tags(self) -> tuple[str, ...]:
        return (*super().tags(), *tags_of("card", self.cards))


COMMAND = StudentResume
EVENTS = (StudentResumed,)


def refusals(case: Case) -> Iterator[str]:
    if case.student.in_school:
        yield "not-away"


def repeated(case: Case) -> bool:
    return False


def decide(case: Case) -> StudentResumed:
    cards = tuple(case.whole.student(case.student.id).cards)
    return StudentResumed(**case.student_context(), class_=case.command.class_, cards=cards)


def evolve(book: Book, event: StudentResumed, position: int) -> None:
    student = book.student(event.student)
    student.arrives(event, "resume", event.class_)
    for number in event.cards:
        card = book.cards.get(number)
        if card is not None and card.state == "left" and card.student == student.id:
            card.state = "live"
            card.school = event.school
            card.lines.append(position)
