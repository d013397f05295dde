"""Streams: the lines of the history, grouped by subject, and which of them count.

Whoever folds subjects one after the other (projections, findings) reads them here. Streams go from
subject to subject, so that their memory does not grow with the number of lines.
"""

from __future__ import annotations

from cardledger.streams.counted import counted, reference_of
from cardledger.streams.cuts import Asked, Cut, asked_for
from cardledger.streams.grouping import (
    PAGE,
    Progress,
    Reader,
    known_by,
    some_subjects,
    subjects_of,
)
from cardledger.streams.spool import Spool

__all__ = [
    "PAGE",
    "Asked",
    "Cut",
    "Progress",
    "Reader",
    "Spool",
    "asked_for",
    "counted",
    "known_by",
    "reference_of",
    "some_subjects",
    "subjects_of",
]
