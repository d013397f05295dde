"""Custody: in which state and whose each card was, from when to when, as the fold of its lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from cardledger.book import Book, apply, in_order
from cardledger.events import Line
from cardledger.ledger import Ledger
from cardledger.replay.folding import fold_subject
from cardledger.replay.showing import names_of
from cardledger.states import RECORD
from cardledger.streams import Cut, known_by, some_subjects
from cardledger.trace.past import kind_of

#: Of so many cards custody is told; a box may hold more.
LIMIT: Final = 60


class Span(NamedTuple):
    """A card in one state with one holder; `until` is none where it still is. `line` began it."""

    state: str
    student: str
    since: str
    until: str | None
    line: int


class Lane(NamedTuple):
    """One card, and its spans in the order of time."""

    card: str
    kind: str
    spans: list[Span]

    @property
    def holders(self) -> list[str]:
        """The ids of all who held the card, in the order in which they did."""
        return list(dict.fromkeys(span.student for span in self.spans if span.student))


class Person(NamedTuple):
    """A pupil as people know one; the name is none where it does not open."""

    name: str | None
    number: str
    class_: str


class Custody(NamedTuple):
    """Who held which card when. left_out: how many further cards are not told."""

    lanes: list[Lane]
    people: dict[str, Person]
    left_out: int


def custody(ledger: Ledger, subject: str, cut: Cut) -> Custody:
    """Return the custody of a card, of all cards of a pupil, or of those that lie in a box."""
    kind, _colon, key = subject.partition(":")
    cards = [key] if kind == "card" else _cards_of(ledger, kind, key, cut)
    lanes = []
    for card, lines in some_subjects(ledger.log, "card", cards[:LIMIT], cut):
        spans, made = _spans(card, known_by(lines, cut), cut)
        if spans:
            lanes.append(Lane(card, made, spans))
    lanes.sort(key=lambda lane: (lane.spans[0].since, lane.card))
    wanted = {span.student for lane in lanes for span in lane.spans if span.student}
    return Custody(lanes, _people(ledger, wanted, cut), max(0, len(cards) - LIMIT))


def _cards_of(ledger: Ledger, kind: str, key: str, cut: Cut) -> list[str]:
    """Return the cards that a pupil had or used, or that were packed into a box."""
    if kind not in ("student", "box"):
        return []
    found: dict[str, None] = {}
    for _key, lines in some_subjects(ledger.log, kind, [key], cut):
        for line in in_order(known_by(lines, cut), cut.until):
            if kind_of(line.event) == "box.stocktaken":
                continue  # It names cards that were never packed into the box.
            for one in line.event.tags():
                if one.startswith("card:"):
                    found[one.removeprefix("card:")] = None
    return list(found)


def _spans(card: str, lines: Iterable[Line], cut: Cut) -> tuple[list[Span], str]:
    """Return the spans of a card, and its kind."""
    book = Book(about=(f"card:{card}",))
    spans: list[Span] = []
    for line in in_order(lines, cut.until):
        apply(book, line)
        now = book.card(card)
        # An act that changes nothing, such as a filing, is no beginning of anything.
        state = "boxed" if now.state == "recycled" and now.box else now.state
        since = line.event.when or line.event.at
        if not state or kind_of(line.event) == "cards.filed":
            continue
        if spans and (spans[-1].state, spans[-1].student) == (state, now.student):
            continue
        if spans:
            last = spans.pop()
            if last.since < since:
                spans.append(last._replace(until=since))
        spans.append(Span(state, now.student, since, None, line.position))
    return spans, book.card(card).kind or RECORD


def _people(ledger: Ledger, students: Iterable[str], cut: Cut) -> dict[str, Person]:
    rows: dict[str, Any] = {
        student: row
        for student, lines in some_subjects(ledger.log, "student", students, cut)
        if (row := fold_subject(student, lines, ["roster"], cut)["roster"]) is not None
    }
    names = names_of(ledger, {student: row.sealed for student, row in rows.items()})
    return {
        student: Person(names.get(student), row.number, row.class_) for student, row in rows.items()
    }
