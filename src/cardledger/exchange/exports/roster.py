"""Roster: the pupils of a school by class, with their cards."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cardledger.exchange.exports import Asked
from cardledger.exchange.tables_out import Column, Row
from cardledger.i18n import _
from cardledger.ledger import Ledger
from cardledger.replay import Replay

TITLE: Final = _("Roster")

COLUMNS: Final = (
    Column("school", _("School"), "id"),
    Column("class", _("Class")),
    Column("student_number", _("Student number"), "id"),
    Column("name", _("Name")),
    Column("grade", _("Grade"), "count"),
    Column("cohort", _("Cohort"), "id"),
    Column("status", _("Status"), "code"),
    Column("guest", _("Guest"), "yesno"),
    Column("card", _("Record card"), "id"),
    Column("card_state", _("State of the record card"), "code"),
    Column("identity_card", _("Identity card"), "id"),
    Column("identity_card_state", _("State of the identity card"), "code"),
    Column("last_term", _("Last term"), "code"),
)

FILTERS: Final = ("school", "class", "cohort")
TOTALS: Final[tuple[str, ...]] = ()


def rows(ledger: Ledger, asked: Asked) -> Iterable[Row]:
    return Replay(ledger).rows("roster", as_of=asked.as_of, known=asked.known, where=asked.where)
