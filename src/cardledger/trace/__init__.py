"""Trace: everything that ever happened to a card, a pupil or a box; and the lines themselves.

    rows = trace(ledger, "C1000002", as_of="2010-03-20")
    page = page.page_of(ledger, "C1000002", "zh")

A trace says of every line what it follows from, what corrects it, and whether it was written later
than it happened. `custody.custody` is who held which card when; `page.page_of` shows all of it on
one page of HTML. Both are imported where they are used: a trace alone needs no stored rows.
"""

from __future__ import annotations

from cardledger.trace.follows import RELATIONS, Link
from cardledger.trace.lines import COLUMNS, HISTORY, exported, history, lines_at, trace
from cardledger.trace.searching import AmbiguousName, subject_of

__all__ = [
    "COLUMNS",
    "HISTORY",
    "RELATIONS",
    "AmbiguousName",
    "Link",
    "exported",
    "history",
    "lines_at",
    "subject_of",
    "trace",
]
