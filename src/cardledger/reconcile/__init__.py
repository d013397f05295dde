"""Reconciliation: where ledger and spreadsheets differ, why, and what to do.

    lists = {"roster": [SOURCES["roster"].read(Path("roster.xlsx"))]}
    result = reconcile(ledger, lists, as_of="2010-06-30")
    for difference in result.differences: ...
    result.batch()   # acts that settle what has one honest settlement

Nothing is written to the ledger.
"""

from __future__ import annotations

from cardledger.reconcile.differences import (
    COLUMNS,
    PAPER,
    SHOWN,
    TOLD,
    Difference,
    Place,
)
from cardledger.reconcile.recognition import kind_of
from cardledger.reconcile.running import Result, reconcile
from cardledger.reconcile.sources import SOURCES

__all__ = [
    "COLUMNS",
    "PAPER",
    "SHOWN",
    "SOURCES",
    "TOLD",
    "Difference",
    "Place",
    "Result",
    "kind_of",
    "reconcile",
]
