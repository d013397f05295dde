"""`audit report`: an audit on paper, for the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from cardledger.cli.audit_scope import finding_filters, jobs_option, rules_argument, wanted_of
from cardledger.cli.base import Command, Option, Whole
from cardledger.cli.edge import BROKEN, DIFFERENT, DONE, note
from cardledger.cli.output import SECTION, Output
from cardledger.cli.progress import bar
from cardledger.cli.settings import settings
from cardledger.cli.speech import language, say
from cardledger.cli.tables import moment_options
from cardledger.i18n import _

if TYPE_CHECKING:
    from cardledger.report import Contents
    from cardledger.verify import Verdict

_HTML: Final = (".html", ".htm")
_PDF: Final = ".pdf"


def _report(
    rules: tuple[str, ...],
    output: str,
    *,
    as_of: str | None,
    known: str | None,
    school: str | None,
    cohort: str | None,
    since: str | None,
    limit: int | None,
    jobs: int,
    no_verify: bool,
) -> int:
    from cardledger.audit import known_rules
    from cardledger.cli.papers import how_called, login
    from cardledger.report import LIMIT, PDF_LIMIT, PDF_TOGETHER, TOGETHER, Scope, ready, report

    answer, pdf = Output.into(output), _is_pdf(output)
    if pdf:
        # Before the audit, which takes long.
        ready()
    known_rules(rules)
    verdict = None if no_verify else _verified()
    with settings().opened() as ledger, bar(_("Auditing")) as progress:
        scope = Scope(
            rules=rules,
            as_of=as_of,
            known=known,
            wanted=wanted_of(ledger, school, cohort, since),
            verdict=verdict,
            limit=limit if limit is not None else PDF_LIMIT if pdf else LIMIT,
            # Who says how many wants them of every rule.
            together=None if limit is not None else PDF_TOGETHER if pdf else TOGETHER,
        )
        contents = report(
            *(ledger, scope, language()),
            command=how_called(),
            made_by=settings().handler or login(),
            jobs=jobs,
            progress=progress,
        )
    try:
        answer.write_bytes(_pieces(contents, pdf=pdf))
    finally:
        contents.gathered.close()
    return _status(contents, verdict)


def _is_pdf(output: str) -> bool:
    ending = Path(output).suffix.lower()
    if ending not in (*_HTML, _PDF):
        raise click.UsageError(
            say(_("A report is FILE.html or FILE.pdf; {file} is neither."), file=output)
        )
    return ending == _PDF


def _verified() -> Verdict:
    from cardledger.examining import examine

    chosen = settings()
    with bar(_("Verifying")) as progress:
        return examine(chosen.ledger, keys=chosen.keys, progress=progress, rows_progress=progress)


def _pieces(contents: Contents, *, pdf: bool) -> Iterator[bytes]:
    if not pdf:
        yield from (piece.encode("utf-8", "replace") for piece in contents.html())
        return
    import io

    from cardledger.report import pdf_of

    stream = io.BytesIO()
    pdf_of(contents.html(), stream)
    yield stream.getvalue()


def _status(contents: Contents, verdict: Verdict | None) -> int:
    count, accepted = contents.open, sum(contents.gathered.accepted.values())
    note(say(_("Open findings: {count}; accepted: {accepted}."), count=count, accepted=accepted))
    if verdict is not None and not verdict.ok:
        note(say(_("The ledger is not what was written: the report says so.")))
        return BROKEN
    return DIFFERENT if count else DONE


report: Final = Command(
    "report",
    params=[
        rules_argument(),
        Option(
            ["--output"],
            metavar=_("FILE"),
            required=True,
            section=SECTION,
            help=_("FILE.html, one page with nothing beside it, or FILE.pdf; it is replaced"),
        ),
        Option(
            ["--limit"],
            type=Whole(),
            metavar=_("N"),
            section=SECTION,
            help=_(
                "Findings of one rule that are listed at most, else 2000 and 10000 in all, in a PDF"
                " 300 and 1200; all are counted"
            ),
        ),
        *moment_options(),
        jobs_option(),
        Option(
            ["--no-verify"],
            is_flag=True,
            help=_("Do not verify the ledger first; the report says so"),
        ),
        *finding_filters(),
    ],
    callback=_report,
    help="\n\n".join(
        (
            _("Write a report for the file: scope, checkpoint, figures, findings with evidence."),
            _(
                "The ledger is verified first. Exit status 4 where there are findings that nobody"
                " accepted, 5 where the ledger is not what was written."
            ),
        )
    ),
)
