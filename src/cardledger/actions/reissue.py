"""Reissue: a new card in place of an old one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from cardledger.book import Book
from cardledger.commands import Command, NewCardCommand, help_of
from cardledger.decider import Case, same_fields
from cardledger.events import CardEvent
from cardledger.i18n import _
from cardledger.states import Card


class Reissue(NewCardCommand, frozen=True, kw_only=True, omit_defaults=True, tag="reissue"):
    """Record a new card in place of the pupil's old one."""

    path: ClassVar[tuple[str, ...]] = ("reissue",)

    reason: Annotated[
        Literal["lost", "damaged", "renumbered", "returned", "other"],
        help_of(_("Why a new card is made")),
    ]
    old_outstanding: Annotated[
        str, help_of(_("Why the old card was not handed in yet"), personal=True)
    ] = ""
    replaces: Annotated[
        str, help_of(_("Number of the old card, where it is not the present one"), "card")
    ] = ""


class CardReissued(CardEvent, frozen=True, kw_only=True, omit_defaults=True, tag="card.reissued/1"):
    """A new card was made in place of the old one.

    `outstanding`: the old one was declared to be so, and will be handed in later.
    """

    old: str
    reason: str
    outstanding: bool = False
    kind: str = "record"
    format: str = "m1"

    def tags(self) -> tuple[str, ...]:
        return (*super().tags(), f"card:{self.old}") if self.old else super().tags()


COMMAND = Reissue
EVENTS = (CardReissued,)


def old_card(case: Case) -> Card | None:
    """Return the card that is replaced: the named one, else the present, else the last one."""
    cards = [card for card in case.student.ever_had(case.command.kind) if card is not case.card]
    named = case.command.replaces
    if named:
        return next((card for card in cards if card.number == named), None)
    held = [card for card in cards if card.held and card.student == case.student.id]
    return next(reversed(held or cards), None)


def refusals(case: Case) -> Iterator[str]:
    old = old_card(case)
    if not case.student.in_school:
        yield "not-in-school"
    if old is None:
        yield "no-card-to-replace"
    if case.whole.card(case.card.number).made:
        yield "card-number-used"
    declared = case.command.old_outstanding
    must_return = case.command.reason in ("renumbered", "damaged")
    if old is not None and must_return and old.state != "recycled" and not declared:
        case.about["old"] = old.number
        yield "old-card-not-collected"


def repeated(case: Case) -> bool:
    card = case.whole.card(case.card.number)
    return (
        card.origin == "reissue"
        and (card.held or card.issued_at == case.at)
        and card.student == case.student.id
        and card.kind == case.command.kind
    )


def decide(case: Case) -> CardReissued:
    command, old = case.command, old_card(case)
    return CardReissued(
        **case.card_context(),
        old=old.number if old else "",
        reason=command.reason,
        outstanding=bool(command.old_outstanding),
        kind=command.kind,
        format=command.format,
    )


def again(event: CardReissued) -> Command:
    declared = "declared" if event.outstanding else ""
    return same_fields(Reissue, event, replaces=event.old, old_outstanding=declared)


def evolve(book: Book, event: CardReissued, position: int) -> None:
    card = book.new_card(event, "reissue", position)
    card.replaces = event.old
    if event.old:
        old = book.card(event.old)
        old.replaced_by = event.card
        old.lines.append(position)
        if old.state == "lost" or (old.held and event.reason == "lost"):
            old.state = "replaced-lost"
        elif old.held:
            old.state = "outstanding"
