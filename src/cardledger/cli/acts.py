"""Commands of the command line for the actions: derived from what each action declares.

The fields of an action's command class give the arguments and options, its docstring the help.
To add an action is to add a file in `cardledger.actions`; nothing is added here.
"""

from __future__ import annotations

import contextlib
import json
import types
import typing
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from cardledger.actions import ACTIONS
from cardledger.cli import shown
from cardledger.cli.base import Argument, Command, Option, Whole, Year
from cardledger.cli.edge import DONE, REFUSED, confirmed
from cardledger.cli.settings import settings
from cardledger.cli.speech import say
from cardledger.cli.whole import whole
from cardledger.commands import Command as Act
from cardledger.commands import FieldOf
from cardledger.decider import Action
from cardledger.errors import BadInput, CardledgerError, UnreadableFile
from cardledger.i18n import _

if TYPE_CHECKING:
    from cardledger.ledger import Ledger

#: What stands for the value of a field in the help, by the field's form.
METAVARS: Final[dict[str, str]] = {
    "text": _("TEXT"),
    "card-reference": _("CARD"),
    "card": _("CARD"),
    "student-reference": _("STUDENT"),
    "student-number": _("NUMBER"),
    "student-number-place": _("NUMBER"),
    "uid": _("UID"),
    "school": _("CODE"),
    "box": _("BOX"),
    "cohort": _("YEAR"),
    "term": _("TERM"),
    "day": _("DATE"),
    "moment": _("TIME"),
    "rules": _("FILE"),
    "count": _("N"),
    "texts": _("TEXT"),
    "subjects": _("TEXT"),
    "cards": _("CARD"),
    "student-numbers": _("NUMBER"),
    "found-in-box": _("CARD"),
    "cards-of-boxes": _("CARD@BOX"),
}
#: Arguments that say more than their form does.
_ARGUMENTS: Final[dict[str, str]] = {
    "name": _("NAME"),
    "version": _("VERSION"),
    "position": _("POSITION"),
}
_NEW_CARD: Final = _("NEW_CARD")
#: Heading of the options that every action has.
_EVERY: Final = _("Options of every action")
_JSON_HELP: Final = _("Print the outcome as JSON")
#: Bytes of a file with one object; the longest policy is shorter (`forms.RULES_LIMIT`).
_JSON_LIMIT: Final = 1 << 20
_YES_HELP: Final = _("Do not ask for a confirmation")

#: Common to all actions; they come last in the help.
_COMMON: Final = frozenset(Act.__struct_fields__)


