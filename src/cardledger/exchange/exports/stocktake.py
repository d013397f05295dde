"""Stocktake of boxes: what was found at the last count, card by card, to be signed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from cardledger.errors import NotFound
from cardledger.exchange.exports import Asked
from cardledger.exchange.exports._boxes import boxes_asked
from cardledger.exchange.exports._cards import FEW, cards, holders
from cardledger.exchange.exports._stocktakes import Taken, last_stocktakes
from cardledger.exchange.writing.tables_out import Column, Row
from cardledger.i18n import _
from cardledger.ledger import Ledger
from cardledger.streams import Cut, asked_for
from projections import Shown

TITLE: Final = _("Stocktake")

COLUMNS: Final = (
    Column("box", _("Box"), "id"),
    Column("place", _("No."), "count"),
    Column("result", _("Result"), "code"),
    Column("card", _("Card"), "id"),
    Column("state", _("State"), "code"),
    Column("belongs_in", _("Belongs in box"), "id"),
    Column("student_number", _("Student number"), "id"),
    Column("name", _("Name")),
    Column("cohort", _("Cohort"), "id"),
    Column("recycled_at", _("Taken back"), "moment", 1),
    Column("recycled_by", _("Taken back by"), "text", 1),
)

NAMES: Final = ("box", _("BOX"), _("Boxes; all that were counted where none is named"))
PAPER: Final = COLUMNS[1:]
FILTERS: Final = ("school", "cohort")
TOTALS: Final = ("card",)
SHEETS: Final = ("box",)


def rows(ledger: Ledger, asked: Asked) -> Iterable[Row]:
    """Return the cards of the last stocktakes, what is wrong first.

    Raises `NotFound` for a box that there is not, or that was not counted by then.
    """
    moment = asked_for(ledger, asked.as_of, asked.known)
    boxes = boxes_asked(ledger, asked)
    taken = last_stocktakes(ledger, [box["box"] for box in boxes], moment.cut if moment else Cut())
    for name in (box["box"] for box in boxes if asked.names):
        if name not in taken:
            raise NotFound(
                _("Box {box} was not counted."),
                hint=_(
                    "Count it with: cardledger station stocktake {box}; or from a list, with:"
                    " cardledger box stocktake {box} --from FILE"
                ),
                box=name,
            )
    return [row for box in boxes if box["box"] in taken for row in _of(ledger, asked, box, taken)]


def _of(ledger: Ledger, asked: Asked, box: Shown, all_taken: dict[str, Taken]) -> Iterator[Row]:
    taken = all_taken[box["box"]]
    known = _known(ledger, asked, box["box"], [card for card, _result, _box in taken.results()])
    pupils = holders(ledger, asked, known.values(), box["school"] or "")
    for place, (card, result, belongs) in enumerate(taken.results(), 1):
        row = known.get(card, {})
        pupil = pupils.get(row.get("student") or "")
        yield {
            **dict.fromkeys(column.key for column in COLUMNS),
            **row,
            "card": card,
            "box": box["box"],
            "school": box["school"],
            "place": place,
            "result": result,
            "belongs_in": belongs or None,
            "name": pupil["name"] if pupil else None,
            "shown": box,
            "taken": taken,
        }


def _known(ledger: Ledger, asked: Asked, box: str, wanted: list[str]) -> dict[str, Shown]:
    """Return the cards of a stocktake as the ledger has them: those of the box, then the others."""
    found = {row["card"]: row for row in cards(ledger, asked, {"box": box})}
    others = [card for card in wanted if card not in found and ":" not in card]
    if len(others) > FEW:
        return found | {row["card"]: row for row in cards(ledger, asked, {})}
    for card in others:
        found |= {row["card"]: row for row in cards(ledger, asked, {"card": card})}
    return found


def facts(found: list[Row], asked: Asked) -> list[tuple[str, str]]:
    """Return what is known of the stocktake: who counted when, and what came of it."""
    if not found:
        return []
    event, box = found[0]["taken"].event, found[0]["shown"]
    told = [
        (_("Box"), event.box),
        (_("Cohort"), box["cohort"]),
        (_("State"), box["state"]),
        (_("Counted on"), event.at[:10]),
        (_("Counted by"), event.handler),
        (_("Expected"), event.expected),
        (_("Found"), event.found),
        (_("Not found"), len(event.missing)),
        (_("Unexpected"), len(event.unexpected)),
        (_("Belongs elsewhere"), len(event.elsewhere)),
    ]
    return [(label, str(value)) for label, value in told if value is not None]


def page(ledger: Ledger, found: Iterable[Row], asked: Asked) -> str:
    """Return the stocktakes as pages to print and sign, each box on pages of its own."""
    from cardledger.exchange.labels.manifest import manifest

    return manifest(ledger, list(found), asked.language)
