"""What becomes of a row of a file: values for a batch, and every fault found in it.

Nothing is dropped silently and one bad row hides no other: each row of a file is accounted for by
one `SourceRow`, whatever was wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import msgspec

from cardledger.errors import BadInput, BadValue
from cardledger.exchange.reading.cells import Cell, is_empty, shown
from cardledger.exchange.reading.columns import Column
from cardledger.exchange.reading.table import Row, Sheet
from cardledger.i18n import Translator, _

#: `row`: the row cannot be used. `cell`: the cell was left out, the row is used without it.
#: `restored`: a value was mended without doubt, and used. `ignored`: no row of data (totals, a
#: note, the header once more, an attempt that failed). `doubt`: the row is used, but something
#: about it does not go together with another row, or with the ledger.
FaultKind = Literal["row", "cell", "restored", "ignored", "doubt"]

_TOTALS: Final = re.compile(
    r"\s*(合\s*计|总\s*计|小\s*计|共\s*计|总人数|total\b|sum\b)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where: sheet, row from 1, column (letter and heading), value."""

    kind: FaultKind
    sheet: str
    row: int
    letter: str
    heading: str
    value: str
    problem: BadInput

    @property
    def place(self) -> str:
        """The place as spreadsheets name it: `Sheet1!C5`, or `Sheet1!5` for a whole row."""
        where = f"{self.letter}{self.row}"
        return f"{self.sheet}!{where}" if self.sheet else where

    def text(self, translate: Translator = str) -> str:
        """Return what is wrong, in the language of `translate`."""
        return self.problem.text(translate)

    def told(self, translate: Translator = str) -> str:
        """Return where it is and what is wrong, with the value where the sentence lacks it."""
        said = self.text(translate)
        telling = self.letter and self.kind != "doubt" and self.value not in said
        return f"{self.place} “{self.value}”: {said}" if telling else f"{self.place}: {said}"

    def hint(self, translate: Translator = str) -> str:
        """Return what to do, in the language of `translate`."""
        return self.problem.hint_text(translate)


class SourceRow(msgspec.Struct, frozen=True):
    """A row of a file as a row of a batch. `values` is empty where it cannot be used.

    `more` are further acts that the same row reports (a card that was issued, then lost).
    """

    sheet: str
    row: int
    values: Mapping[str, Any]
    faults: tuple[Fault, ...] = ()
    more: tuple[Mapping[str, Any], ...] = ()

    @property
    def usable(self) -> bool:
        """Whether the row is to be recorded."""
        return bool(self.values)

    @property
    def ignored(self) -> bool:
        """Whether the row is no row of data."""
        return any(fault.kind == "ignored" for fault in self.faults)


class RowReader:
    """Reads the cells of one row by their fields, and collects what is wrong with them."""

    def __init__(self, row: Row, sheet: Sheet) -> None:
        self.row = row
        self.faults: list[Fault] = []
        self._sheet = sheet

    def has(self, field: str) -> bool:
        """Tell whether a field has a value in this row."""
        return not is_empty(self.cell(field))

    def cell(self, field: str) -> Cell:
        """Return the cell of a field as it is stored; nothing where no column is that field."""
        columns = self._sheet.fields.get(field)
        return self.row.cells[columns[0].index] if columns else None

    def read(self, field: str, reader: Callable[[Cell], Any], kind: FaultKind = "cell") -> Any:
        """Return the value of a field; None where it is empty, or where the fault is kept."""
        cell = self.cell(field)
        if is_empty(cell):
            return None
        try:
            return reader(cell)
        except BadValue as problem:
            self.add(kind, problem, field)
            return None

    def read_all(self, field: str, reader: Callable[[Cell], str]) -> str:
        """Return the values of all columns of a field, joined; with several, with their headings.

        So 父亲姓名 and 母亲姓名 stay apart in one field.
        """
        columns = self._sheet.fields.get(field, ())
        parts = []
        for column in columns:
            cell = self.row.cells[column.index]
            if not is_empty(cell):
                try:
                    value = reader(cell)
                except BadValue as problem:
                    self.add("cell", problem, column)
                else:
                    parts.append(f"{column.heading} {value}" if len(columns) > 1 else value)
        return "；".join(parts)

    def add(self, kind: FaultKind, problem: BadInput, column: Column | str | None = None) -> None:
        """Keep a fault of a column, of the column of a field, or of the whole row."""
        if isinstance(column, str):
            column = self._sheet.fields[column][0]
        self.faults.append(
            Fault(
                kind,
                self.row.sheet,
                self.row.number,
                column.letter if column else "",
                column.heading if column else "",
                shown(self.row.cells[column.index]) if column else self._whole(),
                problem,
            )
        )

    def _whole(self) -> str:
        filled = (shown(cell) for cell in self.row.cells if not is_empty(cell))
        return " | ".join(filled)[:200]

    def result(
        self, values: Mapping[str, Any], more: tuple[Mapping[str, Any], ...] = ()
    ) -> SourceRow:
        """Return the row with its values, or without where a fault makes it useless."""
        useless = any(fault.kind in {"row", "ignored"} for fault in self.faults)
        return SourceRow(
            self.row.sheet,
            self.row.number,
            {} if useless else values,
            tuple(self.faults),
            () if useless else more,
        )

    def is_no_data(self, key: str) -> bool:
        """Keep a fault and tell so where the row is totals, a heading or a note below the table.

        A row that has letters or digits in the column of `key` is data, whatever else it lacks,
        but where it begins with the word for a total and has nothing else but numbers.
        """
        name = shown(self.cell(key))
        named = name and name.isascii() and not _TOTALS.match(name)
        if named and not self._is_header(key) and not self._is_sum():
            return False
        filled = [cell for cell in self.row.cells if not is_empty(cell)]
        if self._is_header(*(field for field in self._sheet.fields if self.has(field))):
            problem = BadInput(_("The header once more."))
        elif any(_TOTALS.match(shown(cell)) for cell in filled):
            problem = BadInput(_("A row of totals."))
        elif len(filled) == 1:
            problem = BadInput(_("A note or a title inside the table."))
        else:
            return False
        self.add("ignored", problem)
        return True

    def _is_sum(self) -> bool:
        """Tell whether the first filled cell is the word for a total, and all others numbers."""
        filled = (shown(cell) for cell in self.row.cells if not is_empty(cell))
        return bool(_TOTALS.match(next(filled, ""))) and all(
            cell.replace(".", "", 1).isdigit() for cell in filled
        )

    def _is_header(self, *fields: str) -> bool:
        """Tell whether fields have their own headings for values."""
        columns = [self._sheet.fields[field][0] for field in fields]
        return bool(columns) and all(
            " ".join(shown(self.row.cells[column.index]).split()) == column.heading
            for column in columns
        )
