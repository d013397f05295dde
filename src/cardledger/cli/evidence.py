"""Evidence: is the ledger what was written, and the signed note that says how long it was."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Final

import click

from cardledger.cli.base import Command, Option
from cardledger.cli.edge import BROKEN, DONE, symbol
from cardledger.cli.progress import bar
from cardledger.cli.settings import settings
from cardledger.cli.speech import say, translate
from cardledger.i18n import _

if TYPE_CHECKING:
    from cardledger.verify import Verdict

JSON: Final = _("Print the answer as JSON")


def _verify(as_json: bool) -> int:
    from cardledger.verify import verify_place

    chosen = settings()
    with bar(_("Verifying")) as progress:
        # Not through an open ledger: one that cannot be opened is what is looked for.
        verdict = verify_place(chosen.ledger, keys=chosen.keys, progress=progress)
    if as_json:
        click.echo(json.dumps(verdict.as_json(translate), ensure_ascii=False))
    else:
        _tell(verdict)
    return DONE if verdict.ok else BROKEN


def _tell(verdict: Verdict) -> None:
    if verdict.ok:
        sign = click.style(symbol("✓", "+", sys.stdout), fg="green")
        click.echo(
            say(_("{sign} Whole: {size} lines are what was written."), sign=sign, size=verdict.size)
        )
    else:
        sign = click.style(symbol("✗", "x", sys.stdout), fg="red")
        problem = verdict.problem.text(translate) if verdict.problem else ""
        click.echo(say(_("{sign} Broken: {problem}"), sign=sign, problem=problem))
        if verdict.first_bad_position is not None:
            click.echo(
                "  " + say(_("First bad position: {position}"), position=verdict.first_bad_position)
            )
    if verdict.root:
        click.echo("  " + say(_("Root: {root}"), root=verdict.root))
    for remark in verdict.unchecked:
        click.echo("  " + say(_("Not checked: {what}"), what=remark.text(translate)))


verify: Final = Command(
    "verify",
    params=[Option(["--json", "as_json"], is_flag=True, help=JSON)],
    callback=_verify,
    help="\n\n".join(
        (
            _("Check every line: bytes, hashes, tags, tree, checkpoints."),
            _("Exit status 5 where the ledger is not what was written."),
        )
    ),
)


def _checkpoint() -> int:
    with settings().opened() as ledger:
        text = ledger.log.checkpoint()
    click.echo(text or "", nl=False)
    return DONE


checkpoint: Final = Command(
    "checkpoint",
    callback=_checkpoint,
    help="\n\n".join(
        (
            _("Print the latest signed checkpoint: how many lines, and the root over them."),
            _("Keep it elsewhere: nobody can shorten or change the ledger behind it unseen."),
        )
    ),
)
