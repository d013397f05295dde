"""Card filing file: all live record cards of a school, to be handed in upward.

The same lines of the ledger give the same bytes as CSV, whose headings are Chinese in every
language: its SHA-256 is told, and is what the district records.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cardledger.exchange.exports import Asked
from cardledger.exchange.exports._cards import cards, holders
from cardledger.exchange.exports._order import pupil_place
from cardledger.exchange.writing.tables_out import Column, Row
from cardledger.i18n import _
from cardledger.ledger import Ledger
from cardledger.states import RECORD

TITLE: Final = _("Card filing data")

COLUMNS: Final = (
    Column("school", _("School code"), "id"),
    Column("class", _("Class")),
    Column("student_number", _("Student number"), "id"),
    Column("name", _("Name")),
    Column("card", _("Card number"), "id"),
    Column("uid", _("Chip number"), "id"),
    Column("issued_on", _("Issued on"), "day"),
)

FILTERS: Final = ("school",)
#: A number below the cards would be taken for one; how many there are stands above.
TOTALS: Final[tuple[str, ...]] = ()
#: In this language stand the headings of a CSV; else they are the names for programs.
CSV_LANGUAGE: Final = "zh"


def rows(ledger: Ledger, asked: Asked) -> Iterable[Row]:
    school = asked.where.get("school") or ledger.default_school
    found = [
        row
        for row in cards(ledger, asked, {"school": school})
        if row["kind"] == RECORD and row["state"] == "live"
    ]
    pupils = holders(ledger, asked, found, school)
    filed = []
    for row in found:
        pupil = pupils.get(row["student"], {})
        filed.append(
            {
                **row,
                "class": pupil.get("class"),
                "name": pupil.get("name"),
                "issued_on": (row["issued_at"] or "")[:10] or None,
            }
        )
    return sorted(filed, key=lambda row: (pupil_place(row), row["card"]))
