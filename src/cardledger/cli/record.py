"""`record FILE`: many actions from JSON lines, CSV or a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from cardledger.cli import batches, mappings, output, replacing
from cardledger.cli.base import Argument, Command, Option
from cardledger.cli.output import Output
from cardledger.cli.settings import settings
from cardledger.cli.speech import say
from cardledger.exchange.headings import ACTIONS
from cardledger.exchange.imports.actions import ActionList
from cardledger.exchange.reading.columns import Vocabulary
from cardledger.exchange.reading.rows import JsonLines, read_rows
from cardledger.i18n import _


def _record(
    file: str,
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
    answer = Output.of(**shape)
    batch = batches.Batch(on_refusal, dry_run, every)
    defaults = batches.defaults(school, at)
    vocabulary = mappings.with_mapping(ACTIONS, assigned, mapping)
    mapped = bool(assigned or mapping or save_mapping)
    rows = _rows(file, action, at, vocabulary, mapped=mapped)
    if isinstance(rows, ActionList):
        counts = mappings.Unused([rows], keep=False).counts
        mappings.tell_columns([rows], counts, whole=dry_run, save=save_mapping)
    with settings().opened() as ledger:
        batch.take(rows.rows(), defaults, Path(file).name if replaces else "")
        if replaces:
            replacing.check([file], on_refusal)
            old, name = batches.Batch(), replacing.name_of(replaces)
            before = _rows(replaces, action, at, vocabulary)
            old.take(before.rows(), defaults, name)
            replacing.replace_acts(ledger, batch, old, name)
        batch.record(ledger)
    return batch.report(answer, *(["file", "kind"] if replaces else []))


def _rows(
    file: str, action: str | None, at: str | None, vocabulary: Vocabulary, *, mapped: bool = False
) -> JsonLines | ActionList:
    """Open a file; `mapped`: it must have columns, for somebody said what they are."""
    place = None if file == "-" else Path(file)
    rows = read_rows(place, default_action=action or "", at=at or "", vocabulary=vocabulary)
    if isinstance(rows, JsonLines):
        if mapped:
            raise click.UsageError(say(_("JSON lines have no columns: --map is for tables.")))
    else:
        mappings.check_placed(vocabulary, [sheet.columns for sheet in rows.table.sheets])
    return rows


def action_option() -> click.Parameter:
    """Return the option for lists in which no column says what was done."""
    from cardledger.actions import ACTIONS

    return Option(
        ["--action"],
        type=click.Choice(list(ACTIONS)),
        metavar=_("ACTION"),
        help=_("What the rows mean where no column says it, such as term-swipe"),
    )


record: Final = Command(
    "record",
    params=[
        Argument(["file"], metavar=_("FILE"), help=_("JSON lines, CSV or a workbook; - is stdin")),
        action_option(),
        replacing.option(),
        *batches.options(every=True),
        *mappings.options(),
        *output.options(),
    ],
    callback=_record,
    help="\n\n".join(
        (
            _("Record many actions from a file, all or none."),
            _(
                "A row has the action and its fields, as in"
                ' {"action": "term-swipe", "card": "…", "at": "2010-03-05"}.'
                " The same file given again changes nothing."
            ),
            _("Exit status 3 where any row is refused."),
        )
    ),
)
