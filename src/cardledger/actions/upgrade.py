"""Upgrade: the office's program turned an old-format M1 card into one of the new format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cardledger.book import Book
from cardledger.commands import CardCommand
from cardledger.decider import Case
from cardledger.events import CardEvent


class Upgrade(CardCommand, frozen=True, kw_only=True, omit_defaults=True, tag="upgrade"):
    """Record that a card was upgraded."""

    path: ClassVar[tuple[str, ...]] = ("upgrade",)
    record_card_only: ClassVar[bool] = True


class CardUpgraded(CardEvent, frozen=True, kw_only=True, omit_defaults=True, tag="card.upgraded/1"):
    """A card was upgraded."""


COMMAND = Upgrade
EVENTS = (CardUpgraded,)


def refusals(case: Case) -> Iterator[str]:
    if case.card.state != "live":
        yield "card-not-live"


def repeated(case: Case) -> bool:
    return case.card.upgraded and case.card.held


def decide(case: Case) -> CardUpgraded:
    return CardUpgraded(**case.card_context())


def evolve(book: Book, event: CardUpgraded, position: int) -> None:
    card = book.card(event.card)
    card.upgraded = True
    book.used(event.student, card)
    book.seen(card, event.uid)
    card.touched(event, "upgrade", position)
