"""XML Spreadsheet 2003: what Excel 2002 to 2010 and many programs save as .xml, or call .xls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import partial
from typing import Final

from cardledger.exchange.containers.encoding import decoded, encoding_of, looks
from cardledger.exchange.containers.markup import Found, Handler, parse_xml, sheets_of, trimmed
from cardledger.exchange.containers.raw import (
    COLUMN_LIMIT,
    ROW_LIMIT,
    RawFile,
    Source,
    damaged,
    too_far,
    too_wide,
)
from cardledger.exchange.containers.serials import Serial1904
from cardledger.exchange.reading.cells import Cell

#: The first element, after declarations, instructions and remarks.
_ROOT: Final = re.compile(
    r"\ufeff?\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>\s*)*"
    r"<(?:\w+:)?Workbook[\s/>]",
    re.DOTALL,
)
_DECLARED: Final = re.compile(r"""<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["'][^>]*\?>""")
_SS: Final = "urn:schemas-microsoft-com:office:spreadsheet "
_EXCEL: Final = "urn:schemas-microsoft-com:office:excel "


def identify(source: Source) -> bool:
    """Tell whether the first element is a workbook of this kind."""
    return _ROOT.match(looks(source.head)) is not None


def open_sheets(source: Source) -> RawFile:
    """Return the worksheets; all of a row's cells are in the places that their indexes say."""
    found = _DECLARED.search(looks(source.head[:1024]))
    encoding = encoding_of(source, found[1] if found else "")
    walk = partial(_walk, source, encoding)
    return RawFile(source.name, "xml2003", encoding, sheets_of(walk, source))


def _walk(source: Source, encoding: str) -> Iterator[Found]:
    pieces = (piece.encode() for piece in decoded(source, encoding))
    return parse_xml(pieces, _Workbook(source.name), source.name, "utf-8")


class _Workbook(Handler):
    """Puts the rows together. Cells that a merged one covers are skipped, as in the file."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self._file = file
        self._sheet = -1
        self._title = ""
        self._row = 0
        self._repeat = 0
        self._column = 0
        self._across = 0
        self._type = ""
        self._cells: list[Cell] = []
        self._counts_from_1904 = False
        self._in_comment = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._in_comment:
            return
        if tag == _SS + "Cell":
            index = attributes.get(_SS + "Index")
            if index is not None:
                self._column = self._number(index, 1) - 1
            if self._column >= COLUMN_LIMIT:
                raise too_wide(self._file, self._title, self._column)
            self._across = self._number(attributes.get(_SS + "MergeAcross", "0"))
            self._type = ""
        elif tag == _SS + "Data":
            self.text.clear()
            self._type = attributes.get(_SS + "Type", "String")
        elif tag == _SS + "Row":
            self._begin_row(attributes)
        elif tag == _SS + "Comment":
            self._in_comment = True
        elif tag == _SS + "Worksheet":
            self._sheet += 1
            self._title = attributes.get(_SS + "Name", str(self._sheet + 1))
            self._row = self._repeat = 0
        elif tag == _EXCEL + "Date1904":
            self._counts_from_1904 = True

    def _begin_row(self, attributes: dict[str, str]) -> None:
        index = attributes.get(_SS + "Index")
        self._row = self._number(index, 1) if index else self._row + self._repeat + 1
        # A span repeats the look of a row, which is empty; one with cells has none.
        self._repeat = self._number(attributes.get(_SS + "Span", "0"))
        if self._row > ROW_LIMIT:
            raise too_far(self._file, self._title, f"A{self._row}")
        self._column = 0
        self._cells = []

    def end(self, tag: str) -> None:
        if tag == _SS + "Comment":
            self._in_comment = False
        elif self._in_comment:
            return
        elif tag == _SS + "Data":
            value = self._value("".join(self.text))
            if value is not None:
                missing = self._column - len(self._cells)
                if missing < 0:
                    raise damaged(self._file)
                self._cells += [None] * missing
                self._cells.append(value)
        elif tag == _SS + "Cell":
            self._column += 1 + self._across
        elif tag == _SS + "Row" and trimmed(self._cells):
            self.rows.append(Found(self._sheet, self._title, self._row, self._cells))

    def _number(self, written: str, least: int = 0) -> int:
        if not re.fullmatch(r"\d{1,9}", written) or int(written) < least:
            raise damaged(self._file)
        return int(written)

    def _value(self, text: str) -> Cell:
        if self._type == "Number":
            try:
                number = float(text)
            except ValueError:
                return text or None
            return Serial1904(number) if self._counts_from_1904 else number
        if self._type == "DateTime":
            return _moment(text)
        if self._type == "Boolean":
            return text.strip() not in {"0", "false"}
        # Text, and errors: what Excel shows of them (#N/A) is no value of any column.
        return text or None


def _moment(text: str) -> Cell:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return text or None
    if moment.tzinfo is not None:
        return text
    if moment.date() == date(1899, 12, 31):
        return moment.time()
    return moment.date() if moment.time() == time() else moment
