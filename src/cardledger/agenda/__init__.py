"""Agenda: what is due or overdue in the office year (HANDBOOK 8), school by school.

    for row in agenda(ledger, at="2010-03-18"):
        print(row.school, row.entry.due, row.entry.state, row.item)

Every module of `cardledger.agenda.items` is one item, and its presence registers it.
"""

from __future__ import annotations

from cardledger.agenda.entry import STATES, Entry
from cardledger.agenda.items import ITEMS
from cardledger.agenda.office import Faults, Office
from cardledger.agenda.running import Due, agenda, due_at

__all__ = ["ITEMS", "STATES", "Due", "Entry", "Faults", "Office", "agenda", "due_at"]
