"""Student numbers that are known to be right: a list, or the column of a spreadsheet that has them.

No heading is needed: it is the column in which most cells are student numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from cardledger.errors import BadStudentNumber, UnreadableFile
from cardledger.exchange.reading import cells
from cardledger.exchange.reading.columns import letter_of
from cardledger.exchange.reading.files import RawSheet, open_file, read_bytes
from cardledger.exchange.reading.table import STDIN
from cardledger.i18n import _

#: Cells in which the column is looked for.
_LOOKED_AT: Final = 20_000


class Known(NamedTuple):
    """A cell of the list: where it is, and its number; none where the text is no student number."""

    place: str
    text: str
    number: str | None


def read_known(file: Path | BinaryIO, *, name: str = "") -> list[Known]:
    """Read a list of numbers; raises `UnreadableFile` where the file has none."""
    called = name or (file.name if isinstance(file, Path) else STDIN)
    raw = open_file(read_bytes(file, called), called)
    found = [one for sheet in raw.sheets for one in _of_sheet(sheet)]
    if not any(one.number for one in found):
        raise UnreadableFile(
            _("{file}: there is no student number in it."),
            hint=_("Give one number a line, or a spreadsheet with a column of numbers."),
            file=called,
        )
    return found


def _of_sheet(sheet: RawSheet) -> Iterator[Known]:
    column = _column(sheet)
    if column is None:
        return
    begun = False
    for row, values in sheet.rows():
        if column >= len(values) or cells.is_empty(values[column]):
            continue
        # What stands above the first number is a title or a heading. Numbers may share a line.
        parts: list[cells.Cell] = [*cells.shown(values[column]).split()]
        if not any(map(_number, parts)):
            parts = [values[column]]
        for part in parts:
            number = _number(part)
            begun = begun or number is not None
            if begun:
                where = f"{letter_of(sheet.first + column)}{row}"
                place = f"{sheet.name}!{where}" if sheet.name else where
                yield Known(place, cells.shown(part), number)


def _column(sheet: RawSheet) -> int | None:
    """Return the column that has most student numbers."""
    count: Counter[int] = Counter()
    looked = 0
    for _row, values in sheet.rows():
        for place, cell in enumerate(values):
            if not cells.is_empty(cell):
                looked += 1
                count[place] += any(map(_number, cells.shown(cell).split()))
        if looked > _LOOKED_AT:
            break
    best = count.most_common(1)
    return best[0][0] if best and best[0][1] else None


def _number(cell: cells.Cell) -> str | None:
    try:
        return cells.student_number(cell)
    except BadStudentNumber:
        return None
