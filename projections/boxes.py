"""Boxes: the boxes of recycled cards by cohort, with their cards, handler, date and state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from cardledger.book import Book
from cardledger.i18n import _
from cardledger.states import Stocktake
from projections import _base
from projections._base import Column, Shown, View

SUBJECT: Final = "box"

COLUMNS: Final = (
    Column("box", _("Box"), "id"),
    Column("school", _("School"), "id"),
    Column("cohort", _("Cohort"), "id"),
    Column("state", _("State"), "code"),
    Column("count", _("Count"), "count"),
    Column("handler", _("Handler")),
    Column("sealed_on", _("Sealed on"), "day"),
    Column("cards", _("Cards"), "list"),
    Column("stocktake_on", _("Stocktake on"), "day", 1),
    Column("stocktake_by", _("Stocktake by"), "text", 2),
    Column("found", _("Found"), "count", 1),
    Column("missing", _("Not found"), "list", 1),
    Column("unexpected", _("Unexpected"), "list", 1),
    Column("elsewhere", _("Belongs elsewhere"), "list", 1),
)

KEPT: Final = ("school", "cohort")


class Counted(_base.Row, frozen=True, kw_only=True):
    """The last stocktake of a box: see `cardledger.actions.box_stocktake`."""

    at: str
    handler: str
    found: int
    missing: list[str]
    unexpected: list[str]
    elsewhere: list[str]


class Row(_base.Row, frozen=True, kw_only=True):
    """What the lines of a box add up to.

    cards: numbers with the cohort under which each was recycled, in the order of packing. count,
    handler, sealed_on: of the last sealing; count is what the handler stated, -1 if never sealed.
    """

    school: str
    cohort: int
    state: str
    cards: list[tuple[str, int]]
    count: int
    handler: str
    sealed_on: str
    reopened: int
    stocktake: Counted | None = None


STORED: Final = Row


def fold(book: Book, key: str) -> Row:
    box = book.box(key)
    return Row(
        school=box.school,
        cohort=box.cohort,
        state=box.state,
        cards=list(box.cards.items()),
        count=-1 if box.count is None else box.count,
        handler=box.handler,
        sealed_on=box.sealed_on,
        reopened=box.reopened,
        stocktake=_counted(box.stocktake),
    )


def _counted(last: Stocktake | None) -> Counted | None:
    if last is None:
        return None
    return Counted(
        at=last.at,
        handler=last.handler,
        found=last.found,
        missing=list(last.missing),
        unexpected=list(last.unexpected),
        elsewhere=list(last.elsewhere),
    )


def present(rows: Iterable[tuple[str, Row]], view: View) -> Iterator[Shown]:
    for key, row in rows:
        yield _shown(key, row)


def _shown(key: str, row: Row) -> Shown:
    """Return one box: a sealed one with the count of its handler, an open one as it stands."""
    sealed = row.state == "sealed"
    return {
        "box": key,
        "school": row.school or None,
        "cohort": row.cohort or None,
        "state": row.state,
        "count": row.count if sealed else len(row.cards),
        "handler": (row.handler or None) if sealed else None,
        "sealed_on": (row.sealed_on[:10] or None) if sealed else None,
        "cards": sorted(number for number, _cohort in row.cards),
    } | _stocktake(row.stocktake)


def _stocktake(last: Counted | None) -> Shown:
    """Return the last stocktake; nothing where there was none, which is not a list of nothing."""
    if last is None:
        names = ("stocktake_on", "stocktake_by", "found", "missing", "unexpected", "elsewhere")
        return dict.fromkeys(names)
    return {
        "stocktake_on": last.at[:10],
        "stocktake_by": last.handler or None,
        "found": last.found,
        "missing": last.missing,
        "unexpected": last.unexpected,
        "elsewhere": last.elsewhere,
    }


def order(shown: Shown) -> tuple[Any, ...]:
    return _base.place(shown, "school", "cohort", "box")
