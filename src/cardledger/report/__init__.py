"""Report: an audit on paper, for the file: one page of HTML with nothing beside it, or a PDF.

    with open_ledger(place) as ledger:
        contents = report(ledger, Scope(verdict=examine(place)), "zh")
        file.writelines(contents.html())

It says what it is of, whether the ledger is what was written, what the rules found with the lines
that prove it, what was accepted and why, and what was not examined.
"""

from __future__ import annotations

from cardledger.report.making import (
    LIMIT,
    PDF_LIMIT,
    PDF_TOGETHER,
    TOGETHER,
    Contents,
    Scope,
    report,
)
from cardledger.report.pdf import PdfMissing, pdf_of, ready

__all__ = [
    "LIMIT",
    "PDF_LIMIT",
    "PDF_TOGETHER",
    "TOGETHER",
    "Contents",
    "PdfMissing",
    "Scope",
    "pdf_of",
    "ready",
    "report",
]
