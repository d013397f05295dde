"""Lists of actions done on paper or by other tools, as rows of a batch.

A list has a column that says what was done, or is all of one action (a swipe list). Columns that
an action has no use for, such as the pupil's name beside a swipe, are not taken. A cell that
cannot be read makes its row useless: an act without its date would be another act. An attempt that
the tool says failed is no act. An export of a card manager (`card_states`) tells by what a card is
now what was done with it.
"""

from __future__ import annotations

import functools
import re
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec

from cardledger.actions import ACTIONS
from cardledger.commands import FieldOf
from cardledger.errors import BadInput, BadValue, UnreadableFile
from cardledger.exchange.headings import ACTIONS as VOCABULARY
from cardledger.exchange.imports.card_states import MAKING, acts_of_state, succeeded
from cardledger.exchange.imports.roster import READERS, zero_restored
from cardledger.exchange.reading import cells, dates, words
from cardledger.exchange.reading.cells import Cell
from cardledger.exchange.reading.columns import Vocabulary
from cardledger.exchange.reading.files import RawFile, open_spreadsheet
from cardledger.exchange.reading.source import RowReader, SourceRow
from cardledger.exchange.reading.table import STDIN, Row, Sheet, Table, table_of
from cardledger.i18n import _

#: By these columns a row is told from a note below the table; the first that is there counts.
_KEYS: Final = ("card", "student", "number", "box", "action")
#: What a column means for an action that has another name for it.
_OTHER_NAMES: Final = {
    ("student-add", "student"): "number",
    ("transfer-swipe", "swiped_out"): "leave_swiped",
    ("tool-installed", "tool_name"): "name",
    ("school-add", "school_name"): "name",
}
#: Columns that say of some actions when they happened, where no column says it of all.
_DAYS: Final = {
    **dict.fromkeys(MAKING, ("issued_on",)),
    "lost": ("lost_on",),
    "recycle": ("recycled_on",),
}
#: Fields that hold student numbers.
_PUPILS: Final = frozenset({"student", "number"})


def _parts(cell: Cell) -> list[str]:
    return [part for part in re.split(r"[\s,;，；、]+", cells.text(cell)) if part]


def _lines(cell: Cell) -> list[str]:
    return [part.strip() for part in re.split(r"[\n;；]+", cells.text(cell)) if part.strip()]


def _rules(cell: Cell) -> Any:
    try:
        return msgspec.json.decode(cells.text(cell))
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadValue(
            _("“{value}” is not JSON: {reason}."),
            hint=_("Write an object, such as {example}."),
            value=cells.shown(cell),
            reason=error,
            example='{"upgrade_required": false}',
        ) from None


#: How the cells of a field are read, by the form of the field.
_FORMS: Final[dict[str, Callable[[Cell], Any]]] = {
    "moment": dates.moment,
    "day": dates.day,
    "term": words.term,
    "cohort": cells.cohort,
    "count": cells.count,
    "card": cells.label,
    "card-reference": cells.label,
    "uid": cells.label,
    "box": cells.label,
    "school": cells.label,
    "student-number": cells.student_number,
    "student-reference": cells.student_reference,
    "student-number-place": cells.student_reference,
    "cards": _parts,
    "found-in-box": _parts,
    "cards-of-boxes": _parts,
    "student-numbers": _parts,
    "texts": _lines,
    "subjects": _parts,
    "rules": _rules,
}


@functools.cache
def _readers(action: str) -> Mapping[str, Callable[[Cell], Any]]:
    """Return how each column of an action is read."""
    return {field.column: _reader(field) for field in ACTIONS[action].command.describe()}


def _reader(field: FieldOf) -> Callable[[Cell], Any]:
    if field.column in READERS:
        return READERS[field.column]
    if field.form in _FORMS:
        return _FORMS[field.form]
    kinds = typing.get_args(field.type)
    if typing.get_origin(field.type) is typing.Literal:
        return functools.partial(words.choice, codes=kinds)
    if field.type is bool or (isinstance(field.type, types.UnionType) and bool in kinds):
        return cells.yes_no
    return cells.text


