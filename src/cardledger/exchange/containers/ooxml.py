"""The parts of an .xlsx package, read as they come: memory does not grow with the rows.

Shared texts are the exception: they can be on any row, so all are kept, as UTF-8 end to end.
"""

from __future__ import annotations

import posixpath
import re
from array import array
from collections.abc import Iterator
from typing import Final, NamedTuple

from cardledger.exchange.containers.markup import Handler, parse_xml
from cardledger.exchange.containers.package import Package
from cardledger.exchange.containers.raw import (
    COLUMN_LIMIT,
    ROW_LIMIT,
    NumberedRow,
    damaged,
    too_far,
    too_wide,
)
from cardledger.exchange.containers.serials import Kind, kind_of, value_of
from cardledger.exchange.reading.cells import Cell

WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
#: Namespaces of the two editions of the standard; some programs leave it out.
_MAIN: Final = (
    "",
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main ",
    "http://purl.oclc.org/ooxml/spreadsheetml/main ",
)
_ID: Final = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships id",
    "http://purl.oclc.org/ooxml/officeDocument/relationships id",
)
_SPACE: Final = "http://www.w3.org/XML/1998/namespace space"
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CELL: Final = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")


class Part(NamedTuple):
    """A sheet of a workbook: its title, and the member that has its cells."""

    title: str
    member: str


class Workbook(NamedTuple):
    """What the parts of a package are."""

    sheets: tuple[Part, ...]
    strings: str | None
    styles: str | None
    since_1904: bool


def _names(*tags: str) -> dict[str, str]:
    """Return the tags of all editions, by their full names."""
    return {space + tag: tag for space in _MAIN for tag in tags}


class _Sheets(Handler):
    """Sheets of `workbook.xml`, and whether days count from 1904."""

    _tags = _names("sheet", "workbookPr")

    def __init__(self) -> None:
        super().__init__()
        self.since_1904 = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        known = self._tags.get(tag)
        if known == "sheet":
            identity = next((attributes[name] for name in _ID if name in attributes), "")
            self.rows.append((attributes.get("name", ""), identity))
        elif known == "workbookPr":
            self.since_1904 = attributes.get("date1904", "") in {"1", "true", "on"}


