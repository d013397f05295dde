"""Binary workbooks of Excel 5 to 2003: records (BIFF5 and BIFF8) of globals and of sheets.

Only what cells need is read: texts, numbers and what their formats make of them, results of
formulas, errors. Rows come as they are met; memory does not grow with them, but for shared texts.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from cardledger.errors import UnreadableFile
from cardledger.exchange.containers.markup import Found, trimmed
from cardledger.exchange.containers.raw import COLUMN_LIMIT, damaged, protected, too_wide
from cardledger.exchange.containers.serials import Kind, kind_of, value_of
from cardledger.exchange.reading.cells import Cell
from cardledger.i18n import _

BOF, EOF, CONTINUE = 0x809, 0x0A, 0x3C
_FILEPASS, _BOUNDSHEET, _CODEPAGE, _DATEMODE = 0x2F, 0x85, 0x42, 0x22
_SST, _FORMAT, _XF = 0xFC, 0x41E, 0xE0
_LABEL, _RICH, _SHARED, _NUMBER, _RK, _MANY_RK = 0x204, 0xD6, 0xFD, 0x203, 0x27E, 0xBD
_FORMULA, _RESULT, _BOOL_OR_ERROR = 0x06, 0x207, 0x205
#: Records of one row, and the bytes that each has at least.
_OF_ONE_ROW: Final = {
    _LABEL: 8,
    _RICH: 8,
    _SHARED: 10,
    _NUMBER: 14,
    _RK: 10,
    _MANY_RK: 12,
    _FORMULA: 14,
    _BOOL_OR_ERROR: 8,
}
#: By what a formula says that its result is no number.
_NO_NUMBER: Final = b"\xff\xff"
_WORKSHEET: Final = 0
_BIFF5, _BIFF8 = 0x500, 0x600
_ERRORS: Final = {
    0: "#NULL!",
    7: "#DIV/0!",
    15: "#VALUE!",
    23: "#REF!",
    29: "#NAME?",
    36: "#NUM!",
    42: "#N/A",
}
#: What Python calls the code pages that it has under another name than their number.
_PAGES: Final = {
    936: "gb18030",
    1200: "utf-16-le",
    10000: "mac_roman",
    10008: "gb18030",
    32768: "mac_roman",
    32769: "cp1252",
    65001: "utf-8",
}


class _Record(NamedTuple):
    code: int
    start: int
    end: int


class _Text:
    """Reads texts of BIFF8 over the borders of records: after each the width may change."""

    def __init__(self, data: bytes, parts: list[_Record]) -> None:
        self._data = data
        self._parts = parts
        self._part = 0
        self._place = parts[0].start

    def read(self, length_bytes: int = 2) -> str:
        """Read one text; raises `IndexError` or `struct.error` where the records end before it."""
        length = int.from_bytes(self._take(length_bytes), "little")
        flags = self._take(1)[0]
        runs = int.from_bytes(self._take(2), "little") if flags & 8 else 0
        extra = int.from_bytes(self._take(4), "little") if flags & 4 else 0
        text = self._characters(length, flags & 1)
        self._take(4 * runs + extra)
        return text

    def skip(self, length: int) -> None:
        """Pass over bytes."""
        self._take(length)

    def _left(self) -> int:
        return self._parts[self._part].end - self._place

    def _take(self, length: int) -> bytes:
        taken = b""
        while len(taken) < length:
            if not self._left():
                self._next()
            piece = min(length - len(taken), self._left())
            taken += self._data[self._place : self._place + piece]
            self._place += piece
        return taken

    def _next(self) -> None:
        self._part += 1
        self._place = self._parts[self._part].start

    def _characters(self, length: int, wide: int) -> str:
        parts = []
        while True:
            room = self._left() >> wide
            taken = min(length, room)
            raw = self._take(taken << wide)
            parts.append(raw.decode("utf-16-le" if wide else "latin-1"))
            length -= taken
            if not length:
                return "".join(parts)
            self._next()
            wide = self._take(1)[0] & 1


class Book:
    """A workbook stream: its sheets and their rows.

    Raises `UnreadableFile` where it is damaged, protected, or older than Excel 5.
    """

    def __init__(self, data: bytes, file: str) -> None:
        self.file: Final = file
        self._data = data
        self._texts: list[str] = []
        self._page = "cp1252"
        self._forms: dict[int, str] = {}
        self._styles: list[int] = []
        self._since_1904 = False
        self.sheets: list[tuple[str, int]] = []
        first = struct.unpack_from("<HHH", data) if len(data) >= 6 else (0, 0, 0)
        self._version = first[2] if first[0] == BOF else 0
        if self._version not in (_BIFF5, _BIFF8):
            raise UnreadableFile(
                _("{file} is older than Excel 5, or no workbook."),
                hint=_("Open it in a spreadsheet program and save it as .xlsx."),
                file=file,
            )
        try:
            self._read_globals()
        except (struct.error, IndexError, UnicodeDecodeError):
            raise damaged(file) from None
        self._kinds: list[Kind] = [kind_of(one, self._forms.get(one)) for one in self._styles]

    def walk(self) -> Iterator[Found]:
        """Return the rows of all sheets that are not blank."""
        try:
            for number, (title, place) in enumerate(self.sheets):
                yield from self._rows(number, title, place)
        except (struct.error, IndexError, UnicodeDecodeError):
            raise damaged(self.file) from None

    def _records(self, place: int) -> Iterator[_Record]:
        """Return the records of one part, from its beginning to its end; parts within are skipped.

        A tuple is made without its class: there are millions of them.
        """
        data, size, depth = self._data, len(self._data), 0
        header = struct.Struct("<HH").unpack_from
        while True:
            code, length = header(data, place)
            start = place + 4
            place = start + length
            if place > size:
                raise damaged(self.file)
            if code == BOF:
                depth += 1
            elif code == EOF:
                depth -= 1
                if depth <= 0:
                    return
            elif depth == 1:
                yield _Record(code, start, place)

    def _read_globals(self) -> None:
        records = list(self._records(0))
        data = self._data
        if any(record.code == _FILEPASS for record in records):
            raise protected(self.file)
        for record in records:
            if record.code == _CODEPAGE:
                self._page = self._page_of(struct.unpack_from("<H", data, record.start)[0])
            elif record.code == _DATEMODE:
                self._since_1904 = struct.unpack_from("<H", data, record.start)[0] == 1
        for place, record in enumerate(records):
            if record.code == _BOUNDSHEET:
                offset, _state, kind = struct.unpack_from("<IBB", data, record.start)
                if kind == _WORKSHEET:
                    name = self._text(record, 6, length_bytes=1)
                    self.sheets.append((name, offset))
            elif record.code == _FORMAT:
                number = struct.unpack_from("<H", data, record.start)[0]
                # What matters of a format are its letters, in whatever code page.
                self._forms[number] = data[record.start + 2 : record.end].decode("latin-1")[1:]
            elif record.code == _XF:
                self._styles.append(struct.unpack_from("<H", data, record.start + 2)[0])
            elif record.code == _SST:
                self._read_shared(records, place)

    def _page_of(self, number: int) -> str:
        name = _PAGES.get(number, f"cp{number}")
        try:
            "".encode(name)
        except LookupError:
            raise damaged(self.file) from None
        return name

    def _read_shared(self, records: list[_Record], place: int) -> None:
        parts = [records[place]]
        for record in records[place + 1 :]:
            if record.code != CONTINUE:
                break
            parts.append(record)
        count = struct.unpack_from("<I", self._data, parts[0].start + 4)[0]
        text = _Text(self._data, parts)
        text.skip(8)
        read = text.read
        # A text takes three bytes at least: a count that lies meets the end of the records.
        self._texts = [read() for _number in range(count)]

    def _text(self, record: _Record, skipped: int, *, length_bytes: int = 2) -> str:
        start = record.start + skipped
        if self._version == _BIFF8:
            return _Text(self._data, [_Record(record.code, start, record.end)]).read(length_bytes)
        length = int.from_bytes(self._data[start : start + length_bytes], "little")
        start += length_bytes
        if start + length > record.end:
            raise IndexError
        return self._data[start : start + length].decode(self._page)

    def _in_order(self, place: int) -> bool:
        last, data, row_of = -1, self._data, struct.Struct("<H").unpack_from
        for code, start, _end in self._records(place):
            if code in _OF_ONE_ROW:
                (row,) = row_of(data, start)
                if row < last:
                    return False
                last = row
        return True

    def _rows(self, sheet: int, title: str, place: int) -> Iterator[Found]:
        if struct.unpack_from("<H", self._data, place)[0] != BOF:
            raise damaged(self.file)
        rows: Iterator[tuple[int, dict[int, Cell]]] = self._met(title, place)
        if not self._in_order(place):
            # Some programs write cells in the order in which they were made.
            whole: dict[int, dict[int, Cell]] = {}
            for row, cells in rows:
                whole.setdefault(row, {}).update(cells)
            rows = iter(sorted(whole.items()))
        for row, cells in rows:
            laid = [*map(cells.get, range(max(cells) + 1))]
            if trimmed(laid):
                yield Found(sheet, title, row + 1, laid)

    def _met(self, title: str, place: int) -> Iterator[tuple[int, dict[int, Cell]]]:
        """Return cells by row as they are met; a row that is left and met again comes twice."""
        current = -1
        cells: dict[int, Cell] = {}
        waiting: int | None = None
        position = struct.Struct("<HHH").unpack_from
        for record in self._records(place):
            code = record[0]
            if code in _OF_ONE_ROW:
                if record[2] - record[1] < _OF_ONE_ROW[code]:
                    raise damaged(self.file)
                row, column, style = position(self._data, record[1])
                if row != current:
                    if cells:
                        yield current, cells
                    current, cells = row, {}
                if column >= COLUMN_LIMIT:
                    raise too_wide(self.file, title, column)
                waiting = None
                if code == _MANY_RK:
                    self._read_many(record, column, cells)
                elif (
                    code == _FORMULA and self._data[record[1] + 12 : record[1] + 14] == b"\xff\xff"
                ):
                    kind, value = self._data[record[1] + 6], self._data[record[1] + 8]
                    waiting = column if kind == 0 else None
                    cells[column] = self._flag(kind, value)
                else:
                    cells[column] = self._value(record, style)
            elif code == _RESULT and waiting is not None:
                cells[waiting] = self._text(record, 0)
                waiting = None
        if cells:
            yield current, cells

    def _flag(self, kind: int, value: int) -> Cell:
        if kind == 1:
            return value != 0
        return _ERRORS.get(value, "#N/A") if kind == 2 else None

    def _value(self, record: _Record, style: int) -> Cell:
        code, start, _end = record
        data = self._data
        if code == _SHARED:
            number: int = struct.unpack_from("<I", data, start + 6)[0]
            return self._texts[number]
        if code == _RK:
            return self._number(_rk(struct.unpack_from("<i", data, start + 6)[0]), style)
        if code in (_NUMBER, _FORMULA):
            return self._number(struct.unpack_from("<d", data, start + 6)[0], style)
        if code == _BOOL_OR_ERROR:
            return self._flag(2 if data[start + 7] else 1, data[start + 6])
        return self._text(record, 6)

    def _read_many(self, record: _Record, first: int, cells: dict[int, Cell]) -> None:
        count = (record.end - record.start - 6) // 6
        for place in range(count):
            style, number = struct.unpack_from("<Hi", self._data, record.start + 4 + 6 * place)
            cells[first + place] = self._number(_rk(number), style)

    def _number(self, number: float, style: int) -> Cell:
        kind = self._kinds[style] if style < len(self._kinds) else "number"
        return value_of(number, kind, self._since_1904)


def _rk(number: int) -> float:
    """Return the number that 30 bits stand for: whole, or the upper part of a fraction."""
    value: float = number >> 2
    if not number & 2:
        (value,) = struct.unpack("<d", b"\0\0\0\0" + struct.pack("<i", number & ~3))
    return value / 100 if number & 1 else value
