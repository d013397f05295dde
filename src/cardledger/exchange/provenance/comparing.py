"""One sheet, as it was written and as it is now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from cardledger.exchange.cells import Cell
from cardledger.exchange.columns import letter_of
from cardledger.exchange.files import RawSheet
from cardledger.exchange.provenance.aligning import Columns, align, align_columns
from cardledger.exchange.provenance.checks import CELL, EMPTY, ROW, Coder, SheetChecks, form_of
from cardledger.exchange.provenance.verdict import Alteration, AlterationKind

#: How far the row of headings may have been pushed down by rows above it.
PUSHED: Final = 50
#: Of what is in a cell or row so much is told.
TOLD: Final = 200

#: Formulas of a sheet by the place of their cell.
Formulas = dict[str, str]


def read_rows(sheet: RawSheet | None, upto: int | None = None) -> list[list[Cell]]:
    """Return the rows of a sheet from its first row and column on, up to a row if one is given."""
    rows: list[list[Cell]] = []
    if sheet is None:
        return rows
    before: list[Cell] = [None] * sheet.first
    for number, cells in sheet.rows():
        if upto is not None and number > upto:
            break
        rows.extend([] for _missing in range(number - 1 - len(rows)))
        rows.append([*before, *cells])
    return rows


class Comparison:
    """The comparison of one sheet. `name` is what the sheet is called now."""

    def __init__(
        self,
        checks: SheetChecks,
        name: str,
        rows: list[list[Cell]],
        coder: Coder,
        formulas: Formulas,
    ) -> None:
        self._name = name
        self._coder = coder
        self._formulas = formulas
        self._forms = [[form_of(cell) for cell in row] for row in rows]
        while self._forms and not any(self._forms[-1]):
            self._forms.pop()
        self._cells = rows
        self._none = coder.cell("")
        self._before = [_Code(code) for code in checks.codes]
        while self._before and self._before[-1].empty:
            self._before.pop()
        self._width = max((len(code.cells) for code in self._before), default=0)
        self._columns = self._find_columns(checks.header)
        self._whole = None not in self._columns.place

    def alterations(self) -> Iterator[Alteration]:
        """Yield what was altered, from the top of the sheet."""
        yield from self._of_columns()
        before = [self._key_before(code) for code in self._before]
        now = [self._key_now(forms) for forms in self._forms]
        aligned = align(before, now, self._likeness)
        found: list[tuple[int, int, Alteration]] = []
        for old, new in aligned.altered:
            found += [(new, place, one) for place, one in self._of_cells(old, new)]
        for old, new in aligned.moved:
            one = self._row("row-moved", new)
            found.append((new, -1, one._replace(was=f"{old + 1}:{old + 1}")))
        for old in aligned.removed:
            if not self._before[old].empty:
                found.append((old, -2, self._row("row-removed", old)))
        for new in aligned.inserted:
            if any(self._forms[new]):
                told = " | ".join(map(shown, filter(_filled, self._cells[new])))[:TOLD]
                found.append((new, -1, self._row("row-inserted", new)._replace(now=told)))
        found += self._beside(set(aligned.inserted))
        found += self._formulas_left({one.cell for _row, _place, one in found})
        yield from (one for _row, _place, one in sorted(found, key=lambda each: each[:2]))

    def _find_columns(self, header: int) -> Columns:
        width = max(map(len, self._forms), default=0)
        if not header or header > len(self._before):
            return Columns(list(range(self._width)), [], [])
        before = self._padded(self._before[header - 1].cells, self._width)
        best: list[str] = []
        most = 0
        for forms in self._forms[: header + PUSHED]:
            now = self._padded([self._coder.cell(form) for form in forms], width)
            alike = len(set(before) & set(now) - {self._none})
            if alike > most:
                best, most = now, alike
        if 2 * most < len(set(before)):
            return Columns(list(range(self._width)), [], [])
        return align_columns(before, best, self._none)

    def _padded(self, cells: Sequence[str], width: int) -> list[str]:
        return [*cells, *[self._none] * (width - len(cells))]

    def _of_columns(self) -> Iterator[Alteration]:
        for old, new in enumerate(self._columns.place):
            if new is None:
                yield Alteration(self._name, _column(old), "column-removed")
            elif old in self._columns.moved:
                yield Alteration(self._name, _column(new), "column-moved", was=_column(old))
        for new in self._columns.inserted:
            heading = next((row[new] for row in self._cells if len(row) > new and row[new]), "")
            yield Alteration(self._name, _column(new), "column-inserted", shown(heading))

    def _key_before(self, code: _Code) -> object:
        if self._whole:
            return code.row
        cells = self._padded(code.cells, self._width)
        return tuple(cells[old] for old, new in enumerate(self._columns.place) if new is not None)

    def _key_now(self, forms: Sequence[str]) -> object:
        if self._whole:
            mapped = [_at(forms, new) for new in self._columns.place if new is not None]
            while mapped and not mapped[-1]:
                mapped.pop()
            return self._coder.row(mapped) if mapped else EMPTY
        return tuple(
            self._coder.cell(_at(forms, new)) for new in self._columns.place if new is not None
        )

    def _likeness(self, old: int, new: int) -> int:
        """Return how many cells two rows share, if that is the greater part of them, else 0."""
        before, forms = self._before[old].cells, self._forms[new]
        alike = filled = 0
        for place, code in enumerate(before):
            at = self._columns.place[place]
            if code != self._none and at is not None:
                filled += 1
                alike += self._coder.cell(_at(forms, at)) == code
        return alike if 2 * alike > filled else 0

    def _of_cells(self, old: int, new: int) -> list[tuple[int, Alteration]]:
        """Return the cells of a row that were altered."""
        before = self._padded(self._before[old].cells, self._width)
        forms = self._forms[new]
        places = [
            at
            for place, at in enumerate(self._columns.place)
            if at is not None and self._coder.cell(_at(forms, at)) != before[place]
        ]
        if not places and self._key_before(self._before[old]) != self._key_now(forms):
            # The row is another one, though each cell has the same 24 bits: that is no accident.
            places = [at for at in self._columns.place if at is not None and _at(forms, at)]
        return [(at, self._cell(new, at)) for at in places]

    def _beside(self, inserted: set[int]) -> Iterator[tuple[int, int, Alteration]]:
        """Yield cells where there is no column of ours, except in rows that are told as a whole."""
        ours = {*self._columns.place, *self._columns.inserted}
        if not any(len(forms) > len(self._columns.place) for forms in self._forms):
            return
        for row, forms in enumerate(self._forms):
            for place, form in enumerate(forms):
                if form and place not in ours and row not in inserted:
                    yield row, place, self._cell(row, place)

    def _formulas_left(self, known: set[str]) -> Iterator[tuple[int, int, Alteration]]:
        for place, formula in self._formulas.items():
            if place not in known:
                yield 0, 0, Alteration(self._name, place, "cell-is-formula", formula[:TOLD])

    def _cell(self, row: int, place: int) -> Alteration:
        name = f"{letter_of(place)}{row + 1}"
        formula = self._formulas.get(name)
        if formula is not None:
            return Alteration(self._name, name, "cell-is-formula", formula[:TOLD])
        cells = self._cells[row] if row < len(self._cells) else []
        value = shown(cells[place])[:TOLD] if place < len(cells) else ""
        return Alteration(self._name, name, "cell-altered", value or None)

    def _row(self, what: AlterationKind, place: int) -> Alteration:
        return Alteration(self._name, f"{place + 1}:{place + 1}", what)


class _Code:
    """The code of a row, taken apart."""

    __slots__ = ("cells", "row")

    def __init__(self, code: str) -> None:
        self.row = code[:ROW]
        self.cells = [code[place : place + CELL] for place in range(ROW, len(code), CELL)]

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
