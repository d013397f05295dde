"""Trace: everything that ever happened to a card, a pupil or a box; and the lines themselves.

    rows = trace(ledger, "C1000002", as_of="2010-03-20")
    page = page_of(ledger, "C1000002", "zh")

A trace says of every line what it follows from, what corrects it, and whether it was written later
than it happened. `custody` is who held which card when; `page_of` shows all of it on one page of
HTML.
"""

from __future__ import annotations

from cardledger.trace.custody import Custody, Lane, Span, custody
from cardledger.trace.follows import RELATIONS, Link
from cardledger.trace.lines import COLUMNS, HISTORY, exported, history, lines_at, trace
from cardledger.trace.page import page_of
from cardledger.trace.searching import AmbiguousName, subject_of

__all__ = [
    "COLUMNS",
    "HISTORY",
    "RELATIONS",
    "AmbiguousName",
    "Custody",
    "Lane",
    "Link",
    "Span",
    "custody",
    "exported",
    "history",
    "lines_at",
    "page_of",
    "subject_of",
    "trace",
]
