"""What the sources share: rows with their places, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, Protocol

from cardledger.errors import BadValue
from cardledger.exchange.reading.source import Fault, SourceRow
from cardledger.exchange.reading.table import Sheet, Table
from cardledger.i18n import _
from cardledger.reconcile.differences import Difference, Place, Said

#: `same`: the ledger says the same. `different`, `only`: it says something else, or nothing.
#: `faulty`: the row cannot be compared. `aside`: it is about a school that is not asked for.
#: `no-data`: totals, notes, the header once more.
Fate = Literal["same", "different", "only", "faulty", "aside", "no-data"]


class Listing(Protocol):
    """A file that was opened."""

    @property
    def table(self) -> Table: ...

    def rows(self) -> Iterator[SourceRow]:
        """Read the rows, anew at each call; each row of the file is accounted for by one."""


class Listed(NamedTuple):
    """A row of a file, with its file and sheet."""

    file: str
    sheet: Sheet
    row: SourceRow

    @property
    def values(self) -> Any:
        """What the cells say, by field."""
        return self.row.values

    def place(self, field: str = "") -> Place:
        """Return where the row is, or its cell of a field."""
        letter = self._letter(field) if field else ""
        return Place(
            self.file, self.row.sheet, self.row.row, f"{letter}{self.row.row}" * bool(letter)
        )

    @property
    def number(self) -> str:
        """The student number that the row says; empty where it says none."""
        return str(self.row.values.get("number") or self.row.values.get("student", ""))

    def _letter(self, field: str) -> str:
        """Return the column of a field; parts of one (`family.1.name`) stand in several."""
        if field == "number" and field not in self.sheet.fields:
            field = "student"
        for name, columns in self.sheet.fields.items():
            if name == field or name.startswith(f"{field}."):
                return columns[0].letter
        return ""


class Judged(NamedTuple):
    """What became of a row."""

    fate: Fate
    differences: tuple[Difference, ...] = ()


def faulty(source: str, row: Listed, fault: Fault, school: str = "") -> Difference:
    """Return a fault of a row or a cell as something that was not compared."""
    problem = fault.problem
    cell = f"{fault.letter}{fault.row}" if fault.letter else ""
    return Difference(
        source=source,
        kind="faulty",
        subject="",
        school=school,
        field=fault.heading,
        file=fault.value or None,
        place=Place(row.file, fault.sheet, fault.row, cell),
        message=Said(problem.template, problem.values),
        settle=Said(problem.hint_template, problem.values),
    )


def twice(source: str, row: Listed, field: str, value: str, first: Place) -> Judged:
    """Return what becomes of a row about what another row was about already."""
    problem = BadValue(
        _("“{value}” is in the file twice; the first time in {place}."),
        hint=_("Find out which of the rows is right, and have the other one deleted."),
        value=value,
        place=first,
    )
    place = row.place(field)
    columns = row.sheet.fields.get(field, ())
    fault = Fault(
        "row",
        place.sheet,
        place.row,
        columns[0].letter if columns else "",
        columns[0].heading if columns else "",
        value,
        problem,
    )
    return Judged("faulty", (faulty(source, row, fault, str(row.values.get("school", ""))),))
