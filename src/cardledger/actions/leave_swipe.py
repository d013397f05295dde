"""Leave swipe: the card is swiped out; it travels with the pupil."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from cardledger.actions._swipes import SwipeRefused, keep
from cardledger.book import Book
from cardledger.commands import CardCommand, help_of
from cardledger.decider import Case
from cardledger.events import CardEvent
from cardledger.i18n import _
from cardledger.moments import day_of


class LeaveSwipe(CardCommand, frozen=True, kw_only=True, omit_defaults=True, tag="leave-swipe"):
    """Record the leave swipe of a card; it takes the pupil out of school."""

    path: ClassVar[tuple[str, ...]] = ("leave-swipe",)
    record_card_only: ClassVar[bool] = True

    reason: Annotated[
        Literal["transfer", "graduation", "dropout", "out-of-province"],
        help_of(_("Why the pupil leaves")),
    ]


class LeaveSwiped(CardEvent, frozen=True, kw_only=True, omit_defaults=True, tag="leave.swiped/1"):
    """A card was swiped out."""

    reason: str


COMMAND = LeaveSwipe
EVENTS = (LeaveSwiped,)
EVIDENCE = (SwipeRefused,)


def refusals(case: Case) -> Iterator[str]:
    if case.card.state != "live":
        yield "card-not-live"
    if case.student.status == "suspended":
        yield "not-in-school"


def repeated(case: Case) -> bool:
    card = case.card
    return (
        card.state == "left"
        and card.left_school == case.school
        and bool(card.left_at)
        and day_of(card.left_at) == day_of(case.at)
    )


def decide(case: Case) -> LeaveSwiped:
    return LeaveSwiped(**case.card_context(), reason=case.command.reason)


def refused(case: Case, codes: tuple[str, ...]) -> SwipeRefused:
    return keep(case, codes)


def evolve(book: Book, event: LeaveSwiped, position: int) -> None:
    card = book.card(event.card)
    if card.state == "live":
        card.state = "left"
    card.left_at = event.at
    card.left_school = event.school
    book.used(event.student, card)
    book.seen(card, event.uid)
    card.touched(event, "leave-swipe", position)
    if event.student:
        student = book.student(event.student)
        status = "graduated" if event.reason == "graduation" else "left"
        student.leaves(event, "leave-swipe", event.reason, status)
        student.leave_swiped_at = event.at
        student.leave_reasons.append(event.reason)
