"""A paper: a table with what stands above and below it, before it becomes a workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from cardledger.exchange.writing.tables_out import Column, Row

#: Kinds whose values are added up below the table; of the others it is counted how many there are.
SUMMED: Final = frozenset({"count"})


@dataclass(frozen=True, kw_only=True)
class Part:
    """What goes on one sheet."""

    name: str
    schools: tuple[str, ...]
    rows: Iterable[Row]


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A table on paper; its texts are in the reader's language, titles of columns are msgids.

    schools: names by code, of the schools that it may be about. facts: what stands below the
    title, as label and value; facts_of adds those of the rows of one sheet. apart: rows go to
    sheets of their own by the first of these columns in which they differ. sheet_of: what the
    sheet of a row is called, else by that column. totals: columns that are added up, or counted;
    totals_of completes that row.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Row]
    schools: Mapping[str, str] = field(default_factory=dict)
    facts: Sequence[tuple[str, str]] = ()
    facts_of: Callable[[list[Row]], Sequence[tuple[str, str]]] = lambda rows: ()
    apart: Sequence[str] = ()
    sheet_of: Callable[[Row], str] | None = None
    totals: Sequence[str] = ()
    totals_of: Callable[[Row], Row] = lambda sums: sums

    def parts(self) -> Iterator[Part]:
        """Yield what goes on each sheet: one at least, in the order of the rows."""
        rows = self.rows if isinstance(self.rows, (list, tuple)) else None
        by = next((key for key in self.apart if rows and _varies(rows, key)), None)
        if rows is None or by is None:
            yield Part(name=self.title, schools=self._schools(rows), rows=self.rows)
            return
        groups: dict[str, list[Row]] = {}
        for row in rows:
            name = self.sheet_of(row) if self.sheet_of and by == self.apart[-1] else ""
            groups.setdefault(name or str(row[by] if row[by] is not None else "-"), []).append(row)
        for name, group in groups.items():
            called = self.schools.get(name) or name if by == "school" else name
            yield Part(name=called, schools=self._schools(group), rows=group)

    def _schools(self, rows: Sequence[Row] | None) -> tuple[str, ...]:
        """Return the codes of the schools that rows are about."""
        if rows and "school" in rows[0]:
            return tuple(sorted({str(row["school"]) for row in rows if row["school"]}))
        return tuple(self.schools) if len(self.schools) == 1 else ()

    def school(self, part: Part) -> str:
        """Return what the school of a part is called; empty where it is about several."""
        if len(part.schools) != 1:
            return ""
        return self.schools.get(part.schools[0]) or part.schools[0]


class Totals:
    """The row below a table, added up while the rows go by."""

    def __init__(self, paper: Paper) -> None:
        kinds = {column.key: column.kind for column in paper.columns}
        self._keys = [key for key in paper.totals if key in kinds]
        self._summed = {key for key in self._keys if kinds[key] in SUMMED}
        self._finish = paper.totals_of
        self._sums: dict[str, Any] = dict.fromkeys(self._keys, 0)
        self.rows = 0

    @property
    def wanted(self) -> bool:
        """Whether there is such a row."""
        return bool(self._keys)

    def add(self, row: Row) -> None:
        """Take a row into account."""
        self.rows += 1
        for key in self._keys:
            value = row.get(key)
            self._sums[key] += (value or 0) if key in self._summed else value not in (None, "", [])

    def row(self) -> Row:
        """Return the sums."""
        return self._finish(self._sums)


def _varies(rows: Sequence[Row], key: str) -> bool:
    return any(row.get(key) != rows[0].get(key) for row in rows)
