"""Found: a lost card turned up. After it was replaced it is outstanding, not live."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from cardledger.book import Book
from cardledger.commands import CardCommand
from cardledger.decider import Case
from cardledger.events import CardEvent

#: What a found card becomes (HANDBOOK 4).
_BECOMES: Final = {"lost": "live", "replaced-lost": "outstanding"}


class Found(CardCommand, frozen=True, kw_only=True, omit_defaults=True, tag="found"):
    """Record that a lost card was found."""

    path: ClassVar[tuple[str, ...]] = ("found",)


class CardFound(CardEvent, frozen=True, kw_only=True, omit_defaults=True, tag="card.found/1"):
    """A lost card was found."""


COMMAND = Found
EVENTS = (CardFound,)


def refusals(case: Case) -> Iterator[str]:
    if case.card.state not in _BECOMES:
        yield "card-not-lost"


def repeated(case: Case) -> bool:
    return False


def decide(case: Case) -> CardFound:
    return CardFound(**case.card_context())


def evolve(book: Book, event: CardFound, position: int) -> None:
    card = book.card(event.card)
    card.state = _BECOMES.get(card.state, card.state)
    book.used(event.student, card)
    book.seen(card, event.uid)
    card.touched(event, "found", position)
