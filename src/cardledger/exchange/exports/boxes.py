"""Box manifest: what lies in a box, card by card, with whose it was and who took it back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cardledger.errors import NotFound
from cardledger.exchange.exports import Asked
from cardledger.exchange.exports._cards import cards, holders
from cardledger.exchange.writing.tables_out import Column, Row
from cardledger.i18n import _
from cardledger.ids import parse_box_id
from cardledger.ledger import Ledger
from cardledger.replay import Replay
from projections import Shown

TITLE: Final = _("Box manifest")

COLUMNS: Final = (
    Column("box", _("Box"), "id"),
    Column("place", _("No."), "count"),
    Column("card", _("Card"), "id"),
    Column("kind", _("Kind"), "code"),
    Column("student_number", _("Student number"), "id"),
    Column("name", _("Name")),
    Column("cohort", _("Cohort"), "id"),
    Column("recycled_at", _("Taken back"), "moment"),
    Column("recycled_reason", _("Taken back for"), "code"),
    Column("recycled_by", _("Taken back by")),
)

#: On paper the box stands above the table.
PAPER: Final = COLUMNS[1:]
FILTERS: Final = ("box", "school", "cohort")
TOTALS: Final = ("card",)
SHEETS: Final = ("box",)


def rows(ledger: Ledger, asked: Asked) -> Iterable[Row]:
    """Return the cards of one box, or of all, by their numbers.

    Raises `NotFound` for a box that there is not.
    """
    boxes = Replay(ledger).rows("boxes", as_of=asked.as_of, known=asked.known, where=asked.where)
    if not boxes and "box" in asked.where:
        raise NotFound(
            _("There is no box {box}."),
            hint=_("All boxes: cardledger boxes"),
            box=parse_box_id(asked.where["box"]),
        )
    only = {"box": asked.where["box"]} if "box" in asked.where else {}
    packed: dict[str, list[Shown]] = {}
    for row in cards(ledger, asked, only):
        if row["box"]:
            packed.setdefault(row["box"], []).append(row)
    found: list[Row] = []
    for box in boxes:
        inside = packed.get(box["box"], [])
        pupils = holders(ledger, asked, inside, box["school"] or "")
        found += (
            _row(box, place, row, pupils.get(row["student"]))
            for place, row in enumerate(sorted(inside, key=lambda row: str(row["card"])), 1)
        )
    return found


def _row(box: Shown, place: int, row: Shown, pupil: Shown | None) -> Row:
    return {
        **row,
        "box": box["box"],
        "school": box["school"],
        "place": place,
        "name": pupil["name"] if pupil else None,
        "manifest": box,
    }


def facts(found: list[Row], asked: Asked) -> list[tuple[str, str]]:
    """Return what is known of the box; the count is what its handler stated at the sealing."""
    if not found:
        return [(_("Box"), asked.where.get("box", ""))]
    box = found[0]["manifest"]
    told = [(_("Box"), box["box"]), (_("Cohort"), box["cohort"]), (_("State"), box["state"])]
    if box["sealed_on"]:
        told += [
            (_("Sealed on"), box["sealed_on"]),
            (_("Count stated"), box["count"]),
            (_("Handler"), box["handler"]),
        ]
    return [(label, str(value)) for label, value in told if value is not None]
