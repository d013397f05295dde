"""`cardledger station ACT`: cards that are laid on a reader, one after the other.

A file in `cardledger.station.acts` is a command here; its options are those that the act declares.
"""

from __future__ import annotations

import importlib
import re
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from cardledger.cli.acts import argument_of, option_of
from cardledger.cli.base import Command, Group, Option
from cardledger.cli.edge import DIFFERENT, DONE, FAILED, REFUSED, note
from cardledger.cli.settings import settings
from cardledger.cli.speech import language, listed, say, translate
from cardledger.errors import CardledgerError
from cardledger.i18n import _, translator
from cardledger.station.acts import ACTS, Act
from cardledger.station.faces import FACES

if TYPE_CHECKING:
    from cardledger.station.shift import Result, Watch
    from cardledger.station.sounds import Wish
    from cardledger.station.station import Station

_SECTION: Final = _("Options of the station")
_BOX: Final = _("Boxes, filled card by card")


def paths() -> dict[tuple[str, ...], Act]:
    """Return the acts by their words after `station`."""
    return {act.path: act for act in ACTS.values()}


class Acts(Group):
    """The commands of the acts; one of two words is in a group of its own."""

    #: The words after `station` that lead here.
    words: tuple[str, ...] = ()

    def list_commands(self, ctx: click.Context) -> list[str]:
        depth = len(self.words)
        names = [path[depth] for path in paths() if path[:depth] == self.words]
        return list(dict.fromkeys(names))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        words = (*self.words, cmd_name)
        if words in paths():
            return command_of(paths()[words])
        if any(path[: len(words)] == words for path in paths()):
            group = Acts(cmd_name, help=_BOX)
            group.words = words
            return group
        return None


STATION: Final = Acts(
    "station",
    help=_(
        "Cards in hand: lay them on a reader, one after the other, and see what becomes of each."
    ),
)


def command_of(act: Act) -> Command:
    """Return the command line's command for an act."""
    defaults = (
        {one.name: one.default for one in msgspec.structs.fields(act.command)}
        if act.command
        else {}
    )
    params: list[click.Parameter] = [
        argument_of(field)
        if field.name in act.arguments
        else option_of(field, defaults.get(field.name))
        for field in act.fields()
    ]
    columns = {field.column: field.name for field in act.fields()}

    def run(**values: Any) -> int:
        given = {columns[name]: value for name, value in values.items() if name in columns}
        rest = {name: value for name, value in values.items() if name not in columns}
        return _run(act, given, **rest)

    return Command(act.path[-1], params=[*params, *_options()], callback=run, help=act.help)


def _options() -> list[Option]:
    return [
        Option(
            ["--reader", "readers"],
            multiple=True,
            metavar=_("NAME"),
            help=_("Use only this card reader, as `cardledger readers` names it; may be repeated"),
            section=_SECTION,
        ),
        Option(
            ["--no-reader"],
            is_flag=True,
            help=_("Use no card reader: numbers are typed, or come from a reader that types"),
            section=_SECTION,
        ),
        Option(
            ["--plain"],
            is_flag=True,
            help=_("No screen: a card number a line on stdin, one JSON line a swipe on stdout"),
            section=_SECTION,
        ),
        Option(
            ["--sound"],
            type=click.Choice(["on", "bell", "off"]),
            default="on",
            show_default=True,
            help=_("Tones, where the machine can play them; the terminal's bell; or nothing"),
            section=_SECTION,
        ),
        Option(
            ["--expect", "class_"],
            metavar=_("NAME"),
            default="",
            help=_("The class that is expected: who of it is missing stands on the screen"),
            section=_SECTION,
        ),
        Option(
            ["--queue"],
            metavar=_("FOLDER"),
            help=_("Where swipes wait that cannot be written yet; else in the user's state"),
            section=_SECTION,
        ),
    ]


def _run(
    act: Act,
    given: dict[str, Any],
    *,
    readers: tuple[str, ...],
    no_reader: bool,
    plain: bool,
    sound: Wish,
    class_: str,
    queue: str | None,
) -> int:
    module, name = act.works_at.split(":")
    station_of: type[Station] = getattr(importlib.import_module(module), name)
    if not plain and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError(
            say(_("The station's screen needs a terminal; without one, say --plain."))
        )
    chosen, translate = settings(), translator(language())
    with station_of(
        chosen.ledger,
        act,
        given,
        keys=chosen.keys,
        handler=chosen.handler,
        queue=Path(queue) if queue else None,
        translate=translate,
    ) as station:
        watch, complaint = (None, None) if no_reader else _watch(readers)
        if plain:
            from cardledger.station.plain import run_plain

            result = run_plain(station, watch=watch, translate=translate, complaint=complaint)
        else:
            from cardledger.station.screen.messages import Show
            from cardledger.station.screen.running import run_screen

            show = Show(_title(act, given), chosen.handler, class_, sound, complaint)
            result = run_screen(station, show, watch=watch, translate=translate)
        closing = station.closing
    _tell(result)
    if closing == "open":
        note(say(_("The count is not ended. Begin it again, and it goes on.")))
    return _status(result, closing, plain=plain)


def _watch(only: tuple[str, ...]) -> tuple[Watch | None, CardledgerError | None]:
    """Return what watches the readers; where that cannot be, none, and why."""
    from cardledger.station.readers import ReadersMissing, watch

    try:
        # It looks for its library before the first sign.
        watch(threading.Event(), only)
    except ReadersMissing as error:
        return None, error
    return lambda stop: watch(stop, only), None


def _title(act: Act, given: dict[str, Any]) -> str:
    """Return what the station is doing: the first half of the act's help, and its options."""
    from cardledger.trace.telling import CODES

    said = [re.split("[;；.。]", translate(act.help))[0]]
    for name, value in given.items():
        if value and isinstance(value, str):
            code = CODES.get(name, {}).get(value)
            said.append(translate(code) if code else value)
    return " · ".join(said)


def _tell(result: Result) -> None:
    """Say what came of it, in numbers: no pupil's name stays on the terminal."""
    counts = [
        say(_("{word}: {count}"), word=translate(face.word).capitalize(), count=count)
        for verdict, face in FACES.items()
        if (count := result.counts.get(verdict, 0))
    ]
    note(listed(counts) if counts else say(_("Nothing was swiped.")))
    if result.waiting:
        note(
            say(
                _(
                    "Not yet written: {count}. They are kept on this machine, and written when"
                    " a station of this ledger runs again."
                ),
                count=result.waiting,
            )
        )


def _status(result: Result, closing: str, *, plain: bool) -> int:
    """Return the exit status. Of the screen it is 0: whoever sat there has seen every answer."""
    if not plain:
        return DONE
    if result.waiting or result.unheard or closing == "open":
        return FAILED
    if closing == "differs":
        return DIFFERENT
    return REFUSED if result.counts.get("refused") else DONE
