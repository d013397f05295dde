"""The last sheet of a workbook: written so that people read it, and found again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from cardledger.exchange.provenance.checks import (
    Coder,
    SheetChecks,
    digest_of,
    listed,
    read_list,
)
from cardledger.exchange.provenance.made import FORM, TITLES, Made, Statement, read_statement, told
from cardledger.exchange.reading.cells import Cell
from cardledger.exchange.reading.files import RawFile, RawSheet
from cardledger.i18n import _

NAME: Final = _("Provenance")
CHECKS: Final = _("Check values")
BELOW: Final = _("What follows is signed and is read by the program; nobody need look at it.")
WHAT: Final = _(
    "Written by cardledger. This says which cells of the file were altered since:"
    " cardledger verify FILE.xlsx"
)
#: Columns: what is said, and what it is. Numbers of columns from 0.
LABEL: Final = 0
VALUE: Final = 1


def rows_of(
    made: Made,
    name: str,
    title: str,
    school: str,
    sheets: Sequence[SheetChecks],
    say: Callable[[str], str],
) -> Iterator[tuple[str, str]]:
    """Yield the rows of the sheet called `name`: first what people read, then what is checked.

    What people read has check values like any other sheet. Below it, only one column is filled.
    """
    facts = made.facts(title, school)
    readable = [(say(NAME), ""), (say(WHAT), ""), ("", "")]
    readable += [
        (say(TITLES[one]), told(one, value)) for one, value in facts.items() if told(one, value)
    ]
    readable += [("", ""), (say(CHECKS), say(BELOW))]
    yield from readable
    coder = Coder(made.salt)
    own = SheetChecks(name, 0, [coder.code(row) for row in readable])
    texts = list(listed([*sheets, own]))
    yield "", made.statement(facts, digest_of(texts)).rstrip("\n")
    for text in texts:
        yield "", text


class Found:
    """The sheet as it is found in a file. `statement` is none where it is not one any more."""

    def __init__(self, sheet: RawSheet, first: int, texts: Sequence[str]) -> None:
        self.name: Final = sheet.name
        #: The row where the statement stands: what is above it is for people.
        self.first: Final = first
        self.statement: Statement | None = read_statement(texts[0].rstrip("\n") + "\n")
        self._texts = texts[1:]

    def checks(self) -> list[SheetChecks] | None:
        """Return the check values; none where they are not those of the statement."""
        if self.statement is None or digest_of(self._texts) != self.statement.facts["digest"]:
            return None
        try:
            return read_list(self._texts)
        except ValueError:
            return None


def find(raw: RawFile) -> Found | None:
    """Return the last sheet with a statement; none where no sheet has one."""
    for sheet in reversed(raw.sheets):
        first, texts = 0, []
        for number, cells in sheet.rows():
            text = cell_at(cells, VALUE - sheet.first)
            if not first and isinstance(text, str) and text.startswith(FORM + "\n"):
                first = number
            if first:
                texts.append("" if text is None else str(text))
        if first:
            while texts and not texts[-1]:
                texts.pop()
            return Found(sheet, first, texts)
    return None


def cell_at(cells: Sequence[Cell], place: int) -> Cell:
    """Return the cell at a place, or nothing where the row is shorter."""
    return cells[place] if 0 <= place < len(cells) else None
