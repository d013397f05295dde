"""The desk: the lines on which commands are decided, and the book that they add up to.

A desk holds every line of the subjects that its commands name. It folds them once; what is
decided is folded in at once, so that the next command of a batch sees it. Where a command speaks
of a moment before something that is known already, only its own subjects are folded again, up to
that moment (HANDBOOK 4, Time).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cardledger.book import VOIDS, Book, apply, fold
from cardledger.events import REFERENCE_TAG, Line
from cardledger.moments import Moment


@dataclass(slots=True)
class Desk:
    """The lines of some subjects, and the book that they add up to."""

    book: Book = field(default_factory=Book)
    lines: dict[int, Line] = field(default_factory=dict)
    #: How far in the log this desk has looked.
    head: int = 0
    by_tag: defaultdict[str, list[Line]] = field(default_factory=lambda: defaultdict(list))
    latest: dict[str, str] = field(default_factory=dict)
    loaded: set[str] = field(default_factory=set)
    #: Retry keys that are used up, and those of rows that were refused.
    keys: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    _unfolded: set[str] = field(default_factory=set)

    def load(self, tags: Iterable[str], lines: Iterable[Line]) -> list[Line]:
        """Take in the lines of further subjects; returns those that were not here yet."""
        self.loaded.update(tags)
        new = [line for line in lines if line.position not in self.lines]
        for line in new:
            tags = line.event.tags()
            self._index(line, tags)
            self._unfolded.update(tag for tag in tags if tag in self.loaded)
        return new

    def settle(self) -> None:
        """Fold what was taken in since the last time."""
        if not self.book.students and not self.book.cards:
            self.book = fold(self.lines.values())
        elif self._unfolded:
            self._fold_again(self._unfolded)
        self._unfolded = set()

    def _index(self, line: Line, tags: tuple[str, ...]) -> None:
        self.lines[line.position] = line
        event = line.event
        if event.key:
            (self.keys if event.binds_key else self.refused).add(event.key)
        when, latest, by_tag = event.when, self.latest, self.by_tag
        for tag in tags:
            by_tag[tag].append(line)
            if when > latest.get(tag, ""):
                latest[tag] = when

    def follow(self, lines: Iterable[Line]) -> None:
        """Take in lines that others wrote since, as far as they are about what lies here."""
        for line in lines:
            if not self.loaded.isdisjoint(line.event.tags()):
                self.add(line, line.event.tags())

    def add(self, line: Line, tags: tuple[str, ...] = ()) -> None:
        """Take in a line that comes after all that are here; `tags` are its event's, if known."""
        event = line.event
        tags = tags or event.tags()
        latest, when = self.latest, event.when
        in_time = True
        for tag in tags:
            if latest.get(tag, "") > when:
                in_time = False
                break
        self._index(line, tags)
        if type(event) in VOIDS:
            self._unlearn(tags)
            self._fold_again(tags)
        elif in_time:
            apply(self.book, line)
        else:
            self._fold_again(tags)

    def _unlearn(self, tags: Iterable[str]) -> None:
        """Drop what the book knows of subjects by number, UID and person, to fold it anew."""
        indexes: dict[str, dict[str, Any]] = {
            "number": self.book.numbers,
            "uid": self.book.uids,
            "person": self.book.persons,
            "card": self.book.cards,
        }
        for tag in tags:
            kind, _colon, value = tag.partition(":")
            if kind in indexes:
                indexes[kind].pop(value, None)

    def _fold_again(self, tags: Iterable[str]) -> None:
        """Fold some subjects anew: a line came that happened before others of theirs."""
        closure = self._closure(tags)
        part = self._fold_of(closure)
        book = self.book
        pairs: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
            ("card", book.cards, part.cards),
            ("student", book.students, part.students),
            ("box", book.boxes, part.boxes),
            ("school", book.schools, part.schools),
        ]
        for prefix, states, anew in pairs:
            states.update({key: one for key, one in anew.items() if f"{prefix}:{key}" in closure})
        for card in part.cards.values():
            if f"card:{card.number}" in closure:
                for holder in card.holders:
                    book.student(holder).cards[card.number] = card
        for index, anew_index in (
            (book.numbers, part.numbers),
            (book.uids, part.uids),
            (book.persons, part.persons),
        ):
            for key, found in anew_index.items():
                index.setdefault(key, {}).update(found)
        if REFERENCE_TAG in closure:
            book.policies = part.policies

    def _closure(self, tags: Iterable[str]) -> set[str]:
        """Return `tags` with the pupils of their cards and the cards of these pupils."""
        closure = set(tags)
        for tag in list(closure):
            if tag.startswith(("card:", "number:", "uid:")):
                closure.update(
                    other
                    for line in self.by_tag.get(tag, ())
                    for other in line.event.tags()
                    if other.startswith("student:") and other in self.loaded
                )
        for tag in list(closure):
            if tag.startswith("student:"):
                closure.update(
                    other
                    for line in self.by_tag.get(tag, ())
                    for other in line.event.tags()
                    if other.startswith("card:")
                )
        return closure

    def _fold_of(self, tags: Iterable[str], until: Moment | None = None) -> Book:
        found = {
            line.position: line
            for tag in (*tags, REFERENCE_TAG)
            for line in self.by_tag.get(tag, ())
        }
        return fold(found.values(), until)

    def book_at(self, tags: Sequence[str], at: Moment) -> Book:
        """Return the state of some subjects just before an act at `at`."""
        latest = self.latest
        for tag in tags:
            if latest.get(tag, "") > at:
                return self._fold_of(self._closure(tags), at)
        return self.book
