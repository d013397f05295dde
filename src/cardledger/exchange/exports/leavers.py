"""Leavers and recycled cards: leave swipes, who took each card back and when, and its box.

First stands everybody who left, with the record card; then every other card that was taken back.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from cardledger.exchange.exports import Asked
from cardledger.exchange.exports._cards import cards, holders
from cardledger.exchange.writing.tables_out import Column, Row
from cardledger.i18n import _
from cardledger.ledger import Ledger
from cardledger.replay import Replay
from cardledger.states import RECORD
from projections import Shown

TITLE: Final = _("Leavers and recycled cards")

COLUMNS: Final = (
    Column("school", _("School"), "id"),
    Column("cohort", _("Cohort"), "id"),
    Column("student_number", _("Student number"), "id"),
    Column("name", _("Name")),
    Column("left_at", _("Left"), "moment"),
    Column("reason", _("Reason"), "code"),
    Column("leave_swiped_at", _("Leave swipe"), "moment"),
    Column("card", _("Card"), "id"),
    Column("kind", _("Kind"), "code"),
    Column("recycled_at", _("Taken back"), "moment"),
    Column("recycled_reason", _("Taken back for"), "code"),
    Column("recycled_by", _("Taken back by")),
    Column("box", _("Box"), "id"),
)

FILTERS: Final = ("school", "cohort")
TOTALS: Final = ("left_at", "leave_swiped_at", "card", "recycled_at", "box")
SHEETS: Final = ("school",)

_TAKEN_BACK: Final = frozenset({"recycled", "boxed"})


def rows(ledger: Ledger, asked: Asked) -> Iterable[Row]:
    found = Replay(ledger).rows("leavers", as_of=asked.as_of, known=asked.known, where=asked.where)
    taken = {
        row["card"]: row for row in cards(ledger, asked, asked.where) if row["state"] in _TAKEN_BACK
    }
    left = [_left(row, taken.get(row["card"])) for row in found]
    for row in left:
        taken.pop(row["card"], None)
    pupils = holders(ledger, asked, taken.values(), asked.where.get("school", ""))
    others = [_other(row, pupils.get(row["student"])) for row in taken.values()]
    return sorted(left, key=_place) + sorted(others, key=_place)


def _left(row: Shown, card: Shown | None) -> Row:
    return {
        **row,
        "kind": RECORD if row["card"] else None,
        "recycled_reason": card["recycled_reason"] if card else None,
    }


def _other(row: Shown, pupil: Shown | None) -> Row:
    nothing = dict.fromkeys(("left_at", "reason", "leave_swiped_at"))
    return {**nothing, **row, "name": pupil["name"] if pupil else None}


def _place(row: Row) -> tuple[Any, ...]:
    names = ("school", "cohort", "left_at", "student_number", "card")
    return tuple((row.get(name) is not None, row.get(name)) for name in names)
