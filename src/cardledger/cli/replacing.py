"""`--replaces`: a corrected file takes the place of one that was recorded before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cardledger.cli.base import Option
from cardledger.cli.batches import Batch, Item
from cardledger.cli.edge import note
from cardledger.cli.settings import settings
from cardledger.cli.speech import say
from cardledger.exchange.intake.replacing import Replaced, replaced_acts, void_of
from cardledger.i18n import _

if TYPE_CHECKING:
    from cardledger.ledger import Ledger


def option() -> click.Parameter:
    """Return the option that names the file which is replaced."""
    return Option(
        ["--replaces"],
        metavar=_("OLD_FILE"),
        help=_(
            "The file is a corrected one of OLD_FILE, which was recorded before with the same"
            " options: what only OLD_FILE says is voided, what only this one says is recorded"
        ),
    )


def check(files: Sequence[str], on_refusal: str) -> None:
    """Raise an error of usage where a file cannot take the place of another."""
    if len(files) > 1:
        raise click.UsageError(say(_("--replaces needs one corrected file for one old file.")))
    if on_refusal == "skip":
        raise click.UsageError(
            say(_("--replaces records all or nothing; it does not go with --on-refusal skip."))
        )


def name_of(replaces: str) -> str:
    """Return what the old file is called in reports."""
    return Path(replaces).name


def replace_acts(ledger: Ledger, batch: Batch, old: Batch, name: str) -> None:
    """Let the rows of a list of acts take the place of those of an old one."""
    before = [item for item in old.items if item.commands]
    after = [item for item in batch.items if item.commands]
    found = replaced_acts(
        ledger, [item.commands for item in before], [item.commands for item in after]
    )
    for place, item in enumerate(after):
        item.commands = found.commands[place]
        item.kind = "kept" if place in found.kept else "added"
    put_voids(batch, found, before, name)
    tell(old, found, name)


def put_voids(batch: Batch, found: Replaced, before: Sequence[Item], name: str) -> None:
    """Put the voids of an old file before the rows of the new one."""
    batch.items[:0] = [
        Item(
            name,
            before[row].source,
            (
                void_of(
                    position,
                    say(_("{file}, row {row}: corrected"), file=name, row=before[row].source.row),
                    settings().handler,
                ),
            ),
            kind="voided",
            aside=True,
        )
        for position, row in found.voids
    ]


def tell(old: Batch, found: Replaced, name: str) -> None:
    """Say what becomes of all rows of the old file."""
    count = Counter(found.old)
    note(
        say(
            _(
                "{file}, replaced: rows {rows} = {kept} kept + {changed} changed + {voided} voided"
                " + {never} not in the ledger + {ignored} ignored"
            ),
            file=name,
            rows=len(old.items),
            kept=count["kept"],
            changed=count["changed"],
            voided=count["voided"],
            never=count[""],
            ignored=sum(not item.commands for item in old.items),
        )
    )
