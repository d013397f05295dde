"""Rows of a batch: from the columns of a file to commands.

A row is `{"action": "term-swipe", "card": "…", "at": "…", …}`, in the command's own field names.
Values may be text, as spreadsheets give them: numbers, yes and no in both languages, lists
separated by spaces or commas. Empty cells are as if they were not there.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from cardledger.actions import ACTIONS
from cardledger.commands import Command, FieldOf
from cardledger.errors import BadInput
from cardledger.forms import READING
from cardledger.i18n import _

_YES: Final = frozenset({"yes", "y", "true", "1", "是", "√"})
_NO: Final = frozenset({"no", "n", "false", "0", "否", "×"})


class BadRow(BadInput):
    """A row of a batch is not a command."""


def command_of_row(
    row: Mapping[str, Any], defaults: Mapping[str, Any] | None = None
) -> Command | BadInput:
    """Return the command that a row asks for, or what is wrong with the row.

    `defaults` fill what the row leaves empty and its action knows (handler, school, evidence).
    """
    given = {key: value for key, value in row.items() if value not in (None, "")}
    name = str(given.pop("action", ""))
    action = ACTIONS.get(name)
    if action is None:
        return BadRow(
            _("There is no action “{value}”."),
            hint=_("The actions are: {actions}."),
            value=name,
            actions=", ".join(ACTIONS),
        )
    fields = {field.column: field for field in action.command.describe()}
    # What a reader saw is no column: a table has no place for an object.
    reading = {name: value for name, value in given.items() if name == READING and _object(value)}
    given = {column: value for column, value in given.items() if column not in reading}
    unknown = sorted(set(given) - set(fields))
    if unknown:
        return BadRow(
            _("The action {action} has no column “{value}”."),
            hint=_("Its columns are: {columns}."),
            action=name,
            value=", ".join(unknown),
            columns=", ".join(fields),
        )
    for column, value in (defaults or {}).items():
        if column in fields and value not in (None, ""):
            given.setdefault(column, value)
    values = {column: _typed(fields[column], value) for column, value in given.items()}
    missing = [
        column for column, field in fields.items() if field.required and column not in values
    ]
    if missing:
        return BadRow(
            _("The column “{value}” is missing."),
            hint=_("The action {action} needs it."),
            action=name,
            value=", ".join(missing),
        )
    for column, value in values.items():
        choices = _choices(fields[column].type)
        if choices and value not in choices:
            return BadRow(
                _("“{value}” is not possible in the column “{column}”."),
                hint=_("Possible are: {choices}."),
                value=value,
                column=column,
                choices=", ".join(choice for choice in choices if choice),
            )
    return _converted(action.command, values | reading | {"action": name})


def _object(value: Any) -> bool:
    return isinstance(value, Mapping)


def _choices(kind: Any) -> tuple[str, ...]:
    return typing.get_args(kind) if typing.get_origin(kind) is typing.Literal else ()


def _converted(command: type[Command], values: dict[str, Any]) -> Command | BadInput:
    try:
        return msgspec.convert(values, command, strict=False)
    except msgspec.ValidationError as error:
        return BadRow(
            _("The row does not fit the action {action}: {reason}"),
            hint=_("Correct the row."),
            action=command.action(),
            reason=error,
        )


def _typed(field: FieldOf, value: Any) -> Any:
    """Return a cell in the type of its field, as far as that can be told from its text."""
    kind = field.type
    if not isinstance(value, str):
        return str(value) if kind is str and not isinstance(value, (dict, list)) else value
    if bool in _alternatives(kind):
        word = value.strip().lower()
        return True if word in _YES else False if word in _NO else value
    if typing.get_origin(kind) is tuple:
        return [part for part in re.split(r"[\s,;，；、]+", value) if part]
    return value.strip()


def _alternatives(kind: Any) -> tuple[Any, ...]:
    return typing.get_args(kind) if isinstance(kind, types.UnionType) else (kind,)
