"""`record FILE`: many actions from JSON lines, CSV or a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from cardledger.cli import batches, output, replacing
from cardledger.cli.base import Argument, Command, Option
from cardledger.cli.output import Output
from cardledger.cli.settings import settings
from cardledger.exchange.rows import read_rows
from cardledger.i18n import _


def _record(
    file: str,
    action: str | None,
    replaces: str | None,
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
    rows = read_rows(None if file == "-" else Path(file), default_action=action or "")
    with settings().opened() as ledger:
        batch.take(rows.rows(), defaults, Path(file).name if replaces else "")
        if replaces:
            replacing.check([file], on_refusal)
            old, name = batches.Batch(), replacing.name_of(replaces)
            before = read_rows(Path(replaces), default_action=action or "")
            old.take(before.rows(), defaults, name)
            replacing.replace_acts(ledger, batch, old, name)
        batch.record(ledger)
    return batch.report(answer, *(["file", "kind"] if replaces else []))


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
