"""A workbook going out: headings in the reader's language, frozen; identifiers are text.

No cell can become a formula, whatever somebody typed as a name, and characters that a workbook
cannot hold are left out. Moments are real dates, in Beijing time; the end of a day, which is what
a bare date means, is the day. Printed, all columns stand on one page across.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import IO, Any, Final

from cardledger.exchange.tables_out import Column, Row, shown
from cardledger.exchange.widths import width

#: How many rows decide how wide the columns are.
SAMPLE: Final = 500
#: Widths of columns, in characters.
NARROWEST: Final = 6
WIDEST: Final = 60

#: How high a line is, in points, and how many characters a wrapped one may leave free.
LINE: Final = 15
SLACK: Final = 8

#: The longest text that a cell can hold.
LONGEST: Final = 32_767

#: How many characters of a moment are its day.
DAY: Final = 10
#: A4 in the numbering of paper sizes.
_A4: Final = 9
_MOMENT: Final = "yyyy-mm-dd hh:mm"
_DAY: Final = "yyyy-mm-dd"


def write_workbook(
    rows: Iterable[Row],
    columns: Sequence[Column],
    say: Callable[[str], str],
    file: IO[bytes],
    title: str = "",
) -> int:
    """Write one sheet with a row of headings; returns the number of rows below it."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_name(title))
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    headings = [say(column.title) for column in columns]
    kept = list(rows)
    for place, column in enumerate(columns):
        texts = [headings[place]]
        texts += [shown(row.get(column.key), column.kind, say) for row in kept[:SAMPLE]]
        size = max(width(text) for text in texts) + 2
        sheet.column_dimensions[get_column_letter(place + 1)].width = min(
            max(size, NARROWEST), WIDEST
        )

    def cell(value: Any, number_format: str = "") -> Any:
        made = WriteOnlyCell(sheet, value)
        if isinstance(value, str):
            # Else a text that begins with = would be a formula.
            made.data_type = "s"
            made.number_format = "@"
            if _too_wide(value):
                made.alignment = wrapped
        if number_format:
            made.number_format = number_format
        if isinstance(value, date):
            made.alignment = left
        return made

    bold, left, wrapped = Font(bold=True), Alignment("left"), Alignment(wrap_text=True)
    top = [cell(heading) for heading in headings]
    for one in top:
        one.font = bold
    sheet.append(top)
    for place, row in enumerate(kept, start=2):
        made = [cell(*_value(row.get(one.key), one, say)) for one in columns]
        widest = max(map(_too_wide, (one.value for one in made)))
        if widest:
            # Whoever opens the file does not measure wrapped texts anew.
            sheet.row_dimensions[place].height = LINE * (widest // (WIDEST - SLACK) + 1)
        sheet.append(made)
    book.save(file)
    return len(kept)


def _value(value: Any, column: Column, say: Callable[[str], str]) -> tuple[Any, str]:
    """Return what a cell holds, and its number format."""
    if value is None or value == "":
        return None, ""
    if column.kind == "moment" and shown(value, column.kind, say) != value[:DAY]:
        return datetime.fromisoformat(value).replace(tzinfo=None, microsecond=0), _MOMENT
    if column.kind in ("moment", "day"):
        return date.fromisoformat(value[:DAY]), _DAY
    if column.kind == "percent":
        return value / 100, "0.0%"
    if isinstance(value, int) and not isinstance(value, bool) and column.kind == "count":
        return value, ""
    return _allowed(shown(value, column.kind, say)), ""


def _too_wide(value: Any) -> int:
    """Return how wide a text is that is wider than any column, else 0."""
    # No character is wider than two, and most texts are short.
    if not isinstance(value, str) or 2 * len(value) <= WIDEST:
        return 0
    size = width(value)
    return size if size > WIDEST else 0


def _allowed(text: str) -> str:
    """Return a text without the control characters that a workbook cannot hold."""
    kept = (char for char in text if (char >= " " or char in "\t\n") and char not in "\ufffe\uffff")
    return "".join(kept)[:LONGEST]


def _sheet_name(title: str) -> str:
    """Return a name that a sheet may have: 31 characters, none of them a sign of a formula."""
    return "".join(char for char in title if char not in r"[]:*?/\ ")[:31] or "cardledger"
