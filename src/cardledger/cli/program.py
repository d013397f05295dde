"""The program: the global options, and which module has which command.

Modules are loaded when their command is used. Commands of the actions and of the projections are
found by name, so that a new file of either needs nothing here.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence
from typing import Any, Final

import click

from cardledger.cli import edge
from cardledger.cli.base import Command, Group, Option
from cardledger.cli.settings import Settings, called_with
from cardledger.cli.speech import language_of, speaking, translate
from cardledger.i18n import LANGUAGES, _
from cardledger.places import DEFAULT, without_secrets

#: Where the commands that are no actions live, by their words.
OWN: Final[dict[tuple[str, ...], str]] = {
    ("init",): "cardledger.cli.keeping:init",
    ("record",): "cardledger.cli.record:record",
    ("import", "roster"): "cardledger.cli.imports:roster",
    ("import", "actions"): "cardledger.cli.imports:actions",
    ("import", "filing"): "cardledger.cli.filings:filing",
    ("import", "data-check"): "cardledger.cli.data_check:take_in",
    ("student", "check"): "cardledger.cli.data_check:check",
    ("import", "numbers"): "cardledger.cli.filed_numbers:numbers",
    ("number", "check"): "cardledger.cli.numbers:check",
    ("number", "allocate"): "cardledger.cli.allocation:allocate",
    ("box", "check-label"): "cardledger.cli.box_labels:check_label",
    ("box", "stocktake"): "cardledger.cli.stocktaking:stocktake",
    ("school", "list"): "cardledger.cli.reference:school_list",
    ("policy", "show"): "cardledger.cli.reference:policy_show",
    ("trace",): "cardledger.cli.lines:trace",
    ("history",): "cardledger.cli.lines:history",
    ("diff",): "cardledger.cli.changes:diff",
    ("rebuild",): "cardledger.cli.refolding:rebuild",
    ("replay",): "cardledger.cli.refolding:replay",
    ("receipt",): "cardledger.cli.refolding:receipt",
    ("audit",): "cardledger.cli.audit:audit",
    ("audit", "accept"): "cardledger.cli.audit:accept",
    ("audit", "report"): "cardledger.cli.audit_report:report",
    ("agenda",): "cardledger.cli.agenda:agenda",
    ("diagnose",): "cardledger.cli.diagnose:diagnose",
    ("verify",): "cardledger.cli.evidence:verify",
    ("checkpoint",): "cardledger.cli.proofs:checkpoint",
    ("reconcile",): "cardledger.cli.reconcile:reconcile",
    ("prove",): "cardledger.cli.proofs:prove",
    ("verify-proof",): "cardledger.cli.proofs:verify_proof",
    ("export", "tiles"): "cardledger.cli.proofs:tiles",
    ("export", "verifier"): "cardledger.cli.proofs:verifier",
    ("backup",): "cardledger.cli.keeping:backup",
    ("restore",): "cardledger.cli.keeping:restore",
    ("readers",): "cardledger.cli.readers:readers",
    ("readers", "simulate"): "cardledger.cli.simulate:simulate",
    ("station",): "cardledger.cli.station:STATION",
}
_TYPED: Final = click.core.ParameterSource.COMMANDLINE
#: What a group of commands is about.
GROUPS: Final[dict[str, str]] = {
    "student": _("Pupils: add, change, renumber, suspend, resume, transfer, graduate"),
    "box": _("Boxes: open, put, seal, count, reopen"),
    "school": _("Schools of this ledger"),
    "tool": _("Programs of the office"),
    "sync": _("Synchronisation with the centre"),
    "policy": _("Rules that change by circular"),
    "number": _("Student numbers: check, allocate"),
    "import": _("Files from other systems and from paper"),
    "export": _("Papers and files that the office hands on"),
    "readers": _("Card readers, and virtual cards for training"),
}
#: In which order commands stand in the help. What is not named stands at the end: an action with
#: the cards, a projection with what is looked up.
_CARDS: Final = _("Cards")
_LOOK: Final = _("Look")
SECTIONS: Final[dict[str, tuple[str, ...]]] = {
    _("Begin"): ("init", "school", "policy", "import", "record", "export"),
    _CARDS: (
        *("issue", "register", "upgrade", "term-swipe", "leave-swipe", "transfer-swipe"),
        *("recycle", "reissue", "lost", "found", "void", "station"),
    ),
    _("Pupils, boxes, schools"): (
        *("student", "number", "box", "tool", "sync", "cards-filed", "numbers-filed", "forget"),
    ),
    _LOOK: (
        "trace",
        "history",
        "diff",
        "roster",
        "cards",
        "boxes",
        "terms",
        "leavers",
        "filings",
        "numbers",
    ),
    _("Check and keep"): (
        *("agenda", "audit", "diagnose", "reconcile", "rebuild", "replay", "receipt", "verify"),
        *("checkpoint", "prove", "verify-proof", "backup", "restore"),
    ),
}


def projections() -> list[str]:
    """Return the names of the projections: one file each."""
    import projections as package

    return [info.name for info in pkgutil.iter_modules(package.__path__) if info.name[0] != "_"]


def _own(words: tuple[str, ...]) -> Command:
    module, name = OWN[words].split(":")
    found: Command = getattr(importlib.import_module(module), name)
    return found


def _exports() -> list[str]:
    from cardledger.cli.exports import names

    return names()


class Folder(Group):
    """A group whose commands come from `OWN`, the exports and the actions of that first word."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        from cardledger.cli.acts import paths

        known = [path for path in (*paths(), *OWN) if len(path) > 1 and path[0] == self.name]
        # A command of our own may stand in the place of an action's.
        names = [path[1] for path in known] + (_exports() if self.name == "export" else [])
        return list(dict.fromkeys(names))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        words = (str(self.name), cmd_name)
        if words in OWN:
            return _own(words)
        if words[0] == "export" and cmd_name in _exports():
            from cardledger.cli.exports import command_of_export

            return command_of_export(cmd_name)
        from cardledger.cli.acts import command_of, paths

        action = paths().get(words)
        return command_of(action) if action else None


