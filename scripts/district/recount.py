"""The independent recount: what the rows add up to, by the end of the window and of the term.

It follows the rows in the order in which they happened, and looks neither at the model from which
they were made nor at cardledger.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from scripts.district.model import Row
from scripts.district.terms import Term, text_of


@dataclass(slots=True)
class _Pupil:
    status: str
    school: str
    class_name: str
    cohort: int
    swiped: set[str] = field(default_factory=set)
    #: Cards that were swiped out: a resuming pupil's are live again.
    away: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Card:
    kind: str
    holder: _Pupil
    state: str = "live"
    school: str = ""


@dataclass(slots=True)
class _Box:
    school: str
    cohort: int
    cards: list[str] = field(default_factory=list)
    state: str = "open"
    count: int | None = None


class Recount:
    """Pupils by number, cards and boxes, as far as the rows have been followed."""

    def __init__(self) -> None:
        self._numbers: dict[str, _Pupil] = {}
        self._pupils: list[_Pupil] = []
        self._cards: dict[str, _Card] = {}
        self._boxes: dict[str, _Box] = {}

    def follow(self, rows: Iterable[Row], term: Term) -> dict[str, Any]:
        """Follow the rows of a term; returns the counts of its window's and its own end."""
        happened = sorted(
            (row for row in rows if row.expect.outcome in ("recorded", "contested")),
            key=lambda row: (row.at, row.order),
        )
        moments = [term.closes, datetime.max.replace(tzinfo=term.closes.tzinfo)]
        made: list[list[dict[str, Any]]] = []
        for row in happened:
            if row.at > moments[len(made)]:
                made.append(self._at_window_end(term))
            act = _ACTS.get(row.fields["action"])
            if act is not None:
                act(self, row.fields)
        if not made:
            made.append(self._at_window_end(term))
        return {
            "term": term.name,
            "window_closes": text_of(term.closes),
            "window": made[0],
            "ends": term.last.isoformat(),
            "end": self._at_term_end(),
        }

    def _at_window_end(self, term: Term) -> list[dict[str, Any]]:
        """Return for each class how many pupils are in school and were swiped by now."""
        classes: Counter[tuple[str, str, int]] = Counter()
        registered: Counter[tuple[str, str, int]] = Counter()
        for pupil in self._pupils:
            if pupil.status == "in-school":
                key = (pupil.school, pupil.class_name, pupil.cohort)
                classes[key] += 1
                registered[key] += term.name in pupil.swiped
        return [
            {
                "school": school,
                "class": name,
                "cohort": cohort,
                "pupils": count,
                "registered": registered[school, name, cohort],
            }
            for (school, name, cohort), count in sorted(classes.items())
        ]

    def _at_term_end(self) -> list[dict[str, Any]]:
        """Return for each school its pupils, cards and boxes."""
        pupils = Counter((pupil.school, pupil.status) for pupil in self._pupils)
        live = Counter(
            (card.holder.school, card.kind) for card in self._cards.values() if card.state == "live"
        )
        recycled = Counter(
            (card.school, card.kind) for card in self._cards.values() if card.state == "recycled"
        )
        boxes: dict[str, list[dict[str, Any]]] = {}
        for name, box in sorted(self._boxes.items()):
            boxes.setdefault(box.school, []).append(
                {
                    "box": name,
                    "cohort": box.cohort,
                    "state": box.state,
                    "count": box.count,
                    "cards": sorted(box.cards),
                }
            )
        return [
            {
                "school": school,
                "in_school": pupils[school, "in-school"],
                "suspended": pupils[school, "suspended"],
                "live_record_cards": live[school, "record"],
                "live_identity_cards": live[school, "identity"],
                "recycled_record_cards": recycled[school, "record"],
                "recycled_identity_cards": recycled[school, "identity"],
                "boxes": boxes.get(school, []),
            }
            for school in sorted({school for school, _status in pupils})
        ]

    # One method for each action that changes a count.

    def _add(self, row: dict[str, Any]) -> None:
        pupil = _Pupil("in-school", row["school"], row["class"], row["cohort"])
        self._pupils.append(pupil)
        self._numbers[row["number"]] = pupil

    def _change(self, row: dict[str, Any]) -> None:
        """Follow whatever changes number, class or cohort."""
        pupil = self._numbers[row["student"]]
        pupil.class_name = row.get("class", pupil.class_name)
        pupil.cohort = row.get("cohort", pupil.cohort)
        if "number" in row:
            self._numbers[row["number"]] = pupil

    def _graduate(self, row: dict[str, Any]) -> None:
        if row.get("continues"):
            self._change(row)
        else:
            self._numbers[row["student"]].status = "graduated"

    def _suspend(self, row: dict[str, Any]) -> None:
        self._numbers[row["student"]].status = "suspended"

    def _arrive(self, row: dict[str, Any]) -> None:
        """Follow a pupil into the school of the row, and with it the card that is swiped in."""
        pupil = self._numbers[row["student"]]
        pupil.status, pupil.school = "in-school", row["school"]
        if row["action"] == "student-resume":
            for number in pupil.away:
                self._cards[number].state = "live"
            pupil.away.clear()
        if "card" in row:
            card = self._cards.setdefault(row["card"], _Card("record", pupil))
            card.state = "live"
            pupil.away.discard(row["card"])

    def _leave(self, row: dict[str, Any]) -> None:
        pupil = self._numbers[row["student"]]
        if pupil.status != "graduated":
            pupil.status = "left"
        if "card" in row:
            self._cards[row["card"]].state = "left"
            pupil.away.add(row["card"])

    def _new_card(self, row: dict[str, Any]) -> None:
        pupil = self._numbers[row["student"]]
        self._cards[row["card"]] = _Card(row["kind"], pupil)
        if "replaces" in row:
            old = self._cards[row["replaces"]]
            if old.state != "recycled":
                old.state = "replaced-lost" if old.state == "lost" else "outstanding"

    def _lost(self, row: dict[str, Any]) -> None:
        self._cards[row["card"]].state = "lost"

    def _found(self, row: dict[str, Any]) -> None:
        card = self._cards[row["card"]]
        card.state = "live" if card.state == "lost" else "outstanding"

    def _recycle(self, row: dict[str, Any]) -> None:
        card = self._cards[row["card"]]
        card.state, card.school = "recycled", row["school"]
        card.holder.away.discard(row["card"])

    def _swipe(self, row: dict[str, Any]) -> None:
        self._numbers[row["student"]].swiped.add(row["term"])

    def _open(self, row: dict[str, Any]) -> None:
        self._boxes[row["box"]] = _Box(row["school"], row["cohort"])

    def _put(self, row: dict[str, Any]) -> None:
        self._boxes[row["box"]].cards.append(row["card"])

    def _seal(self, row: dict[str, Any]) -> None:
        box = self._boxes[row["box"]]
        box.state, box.count = "sealed", row["count"]

    def _reopen(self, row: dict[str, Any]) -> None:
        self._boxes[row["box"]].state = "open"


_ACTS: Final[dict[str, Callable[[Recount, dict[str, Any]], None]]] = {
    "student-add": Recount._add,
    "student-change": Recount._change,
    "student-renumber": Recount._change,
    "student-repeat-year": Recount._change,
    "student-graduate": Recount._graduate,
    "student-suspend": Recount._suspend,
    "student-resume": Recount._arrive,
    "student-transfer-in": Recount._arrive,
    "transfer-swipe": Recount._arrive,
    "leave-swipe": Recount._leave,
    "student-transfer-out": Recount._leave,
    "register": Recount._new_card,
    "issue": Recount._new_card,
    "reissue": Recount._new_card,
    "lost": Recount._lost,
    "found": Recount._found,
    "recycle": Recount._recycle,
    "term-swipe": Recount._swipe,
    "box-open": Recount._open,
    "box-put": Recount._put,
    "box-seal": Recount._seal,
    "box-reopen": Recount._reopen,
}
