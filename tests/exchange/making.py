"""Real files for the tests: workbooks by openpyxl, CSV, and what is neither."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

Sheets = dict[str, Iterable[Sequence[Any]]]


def workbook(path: Path, rows: Iterable[Sequence[Any]] | Sheets) -> Path:
    """Write a workbook of one sheet, or of several by name."""
    sheets: Sheets = rows if isinstance(rows, dict) else {"名册": rows}
    book = Workbook(write_only=True)
    for name, content in sheets.items():
        sheet = book.create_sheet(name)
        for row in content:
            sheet.append(list(row))
    book.save(path)
    return path


def text(path: Path, content: str, encoding: str = "utf-8") -> Path:
    """Write a text file without touching its line ends."""
    path.write_bytes(content.encode(encoding))
    return path


def with_sheet(path: Path, source: Path, xml: bytes) -> Path:
    """Copy a workbook with other XML for its first sheet."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            mine = member.filename == "xl/worksheets/sheet1.xml"
            new.writestr(member.filename, xml if mine else old.read(member))
    return path
