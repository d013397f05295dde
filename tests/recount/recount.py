"""The independent recount: what an exported history adds up to, by the handbook alone.

It reads the lines as any auditor could, as JSON, and imports nothing of cardledger: what it shares
with the ledger's own folds is the handbook (sections 3 to 5) and the form of the lines.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

Line = dict[str, Any]

AWAY: Final = ("left", "graduated")
#: The grade below the first one of each level, and the years of the level, by digit 9 of a number.
LEVELS: Final = {"0": 6, "4": 6, "7": 6, "1": 9, "5": 9, "8": 9, "2": 12, "6": 12, "9": 12, "3": 12}


@dataclass(eq=False)
class Pupil:
    key: str
    number: str
    school: str
    class_name: str
    cohort: int
    guest: bool
    grade: int = 0
    grade_year: int = 0
    status: str = "in-school"
    cards: list[Card] = field(default_factory=list)
    terms: set[str] = field(default_factory=set)


@dataclass(eq=False)
class Card:
    number: str
    kind: str = ""
    state: str = ""
    holder: Pupil | None = None
    cohort: int = 0
    box: str = ""


@dataclass(eq=False)
class Box:
    school: str
    cohort: int
    cards: set[str] = field(default_factory=set)
    state: str = "open"
    count: int = 0
    handler: str = ""
    sealed: str = ""
    stocktake: dict[str, Any] | None = None


def stocktake(line: dict[str, Any] | None) -> dict[str, Any]:
    """Return what a row says of the last stocktake of a box; nothing where there was none."""
    last = line or {}
    lists = ("missing", "unexpected", "elsewhere")
    told = {"stocktake_on": last.get("at", "")[:10] or None, "stocktake_by": last.get("handler")}
    return (
        told
        | {"found": last.get("found")}
        | {name: list(last.get(name, ())) if line else None for name in lists}
    )


def school_year(day: str) -> int:
    return int(day[:4]) - (day[5:7] < "09")


def when(line: Line) -> str:
    """Return when a line happened; nothing is before what was always so."""
    if line["event"] == "student.added/1":
        return str(line.get("entered", ""))
    if line["event"] in ("school.added/1", "policy.adopted/1") or line.get("opening"):
        return ""
    return str(line["at"])


class Recount:
    """Pupils, cards and boxes after all lines of a history."""

    def __init__(self, history: Iterable[bytes]) -> None:
        self.pupils: dict[str, Pupil] = {}
        self.cards: dict[str, Card] = {}
        self.boxes: dict[str, Box] = {}
        lines = [json.loads(text) for text in history]
        void = {line["position"] for line in lines if line["event"] == "line.voided/1"}
        numbered = [(when(line), line["recorded"], n) for n, line in enumerate(lines, 1)]
        for _when, _recorded, position in sorted(numbered):
            line = lines[position - 1]
            act = ACTS.get(line["event"])
            if act is not None and position not in void:
                act(self, line)

    # What people read

    def roster(self, today: date) -> dict[str, dict[str, Any]]:
        """Return the rows of the roster by pupil, without the names, which are sealed."""
        return {key: self._pupil(pupil, today) for key, pupil in self.pupils.items()}

    def _pupil(self, pupil: Pupil, today: date) -> dict[str, Any]:
        record, identity = present(pupil, "record"), present(pupil, "identity")
        terms = sorted(pupil.terms, key=lambda term: (term[:4], term.endswith("autumn")))
        return {
            "student": pupil.key,
            "student_number": pupil.number,
            "school": pupil.school,
            "class": pupil.class_name or None,
            "grade": grade(pupil, today),
            "cohort": pupil.cohort,
            "status": pupil.status,
            "guest": pupil.guest,
            "card": record.number if record else None,
            "card_state": state(record) if record else None,
            "identity_card": identity.number if identity else None,
            "identity_card_state": state(identity) if identity else None,
            "last_term": terms[-1] if terms else None,
        }

    def boxes_by_name(self) -> dict[str, dict[str, Any]]:
        """Return the rows of the boxes by name."""
        return {
            name: {
                "box": name,
                "school": box.school,
                "cohort": box.cohort,
                "state": box.state,
                "count": box.count if box.state == "sealed" else len(box.cards),
                "handler": box.handler if box.state == "sealed" else None,
                "sealed_on": box.sealed[:10] if box.state == "sealed" else None,
                "cards": sorted(box.cards),
                **stocktake(box.stocktake),
            }
            for name, box in self.boxes.items()
        }

    def states(self) -> dict[str, tuple[str, str | None, str | None]]:
        """Return state, holder and box of every card, by number."""
        return {
            number: (state(card), card.holder.key if card.holder else None, card.box or None)
            for number, card in self.cards.items()
        }

    # What happened, one method for each kind of line

    def pupil(self, line: Line) -> Pupil:
        return self.pupils[line["student"]]

    def card(self, line: Line) -> Card:
        card = self.cards.setdefault(line["card"], Card(line["card"]))
        if line.get("student"):
            card.holder = self.pupil(line)
            if card not in card.holder.cards:
                card.holder.cards.append(card)
        return card

    def added(self, line: Line) -> None:
        self.pupils[line["student"]] = Pupil(
            line["student"],
            line["number"],
            line["school"],
            line.get("class", ""),
            line["cohort"],
            line.get("guest", False),
        )
        self.facts(line)

    def facts(self, line: Line) -> None:
        pupil = self.pupil(line)
        if line.get("grade"):
            pupil.grade, pupil.grade_year = line["grade"], school_year(line["at"])
        pupil.guest = line.get("guest", pupil.guest)
        self.placed(line)

    def placed(self, line: Line) -> None:
        pupil = self.pupil(line)
        pupil.class_name = line.get("class") or pupil.class_name
        pupil.cohort = line.get("cohort") or pupil.cohort

    def renumbered(self, line: Line) -> None:
        pupil = self.pupil(line)
        pupil.number = line.get("number") or pupil.number
        if line.get("cohort") and line["cohort"] != pupil.cohort:
            pupil.grade = 0
        self.placed(line)

    def repeated_year(self, line: Line) -> None:
        self.renumbered(line)
        self.pupil(line).grade = 0

    def graduated(self, line: Line) -> None:
        if line.get("continues"):
            self.repeated_year(line)
        else:
            self.pupil(line).status = "graduated"

    def suspended(self, line: Line) -> None:
        self.pupil(line).status = "suspended"

    def left(self, line: Line) -> None:
        pupil = self.pupil(line)
        if pupil.status not in AWAY:
            pupil.status = "graduated" if line.get("reason") == "graduation" else "left"

    def arrived(self, line: Line) -> None:
        pupil = self.pupil(line)
        if pupil.school != line["school"]:
            pupil.class_name = ""
        pupil.status, pupil.school = "in-school", line["school"]
        pupil.class_name = line.get("class") or pupil.class_name

    def resumed(self, line: Line) -> None:
        self.arrived(line)
        for card in self.pupil(line).cards:
            if card.state == "left" and card.holder is self.pupil(line):
                card.state = "live"

    def new_card(self, line: Line) -> None:
        card = self.card(line)
        card.kind = card.kind or line.get("kind", "record")
        if card.state != "recycled":
            card.state = "left" if line.get("swiped_out") else "live"
        old = self.cards.get(line.get("old", ""))
        if old is not None and old.state in ("live", "lost", "left"):
            lost = old.state == "lost" or line["reason"] == "lost"
            old.state = "replaced-lost" if lost else "outstanding"

    def transfer_swiped(self, line: Line) -> None:
        self.new_card(line)
        self.arrived(line)

    def leave_swiped(self, line: Line) -> None:
        card = self.card(line)
        if card.state == "live":
            card.state = "left"
        self.left(line)

    def lost(self, line: Line) -> None:
        card = self.card(line)
        if card.state in ("live", "left"):
            card.state = "lost"

    def found(self, line: Line) -> None:
        card = self.card(line)
        card.state = {"lost": "live", "replaced-lost": "outstanding"}.get(card.state, card.state)

    def swiped(self, line: Line) -> None:
        self.card(line)
        self.pupil(line).terms.add(line["term"])

    def recycled(self, line: Line) -> None:
        card = self.card(line)
        if card.state != "recycled":
            card.state, card.cohort = "recycled", line["cohort"]

    def touched(self, line: Line) -> None:
        self.card(line)

    def box_opened(self, line: Line) -> None:
        self.boxes[line["box"]] = Box(line["school"], line["cohort"])

    def boxed(self, line: Line) -> None:
        self.card(line).box = line["box"]
        self.boxes[line["box"]].cards.add(line["card"])

    def box_sealed(self, line: Line) -> None:
        box = self.boxes[line["box"]]
        box.state, box.count = "sealed", line["count"]
        box.handler, box.sealed = line["handler"], line["at"]

    def stocktaken(self, line: Line) -> None:
        self.boxes[line["box"]].stocktake = line

    def box_reopened(self, line: Line) -> None:
        self.boxes[line["box"]].state = "open"


def present(pupil: Pupil, kind: str) -> Card | None:
    """Return the card that counts as a pupil's own: a held one before one that was handed in."""
    own = [card for card in pupil.cards if card.holder is pupil and card.kind == kind]
    for wanted in ("live", "lost", "left"):
        held = [card for card in own if card.state == wanted]
        if held:
            return held[-1]
    return own[-1] if own else None


