"""`import`: rosters, and lists of what was done on paper or by other tools."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from cardledger.cli import batches, output
from cardledger.cli.base import Argument, Command
from cardledger.cli.batches import Batch
from cardledger.cli.edge import note
from cardledger.cli.output import Output
from cardledger.cli.record import action_option
from cardledger.cli.settings import settings
from cardledger.cli.speech import listed, say, translate
from cardledger.commands import Command as Act
from cardledger.i18n import _

if TYPE_CHECKING:
    from cardledger.exchange.table import Table
    from cardledger.ledger import Ledger


def _stream(file: str) -> Path | BinaryIO:
    return sys.stdin.buffer if file == "-" else Path(file)


#: What fields of files are called that are no facts of an event.
_FIELDS: Final[dict[str, str]] = {
    "at": _("When"),
    "evidence": _("Evidence"),
    "ground": _("Ground for being treated as a local"),
    "handler": _("Handler"),
    "school": _("School"),
    "school_name": _("Name of the school"),
    "student": _("Student number"),
    "tool": _("Program"),
    "tool_name": _("Program"),
}


def _field(name: str) -> str:
    """Return a field as people call it in this language."""
    from cardledger.cli.lines import FACTS

    group = name.partition(".")[0]
    return translate(_FIELDS.get(group) or FACTS.get(group, name))


def _tell_columns(table: Table, *, all_of_them: bool) -> None:
    """Say which columns were understood how; those that were not, always."""
    for sheet in table.sheets:
        place = f"{table.file} “{sheet.name}”" if sheet.name else table.file
        known = [
            f"{one.letter} {one.heading} = {_field(one.field)}"
            for one in sheet.columns
            if one.field
        ]
        if all_of_them:
            note(say(_("{place}: columns read: {columns}"), place=place, columns=listed(known)))
        unknown = [f"{one.letter} {one.heading}" for one in sheet.unknown]
        if unknown:
            note(
                say(
                    _("{place}: columns not used: {columns}"),
                    place=place,
                    columns=listed(unknown),
                )
            )
    if table.skipped:
        note(
            say(
                _("{place}: sheets without a table: {sheets}"),
                place=table.file,
                sheets=listed(table.skipped),
            )
        )


def _roster(
    files: tuple[str, ...],
    on_refusal: str,
    dry_run: bool,
    school: str | None,
    at: str | None,
    every: bool,
    **shape: Any,
) -> int:
    from cardledger.exchange.imports.roster import read_roster

    answer = Output.of(**shape)
    batch = Batch(on_refusal, dry_run, every, one_action=True)
    defaults = batches.defaults(school, at)
    found = [read_roster(_stream(file)) for file in files]
    for roster_file in found:
        _tell_columns(roster_file.table, all_of_them=dry_run)
        batch.take(roster_file.rows(), defaults, roster_file.table.file)
    with settings().opened() as ledger:
        batch.record(ledger)
        if dry_run:
            note_changes(ledger, batch.items)
    extra = [batches.FILE] if len(files) > 1 else []
    extra += [batches.FAULTS, *([batches.CHANGES] if dry_run else [])]
    return batch.report(answer, extra)


def note_changes(ledger: Ledger, items: Iterable[batches.Item]) -> None:
    """Put to every row that would be recorded what it would change of a pupil who is there."""
    from cardledger.book import fold

    changing = [item for item in items if item.result.outcome == "recorded"]
    numbers = {f"number:{number}" for number in batches.numbers_of(changing)}
    found = fold(ledger.lines(numbers)).numbers if numbers else {}
    students = {f"student:{key}" for keys in found.values() for key in keys}
    book = fold(ledger.lines(students)) if students else fold(())
    for item in changing:
        keys = list(found.get(getattr(item.command, "number", ""), ()))
        item.changes = {}
        if not keys:
            item.changes[batches.NEW] = [False, True]
        if len(keys) != 1 or not isinstance(item.command, Act):
            continue
        student = book.student(keys[0])
        known = ledger.opened(student)
        for one in type(item.command).describe():
            new = getattr(item.command, one.name)
            old = known.get(one.name) if one.personal else getattr(student, one.name, None)
            compared = one.personal or one.name in _COMPARED
            if compared and one.name != "note" and new not in ("", 0, None) and new != old:
                item.changes[one.column] = [old, new]


_COMPARED: Final = frozenset({"class_", "cohort", "guest", "treated_as_local", "from_outside_city"})


def _actions(
    files: tuple[str, ...],
    action: str | None,
    on_refusal: str,
    dry_run: bool,
    school: str | None,
    at: str | None,
    every: bool,
    **shape: Any,
) -> int:
    from cardledger.exchange.imports.actions import read_actions

    answer = Output.of(**shape)
    batch = Batch(on_refusal, dry_run, every)
    defaults = batches.defaults(school, at)
    for file in files:
        found = read_actions(_stream(file), default_action=action or "", evidence="imported")
        _tell_columns(found.table, all_of_them=dry_run)
        batch.take(found.rows(), defaults, found.table.file)
    with settings().opened() as ledger:
        batch.record(ledger)
    return batch.report(
        answer, [batches.FILE, batches.FAULTS] if len(files) > 1 else [batches.FAULTS]
    )


_FILES: Final = _("Workbooks or CSV files, old or new; - is stdin")

roster: Final = Command(
    "roster",
    params=[
        Argument(["files"], metavar=_("FILE"), nargs=-1, required=True, help=_FILES),
        *batches.options(every=False),
        *output.options(),
    ],
    callback=_roster,
    help="\n\n".join(
        (
            _("Take in pupils' basic data from CMIS: new pupils, and what changed of others."),
            _("The same file again changes nothing. Look first with --dry-run."),
            _(
                "A grade advances every 1 September, counted from the day of the roster: give an"
                " older roster its day with --at."
            ),
        )
    ),
)

actions: Final = Command(
    "actions",
    params=[
        Argument(["files"], metavar=_("FILE"), nargs=-1, required=True, help=_FILES),
        action_option(),
        *batches.options(every=False),
        *output.options(),
    ],
    callback=_actions,
    help="\n\n".join(
        (
            _("Take in what was done on paper or by other tools."),
            _(
                "It has happened, so that it is not refused for breaking a rule, but recorded"
                " as contested; only what cannot be understood is refused."
            ),
        )
    ),
)
