"""The card filing file of a school (学籍卡立案数据), as the district gets it.

Each row names a card, and whose it is. The file as a whole is one act, told from others by the
SHA-256 of its bytes: the same file again is the same filing (HANDBOOK 7.10).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from cardledger.errors import BadValue
from cardledger.exchange.headings import FILING
from cardledger.exchange.imports.roster import zero_restored
from cardledger.exchange.reading import cells, dates
from cardledger.exchange.reading.cells import Cell
from cardledger.exchange.reading.columns import Vocabulary
from cardledger.exchange.reading.files import open_file, read_bytes
from cardledger.exchange.reading.source import RowReader, SourceRow
from cardledger.exchange.reading.table import STDIN, Row, Sheet, Table, table_of
from cardledger.i18n import _
from cardledger.ids import parse_card_number, parse_school_code, uid_readings


def _card(cell: Cell) -> str:
    return str(parse_card_number(cells.label(cell)))


def _school(cell: Cell) -> str:
    return str(parse_school_code(cells.label(cell)))


def _uid(cell: Cell) -> str:
    """Read a chip number, whatever its form is; which bytes it is the ledger's card tells."""
    text = cells.label(cell)
    if not uid_readings(text):
        raise BadValue(
            _("“{value}” is not the number of a chip."),
            hint=_("Write its bytes in hexadecimal, as the reader shows them."),
            value=cells.shown(cell),
        )
    return text


@dataclass(frozen=True, slots=True)
class FilingFile:
    """A filing file: the columns that were found, its rows, the SHA-256 of its bytes.

    A row has `card`, and `student`, `name`, `class`, `uid`, `school`, `issued_on` and `filed` (the
    days of issue and of filing) as far as the file gives them.
    """

    table: Table
    digest: str

    def rows(self) -> Iterator[SourceRow]:
        """Read the rows, anew at each call; each row of the file is accounted for by one."""
        for sheet in self.table.sheets:
            for row in sheet.rows():
                yield _source_row(row, sheet)


def read_filing(
    file: Path | BinaryIO, *, name: str = "", vocabulary: Vocabulary = FILING
) -> FilingFile:
    """Open a filing file; raises `UnreadableFile` before any row is read where it cannot be."""
    called = name or (file.name if isinstance(file, Path) else STDIN)
    data = read_bytes(file, called)
    table = table_of(open_file(data, called), vocabulary)
    return FilingFile(table, hashlib.sha256(data).hexdigest())


def _source_row(row: Row, sheet: Sheet) -> SourceRow:
    reader = RowReader(row, sheet)
    if reader.is_no_data("card"):
        return reader.result({})
    values: dict[str, Any] = {"card": reader.read("card", _card, "row")}
    if not reader.has("card"):
        reader.add("row", BadValue(_("The card number is missing.")))
    # Taking a card for one of the own school because the code cannot be read would be a guess.
    values["school"] = reader.read("school", _school, "row")
    for field, read in _READERS.items():
        values[field] = reader.read(field, read)
    number = values["student"]
    if number and cells.zero_was_lost(reader.cell("student")):
        reader.add("restored", zero_restored(number), "student")
    return reader.result({name: value for name, value in values.items() if value})


#: What only says more about a card: what cannot be read is left out, and reported.
_READERS: Final = {
    "student": cells.student_number,
    "name": cells.text,
    "uid": _uid,
    "issued_on": dates.day,
    "class": cells.class_name,
    "filed": dates.day,
}