class _Relations(Handler):
    """Which member each identity stands for, and what it is."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag.endswith(" Relationship"):
            kind = attributes.get("Type", "").rpartition("/")[2]
            place = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", "")))
            self.rows.append((attributes.get("Id", ""), kind, place.removeprefix("/")))


def workbook_of(package: Package) -> Workbook:
    """Read which sheets a workbook has; raises `UnreadableFile` where it cannot be made out."""
    name = package.source.name
    relations = list(_read(package, _RELATIONS, _Relations()))
    handler = _Sheets()
    listed = list(_read(package, WORKBOOK, handler))
    members = {identity: package.find(place) for identity, kind, place in relations
               if kind == "worksheet"}  # fmt: skip
    if len({identity for identity, _kind, _place in relations}) < len(relations):
        raise damaged(name)
    others = {kind: package.find(place) for _identity, kind, place in relations}
    sheets = []
    for title, identity in listed:
        if identity in members:
            member = members[identity]
            if member is None:
                raise damaged(name)
            sheets.append(Part(title, member))
    return Workbook(
        tuple(sheets), others.get("sharedStrings"), others.get("styles"), handler.since_1904
    )


def _read(package: Package, member: str, handler: Handler) -> Iterator[tuple[str, ...]]:
    found = package.find(member)
    if found is None:
        raise damaged(package.source.name)
    return parse_xml(package.chunks(found), handler, package.source.name)


class Texts(Handler):
    """The shared texts of a workbook, by number."""

    _tags = _names("si", "t", "rPh")

    def __init__(self) -> None:
        super().__init__()
        self._bytes = bytearray()
        self._ends = array("Q")
        self._parts: list[str] = []
        self._aside = self._kept = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        known = self._tags.get(tag)
        if known == "t":
            self.text.clear()
            self._kept = attributes.get(_SPACE) == "preserve"
        elif known == "rPh":
            self._aside = True
        elif known == "si":
            self._parts.clear()

    def end(self, tag: str) -> None:
        known = self._tags.get(tag)
        if known == "t" and not self._aside:
            self._parts.append(_plain("".join(self.text), self._kept))
        elif known == "rPh":
            self._aside = False
        elif known == "si":
            self._bytes += "".join(self._parts).encode()
            self._ends.append(len(self._bytes))

    def __getitem__(self, number: int) -> str:
        if number < 0:
            raise IndexError
        start = self._ends[number - 1] if number else 0
        return self._bytes[start : self._ends[number]].decode()


def _plain(text: str, kept: bool) -> str:
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return text if kept else text.strip(" \t\r\n")


def texts_of(package: Package, member: str | None) -> Texts:
    """Read the shared texts."""
    texts = Texts()
    if member is not None:
        for _row in parse_xml(package.chunks(member), texts, package.source.name):
            pass
    return texts


class _Styles(Handler):
    """What each style of a cell makes of a number."""

    _tags = _names("numFmt", "cellXfs", "xf")

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[int, str] = {}
        self.used: list[int] = []
        self._of_cells = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        known = self._tags.get(tag)
        if known == "numFmt":
            self.forms[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif known == "cellXfs":
            self._of_cells = True
        elif known == "xf" and self._of_cells:
            self.used.append(int(attributes.get("numFmtId", "0")))

    def end(self, tag: str) -> None:
        if self._tags.get(tag) == "cellXfs":
            self._of_cells = False


def styles_of(package: Package, member: str | None) -> list[Kind]:
    """Read what each style makes of a number."""
    styles = _Styles()
    if member is not None:
        for _row in parse_xml(package.chunks(member), styles, package.source.name):
            pass
    return [kind_of(number, styles.forms.get(number)) for number in styles.used]


class _Cells(Handler):
    """The rows of a sheet."""

    _tags = _names("c", "v", "t", "is", "rPh", "row")

    def __init__(self, file: str, part: Part, texts: Texts, styles: list[Kind], since_1904: bool):
        super().__init__()
        self._file, self._title = file, part.title
        self._texts, self._styles, self._since_1904 = texts, styles, since_1904
        self._columns: dict[str, int] = {}
        self._row = self._column = 0
        self._cells: list[Cell] = []
        self._parts: list[str] = []
        self._type = self._style = ""
        self._aside = self._kept = self._row_is_said = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        known = self._tags.get(tag)
        if known == "c":
            self._type = attributes.get("t", "n")
            self._style = attributes.get("s", "")
            self._parts.clear()
            reference = attributes.get("r")
            if reference is not None:
                self._place(reference)
        elif known == "v":
            self.text.clear()
        elif known == "row":
            self._begin_row(attributes.get("r"))
        elif known == "t":
            self.text.clear()
            self._kept = attributes.get(_SPACE) == "preserve"
        elif known == "rPh":
            self._aside = True

    def end(self, tag: str) -> None:
        known = self._tags.get(tag)
        if known == "v":
            self._put(self._value("".join(self.text)))
        elif known == "c":
            self._column += 1
        elif known == "row":
            if self._cells:
                self.rows.append((self._row, self._cells))
        elif known == "t" and not self._aside:
            self._parts.append(_plain("".join(self.text), self._kept))
        elif known == "is":
            self._put("".join(self._parts))
        elif known == "rPh":
            self._aside = False

    def _begin_row(self, number: str | None) -> None:
        self._row_is_said = number is not None
        if number is None:
            self._row += 1
        elif re.fullmatch(r"\d{1,10}", number) and int(number) > self._row:
            self._row = int(number)
        else:
            raise damaged(self._file)
        if self._row > ROW_LIMIT:
            raise too_far(self._file, self._title, f"A{self._row}")
        self._cells, self._column = [], 0

    def _place(self, reference: str) -> None:
        letters = reference.rstrip("0123456789")
        column = self._columns.get(letters)
        if column is None:
            if not _CELL.fullmatch(reference):
                raise damaged(self._file)
            column = self._columns[letters] = column_of(letters)
        if reference[len(letters) :] != str(self._row):
            self._begin_row_of(reference[len(letters) :])
        self._column = column

    def _begin_row_of(self, number: str) -> None:
        """Take the number of a row that says none from its first cell."""
        if not self._row_is_said and not self._cells and int(number) > self._row:
            self._begin_row(number)
        else:
            raise damaged(self._file)

    def _put(self, value: Cell) -> None:
        if value is None or value == "":
            return
        missing = self._column - len(self._cells)
        if missing < 0:
            raise damaged(self._file)
        if self._column >= COLUMN_LIMIT:
            raise too_wide(self._file, self._title, self._column)
        self._cells += [None] * missing
        self._cells.append(value)

    def _value(self, text: str) -> Cell:
        kind = self._type
        try:
            if kind == "s":
                return self._texts[int(text)]
            if kind == "n":
                style = self._styles[int(self._style)] if self._style else "number"
                return value_of(float(text), style, self._since_1904) if text else None
        except (ValueError, IndexError):
            raise damaged(self._file) from None
        if kind == "b":
            return text.strip() not in {"0", "false"}
        if kind == "d":
            return _moment(text)
        # Text of a formula; or an error, which is shown as it is and is no value of any column.
        return _plain(text, True)


def _moment(text: str) -> Cell:
    from datetime import date, datetime, time

    for kind in (date, time):
        try:
            return kind.fromisoformat(text)
        except ValueError:
            continue
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return text if moment.tzinfo is not None else moment


def rows_of(
    package: Package, part: Part, texts: Texts, styles: list[Kind], since_1904: bool
) -> Iterator[NumberedRow]:
    """Read the rows of a sheet that are not blank."""
    handler = _Cells(package.source.name, part, texts, styles, since_1904)
    return parse_xml(package.chunks(part.member), handler, package.source.name)


def column_of(letters: str) -> int:
    """Return the place of a column from 0.

    >>> column_of("A"), column_of("Z"), column_of("AA"), column_of("XFD")
    (0, 25, 26, 16383)
    """
    place = 0
    for letter in letters.upper():
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1
