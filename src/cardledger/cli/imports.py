"""`import`: rosters, and lists of what was done on paper or by other tools."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import click

from cardledger.cli import batches, mappings, output, replacing
from cardledger.cli.base import Argument, Command, Option
from cardledger.cli.batches import Batch
from cardledger.cli.mappings import Unused
from cardledger.cli.output import Output
from cardledger.cli.record import action_option
from cardledger.cli.settings import settings
from cardledger.i18n import _

if TYPE_CHECKING:
    from cardledger.cli.mappings import HasTable

#: Columns of the report of a file with a table.
FURTHER: Final = ("sheet", "faults", "unused")


def prepared(
    files: Sequence[HasTable], batch: Batch, answer: Output, save: str | None
) -> Sequence[str]:
    """Tell the columns of files whose rows were taken; returns the columns of the report."""
    programs = answer.format not in ("table", "xlsx")
    unused = Unused(files, keep=programs)
    mappings.tell_columns(files, unused.counts, whole=batch.dry_run, save=save)
    if unused.values:
        for item in batch.items:
            item.unused = unused.of(item.file, item.source.sheet, item.source.row)
    return ["file", *FURTHER] if len(files) > 1 else FURTHER


def with_file(further: Sequence[str]) -> Sequence[str]:
    """Return columns of a report with the file, for one that is about an old and a new one."""
    return further if "file" in further else ["file", *further]


def _roster(
    files: tuple[str, ...],
    assigned: tuple[str, ...],
    mapping: str | None,
    save_mapping: str | None,
    partial: bool,
    gone: str,
    replaces: str | None,
    on_refusal: str,
    dry_run: bool,
    school: str | None,
    at: str | None,
    every: bool,
    **shape: Any,
) -> int:
    from cardledger.cli.rosters import Asked, take_roster
    from cardledger.exchange.headings import ROSTER
    from cardledger.exchange.imports.roster import read_roster

    answer = Output.of(**shape)
    batch = Batch(on_refusal, dry_run, every, one_action=True)
    given = batches.defaults(school, at)
    opened = mappings.opener(ROSTER, read_roster, assigned, mapping)
    found = opened(files)
    for one in found:
        batch.take(one.rows(), given, one.table.file)
    replaced = None
    if replaces:
        replacing.check(files, on_refusal)
        replaced = Batch(), replacing.name_of(replaces)
        (old,) = opened([replaces])
        replaced[0].take(old.rows(), given, replaced[1])
    further = prepared(found, batch, answer, save_mapping)
    further = with_file(further) if replaces else further
    asked = Asked(at=at or "", partial=partial, leaving=gone == "transfer-out")
    with settings().opened() as ledger:
        taken = take_roster(ledger, batch, [one.table for one in found], asked, replaced)
        batch.record(ledger)
    taken.tell()
    return batch.report(answer, *further, "kind", *(["changes"] if dry_run else []))


def _actions(
    files: tuple[str, ...],
    action: str | None,
    replaces: str | None,
    assigned: tuple[str, ...],
    mapping: str | None,
    save_mapping: str | None,
    on_refusal: str,
    dry_run: bool,
    school: str | None,
    at: str | None,
    every: bool,
    **shape: Any,
) -> int:
    from cardledger.exchange.headings import ACTIONS
    from cardledger.exchange.imports.actions import read_actions

    answer = Output.of(**shape)
    batch = Batch(on_refusal, dry_run, every)
    given = batches.defaults(school, at)
    read = partial(read_actions, default_action=action or "", evidence="imported", at=at or "")
    opened = mappings.opener(ACTIONS, read, assigned, mapping)
    found = opened(files)
    for one in found:
        batch.take(one.rows(), given, one.table.file)
    further = prepared(found, batch, answer, save_mapping)
    with settings().opened() as ledger:
        if replaces:
            replacing.check(files, on_refusal)
            old = Batch()
            (one,) = opened([replaces])
            old.take(one.rows(), given, replacing.name_of(replaces))
            replacing.replace_acts(ledger, batch, old, replacing.name_of(replaces))
            further = [*with_file(further), "kind"]
        batch.record(ledger)
    return batch.report(answer, *further)


def files_argument() -> click.Parameter:
    """Return the argument for the files of an import."""
    return Argument(
        ["files"],
        metavar=_("FILE"),
        nargs=-1,
        required=True,
        help=_("Workbooks or CSV files, old or new; - is stdin"),
    )


roster: Final = Command(
    "roster",
    params=[
        files_argument(),
        Option(
            ["--partial"],
            is_flag=True,
            help=_("The files have some classes only: nobody of another class is gone"),
        ),
        Option(
            ["--gone"],
            type=click.Choice(["list", "transfer-out"]),
            default="list",
            show_default=True,
            help=_(
                "Pupils in school by the ledger and not in the files: list them, or record them as"
                " transferred out (inferred)"
            ),
        ),
        replacing.option(),
        *batches.options(every=False),
        *mappings.options(),
        *output.options(),
    ],
    callback=_roster,
    help="\n\n".join(
        (
            _("Take in pupils' basic data from CMIS: new pupils, and what changed of others."),
            _(
                "A pupil whose identity number is known gets the new student number; one who was"
                " at another school is transferred in, one who was away is back. Where only name"
                " and day of birth fit, the row is shown and not recorded."
            ),
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
        files_argument(),
        action_option(),
        replacing.option(),
        *batches.options(every=False),
        *mappings.options(),
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
            _(
                "Of an export of a card manager each card is registered (--action issue: issued),"
                " and reported lost or recycled where its state says so. Attempts that a tool"
                " reports as failed are no acts, and are left out."
            ),
        )
    ),
)
