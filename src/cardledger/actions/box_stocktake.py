"""Stocktake of a box: somebody laid every card of it on a reader, or went through a list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Self

from cardledger.book import Book
from cardledger.commands import BoxCommand, Refs, help_of, tags_of
from cardledger.decider import Case
from cardledger.errors import BadValue
from cardledger.events import Event
from cardledger.i18n import _
from cardledger.states import Stocktake

_COUNTS_DIFFER = _(
    "Found: {found}; missing: {missing}; together that is not what is expected: {expected}."
)


class BoxStocktake(BoxCommand, frozen=True, kw_only=True, omit_defaults=True, tag="box-stocktake"):
    """Record what was found when a box was counted."""

    path: ClassVar[tuple[str, ...]] = ("box", "stocktake")
    needs_handler: ClassVar[bool] = True

    found: Annotated[int, help_of(_("How many of the cards of the box were found in it"), "count")]
    missing: Annotated[tuple[str, ...], help_of(_("Cards that were not found"), "cards")] = ()
    unexpected: Annotated[
        tuple[str, ...],
        help_of(
            _("Cards that lie in it and in no box of the ledger; UID:… for an unknown chip"),
            "found-in-box",
        ),
    ] = ()
    elsewhere: Annotated[
        tuple[str, ...],
        help_of(_("Cards that lie in it and belong in another box"), "cards-of-boxes"),
    ] = ()
    expected: Annotated[
        int, help_of(_("How many cards should lie in it; else as many as the ledger has"), "count")
    ] = -1
    frozen: Annotated[
        int, help_of(_("Position in the ledger at which it was noted what to expect"), "count")
    ] = 0

    def normal(self) -> Self:
        normal = super().normal()
        seen: set[str] = set()
        for card in (*normal.missing, *normal.unexpected, *map(_card, normal.elsewhere)):
            if card in seen:
                hint = _("A card is missing, unexpected or of another box: only one of these.")
                raise BadValue(_("{card} is listed twice."), hint=hint, card=card)
            seen.add(card)
        if normal.expected >= 0 and normal.found + len(normal.missing) != normal.expected:
            raise BadValue(
                _COUNTS_DIFFER,
                found=normal.found,
                missing=len(normal.missing),
                expected=normal.expected,
            )
        return normal

    def refs(self) -> Refs:
        cards = (*self.missing, *map(_card, self.elsewhere))
        return Refs(boxes=(self.box,), tags=tags_of("card", cards))


class BoxStocktaken(Event, frozen=True, kw_only=True, omit_defaults=True, tag="box.stocktaken/1"):
    """A box was counted.

    `found` of the `expected` cards lay in it; `expected` are those that the ledger had in it at
    position `frozen`, or just before the act where that is 0. `missing` did not. `unexpected` lay
    in it and in no box of the ledger: numbers of cards, `uid:…` for a chip that no card has.
    `elsewhere` lay in it and belong in another box: CARD@BOX. Nothing of it moves a card.
    """

    box: str
    found: int
    expected: int = 0
    missing: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    frozen: int = 0

    def tags(self) -> tuple[str, ...]:
        cards = dict.fromkeys((*self.missing, *self.unexpected, *map(_card, self.elsewhere)))
        return (f"box:{self.box}", *(one if ":" in one else f"card:{one}" for one in cards))


COMMAND = BoxStocktake
EVENTS = (BoxStocktaken,)


def _card(elsewhere: str) -> str:
    """Return the card of CARD@BOX."""
    return elsewhere.partition("@")[0]


def refusals(case: Case) -> Iterator[str]:
    command = case.command
    for card in (*command.missing, *map(_card, command.elsewhere)):
        if not case.whole.card(card).known:
            case.about.setdefault("card", card)
            yield "unknown-card"
    expected = len(case.box.cards)
    # Who only counted, and does not say what is missing, may find any number.
    if command.expected < 0 and command.missing:
        missing = len(command.missing)
        if command.found + missing != expected:
            case.about |= {"found": command.found, "missing": missing, "expected": expected}
            case.about["why"] = _COUNTS_DIFFER
            yield "bad-input"


def repeated(case: Case) -> bool:
    """Whether this very stocktake is in the ledger; the same result on another day is another."""
    command, last = case.command, case.box.stocktake
    return last is not None and (
        (last.at, last.handler, last.found) == (case.at, command.handler, command.found)
        and last.missing == command.missing
        and last.unexpected == command.unexpected
        and last.elsewhere == command.elsewhere
    )


def decide(case: Case) -> BoxStocktaken:
    command = case.command
    return BoxStocktaken(
        **case.context(),
        box=case.box.id,
        found=command.found,
        expected=command.expected if command.expected >= 0 else len(case.box.cards),
        missing=command.missing,
        unexpected=command.unexpected,
        elsewhere=command.elsewhere,
        frozen=command.frozen,
    )


def evolve(book: Book, event: BoxStocktaken, position: int) -> None:
    box = book.box(event.box)
    box.state = box.state or "open"
    box.stocktake = Stocktake(
        position=position,
        at=event.at,
        handler=event.handler,
        expected=event.expected,
        found=event.found,
        missing=event.missing,
        unexpected=event.unexpected,
        elsewhere=event.elsewhere,
    )
