"""The data check that class teachers filled in, as rows that change facts about pupils.

Only rows with a correct value count; the rows of one pupil become one `student-change`. What
cannot be understood is reported with its cell and its row is of no use: a correction that is
guessed would be a new fault.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from cardledger.datacheck import FIELDS
from cardledger.errors import BadInput, BadValue, UnreadableFile
from cardledger.exchange.exports.data_check import field_named
from cardledger.exchange.headings import ROSTER
from cardledger.exchange.imports.roster import READERS
from cardledger.exchange.reading import cells
from cardledger.exchange.reading.cells import Cell
from cardledger.exchange.reading.columns import Field, Vocabulary
from cardledger.exchange.reading.source import RowReader, SourceRow
from cardledger.exchange.reading.table import Table, read_table
from cardledger.i18n import _
from cardledger.ids import parse_school_code

VOCABULARY: Final = Vocabulary(
    (
        Field("school", ("学校", "学校代码", "school", "school code")),
        Field("class", ("班级", "class")),
        Field("number", ("学籍号", "student number")),
        Field("name", ("姓名", "name")),
        Field("field", ("项目", "校验项目", "字段", "field")),
        Field("message", ("问题", "what is wrong", "message")),
        Field("value", ("现有值", "原值", "present value", "value")),
        Field("todo", ("怎么办", "办法", "what to do", "todo")),
        Field("correct", ("正确值", "更正值", "更正为", "correct value", "correct")),
        Field("remark", ("备注", "说明", "remark", "remarks", "note")),
        Field("student", ("学生编号", "pupil", "student")),
        Field("code", ("代码", "code")),
    ),
    required=("field", "correct"),
)
#: The field that no change of facts can correct.
_NUMBER: Final = "student_number"


@dataclass(frozen=True, slots=True)
class Corrections:
    """What a filled-in data check says.

    rows: one for each pupil with a correction, in the order of the file, and one for each row that
    cannot be understood. empty: rows without a correct value. joined: rows that went with another
    row of the same pupil. Rows of the file = rows + empty + joined.
    """

    table: Table
    rows: list[SourceRow]
    empty: int
    joined: int


def read_data_check(
    file: Path | BinaryIO, *, name: str = "", vocabulary: Vocabulary = VOCABULARY
) -> Corrections:
    """Read a data check that was filled in.

    Raises `UnreadableFile` where the file is no data check.
    """
    table = read_table(file, vocabulary, name=name)
    for sheet in table.sheets:
        if not {"number", "student"} & set(sheet.fields):
            raise UnreadableFile(
                _("{place}: no column says which pupil a row is about."),
                hint=_("Keep the columns of the data check as they are."),
                place=f"{table.file} “{sheet.name}”" if sheet.name else table.file,
            )
    return _Collector(table).collect()


class _Collector:
    """Puts the rows of one pupil together."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._rows: list[SourceRow] = []
        self._place: dict[str, int] = {}
        self._empty = self._joined = 0

    def collect(self) -> Corrections:
        read = [*self._read()]
        said: defaultdict[tuple[str, str], list[SourceRow]] = defaultdict(list)
        for row, _reader in read:
            for field in _corrected(row):
                said[row.values["student"], field].append(row)
        for row, reader in read:
            others = [
                other
                for field in _corrected(row)
                for other in said[row.values["student"], field]
                if other.values[field] != row.values[field]
            ]
            self._take(_contradicted(reader, others) if others else row)
        return Corrections(self._table, self._rows, self._empty, self._joined)

    def _read(self) -> Iterator[tuple[SourceRow, RowReader]]:
        """Read the rows with a correct value, and count the others."""
        for sheet in self._table.sheets:
            for row in sheet.rows():
                reader = RowReader(row, sheet)
                if reader.is_no_data("number"):
                    yield reader.result({}), reader
                elif not reader.has("correct"):
                    self._empty += 1
                else:
                    yield _source_row(reader), reader

    def _take(self, row: SourceRow) -> None:
        student = row.values.get("student", "")
        place = self._place.get(student) if student else None
        if place is None:
            if student:
                self._place[student] = len(self._rows)
            self._rows.append(row)
            return
        first = self._rows[place]
        notes = dict.fromkeys(filter(None, (one.values.get("note") for one in (first, row))))
        values = {**first.values, **row.values, "note": "；".join(notes)}
        kept = {name: value for name, value in values.items() if value != ""}
        faults = (*first.faults, *row.faults)
        self._rows[place] = SourceRow(first.sheet, first.row, kept, faults)
        self._joined += 1


def _contradicted(reader: RowReader, others: Iterable[SourceRow]) -> SourceRow:
    """Return a row of no use: which of two values is right would be a guess."""
    places = (f"{one.sheet}!{one.row}" if one.sheet else str(one.row) for one in others)
    problem = BadValue(
        _("Row {row} gives another value for the same field of the same pupil."),
        hint=_("Leave only one of the two."),
        row=", ".join(places),
    )
    reader.add("row", problem, "correct")
    return reader.result({})


def _corrected(row: SourceRow) -> set[str]:
    """Return the fields that a row corrects."""
    return set(row.values) - {"action", "evidence", "student", "school", "note"}


def _source_row(reader: RowReader) -> SourceRow:
    """Return the change that one row asks for."""
    student = reader.read("student", cells.label) or reader.read("number", cells.student_reference)
    if not student:
        reader.add("row", BadInput(_("Neither a student number nor a pupil's id is there.")))
    values: dict[str, Any] = {"action": "student-change", "evidence": "imported"}
    values |= {"student": student, "school": reader.read("school", _school) or ""}
    field = reader.read("field", _field, "row")
    if not reader.has("field"):
        reader.add("row", BadInput(_("Nothing says which field is corrected.")))
    elif field == _NUMBER:
        reader.add("row", _renumbering(), "correct")
    elif field:
        values[field] = reader.read("correct", READERS.get(field, cells.text), "row")
    values["note"] = reader.read("remark", cells.text) or ""
    return reader.result({name: value for name, value in values.items() if value != ""})


def _school(cell: Cell) -> str:
    return parse_school_code(cells.label(cell))


def _field(cell: Cell) -> str:
    """Read a field: its name, its title in either language, or what rosters call it."""
    written = cells.text(cell)
    headings = [column.field for column in ROSTER.columns([written])]
    by_heading = _NUMBER if headings == ["number"] else "".join(filter(None, headings))
    field = field_named(written) or by_heading
    if field not in FIELDS:
        raise BadValue(
            _("“{value}” is no field of the data check."),
            hint=_("Leave the column “Field” as it was."),
            value=written,
        )
    return field


def _renumbering() -> BadValue:
    return BadValue(
        _("A student number is not a fact that is corrected: the pupil is renumbered."),
        hint=_("Record it with `student renumber`; then both cards are made anew."),
    )