@dataclass(frozen=True, slots=True)
class ActionList:
    """A list of actions: the columns that were found, and its rows.

    `default_action` is what a row without an action of its own means; `evidence` is how the acts
    were learnt, where a row does not say it; `at` is the day of the list.
    """

    table: Table
    default_action: str = ""
    evidence: str = ""
    at: str = ""

    def rows(self) -> Iterator[SourceRow]:
        """Read the rows, anew at each call; each row of the file is accounted for by one."""
        for sheet in self.table.sheets:
            key = next((name for name in _KEYS if name in sheet.fields), _KEYS[0])
            for row in sheet.rows():
                yield self._source_row(row, sheet, key)

    def _source_row(self, row: Row, sheet: Sheet, key: str) -> SourceRow:
        reader = RowReader(row, sheet)
        if reader.is_no_data(key) or _failed(reader):
            return reader.result({})
        action = reader.read("action", words.action, "row") or self._action(sheet)
        if not action:
            if not reader.has("action"):
                reader.add("row", BadValue(_("The action is missing.")))
            return reader.result({})
        values = _values(reader, sheet, action)
        if self.evidence:
            values.setdefault("evidence", self.evidence)
        if action in MAKING and reader.has("card_state"):
            return reader.result(values, acts_of_state(reader, values, self.at))
        return reader.result(values)

    def _action(self, sheet: Sheet) -> str:
        """Return what a row of a sheet means that does not say it itself."""
        if self.default_action or "action" in sheet.fields:
            return self.default_action
        return MAKING[0] if "card_state" in sheet.fields else ""


def _failed(reader: RowReader) -> bool:
    """Keep a fault and tell so where the tool says that the attempt failed: that is no act."""
    if reader.read("result", succeeded, "row") is not False:
        return False
    problem = BadInput(
        _("No act: the tool reports “{result}”."), result=cells.text(reader.cell("result"))
    )
    reader.add("ignored", problem, "result")
    return True


def _values(reader: RowReader, sheet: Sheet, action: str) -> dict[str, Any]:
    """Return the fields that an action takes from a row."""
    values: dict[str, Any] = {"action": action}
    readers = _readers(action)
    for field in sheet.fields:
        name = _OTHER_NAMES.get((action, field), field)
        if name in readers and name not in values and reader.has(field):
            values[name] = value = reader.read(field, readers[name], "row")
            if name in _PUPILS and value and cells.zero_was_lost(reader.cell(field)):
                reader.add("restored", zero_restored(value), field)
    for field in _DAYS.get(action, ()):
        if "at" not in values and reader.has(field):
            values["at"] = reader.read(field, readers["at"], "row")
    if "tool" not in values and reader.has("device"):
        values["tool"] = reader.read("device", cells.text, "row")
    return values


def read_actions(
    file: Path | BinaryIO,
    *,
    name: str = "",
    default_action: str = "",
    evidence: str = "",
    at: str = "",
    vocabulary: Vocabulary = VOCABULARY,
) -> ActionList:
    """Open a list of actions; raises `UnreadableFile` before any row is read where it cannot be."""
    called = name or (file.name if isinstance(file, Path) else STDIN)
    raw = open_spreadsheet(file, called)
    return actions_of(
        raw, default_action=default_action, evidence=evidence, at=at, vocabulary=vocabulary
    )


def actions_of(
    raw: RawFile,
    *,
    default_action: str = "",
    evidence: str = "",
    at: str = "",
    vocabulary: Vocabulary = VOCABULARY,
) -> ActionList:
    """Find the lists of actions in a file that is open; errors as for `read_actions`."""
    table = table_of(raw, vocabulary)
    for sheet in table.sheets:
        if not default_action and not {"action", "card_state"} & set(sheet.fields):
            raise UnreadableFile(
                _("{place}: no column says what was done, and no action was given for all rows."),
                hint=_("Give a column the heading {headings}, or name the action with --action."),
                place=f"{raw.name} “{sheet.name}”",
                headings="操作, action",
            )
    return ActionList(table, default_action, evidence, at)
