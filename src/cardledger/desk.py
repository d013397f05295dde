"""The desk: the lines on which commands are decided, and the book that they add up to.

A desk holds every line of the subjects that its commands name. It folds them once; what is
decided is folded in at once, so that the next command of a batch sees it. Where a command speaks
of a moment before something that is known already, only its own subjects are folded again, up to
that moment (HANDBOOK 4, Time).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from cardledger.book import VOIDS, Book, apply, fold
from cardledger.events import REFERENCE_TAG, CardEvent, Line
from cardledger.moments import Moment

#: A line with more tags than this lists subjects (a filing, a result of numbers).
FEW: Final = 8
#: The kinds of subjects that are listed.
LISTED: Final = ("card:", "number:")


@dataclass(slots=True)
class Desk:
    """The lines of some subjects, and the book that they add up to."""

    book: Book = field(default_factory=Book)
    lines: dict[int, Line] = field(default_factory=dict)
    #: How far in the log this desk has looked.
    head: int = 0
    by_tag: defaultdict[str, list[Line]] = field(default_factory=lambda: defaultdict(list))
    #: When the last line of a subject happened and was written.
    latest: dict[str, tuple[str, str]] = field(default_factory=dict)
    loaded: set[str] = field(default_factory=set)
    #: Retry keys that are used up, and those of rows that were refused.
    keys: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    #: The cards that a pupil shares with others, by the tag of the pupil.
    shared: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _unfolded: set[str] = field(default_factory=set)

    def load(self, tags: Iterable[str], lines: Iterable[Line]) -> list[Line]:
        """Take in the lines of further subjects; returns those that were not here yet."""
        unseen = set(tags) - self.loaded
        self.loaded |= unseen
        new: list[Line] = []
        for line in lines:
            carried = line.event.tags()
            if line.position not in self.lines:
                new.append(line)
                self._index(line, carried)
            elif len(carried) > FEW:
                # It lies here, but not yet under the subjects that are asked for only now.
                listed = [tag for tag in carried if tag.startswith(LISTED)]
                self._file(line, unseen.intersection(listed))
        # Of a subject that is asked for only now, lines may lie here because of another one.
        self._unfolded.update(tag for tag in unseen if tag in self.by_tag)
        return new

    def settle(self) -> None:
        """Fold what was taken in since the last time."""
        if not self.book.students and not self.book.cards:
            self.book = self._folded(self.lines.values())
        elif self._unfolded:
            self._fold_again(self._unfolded)
        self._unfolded = set()

    def _folded(self, lines: Iterable[Line], until: Moment | None = None) -> Book:
        return fold(lines, until, Book(about=self.loaded))

    def _index(self, line: Line, tags: tuple[str, ...]) -> bool:
        """Take a line to its subjects; returns whether it happened last of all of theirs."""
        self.lines[line.position] = line
        event = line.event
        if key := event.key:
            (self.keys if event.binds_key else self.refused).add(key)
        if isinstance(event, CardEvent) and event.others:
            for tag in tags:
                self.shared[tag].add(f"card:{event.card}")
        return self._file(line, tags if len(tags) <= FEW else self._asked(tags))

    def _asked(self, tags: Iterable[str]) -> list[str]:
        """Return those of many tags that matter here: a filing lists all cards of a school."""
        loaded = self.loaded
        return [tag for tag in tags if tag in loaded or not tag.startswith(LISTED)]

    def _file(self, line: Line, tags: Iterable[str]) -> bool:
        """Put a line under tags; returns whether it happened last of all their lines."""
        event = line.event
        place, latest, by_tag = (event.when, event.recorded), self.latest, self.by_tag
        last = True
        for tag in tags:
            by_tag[tag].append(line)
            if place >= latest.get(tag, place):
                latest[tag] = place
            else:
                last = False
        return last

    def follow(self, lines: Iterable[Line]) -> None:
        """Take in lines that others wrote since, as far as they are about what lies here."""
        for line in lines:
            if not self.loaded.isdisjoint(line.event.tags()):
                self.add(line, line.event.tags())

    def add(self, line: Line, tags: tuple[str, ...] = ()) -> None:
        """Take in a line that comes after all that are here; `tags` are its event's, if known."""
        tags = tags or line.event.tags()
        in_time = self._index(line, tags)
        if in_time and type(line.event) not in VOIDS:
            apply(self.book, line)
        else:
            self._fold_again(tags)

    def _fold_again(self, tags: Iterable[str]) -> None:
        """Fold some subjects anew: a line came that happened before others of theirs.

        A line names every subject whose state it changes, so that no other one has to be folded.
        """
        subjects = self.with_cards(tags)
        part, book = self._folded(self.lines_of(subjects)), self.book
        states: dict[str, tuple[tuple[dict[str, Any], dict[str, Any]], ...]] = {
            "card": ((book.cards, part.cards),),
            "student": ((book.students, part.students),),
            "box": ((book.boxes, part.boxes),),
            "school": ((book.schools, part.schools),),
            "number": (
                (book.numbers, part.numbers),
                (book.number_states, part.number_states),
            ),
            "uid": ((book.uids, part.uids),),
            "person": ((book.persons, part.persons),),
            "finding": ((book.accepted, part.accepted),),
        }
        for tag in subjects:
            kind, _colon, key = tag.partition(":")
            for known, anew in states.get(kind, ()):
                if key in anew:
                    known[key] = anew[key]
                else:
                    known.pop(key, None)
        if REFERENCE_TAG in subjects:
            book.policies = part.policies
        self._join(subjects)

    def _join(self, subjects: Iterable[str]) -> None:
        """Let pupils and cards that were folded anew know each other again."""
        book = self.book
        for tag in subjects:
            kind, _colon, key = tag.partition(":")
            if kind == "student" and key in book.students:
                student = book.students[key]
                student.cards = {number: book.card(number) for number in student.cards}
            elif kind == "card" and key in book.cards:
                card = book.cards[key]
                for student_id in (*card.holders, *card.users):
                    book.student(student_id).cards[key] = card

    def with_cards(self, tags: Iterable[str]) -> set[str]:
        """Return `tags` with the cards of their pupils and the schools of the reference."""
        closure = set(tags)
        wanted = {"student": "card:", "policy": "school:"}
        for tag in tuple(closure):
            prefix = wanted.get(tag.partition(":")[0])
            if prefix is not None:
                closure.update(
                    other
                    for line in self.by_tag.get(tag, ())
                    for other in line.event.tags()
                    if other.startswith(prefix)
                )
        return closure

    def lines_of(self, tags: Iterable[str]) -> Collection[Line]:
        """Return the lines of some subjects, each once."""
        return {line.position: line for tag in tags for line in self.by_tag.get(tag, ())}.values()

    def students_found(self, tags: Iterable[str]) -> set[str]:
        """Return the tags of the pupils whom the book finds by cards and numbers."""
        found: set[str] = set()
        for tag in tags:
            kind, _colon, value = tag.partition(":")
            if kind == "number":
                found.update(self.book.numbers.get(value, ()))
            elif kind == "card" and (card := self.book.cards.get(value)) is not None:
                found.update(card.holders, card.users)
        return {f"student:{key}" for key in found}

    def shared_cards(self, students: Iterable[str]) -> set[str]:
        """Return the tags of cards that pupils share with others, who tell of acts without them."""
        return {card for tag in students for card in self.shared.get(tag, ())}

    def line(self, position: int) -> Line | None:
        """Return the line at a position; what is only decided has none that anybody could know."""
        return self.lines.get(position) if position <= self.head else None

    def is_void(self, position: int) -> bool:
        """Whether a line declares the one at a position void."""
        return f"line:{position}" in self.by_tag

    def ever(self, tag: str) -> bool:
        """Whether any line ever carried a tag, be it void or of another time."""
        return bool(self.by_tag.get(tag))

    def book_at(self, tags: Sequence[str], at: Moment) -> Book:
        """Return the state of some subjects just before an act at `at`."""
        latest = self.latest
        for tag in tags:
            if (last := latest.get(tag)) is not None and last[0] > at:
                return self._folded(self.lines_of(self.with_cards(tags)), at)
        return self.book