class JsonFile(click.ParamType[dict[str, Any]]):
    """A file that holds a JSON object."""

    name = "file"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dict[str, Any]:
        try:
            read = json.loads(whole(value, _JSON_LIMIT).decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise UnreadableFile(
                _("{file}: it cannot be read as JSON: {reason}"),
                hint=_('Give it one JSON object, such as {{"upgrade_required": false}}.'),
                file=value,
                reason=error,
            ) from None
        if not isinstance(read, dict):
            raise UnreadableFile(_("{file}: it is not a JSON object."), file=value)
        return read


def paths() -> dict[tuple[str, ...], Action]:
    """Return the actions by their words on the command line."""
    return {action.command.path: action for action in ACTIONS.values()}


def takes_many(action: Action) -> bool:
    """Whether the last argument may be given many times: many cards go into one box."""
    arguments = action.command.arguments
    return len(arguments) > 1 and arguments[-1] == "card"


def command_of(action: Action) -> Command:
    """Return the command line's command for an action."""
    many = takes_many(action)
    places = {name: place for place, name in enumerate(action.command.arguments)}
    fields = sorted(
        action.command.describe(),
        key=lambda field: (places.get(field.name, len(places)), field.name in _COMMON),
    )
    defaults = {one.name: one.default for one in msgspec.structs.fields(action.command)}
    params: list[click.Parameter] = [
        argument_of(field, many=many and field.name == action.command.arguments[-1])
        if field.name in places
        else option_of(field, defaults[field.name])
        for field in fields
    ]
    params.append(Option(["--json", "as_json"], is_flag=True, help=_JSON_HELP, section=_EVERY))
    asks = action.name == "student-forget"
    if asks:
        params.append(Option(["--yes"], is_flag=True, help=_YES_HELP))

    def run(as_json: bool, yes: bool = not asks, **values: Any) -> int:
        return _run(action, values, as_json=as_json, sure=yes)

    return Command(
        action.command.path[-1], params=params, callback=run, help=action.command.__doc__
    )


def argument_of(field: FieldOf, *, many: bool = False) -> Argument:
    """Return the argument of the command line for a field of a command."""
    several = many or _is(field.type, tuple)
    metavar = _ARGUMENTS.get(field.name, METAVARS[field.form])
    return Argument(
        [field.column],
        metavar=_NEW_CARD if field.form == "card" else metavar,
        help=field.help,
        required=field.required,
        nargs=-1 if several else 1,
        type=_type(field),
    )


def option_of(field: FieldOf, default: Any) -> Option:
    """Return the option of the command line for a field of a command."""
    flag = "--" + field.column.replace("_", "-")
    settings: dict[str, Any] = {"help": field.help, "required": field.required}
    if field.name in _COMMON:
        settings["section"] = _EVERY
    if field.type is bool:
        return Option([flag, field.column], is_flag=True, **settings)
    if _is(field.type, bool):
        negative = f"--no-{flag[2:]}"
        return Option([f"{flag}/{negative}", field.column], default=None, **settings)
    kind = _type(field)
    if not isinstance(kind, click.Choice):
        settings["metavar"] = METAVARS[field.form]
    elif default and not field.required:
        settings |= {"default": default, "show_default": True}
    return Option([flag, field.column], type=kind, multiple=_is(field.type, tuple), **settings)


def _type(field: FieldOf) -> click.ParamType[Any]:
    if typing.get_origin(field.type) is typing.Literal:
        return click.Choice([choice for choice in typing.get_args(field.type) if choice])
    if field.type is int:
        return Year() if field.form == "cohort" else Whole()
    return JsonFile() if _is(field.type, dict) else click.STRING


def _is(kind: Any, wanted: type) -> bool:
    """Whether a type is `wanted`, with or without parameters, or nothing instead of it."""
    if isinstance(kind, types.UnionType):
        return any(_is(one, wanted) for one in typing.get_args(kind))
    return kind is wanted or typing.get_origin(kind) is wanted


def _run(action: Action, values: Mapping[str, Any], *, as_json: bool, sure: bool) -> int:
    commands = [_command(action, row) for row in _rows(action, values)]
    with settings().opened() as ledger:
        if not sure and not confirmed(_question(ledger, commands[0])):
            click.echo(say(_("Nothing was done.")), err=True)
            return DONE
        if len(commands) == 1:
            outcomes = [ledger.record(commands[0])]
        else:
            # Typed anew, the same words are a new act: no retry key.
            outcomes = ledger.record_many(commands, retry_keys=False)
        for command, outcome in zip(commands, outcomes, strict=True):
            shown.show(ledger, command, outcome, as_json=as_json)
    return REFUSED if any(one.outcome == "refused" for one in outcomes) else DONE


def _rows(action: Action, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what was given, by column; one row for each card where there are many."""
    flags = {field.column for field in action.command.describe() if field.type is bool}
    given = {
        column: value
        for column, value in values.items()
        if value is not None and value not in ((), "") and not (column in flags and not value)
    }
    if not takes_many(action):
        return [given]
    last = action.command.arguments[-1]
    rows = [given | {last: value} for value in given[last]]
    if "key" in given:
        # A retry key is of one command: typed for many cards, each has its own.
        rows = [row | {"key": f"{row['key']} {row[last]}"} for row in rows]
    return rows


def _command(action: Action, row: dict[str, Any]) -> Act:
    from cardledger.batch import command_of_row

    command = command_of_row(
        row | {"action": action.name}, defaults={"handler": settings().handler}
    )
    if isinstance(command, BadInput):
        raise command
    return command


def _question(ledger: Ledger, command: Act) -> str:
    """Return the question before a pupil is forgotten, with the name that will be gone."""
    from cardledger.book import fold
    from cardledger.naming import find_students

    text = getattr(command, "student", "")
    found = []
    with contextlib.suppress(CardledgerError):
        found = find_students(ledger, text)
    for key in found[:1]:
        student = fold(ledger.lines((f"student:{key}",))).student(key)
        text = " ".join(filter(None, (ledger.opened(student).get("name", ""), student.number)))
    return say(_("Forget pupil {student} for good? Names can never be read again."), student=text)
