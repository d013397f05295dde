"""How the cells of a workbook look, and what a text in one may hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from cardledger.exchange.writing.rows_out import Cell

#: The longest text that a cell can hold.
LONGEST: Final = 32_767
#: Without a name each spreadsheet takes a font of its own for what is not plain.
_FONT: Final = "Calibri"
_SIZE: Final = 11
_MOMENT: Final = "yyyy-mm-dd hh:mm"
_DAY: Final = "yyyy-mm-dd"

#: What a reader of workbooks takes for a character: _x0041_ is A.
_ESCAPED: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")


class Looks:
    """The looks of cells. Every look is made once, and cells of that look share it."""

    def __init__(self, book: Any) -> None:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Border, PatternFill, Side

        from cardledger.exchange.writing.rows_out import Cell

        self._cell = Cell
        self._new = WriteOnlyCell
        self._sheet = book.create_sheet()
        line = Side("hair", color="A6A6A6")
        box = Border(left=line, right=line, top=line, bottom=line)
        strong = Border(left=line, right=line, top=Side("thin"), bottom=Side("thin"))
        grey = PatternFill("solid", fgColor="EDEDED")
        self._styles = {
            "title": self._style(font=self._font(bold=True, size=16), align=("center", False)),
            "title-left": self._style(font=self._font(bold=True, size=14), align=("left", False)),
            "facts": self._style(font=self._font(size=10, color="595959"), align=("left", True)),
            "heading": self._style(
                font=self._font(bold=True), align=("center", True), border=strong, fill=grey
            ),
            "text": self._style(align=("left", False), border=box),
            "long": self._style(align=("left", True), border=box),
            "middle": self._style(align=("center", False), border=box),
            "number": self._style("#,##0", align=("right", False), border=box),
            "percent": self._style("0.0%", align=("right", False), border=box),
            "moment": self._style(_MOMENT, align=("left", False), border=box),
            "day": self._style(_DAY, align=("left", False), border=box),
            "total": self._style(font=self._font(bold=True), align=("left", False), border=strong),
            "total-filled": self._style(
                "#,##0", font=self._font(bold=True), align=("left", False), border=strong
            ),
            "total-number": self._style(
                "#,##0", font=self._font(bold=True), align=("right", False), border=strong
            ),
            "total-percent": self._style(
                "0.0%", font=self._font(bold=True), align=("right", False), border=strong
            ),
            "label": self._style(font=self._font(bold=True), align=("left", True)),
            "plain": self._style(align=("left", False)),
            "wrapped": self._style(align=("left", True)),
            "small": self._style(font=self._font(size=8, color="808080"), align=("left", False)),
        }
        book.remove(self._sheet)

    def _style(
        self,
        number_format: str = "@",
        *,
        align: tuple[str, bool],
        font: Any = None,
        border: Any = None,
        fill: Any = None,
    ) -> int:
        """Make a look; return the number of its style."""
        from openpyxl.styles import Alignment

        cell: Any = self._new(self._sheet)
        cell.number_format = number_format
        # Numbers do not touch the text to their right.
        indent = 1 if align[0] == "right" else 0
        vertical = "center" if fill is not None or align[0] == "center" else "top"
        cell.alignment = Alignment(align[0], vertical, wrap_text=align[1], indent=indent)
        cell.font = font or self._font()
        if border is not None:
            cell.border = border
        if fill is not None:
            cell.fill = fill
        number: int = cell.style_id
        return number

    @staticmethod
    def _font(size: int = _SIZE, *, bold: bool = False, color: str = "000000") -> Any:
        from openpyxl.styles import Font

        return Font(name=_FONT, size=size, bold=bold, color=color)

    def text(self, value: str, look: str) -> Cell:
        """Return a cell with a text, which stays a text even if it begins with =."""
        return self._cell(escaped(value), self._styles[look], True)

    def value(self, value: Any, look: str) -> Cell:
        """Return a cell with a number, a date or nothing."""
        return self._cell(value, self._styles[look], False)


def allowed(text: str) -> str:
    """Return a text without the control characters that a workbook cannot hold."""
    return _UNSEEN.sub("", text.replace("\t", " "))[:LONGEST]


def escaped(text: str) -> str:
    """Return a text so that a reader of workbooks takes no part of it for a character's number."""
    return _ESCAPED.sub("_x005F_", text) if "_x" in text else text
