"""Evidence: is the ledger what was written?"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from cardledger.cli.base import Argument, Command, Option, Whole
from cardledger.cli.edge import BROKEN, DIFFERENT, DONE, symbol
from cardledger.cli.output import Output, one_object
from cardledger.cli.progress import bar
from cardledger.cli.proofs import note_in
from cardledger.cli.settings import settings
from cardledger.cli.speech import say, translate
from cardledger.i18n import _
from cardledger.places import DEFAULT

if TYPE_CHECKING:
    from cardledger.exchange.provenance import WorkbookVerdict
    from cardledger.ledger import Ledger
    from cardledger.verify import Verdict

#: So many alterations are named to people.
NAMED: Final = 20


def _verify(
    file: str | None,
    checkpoint: str | None,
    key: str | None,
    only_lines: bool,
    jobs: int,
    **shape: Any,
) -> int:
    from cardledger.examining import examine
    from cardledger.verify import verify_place

    answer = Output.of(**shape)
    if file is not None:
        if checkpoint or only_lines:
            sentence = _("--checkpoint and --only-lines are for a ledger.")
            raise click.UsageError(say(sentence))
        return _verify_file(Path(file), _kept_key(key), answer)
    chosen, kept = settings(), {"kept": note_in(checkpoint), "kept_place": checkpoint or ""}
    kept["key"] = _kept_key(key)
    # Not through an open ledger: one that cannot be opened is what is looked for.
    with bar(_("Verifying")) as progress:
        how: dict[str, Any] = {**kept, "keys": chosen.keys, "jobs": jobs, "progress": progress}
        if only_lines:
            verdict = verify_place(chosen.ledger, **how)
        else:
            verdict = examine(chosen.ledger, rows_progress=progress, **how)
    answer.write_object(verdict.as_json(translate), _tell(verdict))
    if not verdict.ok:
        return BROKEN
    # Whole as far as can be seen; a cut end cannot.
    return DONE if verdict.anchored else DIFFERENT


def _kept_key(key: str | None) -> str:
    """Return the key that was given; empty where none was."""
    kept = (key or "").strip()
    if key is not None and not kept:
        raise click.UsageError(say(_("--key needs the key that was kept; it is empty.")))
    return kept


def _tell(verdict: Verdict) -> Iterator[str]:
    if verdict.ok:
        sign = click.style(symbol("✓", "+", sys.stdout), fg="green")
        yield say(
            _("{sign} Whole: {size} lines are what was written."), sign=sign, size=verdict.size
        )
    else:
        sign = click.style(symbol("✗", "x", sys.stdout), fg="red")
        problem = verdict.problem.text(translate) if verdict.problem else ""
        yield say(_("{sign} Broken: {problem}"), sign=sign, problem=problem)
        if verdict.first_bad_position is not None:
            yield (
                "  " + say(_("First bad position: {position}"), position=verdict.first_bad_position)
            )
    if verdict.root:
        yield "  " + say(_("Root: {root}"), root=verdict.root)
    for remark in verdict.unchecked:
        yield "  " + say(_("Not checked: {what}"), what=remark.text(translate))


def _verify_file(file: Path, key: str, answer: Output) -> int:
    from cardledger.errors import LedgerMissing
    from cardledger.exchange.provenance import verify_workbook

    with ExitStack() as stack:
        ledger: Ledger | None = None
        try:
            ledger = stack.enter_context(settings().opened())
        except LedgerMissing:
            # A workbook goes to people who have no ledger; one that was named must be there.
            if settings().ledger != DEFAULT:
                raise
        verdict = verify_workbook(file, ledger, key)
    answer.write_object(verdict.as_json(translate), _tell_workbook(verdict))
    return DONE if verdict.ok else BROKEN


def _tell_workbook(verdict: WorkbookVerdict) -> Iterator[str]:
    if verdict.ok:
        sign = click.style(symbol("✓", "+", sys.stdout), fg="green")
        yield say(_("{sign} Whole: {file} is what was written."), sign=sign, file=verdict.file)
    else:
        sign = click.style(symbol("✗", "x", sys.stdout), fg="red")
        problem = verdict.problem.text(translate) if verdict.problem else ""
        yield say(_("{sign} Altered: {problem}"), sign=sign, problem=problem)
    for one in verdict.altered[:NAMED]:
        yield "  " + one.text(translate)
    if len(verdict.altered) > NAMED:
        more = len(verdict.altered) - NAMED
        yield "  " + say(_("… and {more} more; all of them: --json"), more=more)
    if verdict.position:
        place = _("Of ledger {ledger}, up to line {position}")
        yield "  " + say(place, ledger=verdict.ledger, position=verdict.position)
    for remark in verdict.unchecked:
        yield "  " + say(_("Not checked: {what}"), what=remark.text(translate))


verify: Final = Command(
    "verify",
    params=[
        Argument(
            ["file"],
            metavar=_("FILE"),
            required=False,
            help=_("A workbook that cardledger wrote; else the ledger itself"),
        ),
        Option(
            ["--checkpoint"],
            metavar=_("FILE"),
            help=_("A checkpoint that you keep elsewhere: the ledger must be of that history"),
        ),
        Option(
            ["--key"],
            metavar=_("KEY"),
            help=_(
                "The public key that you keep, from checkpoint --key: the ledger's checkpoints, or"
                " the workbook, must be signed by it, also where the key store is away"
            ),
        ),
        Option(
            ["--only-lines"],
            is_flag=True,
            help=_("Leave out the stored rows, which take longest to check"),
        ),
        Option(
            ["--jobs"],
            type=Whole(),
            default=0,
            metavar=_("N"),
            help=_("Processes at most; without it one for each core"),
        ),
        *one_object(),
    ],
    callback=_verify,
    help="\n\n".join(
        (
            _("Check every line: bytes, hashes, tags, tree, checkpoints; then the stored rows."),
            _(
                "Of a workbook: name the cells that were altered since it was written, and check"
                " its signature and its place in the ledger."
            ),
            _(
                "Exit status 5 where the ledger or the workbook is not what was written; 4 where"
                " the ledger has no checkpoint outside of it, so that a cut end would go unseen."
            ),
        )
    ),
)
