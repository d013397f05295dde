"""Stocktake of a box: what should lie in it is noted at the start, each card laid on is judged.

`counting` knows what each card is, `journal` keeps it on the disk, `station` is a station at work.
The event is written at the end; until then a stocktake can be resumed, or dropped.
"""

from __future__ import annotations

from cardledger.station.stocktaking.counting import Counting, Expected, Judged, expected_in
from cardledger.station.stocktaking.journal import Journal, StocktakeBusy, StocktakeUnwritable

__all__ = [
    "Counting",
    "Expected",
    "Journal",
    "Judged",
    "StocktakeBusy",
    "StocktakeUnwritable",
    "expected_in",
]
