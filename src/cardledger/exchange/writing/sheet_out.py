"""One sheet of a workbook: how it looks on the screen and on A4."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from itertools import chain, islice
from typing import Any, Final

from cardledger.errors import BadInput
from cardledger.exchange.provenance.checks import Coder
from cardledger.exchange.reading.columns import letter_of
from cardledger.exchange.writing.looks import Looks, allowed
from cardledger.exchange.writing.paper import SUMMED, Paper, Part, Totals
from cardledger.exchange.writing.tables_out import Column, Row, shown
from cardledger.exchange.writing.widths import width, wrap
from cardledger.i18n import _

#: How many rows decide how wide the columns are.
SAMPLE: Final = 2000
#: Widths of columns, in characters; a heading is wrapped rather than wider than this.
NARROWEST: Final = 6
WIDEST: Final = 48
HEADING: Final = 10
#: A sheet that is wider than this is printed on A4 across.
PORTRAIT: Final = 110

#: How high a line is, in points, and how many characters a wrapped one may leave free.
LINE: Final = 15
SLACK: Final = 8
TITLE_HEIGHT: Final = 26
#: A letter of the title is so much wider than one of the table.
TITLE_FACTOR: Final = 1.5

#: More rows no spreadsheet opens.
MOST_ROWS: Final = 1_048_576
#: How many characters of a moment are its day.
DAY: Final = 10
#: Spreadsheets know no days before this year.
FIRST_YEAR: Final = 1901
#: A4 in the numbering of paper sizes.
_A4: Final = 9
_MARGIN: Final = 0.5
#: A footer holds 255 characters; a name in it so many.
_FOOTER_NAME: Final = 60

TOTAL: Final = _("Total")
SCHOOL: Final = _("School")
ROWS: Final = _("Rows")
PAGE: Final = _("Page {page} of {pages}")
#: What stands between facts below the title.
GAP: Final = "    "


class SheetWriter:
    """Writes one sheet. `header` is the row of its headings, `codes` are its check values."""

    def __init__(
        self,
        sheet: Any,
        paper: Paper,
        part: Part,
        say: Callable[[str], str],
        looks: Looks,
        coder: Coder,
    ) -> None:
        self.codes: list[str] = []
        self.header = 0
        self._sheet = sheet
        self._paper = paper
        self._part = part
        self._say = say
        self._looks = looks
        self._coder = coder

    def write(self, mark: str = "") -> int:
        """Write the sheet, with `mark` in its footer; returns the number of its rows."""
        from cardledger.exchange.writing.rows_out import open_rows

        paper, part, say, sheet = self._paper, self._part, self._say, self._sheet
        columns = paper.columns
        rows = iter(part.rows)
        sample = part.rows if isinstance(part.rows, list) else list(islice(rows, SAMPLE))
        rest: Iterable[Row] = () if sample is part.rows else rows
        headings = [allowed(say(column.title)) for column in columns]
        title = allowed(" ".join(filter(None, (paper.school(part), _title(paper, part)))))
        widths = _widths(columns, headings, sample[:: len(sample) // SAMPLE + 1], say)
        needed = int(width(title) * TITLE_FACTOR) + 4
        widths[-1] = max(widths[-1], needed - sum(widths[:-1]))
        facts = _facts(paper, part, sum(widths), say)
        self.header = len(facts) + 2
        _prepare(sheet, widths, self.header, say)
        _footer(sheet, paper.school(part) or paper.title, mark)
        rows_out = open_rows(sheet)
        _above(sheet, title, facts, headings, widths, self._looks)
        self.codes += [self._coder.code(row) for row in ([title], *([one] for one in facts))]
        self.codes.append(self._coder.code(headings))
        totals = Totals(paper)
        for row in chain(sample, rest):
            totals.add(row)
            self._append([_value(row.get(one.key), one, say) for one in columns])
        height = len(self.codes)
        if totals.wanted:
            self._append(_total_row(totals, columns, say))
        _finish(sheet, self.header, height, len(columns), len(facts))
        # Else a spreadsheet marks every identifier as a number that somebody stored as text.
        last = letter_of(len(columns) - 1)
        rows_out.identifiers = f"A1:{last}{height + totals.wanted}"
        return totals.rows

    def _append(self, values: Sequence[tuple[Any, str, str]]) -> None:
        if len(self.codes) >= MOST_ROWS:
            raise BadInput(
                _("A sheet holds {rows} rows, and there are more."),
                hint=_("Choose fewer rows, or write them as CSV or JSON lines."),
                rows=MOST_ROWS,
            )
        self.codes.append(self._coder.code([value for value, _look, _kind in values]))
        sheet, looks = self._sheet, self._looks
        widest = max(_too_wide(value) for value, _look, _kind in values)
        if widest:
            # Whoever opens the file does not measure wrapped texts anew.
            lines = widest // (WIDEST - SLACK) + 1
            sheet.row_dimensions[len(self.codes)].height = LINE * lines
        cells = []
        for value, look, kind in values:
            if kind == "s":
                long = look == "text" and _too_wide(value)
                cells.append(looks.text(value, "long" if long else look))
            else:
                cells.append(looks.value(value, look))
        sheet.append(cells)


def _title(paper: Paper, part: Part) -> str:
    school = part.schools[0] if len(part.schools) == 1 else ""
    more = part.name not in (paper.title, school, paper.schools.get(school))
    return f"{paper.title} {part.name}" if more else paper.title


def _facts(paper: Paper, part: Part, room: int, say: Callable[[str], str]) -> list[str]:
    """Return the lines below the title."""
    pieces = [f"{say(SCHOOL)} {one}" for one in part.schools if len(part.schools) == 1]
    rows = part.rows if isinstance(part.rows, list) else []
    told = [*paper.facts_of(rows), *paper.facts]
    pieces += [f"{label} {value}" for label, value in told if value]
    if isinstance(part.rows, list):
        pieces.append(f"{say(ROWS)} {len(part.rows)}")
    lines: list[str] = []
    for piece in map(allowed, pieces):
        if lines and width(lines[-1]) + len(GAP) + width(piece) <= room:
            lines[-1] += GAP + piece
        else:
            lines.append(piece)
    return lines


def _prepare(sheet: Any, widths: Sequence[int], header: int, say: Callable[[str], str]) -> None:
    """Say what has to be said of a sheet before its first row."""
    for place, size in enumerate(widths):
        sheet.column_dimensions[letter_of(place)].width = size
    sheet.freeze_panes = f"A{header + 1}"
    sheet.print_title_rows = f"{header}:{header}"
    page_of(sheet, say, portrait=sum(widths) <= PORTRAIT)


def page_of(sheet: Any, say: Callable[[str], str], *, portrait: bool) -> None:
    """Put a sheet on A4, as wide as a page, with the number of the page below."""
    from openpyxl.worksheet.page import PageMargins
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation = "portrait" if portrait else "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(_MARGIN, _MARGIN, _MARGIN, 0.7, 0.3, 0.3)
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = say(PAGE).format(page="&P", pages="&N")


def _footer(sheet: Any, name: str, mark: str) -> None:
    sheet.oddFooter.left.text = allowed(name)[:_FOOTER_NAME].replace("&", "&&")
    if mark:
        sheet.oddFooter.right.text = mark


def _above(
    sheet: Any,
    title: str,
    facts: Sequence[str],
    headings: Sequence[str],
    widths: Sequence[int],
    looks: Looks,
) -> None:
    """Write the title, the facts below it, and the headings."""
    sheet.row_dimensions[1].height = TITLE_HEIGHT
    sheet.append([looks.text(title, "title")])
    for place, fact in enumerate(facts, 2):
        lines = len(wrap(fact, max(sum(widths) - 2, 1)))
        sheet.row_dimensions[place].height = LINE * lines
        sheet.append([looks.text(fact, "facts")])
    lines = max(
        len(wrap(heading, max(size - 1, 1))) for heading, size in zip(headings, widths, strict=True)
    )
    sheet.row_dimensions[len(facts) + 2].height = LINE * lines + 4
    sheet.append([looks.text(heading, "heading") for heading in headings])


def _total_row(
    totals: Totals, columns: Sequence[Column], say: Callable[[str], str]
) -> list[tuple[Any, str, str]]:
    """Return the cells of the row below the table."""
    sums = totals.row()
    values: list[tuple[Any, str, str]] = []
    for place, column in enumerate(columns):
        value = sums.get(column.key)
        if place == 0:
            values.append((say(TOTAL), "total", "s"))
        elif value is None:
            values.append((None, "total", "n"))
        elif column.kind == "percent":
            values.append((value / 100, "total-percent", "n"))
        else:
            look = "total-number" if column.kind in SUMMED else "total-filled"
            values.append((value, look, "n"))
    return values


def _finish(sheet: Any, header: int, height: int, columns: int, facts: int) -> None:
    """Say what has to be said of a sheet after its last row."""
    last = letter_of(columns - 1)
    for row in range(1, facts + 2):
        if columns > 1:
            sheet.merged_cells.add(f"A{row}:{last}{row}")
    if height > header:
        sheet.auto_filter.ref = f"A{header}:{last}{height}"


def _widths(
    columns: Sequence[Column],
    headings: Sequence[str],
    sample: Sequence[Row],
    say: Callable[[str], str],
) -> list[int]:
    sizes = []
    for column, heading in zip(columns, headings, strict=True):
        texts = (shown(row.get(column.key), column.kind, say) for row in sample)
        size = max((width(line) for text in texts for line in text.split("\n")), default=0)
        words = max((width(word) for word in heading.split()), default=0)
        # Room for the sign of the filter beside the heading.
        size = max(size, words + 2, min(width(heading) + 2, HEADING))
        sizes.append(min(max(size + 2, NARROWEST, column.room), WIDEST))
    return sizes


def _value(value: Any, column: Column, say: Callable[[str], str]) -> tuple[Any, str, str]:
    """Return what a cell holds, its look, and its kind."""
    kind = column.kind
    if value is None or value == "":
        return None, "text", "n"
    if kind in ("moment", "day") and value[:4] >= str(FIRST_YEAR):
        if kind == "moment" and shown(value, kind, say) != value[:DAY]:
            moment = datetime.fromisoformat(value).replace(tzinfo=None, microsecond=0)
            return moment, "moment", "d"
        return date.fromisoformat(value[:DAY]), "day", "d"
    if kind == "percent":
        return value / 100, "percent", "n"
    if kind == "count" and isinstance(value, int) and not isinstance(value, bool):
        return value, "number", "n"
    text = allowed(shown(value, kind, say))
    return text or None, "middle" if kind == "yesno" else "text", "s" if text else "n"


def _too_wide(value: Any) -> int:
    """Return how wide a text is that is wider than any column, else 0."""
    # No character is wider than two, and most texts are short.
    if not isinstance(value, str) or 2 * len(value) <= WIDEST:
        return 0
    size = width(value)
    return size if size > WIDEST else 0
