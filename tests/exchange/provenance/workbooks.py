"""A workbook of a ledger, and somebody who alters it."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from cardledger import Ledger
from cardledger.exchange.provenance import Made, WorkbookVerdict, verify_workbook
from cardledger.exchange.writing.paper import Paper
from cardledger.exchange.writing.tables_out import Column, Row
from cardledger.exchange.writing.workbook_out import write_workbook

COLUMNS = (
    Column("number", "Student number", "id"),
    Column("name", "Name"),
    Column("at", "When", "moment"),
    Column("day", "Day", "day"),
    Column("count", "Count", "count"),
    Column("percent", "Percent", "percent"),
)
ROWS: list[Row] = [
    {
        "number": f"01170011015101{place:02}",
        "name": f"王小明{place // 3}",
        "at": f"2010-03-{place + 1:02}T09:30:00.000+08:00",
        "day": f"2010-04-{place + 1:02}",
        "count": place,
        "percent": 33.3,
    }
    for place in range(12)
]
FIRST = 4  # title, facts, headings

Alter = Callable[[Any], None]


def workbook(ledger: Ledger | None, rows: list[Row] = ROWS, **fields: Any) -> bytes:
    """Write a workbook of a ledger as it is now."""
    made = Made.of(ledger, ledger.log.size(), command="cardledger cards") if ledger else None
    file = io.BytesIO()
    paper = Paper(
        **{"title": "Cards", "columns": COLUMNS, "rows": rows, "totals": ("count",)} | fields
    )
    write_workbook(paper, str, file, made)
    return file.getvalue()


def altered(
    source: Path | bytes, folder: Path, alter: Alter, ledger: Ledger | None
) -> WorkbookVerdict:
    """Alter a workbook as a person with a spreadsheet would, and have it looked at."""
    data = source if isinstance(source, bytes) else source.read_bytes()
    book = load_workbook(io.BytesIO(data))
    alter(book)
    file = folder / "altered.xlsx"
    book.save(file)
    return verify_workbook(file, ledger)


def told(verdict: WorkbookVerdict) -> list[tuple[str, str, str | None]]:
    """Return what a verdict names."""
    return [(one.problem, one.cell, one.now) for one in verdict.altered]


def problem_of(verdict: WorkbookVerdict) -> str:
    """Return what is wrong."""
    assert verdict.problem is not None
    return verdict.problem.text()
