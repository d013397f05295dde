"""Many cells at once: what a whole column proves in a few steps, and cells that were seen before.

Reading a cell properly takes a microsecond or two; a roster of a district has millions. Most cells
are plain, or one of a few words, and a column of some hundred rows shows that nearly at once. What
is not plain is read properly, and what cannot be read is `ODD`: its row is read again by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from cardledger.errors import BadValue
from cardledger.exchange.reading.cells import Cell, is_empty

#: A cell that cannot be read, or whose row has to be looked at as a whole.
ODD: Final = object()

#: Different cells of one column that are remembered; then all are forgotten.
_REMEMBERED: Final = 8192
#: Signs with which text may be something else than it seems: invisible ones, those that protect a
#: number, and those of an error or of lost digits.
_SUSPECT: Final = ("'", "=", "#", "+", ":", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff")
_BETWEEN: Final = "\0"
_EDGE: Final = re.compile(r"\0\s|\s\0")
_NOT_IDENTITY: Final = re.compile(r"[^0-9A-Z()/-]")

Values = Sequence[Any]


class Seen(dict[Cell, Any]):
    """What the cells of a column mean, by cell: texts and dates are read once each.

    `empty` stands for cells in which nothing can be seen. Numbers are not remembered: as keys, 1
    and yes are one.
    """

    def __init__(self, reader: Callable[[Cell], Any], empty: Any = None) -> None:
        super().__init__()
        self._reader = reader
        self._empty = empty
        #: Whether a cell that cannot be read has been met.
        self.met_odd = False

    def __missing__(self, cell: Cell) -> Any:
        value = self._read(cell)
        if isinstance(cell, (int, float)):
            return value
        if len(self) >= _REMEMBERED:
            self.clear()
        self[cell] = value
        return value

    def _read(self, cell: Cell) -> Any:
        if is_empty(cell):
            return self._empty
        try:
            value = self._reader(cell)
        except BadValue:
            value = ODD
        self.met_odd = self.met_odd or value is ODD
        return value

    def values_of(self, column: Sequence[Cell], odd: set[int]) -> Values:
        """Return the values of a column; the places of those that cannot be read go to `odd`.

        There they are empty: their rows are read again.
        """
        values = [*map(self.__getitem__, column)]
        if self.met_odd:
            for place, value in enumerate(values):
                if value is ODD:
                    odd.add(place)
                    values[place] = self._empty
        return values


class Texts(Seen):
    """The texts of a column that has many; an empty one is empty text."""

    def __init__(self, reader: Callable[[Cell], Any]) -> None:
        super().__init__(reader, "")

    def values_of(self, column: Sequence[Cell], odd: set[int]) -> Values:
        """Return the texts of a column, as they are where all of them are plain."""
        return column if _all_plain(column) else super().values_of(column, odd)


class Identities(Seen):
    """The numbers of identity documents: half-width, capitals."""

    def values_of(self, column: Sequence[Cell], odd: set[int]) -> Values:
        """Return the numbers of a column, as they are where all of them are well-formed."""
        try:
            joined = "".join(column)  # type: ignore[arg-type]
        except TypeError:
            return super().values_of(column, odd)
        lengths = set(map(len, column))  # type: ignore[arg-type]
        if lengths <= {0, 15, 18} and not _NOT_IDENTITY.search(joined):
            return column
        return super().values_of(column, odd)


def _all_plain(column: Sequence[Cell]) -> bool:
    """Tell whether all cells are texts that mean what they are, to the edge."""
    try:
        joined = "0".join(column)  # type: ignore[arg-type]
        if joined.isalnum():
            return True
        joined = _BETWEEN.join(column)  # type: ignore[arg-type]
    except TypeError:
        return False
    if any(sign in joined for sign in _SUSPECT):
        return False
    # Splitting finds the first white space of any kind, quickly.
    return len(joined.split(None, 1)) < 2 or not _EDGE.search(f"\0{joined}\0")


def odd_numbers(column: Sequence[Cell], odd: set[int]) -> None:
    """Put the places of cells that are not the 16 digits of a student number into `odd`."""
    try:
        joined = "".join(column)  # type: ignore[arg-type]
        if (
            len(joined) == 16 * len(column)
            and set(map(len, column)) == {16}  # type: ignore[arg-type]
            and joined.isascii()
            and joined.isdigit()
        ):
            return
    except TypeError:
        pass
    for place, cell in enumerate(column):
        if not (isinstance(cell, str) and len(cell) == 16 and cell.isascii() and cell.isdigit()):
            odd.add(place)
