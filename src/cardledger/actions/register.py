"""Register: a card that was there before the ledger (opening stock, older pupils)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from cardledger.book import Book
from cardledger.commands import Command, NewCardCommand, help_of
from cardledger.decider import Case, same_fields
from cardledger.events import CardEvent
from cardledger.i18n import _
from cardledger.moments import ALWAYS, Moment


class Register(NewCardCommand, frozen=True, kw_only=True, omit_defaults=True, tag="register"):
    """Register a card that was there before the ledger.

    Without a date the card counts as having always been there.
    """

    path: ClassVar[tuple[str, ...]] = ("register",)

    upgraded: Annotated[bool, help_of(_("The card was upgraded already"))] = False
    swiped_out: Annotated[bool, help_of(_("The card was swiped out already"))] = False


class CardRegistered(
    CardEvent, frozen=True, kw_only=True, omit_defaults=True, tag="card.registered/1"
):
    """A card from before the ledger was registered.

    `opening`: no date was given, so the card counts as having always been there.
    """

    kind: str = "record"
    format: str = "m1"
    upgraded: bool = False
    swiped_out: bool = False
    opening: bool = False

    @property
    def when(self) -> Moment:
        return ALWAYS if self.opening else self.at


COMMAND = Register
EVENTS = (CardRegistered,)


def refusals(case: Case) -> Iterator[str]:
    if case.whole.card(case.card.number).made:
        yield "card-number-used"
    if case.student.held(case.command.kind):
        yield "student-holds-card"


def repeated(case: Case) -> bool:
    """Whether the card is there already; a list from elsewhere need not say how it came to be."""
    card = case.whole.card(case.card.number)
    return (
        (card.origin == "register" or (case.imported and card.made))
        and card.student == case.student.id
        and card.kind == case.command.kind
    )


def decide(case: Case) -> CardRegistered:
    command = case.command
    return CardRegistered(
        **case.card_context(),
        kind=command.kind,
        format=command.format,
        upgraded=command.upgraded,
        swiped_out=command.swiped_out,
        opening=not command.at,
    )


def again(event: CardRegistered) -> Command:
    return same_fields(Register, event, at="" if event.opening else event.at)


def evolve(book: Book, event: CardRegistered, position: int) -> None:
    state = "left" if event.swiped_out else "live"
    card = book.new_card(event, "register", position, state)
    card.upgraded = card.upgraded or event.upgraded
