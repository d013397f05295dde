"""Workbooks of today (.xlsx, .xlsm).

Most are read by a library that is fast but holds all cells in memory, loses what an error is, and
forgets in which system days are counted. So a package is measured first, and one that is large or
has such things is read as it comes (`containers.ooxml`); both give the same cells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from secrets import randbelow
from typing import Final

from cardledger.errors import UnreadableFile
from cardledger.exchange.containers.ooxml import (
    WORKBOOK,
    Workbook,
    column_of,
    rows_of,
    styles_of,
    texts_of,
    workbook_of,
)
from cardledger.exchange.containers.package import MAGIC, Package
from cardledger.exchange.containers.raw import (
    CELL_LIMIT,
    COLUMN_LIMIT,
    NumberedRow,
    RawFile,
    RawSheet,
    Source,
    damaged,
    not_a_spreadsheet,
    too_far,
    too_many_cells,
    too_wide,
    with_entities,
)
from cardledger.exchange.formats import ods
from cardledger.exchange.reading.cells import Cell
from cardledger.exchange.reading.columns import letter_of
from cardledger.i18n import _

#: Cells up to which a workbook is held in memory: some 110 bytes each.
HELD_CELLS: Final = 3_000_000

#: References to cells or rows that lie far out: right of column AZ, or below row 99,999. The usual
#: form of a near one is passed over first: all other forms of XML are slower to look at.
_FAR: Final = re.compile(
    rb"""r(?<=\sr)\s*=(?!"A?[A-Z]\d{1,5}")\s*["']\s*([A-Za-z]{2,}\d*|[A-Za-z]?\d{6,})"""
)
_LAST_NEAR_ROW: Final = 99_999
_LAST_NEAR_COLUMN: Final = 51
#: Rows of which the area is not too large, however near columns are filled.
_HELD_ROWS: Final = CELL_LIMIT // (_LAST_NEAR_COLUMN + 1)
#: A cell that does not begin by saying where it is; and an error.
_PLACELESS: Final = re.compile(rb"<c(?:[>/]|\s(?!r=)..)", re.DOTALL)
_ERROR: Final = re.compile(rb't="e"')
#: Cells that are written as few programs write them: in a namespace with a name, or with other
#: quotation marks or blanks than usual.
_UNUSUAL: Final = re.compile(rb"""<\w+:(?:c|row)[\s>]|<c\s[^>]*?(?:'|\s=|=\s)""")
_ELEMENT: Final = re.compile(rb"<[A-Za-z_]")
#: Bytes of a piece that are looked at again with the next one; a reference has 20.
_OVERLAP: Final = 64


def identify(source: Source) -> bool:
    """Tell whether a file is a package, and no OpenDocument one."""
    return source.head.startswith(MAGIC) and not ods.identify(source)


def open_sheets(source: Source) -> RawFile:
    """Return the worksheets; hidden ones and hidden rows like all others."""
    package = Package(source)
    if package.find(WORKBOOK) is None:
        if package.find("xl/workbook.bin"):
            raise UnreadableFile(
                _("{file} is a binary workbook (.xlsb)."),
                hint=_("Open it in a spreadsheet program and save it as .xlsx."),
                file=source.name,
            )
        raise not_a_spreadsheet(source.name)
    book = workbook_of(package)
    seen = _Seen(source.name)
    tables = {sheet.member for sheet in book.sheets}
    for member in package.members:
        has_cells = member in tables or "worksheets/" in member.lower()
        seen.look(member, package.chunks_ahead(member), has_cells=has_cells)
    if seen.special or book.since_1904 or seen.cells > HELD_CELLS:
        sheets = _streamed(package, book)
    else:
        sheets = _held(source)
    return RawFile(source.name, "xlsx", "", tuple(sheets))


