"""A table in a file: which sheets have one, where its header is, which column is what.

The header is the row among the first 40 that has most of the known headings, two at least; what
stands above it (titles, the date of the list) is skipped. Several sheets may each have a table,
each with its own order of columns. Blank rows are no rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import dropwhile, islice
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from cardledger.errors import UnreadableFile
from cardledger.exchange.reading.cells import Cell, is_empty
from cardledger.exchange.reading.columns import Column, Vocabulary, WrongColumns
from cardledger.exchange.reading.files import RawFile, RawSheet, open_spreadsheet
from cardledger.i18n import _

#: Rows in which the header is looked for.
HEADER_ROWS: Final = 40
#: Known headings that make a row a header.
LEAST_HEADINGS: Final = 2

#: Rows that are read at a time: what fits into a processor's cache.
CHUNK_ROWS: Final = 256

STDIN: Final = "-"


class Row(NamedTuple):
    """A row that is not blank: its sheet, its number there from 1, its cells from column A on."""

    sheet: str
    number: int
    cells: Sequence[Cell]


class Chunk(NamedTuple):
    """Rows of a sheet: their numbers, their cells as they come, and the same by column from A on.

    Columns before the first of the sheet have no cells.
    """

    numbers: Sequence[int]
    rows: Sequence[Sequence[Cell]]
    columns: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with a table: its name, the row of its header, its columns.

    `fields` are the columns that are known, by field.
    """

    name: str
    header: int
    columns: tuple[Column, ...]
    fields: Mapping[str, tuple[Column, ...]]
    _raw: RawSheet

    @property
    def unknown(self) -> tuple[Column, ...]:
        """The columns whose heading nobody knows, and that nobody left out on purpose."""
        return tuple(one for one in self.columns if one.field is None and not one.ignored)

    def rows(self) -> Iterator[Row]:
        """Read the rows below the header, anew at each call."""
        for number, cells in self._raw.rows():
            if number > self.header and (row := self.row(number, cells)):
                yield row

    def row(self, number: int, cells: Sequence[Cell]) -> Row | None:
        """Return a row of the file with its cells from column A on; nothing where it is blank."""
        if all(map(is_empty, cells)):
            return None
        first = self._raw.first
        missing = self._width - len(cells)
        if missing > 0:
            cells = [*cells, *[None] * missing]
        return Row(self.name, number, [*[None] * first, *cells] if first else cells)

    def chunks(self) -> Iterator[Chunk]:
        """Read the rows below the header, blank ones too, some hundreds at a time."""
        padding: list[Sequence[Cell]] = [()] * self._raw.first
        rows = dropwhile(lambda row: row[0] <= self.header, self._raw.rows())
        while piece := [*islice(rows, CHUNK_ROWS)]:
            numbers, read = zip(*piece, strict=True)
            width = max(self._width, *map(len, read))
            if {*map(len, read)} != {width}:
                read = tuple([*row, *[None] * (width - len(row))] for row in read)
            yield Chunk(numbers, read, [*padding, *zip(*read, strict=True)])

    @property
    def _width(self) -> int:
        """The cells of a row from the first column of the sheet to the last that has a heading."""
        return self.columns[-1].index + 1 - self._raw.first


@dataclass(frozen=True, slots=True)
class Table:
    """The tables of a file. `skipped` are sheets in which no header was found."""

    file: str
    format: str
    encoding: str
    sheets: tuple[Sheet, ...]
    skipped: tuple[str, ...]

    def rows(self) -> Iterator[Row]:
        """Read the rows of all sheets, anew at each call."""
        for sheet in self.sheets:
            yield from sheet.rows()


def read_table(file: Path | BinaryIO, vocabulary: Vocabulary, *, name: str = "") -> Table:
    """Find the tables of a file by their headings.

    Raises `UnreadableFile` where the file is no spreadsheet, is damaged, protected or too large,
    where no header is found, and where its columns are ambiguous or a needed one is missing.
    """
    called = name or (file.name if isinstance(file, Path) else STDIN)
    return table_of(open_spreadsheet(file, called), vocabulary)


def table_of(raw: RawFile, vocabulary: Vocabulary) -> Table:
    """Find the tables of a file that is open; errors as for `read_table`."""
    sheets, skipped = [], []
    problems: list[UnreadableFile] = []
    for sheet in raw.sheets:
        found = _header(sheet, vocabulary)
        if found is None:
            skipped.append(sheet.name)
            continue
        problems += vocabulary.problems(found.columns, f"{raw.name} “{sheet.name}”")
        sheets.append(found)
    if problems:
        raise WrongColumns(problems, [sheet.columns for sheet in sheets])
    if not sheets:
        known = [one.headings[0] for one in vocabulary.fields[:6]]
        raise UnreadableFile(
            _("{file}: no row of headings was found in its first {rows} rows."),
            hint=_("Known headings are {headings} and others."),
            file=raw.name,
            rows=HEADER_ROWS,
            headings=", ".join(known),
        )
    return Table(raw.name, raw.format, raw.encoding, tuple(sheets), tuple(skipped))


def _header(sheet: RawSheet, vocabulary: Vocabulary) -> Sheet | None:
    best: tuple[int, tuple[Column, ...]] | None = None
    most = LEAST_HEADINGS - 1
    for number, cells in islice(sheet.rows(), HEADER_ROWS):
        columns = vocabulary.columns(cells, sheet.first)
        known = len({column.field for column in columns} - {None})
        if known > most:
            best, most = (number, columns), known
    if best is None:
        return None
    number, columns = best
    fields: dict[str, tuple[Column, ...]] = {}
    for column in columns:
        if column.field:
            fields[column.field] = (*fields.get(column.field, ()), column)
    return Sheet(sheet.name, number, columns, fields, sheet)
