"""OpenDocument spreadsheets (.ods), as LibreOffice and others write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Final

from cardledger.exchange.containers.markup import Found, Handler, parse_xml, sheets_of, trimmed
from cardledger.exchange.containers.package import MAGIC, Package
from cardledger.exchange.containers.raw import (
    COLUMN_LIMIT,
    ROW_LIMIT,
    RawFile,
    Source,
    damaged,
    protected,
    too_many_cells,
    too_wide,
)
from cardledger.exchange.containers.serials import Serial1904
from cardledger.exchange.reading.cells import Cell

#: The first member says what the package is, and is not packed.
_TYPE: Final = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
_CONTENT: Final = "content.xml"
_MANIFEST: Final = "META-INF/manifest.xml"
_TABLE: Final = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_OFFICE: Final = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_TEXT: Final = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "
_CALC: Final = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_CELLS: Final = frozenset({_TABLE + "table-cell", _TABLE + "covered-table-cell"})
_PERIOD: Final = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,](\d+))?S")
#: Rows with the same cells that one row of the file may stand for.
_REPEATED_ROWS: Final = 10_000


def identify(source: Source) -> bool:
    """Tell whether a file is a package whose first member says so."""
    return source.head.startswith(MAGIC) and _TYPE in source.head[:200]


def open_sheets(source: Source) -> RawFile:
    """Return the tables of the document."""
    package = Package(source)
    manifest = package.read(_MANIFEST) if _MANIFEST in package else b""
    if b"encryption-data" in manifest:
        raise protected(source.name)
    if _CONTENT not in package:
        raise damaged(source.name)
    return RawFile(source.name, "ods", "", sheets_of(partial(_walk, package), source))


def _walk(package: Package) -> Iterator[Found]:
    name = package.source.name
    return parse_xml(package.chunks(_CONTENT), _Document(name), name)


class _Document(Handler):
    """Puts the rows together. Cells that are merged into another one are empty."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self._file = file
        self._sheet = -1
        self._title = ""
        self._row = 0
        self._rows_repeated = self._cells_repeated = 1
        self._cells: list[Cell] = []
        self._column = 0
        self._of_cell: dict[str, str] = {}
        self._lines: list[str] = []
        #: How many elements deep we are in what belongs to a cell and is not its text.
        self._aside = 0
        self._tables = 0
        self._counts_from_1904 = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._aside or tag in {_OFFICE + "annotation", _TABLE + "shapes", _TEXT + "ruby-text"}:
            self._aside += 1
        elif tag in _CELLS:
            self._of_cell = attributes
            self._cells_repeated = self._count(attributes.get(_TABLE + "number-columns-repeated"))
            self._lines = []
            self.text.clear()
        elif tag == _TEXT + "p":
            self.text.clear()
        elif tag == _TEXT + "s":
            self.text.append(" " * min(self._count(attributes.get(_TEXT + "c")), 1000))
        elif tag == _TEXT + "tab":
            self.text.append("\t")
        elif tag == _TEXT + "line-break":
            self.text.append("\n")
        elif tag == _TABLE + "table-row":
            self._rows_repeated = self._count(attributes.get(_TABLE + "number-rows-repeated"))
            self._cells, self._column = [], 0
        elif tag == _TABLE + "table":
            # A table inside a cell is none of the workbook's.
            self._tables += 1
            if self._tables > 1:
                raise damaged(self._file)
            self._sheet += 1
            self._title = attributes.get(_TABLE + "name", str(self._sheet + 1))
            self._row = 0
        elif tag == _TABLE + "null-date":
            self._counts_from_1904 = attributes.get(_TABLE + "date-value", "").startswith("1904")

    def end(self, tag: str) -> None:
        if self._aside:
            self._aside -= 1
        elif tag == _TEXT + "p":
            self._lines.append("".join(self.text))
            self.text.clear()
        elif tag in _CELLS:
            self._end_cell(tag)
        elif tag == _TABLE + "table-row":
            self._end_row()
        elif tag == _TABLE + "table":
            self._tables -= 1

    def _end_cell(self, tag: str) -> None:
        value = self._value() if tag == _TABLE + "table-cell" else None
        if value is not None and value != "":
            last = self._column + self._cells_repeated
            if last > COLUMN_LIMIT:
                raise too_wide(self._file, self._title, last - 1)
            self._cells += [None] * (self._column - len(self._cells))
            self._cells += [value] * self._cells_repeated
        self._column += self._cells_repeated

    def _end_row(self) -> None:
        cells = trimmed(self._cells)
        if cells:
            if self._rows_repeated > _REPEATED_ROWS or self._row > ROW_LIMIT:
                raise too_many_cells(self._file)
            for number in range(self._row + 1, self._row + self._rows_repeated + 1):
                self.rows.append(Found(self._sheet, self._title, number, cells))
        self._row += self._rows_repeated

    def _count(self, written: str | None) -> int:
        if written is None:
            return 1
        if not re.fullmatch(r"\d{1,9}", written) or int(written) < 1:
            raise damaged(self._file)
        return int(written)

    def _value(self) -> Cell:
        kind = self._of_cell.get(_OFFICE + "value-type", "")
        shown = "\n".join(self._lines)
        if self._of_cell.get(_CALC + "value-type") == "error":
            return shown
        if kind in {"float", "percentage", "currency"}:
            return self._number(self._of_cell.get(_OFFICE + "value", ""), shown)
        if kind == "date":
            return _moment(self._of_cell.get(_OFFICE + "date-value", ""), shown)
        if kind == "time":
            return _clock(self._of_cell.get(_OFFICE + "time-value", ""), shown)
        if kind == "boolean":
            return self._of_cell.get(_OFFICE + "boolean-value") == "true"
        return self._of_cell.get(_OFFICE + "string-value", shown)

    def _number(self, written: str, shown: str) -> Cell:
        try:
            number = float(written)
        except ValueError:
            return shown
        return Serial1904(number) if self._counts_from_1904 else number


def _moment(written: str, shown: str) -> Cell:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return shown
    if moment.tzinfo is not None:
        return shown
    if moment.date() == date(1899, 12, 30):
        return moment.time()
    return moment.date() if moment.time() == time() else moment


def _clock(written: str, shown: str) -> Cell:
    found = _PERIOD.fullmatch(written)
    if not found:
        return shown
    hours, minutes, seconds = (int(found[part]) for part in (1, 2, 3))
    if hours < 24 and minutes < 60 and seconds < 60:
        return time(hours, minutes, seconds)
    return timedelta(hours=min(hours, 100_000), minutes=minutes, seconds=seconds)
