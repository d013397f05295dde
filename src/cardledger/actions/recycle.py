"""Recycle: the school physically takes a card back, for good."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from cardledger.book import Book
from cardledger.commands import CardCommand, help_of
from cardledger.decider import Case
from cardledger.events import CardEvent
from cardledger.i18n import _


class Recycle(CardCommand, frozen=True, kw_only=True, omit_defaults=True, tag="recycle"):
    """Record that a card was taken back for good."""

    path: ClassVar[tuple[str, ...]] = ("recycle",)
    needs_handler: ClassVar[bool] = True

    reason: Annotated[
        Literal["", "graduation", "left", "replaced", "found", "kept-for-inspection"],
        help_of(_("Why the card was taken back")),
    ] = ""


class CardRecycled(CardEvent, frozen=True, kw_only=True, omit_defaults=True, tag="card.recycled/1"):
    """A card was taken back. `cohort` is the holder's on that day: it names the box."""

    reason: str = ""
    cohort: int = 0


COMMAND = Recycle
EVENTS = (CardRecycled,)


def refusals(case: Case) -> Iterator[str]:
    yield from ()


def repeated(case: Case) -> bool:
    return case.card.state == "recycled"


def decide(case: Case) -> CardRecycled:
    return CardRecycled(
        **case.card_context(), reason=case.command.reason, cohort=case.student.cohort
    )


def evolve(book: Book, event: CardRecycled, position: int) -> None:
    card = book.card(event.card)
    if card.state != "recycled":
        card.state = "recycled"
        card.recycled_at = event.at
        card.recycled_by = event.handler
        card.recycled_reason = event.reason
        card.cohort = event.cohort
    card.school = event.school
    book.used(event.student, card)
    book.seen(card, event.uid)
    card.touched(event, "recycle", position)
