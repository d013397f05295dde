"""One sheet, as it was written and as it is now.

The sheet is read as it comes. Of a row that is as one was written only that is kept; the cells of
the others are kept, or read again, for what is told of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import chain, islice
from typing import Final

from cardledger.exchange.provenance.aligning import Columns, align, align_columns
from cardledger.exchange.provenance.checks import CELL, EMPTY, ROW, Coder, SheetChecks, form_of
from cardledger.exchange.provenance.verdict import Alteration, AlterationKind
from cardledger.exchange.reading.cells import Cell
from cardledger.exchange.reading.columns import letter_of
from cardledger.exchange.reading.files import RawSheet

#: How far the row of headings may have been pushed down by rows above it.
PUSHED: Final = 50
#: Of what is in a cell or row so much is told.
TOLD: Final = 200

#: Formulas of a sheet by the place of their cell.
Formulas = dict[str, str]
#: A place in the order in which alterations are told: row, column; and the alteration.
_Placed = tuple[int, int, Alteration]


def rows_of(sheet: RawSheet | None, upto: int | None = None) -> Iterator[list[Cell]]:
    """Yield the rows of a sheet from its first row and column on, up to a row if one is given."""
    if sheet is None:
        return
    before: list[Cell] = [None] * sheet.first
    last = 0
    for number, cells in sheet.rows():
        if upto is not None and number > upto:
            return
        yield from ([] for _missing in range(number - 1 - last))
        yield [*before, *cells]
        last = number


class Comparison:
    """The comparison of a sheet with its check values. `upto`: the last row that has some."""

    def __init__(
        self,
        checks: SheetChecks,
        sheet: RawSheet | None,
        coder: Coder,
        formulas: Formulas,
        upto: int | None = None,
    ) -> None:
        self._name = sheet.name if sheet else checks.name
        self._sheet = sheet
        self._upto = upto
        self._coder = coder
        self._formulas = formulas
        self._none = coder.cell("")
        self._before = [_Code(code) for code in checks.codes]
        while self._before and self._before[-1].empty:
            self._before.pop()
        self._width = max((len(code.cells) for code in self._before), default=0)
        self._header = checks.header
        self._columns = Columns(list(range(self._width)), [], [])
        #: Cells of rows, and the codes of their cells, as far as they are not as written.
        self._cells: dict[int, list[Cell]] = {}
        self._codes: dict[int, list[str]] = {}
        self._beside: list[tuple[int, int]] = []

    def alterations(self) -> Iterator[Alteration]:
        """Yield what was altered, from the top of the sheet."""
        rows = rows_of(self._sheet, self._upto)
        first = list(islice(rows, self._header + PUSHED))
        self._columns = self._find_columns(first)
        self._known = {self._key_before(code): code for code in self._before}
        now = [self._take(place, row) for place, row in enumerate(chain(first, rows))]
        while now and now[-1] == self._nothing:
            now.pop()
        before = [self._key_before(code) for code in self._before]
        aligned = align(before, now, lambda old, new: self._likeness(old, new, now))
        self._read_again({new for _old, new in aligned.altered} | {*aligned.inserted})
        yield from self._of_columns(first)
        found: list[_Placed] = []
        for old, new in aligned.altered:
            found += [(new, place, one) for place, one in self._of_cells(old, new, now)]
        for old, new in aligned.moved:
            one = self._row("row-moved", new)
            found.append((new, -1, one._replace(was=f"{old + 1}:{old + 1}")))
        for old in aligned.removed:
            found.append((old, -2, self._row("row-removed", old)))
        for new in aligned.inserted:
            told = " | ".join(map(shown, filter(_filled, self._cells[new])))[:TOLD]
            found.append((new, -1, self._row("row-inserted", new)._replace(now=told)))
        found += [
            (row, place, self._cell(row, place))
            for row, place in self._beside
            if row not in aligned.inserted
        ]
        found += self._formulas_left({one.cell for _row, _place, one in found})
        yield from (one for _row, _place, one in sorted(found, key=lambda each: each[:2]))

    def _find_columns(self, first: Sequence[Sequence[Cell]]) -> Columns:
        """Find the columns by the row among the first ones that is most like the headings."""
        if not self._header or self._header > len(self._before):
            return self._columns
        before = self._padded(self._before[self._header - 1].cells)
        best: list[str] = []
        most = 0
        for row in first:
            now = self._padded([self._coder.cell(form_of(cell)) for cell in row])
            alike = len(set(before) & set(now) - {self._none})
            if alike > most:
                best, most = now, alike
        if 2 * most < len(set(before)):
            return self._columns
        return align_columns(before, best, self._none)

    def _padded(self, cells: Sequence[str]) -> list[str]:
        return [*cells, *[self._none] * (self._width - len(cells))]

    @property
    def _nothing(self) -> str:
        """By what an empty row is known."""
        return self._key_of([])

    def _key_before(self, code: _Code) -> str:
        if None not in self._columns.place:
            return code.row
        cells = self._padded(code.cells)
        return "".join(cells[old] for old, new in enumerate(self._columns.place) if new is not None)

    def _key_of(self, forms: Sequence[str]) -> str:
        """Return by what a row is known now: its digest, or the codes of the columns left."""
        mapped = [_at(forms, new) for new in self._columns.place if new is not None]
        if None in self._columns.place:
            return "".join(map(self._coder.cell, mapped))
        while mapped and not mapped[-1]:
            mapped.pop()
        return self._coder.row(mapped) if mapped else EMPTY

    def _take(self, place: int, row: list[Cell]) -> str:
        """Take a row as it comes; keep its cells where they are not as they were written."""
        forms = [form_of(cell) for cell in row]
        key = self._key_of(forms)
        if len(forms) > len(self._columns.place):
            ours = {*self._columns.place, *self._columns.inserted}
            extra = [(place, at) for at, form in enumerate(forms) if form and at not in ours]
            self._beside += extra
            if extra:
                self._cells[place] = row
        known = self._known.get(key)
        if known is None:
            self._cells[place] = row
            self._codes[place] = self._mapped_codes(forms)
            return key
        # One text for both, else a hundred thousand rows would be kept twice.
        return key if None in self._columns.place else known.row

    def _mapped_codes(self, forms: Sequence[str]) -> list[str]:
        """Return the codes of a row's cells, in the order of the columns as they were."""
        return [
            self._none if new is None else self._coder.cell(_at(forms, new))
            for new in self._columns.place
        ]

    def _codes_now(self, new: int, now: Sequence[str]) -> Sequence[str]:
        codes = self._codes.get(new)
        return self._padded(self._known[now[new]].cells) if codes is None else codes

    def _likeness(self, old: int, new: int, now: Sequence[str]) -> int:
        """Return how many cells two rows share, if that is the greater part of them, else 0."""
        codes = self._codes_now(new, now)
        alike = filled = 0
        for place, code in enumerate(self._before[old].cells):
            if code != self._none and self._columns.place[place] is not None:
                filled += 1
                alike += codes[place] == code
        return alike if 2 * alike > filled else 0

    def _read_again(self, wanted: Collection[int]) -> None:
        """Read the cells of rows of which only their code was kept."""
        missing = set(wanted) - self._cells.keys()
        if missing:
            rows = enumerate(rows_of(self._sheet, max(missing) + 1))
            self._cells |= {place: row for place, row in rows if place in missing}

    def _of_columns(self, first: Sequence[Sequence[Cell]]) -> Iterator[Alteration]:
        for old, new in enumerate(self._columns.place):
            if new is None:
                yield Alteration(self._name, _column(old), "column-removed")
            elif old in self._columns.moved:
                yield Alteration(self._name, _column(new), "column-moved", was=_column(old))
        for new in self._columns.inserted:
            heading = next((row[new] for row in first if len(row) > new and row[new]), "")
            yield Alteration(self._name, _column(new), "column-inserted", shown(heading))

    def _of_cells(self, old: int, new: int, now: Sequence[str]) -> Iterator[tuple[int, Alteration]]:
        """Yield the cells of a row that were altered, with their columns."""
        before, codes = self._padded(self._before[old].cells), self._codes_now(new, now)
        here = [at for at in enumerate(self._columns.place) if at[1] is not None]
        places = [at for place, at in here if codes[place] != before[place]]
        if not places:
            # The row is another one, though each cell has the same 24 bits: that is no accident.
            places = [at for place, at in here if codes[place] != self._none]
        for at in places:
            if at is not None:
                yield at, self._cell(new, at)

    def _formulas_left(self, known: set[str]) -> Iterator[_Placed]:
        for place, formula in self._formulas.items():
            if place not in known:
                yield 0, 0, Alteration(self._name, place, "cell-is-formula", formula[:TOLD])

    def _cell(self, row: int, place: int) -> Alteration:
        name = f"{letter_of(place)}{row + 1}"
        formula = self._formulas.get(name)
        if formula is not None:
            return Alteration(self._name, name, "cell-is-formula", formula[:TOLD])
        cells = self._cells.get(row, [])
        value = shown(cells[place])[:TOLD] if place < len(cells) else ""
        return Alteration(self._name, name, "cell-altered", value or None)

    def _row(self, what: AlterationKind, place: int) -> Alteration:
        return Alteration(self._name, f"{place + 1}:{place + 1}", what)


class _Code:
    """The code of a row, taken apart when that is needed."""

    __slots__ = ("_cells", "row")

    def __init__(self, code: str) -> None:
        self.row = code[:ROW]
        self._cells = code[ROW:]

    @property
    def cells(self) -> list[str]:
        return [self._cells[place : place + CELL] for place in range(0, len(self._cells), CELL)]

    @property
    def empty(self) -> bool:
        return self.row == EMPTY


def shown(cell: Cell) -> str:
    """Return a value as it is told, in one line."""
    text = "" if cell is None else str(cell)
    if isinstance(cell, float) and cell.is_integer():
        text = f"{cell:.15g}"
    return " ".join(text.split()) or text


def _filled(cell: Cell) -> bool:
    return cell is not None and cell != ""


def _at(forms: Sequence[str], place: int | None) -> str:
    return forms[place] if place is not None and place < len(forms) else ""


def _column(place: int) -> str:
    letter = letter_of(place)
    return f"{letter}:{letter}"
