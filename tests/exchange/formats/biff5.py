"""Workbooks as Excel 5 and 95 wrote them (BIFF5): LibreOffice no longer writes them.

It still opens them, and sees the same cells in what this makes (`test_office.py`), so it is no form
of our own.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path

from xlwt.CompoundDoc import XlsDoc

from cardledger.exchange.reading.cells import Cell

PAGE = 936
ENCODING = "gbk"
_PLAIN_STYLE, _DATE_STYLE = 15, 16
_ERRORS = {"#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}


def record(code: int, data: bytes = b"") -> bytes:
    """Return one record."""
    return struct.pack("<HH", code, len(data)) + data


def _text(text: str, length: str) -> bytes:
    raw = text.encode(ENCODING)
    return struct.pack(length, len(raw)) + raw


def _cell(row: int, column: int, cell: Cell, since_1904: bool) -> bytes:
    place = struct.pack("<HHH", row, column, _PLAIN_STYLE)
    if isinstance(cell, bool):
        return record(0x205, place + bytes((cell, 0)))
    if isinstance(cell, str) and cell in _ERRORS:
        return record(0x205, place + bytes((_ERRORS[cell], 1)))
    if isinstance(cell, str):
        return record(0x204, place + _text(cell, "<H"))
    if isinstance(cell, datetime):
        start = datetime.fromisoformat("1904-01-01" if since_1904 else "1899-12-30")
        place = struct.pack("<HHH", row, column, _DATE_STYLE)
        return record(0x203, place + struct.pack("<d", (cell - start) / timedelta(days=1)))
    if isinstance(cell, date):
        days = (cell - date(1904, 1, 1) if since_1904 else cell - date(1899, 12, 30)).days
        place = struct.pack("<HHH", row, column, _DATE_STYLE)
        return record(0x27E, place + struct.pack("<i", days << 2 | 2))
    if isinstance(cell, (int, float)):
        return record(0x203, place + struct.pack("<d", cell))
    return b""


def formula(row: int, column: int, result: str) -> bytes:
    """Return a formula whose result is a text: the text follows in a record of its own."""
    place = struct.pack("<HHH", row, column, _PLAIN_STYLE)
    said = record(
        0x06, place + b"\0\0\0\0\0\0\xff\xff" + bytes(6) + struct.pack("<H", 3) + b"\x1e\1\0"
    )
    return said + record(0x207, _text(result, "<H"))


def stream(
    rows: Iterable[Sequence[Cell]],
    *,
    title: str = "名册",
    since_1904: bool = False,
    extra: bytes = b"",
    protection: bytes = b"",
) -> bytes:
    """Return the stream of a workbook with one sheet; `extra` are records at its end."""
    fonts = (
        record(0x31, struct.pack("<HHHHHBBBB", 200, 0, 8, 400, 0, 0, 0, 134, 0) + b"\5Arial") * 5
    )
    style = struct.Struct("<HHH").pack
    styles = [record(0xE0, style(0, 0, 0xFFF5) + bytes(10))] * _PLAIN_STYLE
    styles += [record(0xE0, style(0, number, 1) + bytes(10)) for number in (0, 14)]
    before = (
        record(0x809, struct.pack("<HHHH", 0x500, 5, 0, 0))
        + protection
        + record(0x42, struct.pack("<H", PAGE))
        + record(0x22, struct.pack("<H", since_1904))
        + fonts
        + b"".join(styles)
    )
    name = _text(title, "<B")
    place = len(before) + len(record(0x85, bytes(6) + name)) + len(record(0x0A))
    cells = b"".join(
        _cell(row, column, cell, since_1904)
        for row, content in enumerate(rows)
        for column, cell in enumerate(content)
    )
    sheet = record(0x809, struct.pack("<HHHH", 0x500, 16, 0, 0)) + cells + extra + record(0x0A)
    return before + record(0x85, struct.pack("<IBB", place, 0, 0) + name) + record(0x0A) + sheet


def container(content: bytes, name: str = "Book") -> bytes:
    """Put a stream into a container of the old office programs."""
    kept = BytesIO()
    XlsDoc().save(kept, content)
    data = bytearray(kept.getvalue())
    entry = data.index("Workbook\0".encode("utf-16-le"))
    raw = f"{name}\0".encode("utf-16-le")
    data[entry : entry + 64] = raw.ljust(64, b"\0")
    data[entry + 64 : entry + 66] = struct.pack("<H", len(raw))
    return bytes(data)


def workbook(path: Path, rows: Iterable[Sequence[Cell]], *, since_1904: bool = False) -> Path:
    """Write a workbook of one sheet."""
    path.write_bytes(container(stream(rows, since_1904=since_1904)))
    return path
