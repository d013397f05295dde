"""Numbers: the pre-allocated student numbers that were not filed yet, to be filed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cardledger.exchange.exports import Asked
from cardledger.exchange.writing.tables_out import Column, Row
from cardledger.i18n import _
from cardledger.ledger import Ledger
from cardledger.replay import Replay

TITLE: Final = _("Pre-allocated student numbers")

COLUMNS: Final = (
    Column("school", _("School"), "id"),
    Column("class", _("Class")),
    Column("cohort", _("Cohort"), "id"),
    Column("number", _("Pre-allocated number"), "id"),
    Column("name", _("Name")),
    Column("student_number", _("Present number"), "id"),
    Column("why", _("Allocated for"), "code"),
    Column("allocated_at", _("Allocated"), "moment"),
)

FILTERS: Final = ("school", "class", "cohort")
TOTALS: Final[tuple[str, ...]] = ()


def rows(ledger: Ledger, asked: Asked) -> Iterable[Row]:
    replay = Replay(ledger)
    waiting = replay.rows(
        "numbers", as_of=asked.as_of, known=asked.known, where={**asked.where, "state": "allocated"}
    )
    pupils = {row["student"] for row in waiting if row["student"]}
    present: dict[str, str | None] = {}
    if pupils:
        roster = replay.rows("roster", as_of=asked.as_of, known=asked.known)
        present = {row["student"]: row["student_number"] for row in roster}
    for row in waiting:
        number = present.get(row["student"] or "")
        yield {
            **row,
            # Who has the number already has no other one.
            "student_number": number if number != row["number"] else None,
        }
