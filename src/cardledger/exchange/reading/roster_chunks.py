"""Rows of a roster, a few hundred at a time: column by column, then put together.

Whatever a row has that is out of the ordinary, it is read again by itself, by the code that knows
every case (`imports.roster.row_of`); both ways give the same row, which a test proves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any, Final

from cardledger.exchange.headings import MEMBERS
from cardledger.exchange.imports.roster import (
    ALWAYS,
    READERS,
    joined,
    member_of,
    names_ground,
    row_of,
    school_of,
)
from cardledger.exchange.reading import cells, words
from cardledger.exchange.reading.bulk import ODD, Identities, Seen, Texts, Values, odd_numbers
from cardledger.exchange.reading.source import SourceRow
from cardledger.exchange.reading.table import Chunk, Sheet

#: Fields of which most rows have a text of their own.
_TEXTS: Final = frozenset({"address", "present_address"})
_RELATION: Final = "relation"


class RosterChunks:
    """Reads the rows of one sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._readings: dict[str, Seen] = {
            field: self._reading(field) for field in READERS if field in sheet.fields
        }
        for field in ("name", "note", "family"):
            self._readings[field] = Texts(cells.text)
        self._readings["school"] = Seen(school_of, "")
        self._readings["ground"] = Seen(cells.text, "")
        # Who is not in school, or pauses, is told by the row that is read by itself.
        self._readings["status"] = Seen(
            lambda cell: None if words.pupil_status(cell) == "in-school" else ODD
        )
        self._grades = Seen(lambda name: cells.grade_of_class(str(name)))
        for field in sheet.fields:
            if field.startswith("family."):
                few = field.endswith(_RELATION)
                self._readings[field] = Seen(cells.text, "") if few else Texts(cells.text)
        self._telephones = [Texts(cells.text) for _column in sheet.fields.get("telephone", ())]

    @staticmethod
    def _reading(field: str) -> Seen:
        if field == "identity":
            return Identities(READERS[field])
        if field in _TEXTS:
            return Texts(READERS[field])
        if field == "treated_as_local":
            # A ground that is named there goes into the note, so the row is read by itself.
            return Seen(lambda cell: ODD if names_ground(cell) else READERS[field](cell))
        return Seen(READERS[field])

    def rows(self) -> Iterator[SourceRow]:
        """Read all rows; those that are blank are none."""
        for chunk in self._sheet.chunks():
            yield from self._read(chunk)

    def _read(self, chunk: Chunk) -> list[SourceRow]:
        odd: set[int] = set()
        odd_numbers(chunk.columns[self._sheet.fields["number"][0].index], odd)
        if len(odd) == len(chunk.numbers):
            found = [self._by_itself(chunk, place) for place in range(len(chunk.numbers))]
        else:
            values = self._values(chunk, odd)
            rows = map(
                SourceRow,
                repeat(self._sheet.name),
                chunk.numbers,
                _records(values, len(chunk.numbers)),
            )
            found = [*rows]
            for place in odd:
                found[place] = self._by_itself(chunk, place)
            if not odd:
                return found
        return [row for row in found if row is not None]

    def _by_itself(self, chunk: Chunk, place: int) -> Any:
        row = self._sheet.row(chunk.numbers[place], chunk.rows[place])
        return None if row is None else row_of(row, self._sheet)

    def _values(self, chunk: Chunk, odd: set[int]) -> dict[str, Values]:
        """Return the values of the fields that there are; the places of odd rows go to `odd`."""

        def of(field: str) -> Values | None:
            columns = self._sheet.fields.get(field)
            if not columns:
                return None
            return self._readings[field].values_of(chunk.columns[columns[0].index], odd)

        values: dict[str, Values] = {"number": chunk.columns[self._place("number")]}
        names = of("name")
        if names is None:
            odd.update(range(len(chunk.numbers)))
        elif not all(names):
            odd.update(place for place, name in enumerate(names) if not name)
        found = {field: of(field) for field in ("name", "school", *READERS)}
        values.update((field, column) for field, column in found.items() if column is not None)
        of("status")
        _leave_out_what_says_nothing(values)
        self._add_grades(values, odd)
        self._add_telephones(values, chunk, odd)
        members = self._members(of)
        if members:
            values["family"] = members
        notes = [column for column in (of("note"), of("ground")) if column is not None]
        if notes:
            values["note"] = _joined(notes)
        return values

    def _place(self, field: str) -> int:
        return self._sheet.fields[field][0].index

    def _add_grades(self, values: dict[str, Values], odd: set[int]) -> None:
        """Add the grades that the names of classes tell, where no column does."""
        if "class" not in values:
            return
        told = self._grades.values_of(values["class"], odd)
        given = values.get("grade")
        if given is None:
            values["grade"] = told
        elif None in {*given}:
            values["grade"] = [
                other if one is None else one for one, other in zip(given, told, strict=True)
            ]

    def _add_telephones(self, values: dict[str, Values], chunk: Chunk, odd: set[int]) -> None:
        columns = self._sheet.fields.get("telephone", ())
        read = [
            reading.values_of(chunk.columns[column.index], odd)
            for column, reading in zip(columns, self._telephones, strict=True)
        ]
        if len(read) == 1:
            values["telephone"] = read[0]
        elif read:
            headed = [
                [f"{column.heading} {value}" if value else "" for value in texts]
                for column, texts in zip(columns, read, strict=True)
            ]
            values["telephone"] = _joined(headed)

    def _members(self, of: Callable[[str], Values | None]) -> Values:
        """Return the members of the family, each in a text."""
        family = of("family")
        parts = [] if family is None else [family]
        for who in MEMBERS:
            told = [of(f"family.{who}.{what}") for what in (_RELATION, "name", "telephone")]
            if told[1] is None and told[2] is None:
                # Faults of the relation alone were noted; it says nothing by itself.
                continue
            if all(column is not None and all(column) for column in told):
                parts.append([*map(" ".join, zip(*told, strict=True))])
            else:
                columns = [repeat("") if column is None else column for column in told]
                parts.append([*map(member_of, repeat(who), *columns)])
        return _joined(parts) if parts else ()


