"""Boxing: at the end of a term the recycled cards are packed by cohort and sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from scripts.district.acts import MINUTE
from scripts.district.desk import Desk
from scripts.district.model import Card, Expect, Row, School
from scripts.district.terms import DAY, moment

#: How many cards one box takes.
CAPACITY: Final = 16
#: Every so manieth box is counted again before it goes to the shelf.
COUNTED_AGAIN: Final = 4
#: A card is not found at a stocktake; it is a finding of the rule `box-count-off`.
CARD_GONE: Final = "box-count-off-stocktake"


@dataclass(slots=True)
class Box:
    """A box as it will be packed. `special` is the irregularity that is planted in it."""

    name: str
    school: School
    cohort: int
    cards: list[Card]
    special: str = ""
    stranger: Card | None = None


def plan(desk: Desk, school: School) -> list[Box]:
    """Share what lies in the drawer out to boxes, by cohort."""
    by_cohort: dict[int, list[Card]] = {}
    for card, cohort in school.drawer:
        if not card.no_box:
            by_cohort.setdefault(cohort, []).append(card)
    school.drawer.clear()
    boxes = []
    for cohort, cards in sorted(by_cohort.items()):
        for start in range(0, len(cards), CAPACITY):
            school.boxes += 1
            name = f"B{school.code[4:]}-{cohort}-{school.boxes:03}"
            boxes.append(Box(name, school, cohort, cards[start : start + CAPACITY]))
    return boxes


def _stranger(box: Box, boxes: list[Box], kind: str) -> Box | None:
    """Return a box of another cohort from which a card gets into this one.

    It can spare one, or, where the card will be refused, is packed later than this one.
    """
    refused = kind == "wrong-cohort"
    for other in boxes[boxes.index(box) + 1 :] if refused else boxes:
        spare = refused or (not other.special and len(other.cards) > 1)
        if other.cohort != box.cohort and spare:
            return other
    return None


def _fits(box: Box, boxes: list[Box], kind: str) -> bool:
    """Whether an irregularity of a kind is possible in a box."""
    if kind in ("wrong-cohort-in-box", "wrong-cohort"):
        return _stranger(box, boxes, kind) is not None
    return kind in ("box-not-sealed", "count-mismatch") or len(box.cards) > 1


def spoil(boxes: list[Box], kind: str, rng: Random) -> bool:
    """Choose a box in which an irregularity will be planted; false where none will do."""
    fitting = [box for box in boxes if not box.special and _fits(box, boxes, kind)]
    if not fitting:
        return False
    box = rng.choice(fitting)
    other = _stranger(box, boxes, kind) if kind.startswith("wrong-cohort") else None
    if other is not None and kind == "wrong-cohort":
        box.stranger = other.cards[0]
    elif other is not None:
        box.stranger = other.cards.pop()
        other.special = "-"
    box.special = kind
    return True


def pack(desk: Desk, boxes: list[Box]) -> None:
    """Write the rows by which boxes are opened, filled and sealed."""
    for place, box in enumerate(boxes):
        hour, minute = divmod(15 * (place % 24), 60)
        at = moment(desk.term.boxing_day + place // 24 * DAY, 9 + hour, minute)
        _pack(desk, box, at)
        if not box.special and place % COUNTED_AGAIN == 0:
            _stocktake(desk, box, at + 8 * MINUTE)


def _write(desk: Desk, box: Box, action: str, at: datetime, **how: Any) -> Row:
    return desk.write(box.school, action, at, box=box.name, handler=box.school.deputy, **how)


def _put(desk: Desk, box: Box, card: Card, at: datetime, **how: Any) -> Row:
    return _write(desk, box, "box-put", at, card=card.number, **how)


def _pack(desk: Desk, box: Box, at: datetime) -> None:
    opened = _write(desk, box, "box-open", at, cohort=box.cohort)
    late = box.cards[-1:] if box.special == "box-reopened" else []
    for card in box.cards[: len(box.cards) - len(late)]:
        at += timedelta(seconds=12)
        _put(desk, box, card, at)
    count = len(box.cards) - len(late)
    at += MINUTE
    if box.stranger is not None:
        count += _plant_stranger(desk, box, box.stranger, at)
        at += MINUTE
    if box.special == "box-not-sealed":
        says = "packed and never sealed"
        desk.plant(box.special, box.school, [f"box:{box.name}"], [opened], says, since=opened.at)
        return
    if box.special == "count-mismatch":
        row = _write(
            desk, box, "box-seal", at, count=count + 1, expect=Expect("refused", (box.special,))
        )
        says = "the handler miscounts, is refused, counts again"
        desk.plant(box.special, box.school, [f"box:{box.name}"], [row], says)
        at += MINUTE
    if box.special == "box-count-off":
        expect = Expect("contested", ("count-mismatch",))
        row = _write(desk, box, "box-seal", at, count=count + 1, evidence="imported", expect=expect)
        says = "a paper list has the box sealed with one card more than lies in it"
        desk.plant(box.special, box.school, [f"box:{box.name}"], [row], says, since=at)
        return
    _write(desk, box, "box-seal", at, count=count)
    if box.special == CARD_GONE:
        row = _stocktake(desk, box, at + MINUTE, missing=[box.cards[0].number])
        says = "a stocktake does not find one of the cards"
        desk.plant("box-count-off", box.school, [f"box:{box.name}"], [row], says, since=row.at)
    if late:
        _reopen(desk, box, late[0], at + DAY)


def _stocktake(desk: Desk, box: Box, at: datetime, **how: list[str]) -> Row:
    """Count a box; `how` says what was not found."""
    found = len(box.cards) - len(how.get("missing", ()))
    return _write(desk, box, "box-stocktake", at, found=found, expected=len(box.cards), **how)


def _plant_stranger(desk: Desk, box: Box, card: Card, at: datetime) -> int:
    """Pack a card of another cohort, as imported fact or refused attempt; how many lie in."""
    subjects = [f"box:{box.name}", f"card:{card.number}"]
    if box.special == "wrong-cohort":
        row = _put(desk, box, card, at, expect=Expect("refused", ("wrong-cohort",)))
        desk.plant(
            "wrong-cohort", box.school, subjects, [row], "a card of another cohort is refused"
        )
        return 0
    expect = Expect("contested", ("wrong-cohort",))
    row = _put(desk, box, card, at, evidence="imported", expect=expect)
    says = "a paper list has a card of another cohort in the box"
    desk.plant(box.special, box.school, subjects, [row], says, since=at)
    return 1


def _reopen(desk: Desk, box: Box, card: Card, at: datetime) -> None:
    row = _write(desk, box, "box-reopen", at, reason="漏装一张卡")
    _put(desk, box, card, at + MINUTE)
    _write(desk, box, "box-seal", at + 2 * MINUTE, count=len(box.cards))
    says = "sealed, opened again for a forgotten card, sealed again"
    desk.plant(box.special, box.school, [f"box:{box.name}"], [row], says, since=at)


def not_boxed(desk: Desk, school: School, rng: Random) -> bool:
    """Leave one card of the drawer out of every box."""
    free = [card for card, _cohort in school.drawer if not card.no_box]
    if len(free) < 2:
        return False
    card = rng.choice(free)
    card.no_box = True
    row = next(
        row
        for row in desk.rows
        if row.fields["action"] == "recycle" and row.fields["card"] == card.number
    )
    says = "taken back, put into no box"
    desk.plant("recycled-not-boxed", school, [card], [row], says, since=row.at)
    return True