class Program(Group):
    """The whole command line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        from cardledger.cli.acts import paths

        names = [*GROUPS, *(words[0] for words in OWN), *(path[0] for path in paths())]
        names += projections()
        return list(dict.fromkeys(names))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        # A group that does something by itself is a command of our own.
        if (cmd_name,) in OWN:
            return _own((cmd_name,))
        if cmd_name in GROUPS:
            return Folder(cmd_name, help=GROUPS[cmd_name])
        if cmd_name in projections():
            from cardledger.cli.tables import command_of_projection

            return command_of_projection(cmd_name)
        from cardledger.cli.acts import command_of, paths

        action = paths().get((cmd_name,))
        return command_of(action) if action else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under headings."""
        known = self.list_commands(ctx)
        placed = {name for names in SECTIONS.values() for name in names}
        tables = projections()
        others = [name for name in known if name not in placed]
        for heading, names in SECTIONS.items():
            here = [name for name in names if name in known]
            if heading == _CARDS:
                here += [name for name in others if name not in tables]
            elif heading == _LOOK:
                here += [name for name in others if name in tables]
            commands = [(name, self.get_command(ctx, name)) for name in here]
            with formatter.section(translate(heading)):
                formatter.write_dl(
                    [(name, one.get_short_help_str()) for name, one in commands if one]
                )

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run, and exit with the status that DESIGN 5 says."""
        arguments = list(sys.argv[1:] if args is None else args)
        debug = edge.debugging(arguments)
        # Whoever is told to add it should not have to know where.
        arguments = [one for one in arguments if one != "--debug"]
        called_with(arguments)
        name = prog_name or "cardledger"

        def run() -> Any:
            return click.Group.main(
                self, arguments, name, complete_var, standalone_mode=False, **extra
            )

        with speaking(language_of(arguments, os.environ)):
            status = edge.status_of(run, debug=debug)
        sys.exit(status)


def _print_version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from cardledger.version import __version__

        click.echo(f"cardledger {__version__}")
        ctx.exit()


def _start(ledger: str, keys: str | None, handler: str, **_seen: object) -> None:
    ctx = click.get_current_context()
    ctx.obj = Settings(ledger, keys, handler)
    if "NO_COLOR" in os.environ:
        ctx.color = False
    typed = [one for one in ("ledger", "keys") if ctx.get_parameter_source(one) is _TYPED]
    if any(without_secrets(str(ctx.params[one])) != ctx.params[one] for one in typed):
        # It is too late for this time.
        edge.note(
            translate(
                _(
                    "Others on this machine can read a password in a command. Keep it in ~/.pgpass"
                    " (or the file of PGPASSFILE), or the whole URL in CARDLEDGER_LEDGER."
                )
            )
        )


PROGRAM: Final = Program(
    "cardledger",
    callback=_start,
    help=_("Keep the ledger of a student-card office: record, rebuild, replay, prove."),
    params=[
        Option(
            ["--ledger"],
            metavar=_("PLACE"),
            default=DEFAULT,
            envvar="CARDLEDGER_LEDGER",
            show_envvar=True,
            show_default=True,
            help=_("The ledger: path of a file, or URL of a database"),
        ),
        Option(
            ["--keys"],
            metavar=_("PLACE"),
            envvar="CARDLEDGER_KEYS",
            show_envvar=True,
            help=_("Its key store, where it is not beside the ledger"),
        ),
        Option(
            ["--lang"],
            type=click.Choice(LANGUAGES),
            envvar="CARDLEDGER_LANG",
            show_envvar=True,
            help=_("Language of help and messages; else that of the system"),
        ),
        Option(
            ["--handler"],
            metavar=_("NAME"),
            default="",
            envvar="CARDLEDGER_HANDLER",
            show_envvar=True,
            help=_("Who did it: the handler of all that is recorded"),
        ),
        Option(["--debug"], is_flag=True, help=_("Show where in the program an error arose")),
        Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_print_version,
            help=_("Show the version and exit."),
        ),
    ],
)
