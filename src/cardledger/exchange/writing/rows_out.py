"""Rows of a workbook on their way into the file, as fast as the library lets them through.

openpyxl makes an object of every cell and an element of every object, which takes most of the time
of a large workbook. Here a row is one piece of text. All else of a sheet is written by openpyxl.

Imported only where a workbook is written: openpyxl takes a while to load.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple
from xml.sax.saxutils import escape  # nosec B406 # it writes, and reads nothing

from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.xml.functions import Element, SubElement, fromstring

_letter: Final = lru_cache(get_column_letter)
_serial: Final[Any] = to_excel


class Cell(NamedTuple):
    """A cell: its value, the number of its style, and whether it is a string whatever it says."""

    value: Any
    style: int
    text: bool


class RowWriter(WorksheetWriter):
    """Writes one sheet. `identifiers`: the area in which numbers stored as text are meant."""

    identifiers = ""

    def write_row(self, xf: Any, row: Any, row_idx: int) -> None:
        """Write a row, which is a sequence of `Cell`s or of none."""
        sheet: Any = self.ws
        height = "".join(
            f' {name}="{value}"'
            for name, value in dict(sheet.row_dimensions.get(row_idx, {})).items()
            if name not in ("r", "spans")
        )
        cells = [
            _cell(cell, f"{_letter(place)}{row_idx}")
            for place, cell in enumerate(row, 1)
            if cell is not None
        ]
        xf.write(fromstring(f'<row r="{row_idx}"{height}>{"".join(cells)}</row>'))

    def write_breaks(self) -> None:
        """Write the breaks of pages, and behind them what is not to be marked as an error.

        openpyxl never writes that element, and its own class loses the area. Spreadsheets take a
        sheet whose parts are in another order for damaged.
        """
        super().write_breaks()
        if self.identifiers:
            ignored = Element("ignoredErrors")
            area = {"sqref": self.identifiers, "numberStoredAsText": "1"}
            SubElement(ignored, "ignoredError", area)
            self.xf.send(ignored)


def open_rows(sheet: Any) -> RowWriter:
    """Begin the rows of a write-only sheet, of which all is said that comes before them."""
    writer = RowWriter(sheet)
    writer.write_top()
    sheet._writer = writer
    # Rows go to the writer as they are.
    sheet._values_to_row = lambda values, _number: values
    return writer


def _cell(cell: Cell, place: str) -> str:
    value, style, text = cell
    if value is None or value == "":
        return f'<c r="{place}" s="{style}"/>'
    if text:
        space = ' xml:space="preserve"' if value != value.strip() or "\n" in value else ""
        told = escape(value)
        return f'<c r="{place}" s="{style}" t="inlineStr"><is><t{space}>{told}</t></is></c>'
    number = _serial(value) if isinstance(value, date) else value
    return f'<c r="{place}" s="{style}"><v>{number!r}</v></c>'
