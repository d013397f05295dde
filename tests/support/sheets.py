"""Workbooks of ours, read in tests: the table of the first sheet, without what stands above it."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

from openpyxl import load_workbook


def open_book(file: str | Path | IO[bytes]) -> Any:
    """Return a workbook."""
    return load_workbook(file)


def sheet_of(file: str | Path | IO[bytes], name: str | None = None) -> Any:
    """Return a sheet of a workbook, the first one by default."""
    book = open_book(file)
    return book[name] if name else book.worksheets[0]


def table_of(sheet: Any) -> list[tuple[Any, ...]]:
    """Return the values of the headings, then of the rows; the headings are the last frozen row."""
    first = int(sheet.freeze_panes.removeprefix("A")) - 1
    return list(sheet.iter_rows(min_row=first, values_only=True))
