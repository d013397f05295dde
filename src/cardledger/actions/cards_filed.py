"""Cards filed: the school reported all its card numbers upward (立案)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from cardledger.book import Book
from cardledger.commands import Command, Refs, help_of, tags_of
from cardledger.decider import Case, ordered
from cardledger.events import SchoolEvent
from cardledger.i18n import _
from cardledger.states import Card, Filing


class CardsFiled(Command, frozen=True, kw_only=True, omit_defaults=True, tag="cards-filed"):
    """Record that a filing file with these cards was handed in."""

    path: ClassVar[tuple[str, ...]] = ("cards-filed",)
    reads_school: ClassVar[bool] = True
    arguments: ClassVar[tuple[str, ...]] = ("cards",)

    cards: Annotated[tuple[str, ...], help_of(_("Numbers of the filed cards"), "cards")]
    digest: Annotated[str, help_of(_("SHA-256 of the filing file"))] = ""

    def refs(self) -> Refs:
        return Refs(tags=tags_of("card", self.cards))


class CardsWereFiled(
    SchoolEvent, frozen=True, kw_only=True, omit_defaults=True, tag="cards.filed/1"
):
    """Cards were filed.

    The event keeps the digest of the file and its cards.
    """

    digest: str = ""
    cards: tuple[str, ...] = ()

    def tags(self) -> tuple[str, ...]:
        return (*super().tags(), *tags_of("card", dict.fromkeys(self.cards)))


COMMAND = CardsFiled
EVENTS = (CardsWereFiled,)


def refusals(case: Case) -> Iterator[str]:
    wrong: dict[str, Card] = {}
    for number in case.command.cards:
        card = case.whole.card(number)
        if not card.known:
            wrong.setdefault("unknown-card", card)
        elif card.issued_at > case.at:
            wrong.setdefault("before-issue", card)
        elif card.kind != "record":
            wrong.setdefault("wrong-kind", card)
    if wrong:
        # The message is that of the first code, so it speaks of that card.
        card = wrong[ordered(wrong)[0]]
        case.about["card"], case.about["issued"] = card.number, card.issued_at[:10]
    yield from wrong


def repeated(case: Case) -> bool:
    """The same file imported twice is one filing (HANDBOOK 7.10)."""
    command = case.command
    return any(
        filing.digest == command.digest if command.digest else filing.listed == command.cards
        for filing in case.whole.school(case.school).filings
    )


def decide(case: Case) -> CardsWereFiled:
    command = case.command
    return CardsWereFiled(**case.context(), digest=command.digest, cards=command.cards)


def evolve(book: Book, event: CardsWereFiled, position: int) -> None:
    book.school(event.school).filings.append(
        Filing(position, event.at, event.handler, event.digest, event.cards)
    )
    for number in book.concerned("card", event.cards):
        card = book.card(number)
        card.filed_at = card.filed_at or event.at
