"""A workbook going out: a title, headings that stay in sight, identifiers as text, dates as dates.

No cell can become a formula, whatever somebody typed as a name: every text is a string in a cell
of format text. Characters that a workbook cannot hold are left out. Moments are in Beijing time;
the end of a day, which is what a bare date means, is the day. On the last sheet stands where the
workbook came from, and what `verify FILE.xlsx` needs (`cardledger.exchange.provenance`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import IO, Any, Final

from cardledger.exchange.provenance import Made
from cardledger.exchange.provenance.checks import Coder, SheetChecks
from cardledger.exchange.provenance.made import FORM
from cardledger.exchange.provenance.sheet import NAME, rows_of
from cardledger.exchange.provenance.verifying import CREATOR
from cardledger.exchange.writing.looks import Looks, allowed
from cardledger.exchange.writing.paper import Paper
from cardledger.exchange.writing.sheet_out import SheetWriter, page_of
from cardledger.exchange.writing.widths import wrap

#: The longest name of a sheet, and characters that it must not have.
LONGEST_NAME: Final = 31
FORBIDDEN: Final = frozenset(r"[]:*?/\'")
#: A name that Excel keeps for itself: it takes a file with such a sheet for damaged.
RESERVED: Final = "history"
#: Widths of the columns of the last sheet.
_LABELS: Final = 22
_VALUES: Final = 78
_LINE: Final = 15


def write_workbook(
    paper: Paper, say: Callable[[str], str], file: IO[bytes], made: Made | None = None
) -> int:
    """Write a paper, and where it came from; returns the number of its rows."""
    from openpyxl import Workbook

    book: Any = Workbook(write_only=True)
    try:
        count = _write(book, paper, say, made or Made())
        book.save(file)
    except BaseException:
        _abandon(book)
        raise
    return count


def _write(book: Any, paper: Paper, say: Callable[[str], str], made: Made) -> int:
    """Write all sheets; returns the number of rows."""
    book.properties.creator = f"{CREATOR} {made.ledger}".strip()
    book.properties.title = allowed(paper.title)
    looks = Looks(book)
    coder = Coder(made.salt)
    names = {say(NAME).casefold()}
    checks: list[SheetChecks] = []
    count = 0
    schools: dict[str, None] = {}
    mark = f"{made.ledger} @{made.position}" if made.ledger else ""
    for part in paper.parts():
        sheet = book.create_sheet(_sheet_name(part.name, names))
        writer = SheetWriter(sheet, paper, part, say, looks, coder)
        count += writer.write(mark)
        checks.append(SheetChecks(sheet.title, writer.header, writer.codes))
        schools |= dict.fromkeys(part.schools)
    told = ", ".join(f"{paper.schools.get(one, '')} {one}".strip() for one in schools)
    last = book.create_sheet(say(NAME))
    lines = rows_of(made, say(NAME), allowed(paper.title), allowed(told), checks, say)
    _write_provenance(last, looks, lines, say)
    return count


def _abandon(book: Any) -> None:
    """Close and remove the files in which openpyxl collects sheets; it does so only on saving."""
    for sheet in book.worksheets:
        writer = sheet._writer
        if writer is not None:
            if sheet._rows is not None:
                sheet._rows.close()
            writer.close()
            with contextlib.suppress(FileNotFoundError, ValueError):
                writer.cleanup()


def _write_provenance(sheet: Any, looks: Looks, rows: Any, say: Callable[[str], str]) -> None:
    """Write the last sheet: what people read on a page, the check values outside of it."""
    from cardledger.exchange.writing.rows_out import open_rows

    sheet.column_dimensions["A"].width = _LABELS
    sheet.column_dimensions["B"].width = _VALUES
    page_of(sheet, say, portrait=True)
    open_rows(sheet)
    printed, read = 0, True
    for number, (label, value) in enumerate(rows, 1):
        read = read and not value.startswith(FORM)
        if read:
            printed = number
            lines = sum(len(wrap(line, _VALUES - 4)) for line in value.split("\n"))
            sheet.row_dimensions[number].height = _LINE * max(lines, 1)
        else:
            sheet.row_dimensions[number].height = _LINE
        title = number == 1
        style = "title-left" if title else "label" if value else "plain"
        cells = [looks.text(allowed(label), style) if label else None]
        if value:
            cells.append(looks.text(value, "wrapped" if read else "small"))
        sheet.append(cells)
    sheet.print_area = f"A1:B{printed}"


def _sheet_name(title: str, taken: set[str]) -> str:
    """Return a name that a sheet may have, and that no other one has."""
    kept = "".join(char for char in title if char not in FORBIDDEN and char.isprintable())
    kept = " ".join(kept.split())[:LONGEST_NAME].strip() or "cardledger"
    kept = f"{kept}_" if kept.casefold() == RESERVED else kept
    name, number = kept, 1
    while name.casefold() in taken:
        number += 1
        name = f"{kept[: LONGEST_NAME - 1 - len(str(number))]}-{number}"
    taken.add(name.casefold())
    return name
