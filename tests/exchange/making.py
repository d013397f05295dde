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


_RELATION = (
    b'<Relationship Id="rIdTexts" Target="sharedStrings.xml" Type="http://schemas.openxmlformats.org'
    b'/officeDocument/2006/relationships/sharedStrings"/></Relationships>'
)
_TYPE = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
    b'officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)


def with_texts(path: Path, source: Path, sheet: Iterable[bytes], texts: Iterable[bytes]) -> Path:
    """Copy a workbook with other XML for its first sheet, and with shared texts, piece by piece."""
    with (
        zipfile.ZipFile(source) as old,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            if name != "xl/worksheets/sheet1.xml":
                content = old.read(name)
                if name == "xl/_rels/workbook.xml.rels":
                    content = content.replace(b"</Relationships>", _RELATION)
                new.writestr(name, content.replace(b"</Types>", _TYPE))
        for name, pieces in (("worksheets/sheet1.xml", sheet), ("sharedStrings.xml", texts)):
            with new.open(f"xl/{name}", "w") as member:
                member.writelines(pieces)
    return path
