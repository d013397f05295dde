"""Check values: what a row and its cells were, in so few letters that a sheet can hold them.

A row's code is 16 letters for the row and 4 for each cell up to the last that is not empty, `-`
for an empty row. What is compared is the value in one form, whichever program saved the file:
text as it is, numbers to 15 digits, moments to the second.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Final, NamedTuple

from cardledger.exchange.reading.cells import Cell

#: Bytes of the digest of a row, and of a cell; three bytes are four letters.
ROW_BYTES: Final = 12
CELL_BYTES: Final = 3
ROW: Final = ROW_BYTES * 4 // 3
CELL: Final = CELL_BYTES * 4 // 3
EMPTY: Final = "-"
#: A cell of a spreadsheet holds 32,767 characters; a list of codes is cut before.
FULL: Final = 24_000
#: Values that stand in many rows (schools, classes, codes) are hashed once.
_REMEMBERED: Final = 1 << 14


def form_of(cell: Cell) -> str:
    """Return a value in the one form that is compared; empty for nothing.

    >>> form_of("007"), form_of(7), form_of(7.0), form_of(datetime(2010, 3, 5)), form_of(None)
    ('s007', 'n7', 'n7', 'd2010-03-05', '')
    """
    if cell is None or cell == "":
        return ""
    if isinstance(cell, str):
        return "s" + cell.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(cell, bool):
        return f"b{int(cell)}"
    if isinstance(cell, (int, float)):
        return f"n{float(cell) + 0.0:.15g}"  # there is but one zero
    if isinstance(cell, datetime):
        moment = (cell + timedelta(milliseconds=500)).replace(microsecond=0)
        return f"d{moment.date() if moment.time() == time() else moment}"
    return f"d{cell}" if isinstance(cell, date) else f"t{cell}"


def forms_of(row: Iterable[Cell]) -> list[str]:
    """Return the forms of a row's cells, without the empty ones at its end."""
    forms = [form_of(cell) for cell in row]
    while forms and not forms[-1]:
        forms.pop()
    return forms


class Coder:
    """Makes codes with the salt of one workbook."""

    def __init__(self, salt: bytes) -> None:
        self._salt = salt
        self.cell = lru_cache(_REMEMBERED)(self._cell)

    def _cell(self, form: str) -> str:
        return _letters(sha256(self._salt + b"c" + form.encode()).digest()[:CELL_BYTES])

    def row(self, forms: Sequence[str]) -> str:
        """Return the digest of a row, from the forms of its cells."""
        # With lengths, so that no text can pass for two cells.
        whole = "".join([f"{len(form)}:{form}" for form in forms])
        return _letters(sha256(self._salt + b"r" + whole.encode()).digest()[:ROW_BYTES])

    def code(self, row: Iterable[Cell]) -> str:
        """Return the code of a row."""
        forms = forms_of(row)
        return self.row(forms) + "".join(map(self.cell, forms)) if forms else EMPTY


def _letters(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).decode()


class SheetChecks(NamedTuple):
    """The codes of a sheet's rows from the first on. `header`: the row of its headings, or 0."""

    name: str
    header: int
    codes: list[str]


def listed(sheets: Iterable[SheetChecks]) -> Iterator[str]:
    """Yield the list of all codes as texts for cells.

    Each sheet is a text of its headings' row, the number of its rows and its name; texts of codes
    follow, which begin with the number of their first row.
    """
    for sheet in sheets:
        yield f"sheet {sheet.header} {len(sheet.codes)} {sheet.name}"
        first, text = 1, ""
        for number, code in enumerate(sheet.codes, 1):
            if len(text) + len(code) > FULL:
                yield f"{first}:{text}"
                first, text = number, ""
            text += f" {code}"
        if text:
            yield f"{first}:{text}"


def digest_of(texts: Iterable[str]) -> str:
    """Return the digest of the whole list: what is signed."""
    digest = sha256()
    for text in texts:
        digest.update(text.encode() + b"\n")
    return digest.hexdigest()


def read_list(texts: Iterable[str]) -> list[SheetChecks]:
    """Read the list of codes again; ValueError where it is none."""
    sheets: list[SheetChecks] = []
    counts: list[int] = []
    for text in texts:
        if text.startswith("sheet "):
            _word, header, count, name = text.split(" ", 3)
            sheets.append(SheetChecks(name, int(header), []))
            counts.append(int(count))
        else:
            first, _colon, codes = text.partition(":")
            if not sheets or int(first) != len(sheets[-1].codes) + 1:
                raise ValueError(f"codes of row {first} stand in the wrong place")
            sheets[-1].codes.extend(codes.split())
    if [len(sheet.codes) for sheet in sheets] != counts:
        raise ValueError("codes are missing")
    return sheets
