"""The last stocktake of a box, card by card."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cardledger.actions.box_stocktake import BoxStocktaken
from cardledger.book import Book, apply, fold, in_order
from cardledger.events import Line
from cardledger.ledger import Ledger
from cardledger.streams import Cut, known_by, some_subjects


@dataclass(frozen=True, slots=True)
class Taken:
    """A stocktake: its event, its line, and the cards that were expected, by their numbers."""

    event: BoxStocktaken
    position: int
    cards: tuple[str, ...]

    def results(self) -> Iterator[tuple[str, str, str]]:
        """Yield each card, what it is, and the box in which it belongs, the odd ones first.

        `expected` is a card of the box of which nobody said whether it was found: somebody only
        counted.
        """
        event = self.event
        yield from ((card, "missing", event.box) for card in event.missing)
        for one in event.elsewhere:
            card, _at, box = one.partition("@")
            yield card, "elsewhere", box
        yield from ((card, "unexpected", "") for card in event.unexpected)
        there = [card for card in self.cards if card not in set(event.missing)]
        known = "found" if len(there) == event.found else "expected"
        yield from ((card, known, event.box) for card in there)


def last_stocktakes(ledger: Ledger, boxes: list[str], cut: Cut) -> dict[str, Taken]:
    """Return the last stocktake of each box that has one, of a moment."""
    found: dict[str, Taken] = {}
    for box, lines in some_subjects(ledger.log, "box", boxes, cut):
        told = in_order(known_by(lines, cut), cut.until)
        taken = [line for line in told if isinstance(line.event, BoxStocktaken)]
        if taken:
            event = taken[-1].event
            assert isinstance(event, BoxStocktaken)  # nosec B101 # for the type checker
            cards = _expected(box, told, taken[-1], event.frozen)
            found[box] = Taken(event, taken[-1].position, tuple(sorted(cards)))
    return found


def _expected(box: str, told: list[Line], taken: Line, frozen: int) -> list[str]:
    """Return what lay in the box at the position that was noted, else just before the act."""
    if frozen:
        return list(fold(line for line in told if line.position <= frozen).box(box).cards)
    book = Book()
    for line in told:
        if line.position == taken.position:
            break
        apply(book, line)
    return list(book.box(box).cards)