class _Seen:
    """What is seen of a package before it is read."""

    def __init__(self, file: str) -> None:
        self.file: Final = file
        self.cells = 0
        #: Whether there is anything of which the fast reader would lose something.
        self.special = False

    def look(self, member: str, pieces: Iterator[bytes], *, has_cells: bool) -> None:
        """Read a member to its end, which checks its sum; measure how far its cells reach.

        The fast reader reserves the whole area from the first to the last cell, so that two cells
        in opposite corners would take all memory: what lies far out, or does not say where it
        lies, is not for it. Columns up to Z are not told apart, nor rows up to 99,999.
        """
        last_row, last_column, rest, begun = _LAST_NEAR_ROW, 25, b"", False
        for piece in pieces:
            # What lies across the border of two pieces, and what lies in this one.
            border = rest + piece[:_OVERLAP]
            rest = (rest + piece[-_OVERLAP:])[-_OVERLAP:]
            if not begun:
                begun = self._look_at_beginning(border + piece[_OVERLAP:])
            if not has_cells:
                continue
            for reference in (*_FAR.findall(border), *_FAR.findall(piece)):
                letters = reference.rstrip(b"0123456789")
                last_row = max(last_row, int(reference[len(letters) :] or 0))
                last_column = max(last_column, column_of(letters.decode()))
            for form in (_ERROR, _PLACELESS):
                self.special = bool(self.special or form.search(piece) or form.search(border))
            self._count(piece)
        if last_row > _HELD_ROWS or last_column > _LAST_NEAR_COLUMN:
            self.special = True
        title = member.rpartition("/")[2].removesuffix(".xml")
        if last_column >= COLUMN_LIMIT:
            raise too_wide(self.file, title, last_column)
        if last_row > _LAST_NEAR_ROW and last_row * (last_column + 1) > CELL_LIMIT:
            raise too_far(self.file, title, f"{letter_of(last_column)}{last_row}")
        if self.cells > CELL_LIMIT:
            raise too_many_cells(self.file)

    def _look_at_beginning(self, piece: bytes) -> bool:
        """Look at what stands before the first element, and how this program writes XML."""
        if b"<!DOCTYPE" in piece:
            raise with_entities(self.file)
        self.special = self.special or _UNUSUAL.search(piece) is not None
        return _ELEMENT.search(piece) is not None

    def _count(self, piece: bytes) -> None:
        """Count the cells in a quarter of a piece; which one, no file can know beforehand."""
        quarter = len(piece) // 4
        start = randbelow(len(piece) - quarter + 1)
        self.cells += 4 * piece.count(b"<c", start, start + quarter)


def _held(source: Source) -> Iterator[RawSheet]:
    # Imported here: only who reads a workbook pays for it.
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

    area = 0
    try:
        workbook = CalamineWorkbook.from_filelike(source.stream())
        for one in workbook.sheets_metadata:
            if one.typ != SheetTypeEnum.WorkSheet:
                continue
            sheet = workbook.get_sheet_by_name(one.name)
            if sheet.start is not None and sheet.end is not None:
                if sheet.end[1] >= COLUMN_LIMIT:
                    raise too_wide(source.name, one.name, sheet.end[1])
                area += (sheet.end[0] + 1) * (sheet.end[1] + 1)
                if area > CELL_LIMIT:
                    raise too_many_cells(source.name)
                yield RawSheet(one.name, sheet.start[1], _numbered(sheet.iter_rows))
    except CalamineError:
        raise damaged(source.name) from None
    except BaseException as error:
        # A panic of the library is no Exception; whatever it met is no sound workbook.
        if type(error).__name__ == "PanicException":
            raise damaged(source.name) from None
        raise


def _numbered(rows: Callable[[], Iterator[Sequence[Cell]]]) -> Callable[[], Iterator[NumberedRow]]:
    return lambda: enumerate(rows(), 1)


def _streamed(package: Package, book: Workbook) -> Iterator[RawSheet]:
    texts = texts_of(package, book.strings)
    styles = styles_of(package, book.styles)
    for part in book.sheets:
        rows = partial(rows_of, package, part, texts, styles, book.since_1904)
        if next(rows(), None):
            yield RawSheet(part.title, 0, rows)
