"""The export of a card manager (卡管导出): each card with its holder and state, as it has them.

It is read to be compared with the ledger; a state is no act, so that nothing is recorded from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from cardledger.errors import BadValue
from cardledger.exchange.headings import CARDS
from cardledger.exchange.imports.roster import zero_restored
from cardledger.exchange.reading import cells, dates, words
from cardledger.exchange.reading.cells import Cell
from cardledger.exchange.reading.columns import Vocabulary
from cardledger.exchange.reading.source import RowReader, SourceRow
from cardledger.exchange.reading.table import Row, Sheet, Table, read_table
from cardledger.i18n import _
from cardledger.ids import parse_card_number, parse_school_code, uid_readings


def card_number(cell: Cell) -> str:
    """Read a card number; raises `BadValue`."""
    return str(parse_card_number(cells.label(cell)))


def _uid(cell: Cell) -> str:
    """Read a UID in any form; one that is not all digits comes without its separators."""
    value = cells.label(cell)
    readings = uid_readings(value)
    if not readings:
        raise BadValue(
            _("“{value}” is not a UID."),
            hint=_("A UID has 4, 7 or 10 bytes in hexadecimal, such as 04A1B2C3."),
            value=cells.shown(cell),
        )
    return value if value.isdigit() else str(readings[0])


def _kind(cell: Cell) -> str:
    return words.choice(cell, ("record", "identity"))


def _school(cell: Cell) -> str:
    return str(parse_school_code(cells.label(cell)))


#: How the cells of a field are read. What cannot be read is left out and reported.
READERS: Final[dict[str, Callable[[Cell], Any]]] = {
    "uid": _uid,
    "name": cells.text,
    "class": cells.class_name,
    "state": words.card_state,
    "kind": _kind,
    "upgraded": words.upgraded,
    "issued": dates.day,
    "note": cells.text,
}


@dataclass(frozen=True, slots=True)
class CardList:
    """A list of cards: the columns that were found, and its rows."""

    table: Table

    def rows(self) -> Iterator[SourceRow]:
        """Read the rows, anew at each call; each row of the file is accounted for by one.

        `values` has the card and, where the row says them, `number` (the holder's student number),
        `uid`, `name`, `class`, `state`, `kind`,
        `upgraded`, `issued`
        (a day), `school`.
        """
        for sheet in self.table.sheets:
            for row in sheet.rows():
                yield _source_row(row, sheet)


def read_cards(
    file: Path | BinaryIO, *, name: str = "", vocabulary: Vocabulary = CARDS
) -> CardList:
    """Open a list of cards; raises `UnreadableFile` before any row is read where it cannot be."""
    return CardList(read_table(file, vocabulary, name=name))


def _source_row(row: Row, sheet: Sheet) -> SourceRow:
    reader = RowReader(row, sheet)
    if reader.is_no_data("card"):
        return reader.result({})
    values: dict[str, Any] = {"card": reader.read("card", card_number, "row")}
    if not reader.has("card"):
        reader.add("row", BadValue(_("The card number is missing.")))
    values["number"] = reader.read("number", cells.student_number)
    if values["number"] and cells.zero_was_lost(reader.cell("number")):
        reader.add("restored", zero_restored(values["number"]), "number")
    # Taking a card for one of the own school because the code cannot be read would be a guess.
    values["school"] = reader.read("school", _school, "row")
    for field, read in READERS.items():
        values[field] = reader.read(field, read)
    return reader.result(
        {field: value for field, value in values.items() if value not in (None, "")}
    )