def _joined(parts: Sequence[Values]) -> Values:
    """Join texts of the same rows; empty ones are left out."""
    if len(parts) == 1:
        return parts[0]
    if all(map(all, parts)):
        return [*map("；".join, zip(*parts, strict=True))]
    full = [part for part in parts if any(part)]
    if len(full) < 2:
        return full[0] if full else parts[0]
    return [*map(joined, zip(*full, strict=True))]


def _leave_out_what_says_nothing(values: dict[str, Values]) -> None:
    """Of a pupil who is no guest, it says nothing that the pupil is not treated as a local."""
    guests, treated = values.get("guest"), values.get("treated_as_local")
    if guests is not None and treated is not None:
        values["treated_as_local"] = [
            None if one is False and guest is False else one
            for guest, one in zip(guests, treated, strict=True)
        ]


def _records(values: Mapping[str, Values], rows: int) -> list[dict[str, Any]]:
    """Put the values of each row together; what is empty is not there."""
    full: dict[str, Values] = {}
    partly: dict[str, Values] = {}
    for field, column in values.items():
        # Whoever is no guest has False there, which is a value.
        whole = all(column) or not {None, ""} & {*column}
        (full if whole else partly)[field] = column
    keys = (*ALWAYS, *full)
    always = (repeat(value, rows) for value in ALWAYS.values())
    cells_of = zip(*always, *full.values(), strict=True)
    records = [*map(dict, map(zip, repeat(keys), cells_of))]
    for field, column in partly.items():
        for place, value in enumerate(column):
            if value is not None and value != "":
                records[place][field] = value
    return records
