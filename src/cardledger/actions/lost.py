"""Lost: a pupil reports a card lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cardledger.book import Book
from cardledger.commands import CardCommand
from cardledger.decider import Case
from cardledger.events import CardEvent
from cardledger.states import REPLACED


class Lost(CardCommand, frozen=True, kw_only=True, omit_defaults=True, tag="lost"):
    """Record that a card was reported lost."""

    path: ClassVar[tuple[str, ...]] = ("lost",)


class CardLost(CardEvent, frozen=True, kw_only=True, omit_defaults=True, tag="card.lost/1"):
    """A card was reported lost."""


COMMAND = Lost
EVENTS = (CardLost,)


def refusals(case: Case) -> Iterator[str]:
    if case.card.state == "recycled":
        yield "card-recycled"
    if case.card.state in REPLACED:
        yield "card-replaced"


def repeated(case: Case) -> bool:
    return case.card.state == "lost"


def decide(case: Case) -> CardLost:
    return CardLost(**case.card_context())


def evolve(book: Book, event: CardLost, position: int) -> None:
    card = book.card(event.card)
    if card.held:
        card.state = "lost"
    book.used(event.student, card)
    book.seen(card, event.uid)
    card.touched(event, "lost", position)
