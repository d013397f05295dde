"""Roster: the pupils of a school by class, with their cards. A file that `import roster` reads.

Listed are the pupils who are in school and those who are suspended; who left stands in `leavers`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from cardledger.exchange.exports import Asked
from cardledger.exchange.exports._order import pupil_place
from cardledger.exchange.writing.tables_out import Column, Row
from cardledger.i18n import Translator, _
from cardledger.ledger import Ledger
from cardledger.replay import Replay
from cardledger.states import AWAY

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
TOTALS: Final = ("card", "identity_card")
SHEETS: Final = ("school", "class")

#: A class that is told from those of other grades by the grade alone.
_BARE: Final = re.compile(r"[（(]?(\d{1,2}|[一二三四五六七八九十]{1,3})[）)]?班?")


def rows(ledger: Ledger, asked: Asked) -> Iterable[Row]:
    found = Replay(ledger).rows("roster", as_of=asked.as_of, known=asked.known, where=asked.where)
    return sorted((row for row in found if row["status"] not in AWAY), key=pupil_place)


def sheet(row: Row, say: Translator) -> str:
    """Return what the sheet of a class is called: a 1班 there is in every grade."""
    name = row["class"] or "-"
    if row["grade"] is None or not _BARE.fullmatch(name):
        return str(name)
    return say(_("Grade {grade} {name}")).format(grade=row["grade"], name=name)
