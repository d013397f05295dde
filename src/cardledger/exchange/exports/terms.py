"""Term report: how many pupils of each class were registered by their term swipe, and how many
are missing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cardledger.exchange.exports import Asked
from cardledger.exchange.exports._order import class_place
from cardledger.exchange.writing.tables_out import Column, Row
from cardledger.i18n import _
from cardledger.ledger import Ledger
from cardledger.replay import Replay

TITLE: Final = _("Term report")

COLUMNS: Final = (
    Column("school", _("School"), "id"),
    Column("term", _("Term"), "code"),
    Column("class", _("Class")),
    Column("pupils", _("Pupils"), "count"),
    Column("registered", _("Registered"), "count"),
    Column("missing", _("Missing"), "count"),
    Column("percent", _("Percent"), "percent"),
)

FILTERS: Final = ("school", "class", "term")
TOTALS: Final = ("pupils", "registered", "missing")
SHEETS: Final = ("term", "school")


def rows(ledger: Ledger, asked: Asked) -> Iterable[Row]:
    found = Replay(ledger).rows("terms", as_of=asked.as_of, known=asked.known, where=asked.where)
    return sorted(found, key=lambda row: (_term_place(row["term"]), class_place(row)))


def _term_place(term: str) -> tuple[str, bool]:
    year, _dash, season = term.partition("-")
    return year, season == "autumn"


def totals(sums: Row) -> Row:
    """Return the sums with the percentage of all pupils, not of the classes."""
    pupils = sums["pupils"]
    return {**sums, "percent": round(100 * sums["registered"] / pupils, 1) if pupils else None}


def facts(found: list[Row], asked: Asked) -> list[tuple[str, str]]:
    """Return the term, if there is one."""
    terms = {row["term"] for row in found}
    return [(_("Term"), terms.pop())] if len(terms) == 1 else []
