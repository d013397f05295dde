"""Changes: what differs between two moments of the history, or without some of its lines.

    diff(ledger, Moment(as_of="2010-03-01"), Moment(as_of="2010-03-20"))
    what_if(ledger, [12, 15]).changes

Both compare rows of projections field by field and name the lines because of which each field
changed. Nothing is written. Only subjects that may differ are folded; memory grows with what
changed, not with the history.
"""

from __future__ import annotations

from cardledger.changes.comparing import COLUMNS, FILTERS, TABLES, Change
from cardledger.changes.diffing import Moment, diff
from cardledger.changes.without import LIMIT, WhatIf, what_if

__all__ = [
    "COLUMNS",
    "FILTERS",
    "LIMIT",
    "TABLES",
    "Change",
    "Moment",
    "WhatIf",
    "diff",
    "what_if",
]