def state(card: Card) -> str:
    return "boxed" if card.state == "recycled" and card.box else card.state or "unknown"


def grade(pupil: Pupil, today: date) -> int | None:
    if pupil.status in AWAY:
        return None
    year = school_year(today.isoformat())
    if pupil.grade:
        now = pupil.grade + year - pupil.grade_year
    else:
        now = LEVELS[pupil.number[8]] - (pupil.cohort - year - 1)
    return now if 1 <= now <= 12 else None


ACTS: Final[dict[str, Callable[[Recount, Line], None]]] = {
    "student.added/1": Recount.added,
    "student.changed/1": Recount.facts,
    "student.renumbered/1": Recount.renumbered,
    "student.repeated_year/1": Recount.repeated_year,
    "student.graduated/1": Recount.graduated,
    "student.suspended/1": Recount.suspended,
    "student.resumed/1": Recount.resumed,
    "student.transferred_in/1": Recount.arrived,
    "student.transferred_out/1": Recount.left,
    "card.issued/1": Recount.new_card,
    "card.registered/1": Recount.new_card,
    "card.reissued/1": Recount.new_card,
    "card.upgraded/1": Recount.touched,
    "card.lost/1": Recount.lost,
    "card.found/1": Recount.found,
    "card.recycled/1": Recount.recycled,
    "card.boxed/1": Recount.boxed,
    "term.swiped/1": Recount.swiped,
    "leave.swiped/1": Recount.leave_swiped,
    "transfer.swiped/1": Recount.transfer_swiped,
    "box.opened/1": Recount.box_opened,
    "box.sealed/1": Recount.box_sealed,
    "box.reopened/1": Recount.box_reopened,
    "box.stocktaken/1": Recount.stocktaken,
}
