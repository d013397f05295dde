"""History: the lines of one subject, which a rule folds."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

import msgspec

from cardledger.actions.cards_filed import CardsWereFiled
from cardledger.actions.issue import CardIssued
from cardledger.actions.leave_swipe import LeaveSwiped
from cardledger.actions.register import CardRegistered
from cardledger.actions.reissue import CardReissued
from cardledger.actions.term_swipe import TermSwiped
from cardledger.actions.transfer_swipe import TransferSwiped
from cardledger.book import Book, apply, in_order
from cardledger.events import Event, Line
from cardledger.moments import ALWAYS, Moment
from cardledger.states import Box, Card, School, Student
from cardledger.streams import Cut, known_by

#: Acts by which a card is handed to a pupil, or its being there becomes known.
GIVEN: Final = (CardIssued, CardReissued, CardRegistered, TransferSwiped)
#: Acts in which a card is read, where they were not refused.
SWIPES: Final = (TermSwiped, LeaveSwiped, TransferSwiped)


class History:
    """One subject: its lines that count, in the order in which things happened, and their fold.

    Lines that are void are left out, and with a cut those that had not happened or were not known.
    Refused swipes, which change nothing, are among the lines: they are evidence.
    """

    def __init__(self, kind: str, key: str, lines: Collection[Line], cut: Cut) -> None:
        self.kind = kind
        self.key = key
        self.tag = f"{kind}:{key}"
        self.lines = in_order(known_by([self._about(line) for line in lines], cut), cut.until)
        #: What several rules need and one of them worked out already.
        self.kept: dict[str, Any] = {}

    def _about(self, line: Line) -> Line:
        """Return a line as far as it is about this subject: of a filing one card of thousands."""
        event = line.event
        if self.kind == "card" and type(event) is CardsWereFiled and len(event.cards) > 1:
            return Line(line.position, msgspec.structs.replace(event, cards=(self.key,)))
        return line

    @functools.cached_property
    def book(self) -> Book:
        """What the lines add up to."""
        book = Book()
        for line in self.lines:
            apply(book, line)
        return book

    @property
    def card(self) -> Card:
        """The card, where the subject is one."""
        return self.book.card(self.key)

    @property
    def student(self) -> Student:
        """The pupil, where the subject is one."""
        return self.book.student(self.key)

    @property
    def box(self) -> Box:
        """The box, where the subject is one."""
        return self.book.box(self.key)

    @property
    def school(self) -> School:
        """The school, where the subject is one."""
        return self.book.school(self.key)

    def walk(self) -> Iterator[tuple[Line, Book]]:
        """Yield every line with the book just before it, which then takes the line in."""
        book = Book()
        for line in self.lines:
            yield line, book
            apply(book, line)

    def steps(self) -> Iterator[tuple[Line, Book]]:
        """Yield every line with the book just after it."""
        book = Book()
        for line in self.lines:
            apply(book, line)
            yield line, book

    def before(self, line: Line) -> list[Line]:
        """Return the lines that happened before one of them."""
        return self.lines[: self.lines.index(line)]

    def given(self, *cards: str) -> list[Line]:
        """Return the lines by which cards were handed out, or became known."""
        return [
            line
            for line in self.lines
            if isinstance(line.event, GIVEN) and line.event.card in cards
        ]

    @property
    def begins(self) -> Moment:
        """When the first of its acts happened; what was always there counts from its line."""
        return min(line.event.at for line in self.lines)

    def of(self, *kinds: type[Event]) -> list[Line]:
        """Return the lines of some kinds of events."""
        return [line for line in self.lines if isinstance(line.event, kinds)]


def positions(lines: Iterable[Line]) -> tuple[int, ...]:
    """Return the positions of lines."""
    return tuple(line.position for line in lines)


def latest(lines: Iterable[Line]) -> Moment:
    """Return when the last of some lines happened; `ALWAYS` where there are none."""
    return max((line.event.at for line in lines), default=ALWAYS)
