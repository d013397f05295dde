"""`trace` and `history`: the lines themselves, as data for programs and as a story for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import click

from cardledger.cli.base import Argument, Command, Option, Whole
from cardledger.cli.output import Output, options
from cardledger.cli.papers import Source, read_at_rest
from cardledger.cli.settings import settings
from cardledger.cli.speech import language, say, translate
from cardledger.cli.tables import moment_options
from cardledger.exchange.writing.tables_out import Column, Row, shown
from cardledger.i18n import _

#: Lines as people read them on a terminal.
STORY: Final = (
    Column("position", _("Line"), "count"),
    Column("at", _("When"), "moment"),
    Column("story", _("What happened"), "long"),
    Column("handler", _("Handler")),
    Column("evidence", _("Evidence"), "code", 1),
    Column("recorded", _("Recorded"), "moment", 2),
)


def _write(
    answer: Output,
    rows: Iterable[Row],
    declared: Iterable[Sequence[Any]],
    title: str,
    source: Source,
    aside: str = "",
) -> None:
    from cardledger.trace.telling import as_story

    columns = [Column(*column) for column in declared]
    if answer.format == "table" and not answer.names:
        answer.write(as_story(rows, translate, shown, aside), STORY)
    elif answer.format in ("table", "xlsx"):
        people = [_for_people(one) for one in columns]
        answer.write(as_story(rows, translate, shown), people, title, source=source)
    else:
        answer.write(rows, columns, title)


def _for_people(column: Column) -> Column:
    return column._replace(kind="long") if column.key in ("name", "data", "follows") else column


def _page(what: str, file: str, as_of: str | None, known: str | None, wanted: Any) -> None:
    """Write a trace as a page of HTML."""
    from cardledger.trace import subject_of
    from cardledger.trace.page import page_of

    if wanted != (None, False, None, None, False):
        sentence = _("--html writes a page; it goes without --format, --output and --columns.")
        raise click.UsageError(say(sentence))
    answer = Output.of(format="table", output=None if file == "-" else file)
    with settings().opened() as ledger:
        subject = subject_of(ledger, what)
        page, _source = read_at_rest(
            ledger,
            lambda until: page_of(ledger, subject, language(), as_of=as_of, known=until),
            as_of,
            known,
        )
    answer.write_text(page.rstrip("\n"))


def _trace(
    what: str, as_of: str | None, known: str | None, html: str | None, **output: Any
) -> None:
    from cardledger.trace import COLUMNS, subject_of
    from cardledger.trace import trace as lines_about

    if html is not None:
        keys = ("format", "json", "output", "columns", "wide")
        _page(what, html, as_of, known, tuple(output[key] for key in keys))
        return
    answer = Output.of(**output)
    with settings().opened() as ledger:
        subject = subject_of(ledger, what)
        rows, source = read_at_rest(
            ledger,
            lambda until: lines_about(ledger, subject, as_of=as_of, known=until),
            as_of,
            known,
        )
        _write(answer, rows, COLUMNS, "trace", source, subject.partition(":")[2])


trace: Final = Command(
    "trace",
    params=[
        Argument(
            ["what"],
            metavar=_("WHAT"),
            help=_(
                "Card number, UID, student number, pupil's id or whole name, or box; card:…,"
                " name:…, box:… force one"
            ),
        ),
        *moment_options(),
        Option(
            ["--html"],
            metavar=_("FILE"),
            help=_(
                "Write a page for the file and the printer instead, with a picture of who had which"
                " card when; - is stdout"
            ),
        ),
        *options(),
    ],
    callback=_trace,
    help="\n\n".join(
        (
            _("Everything that ever happened to a card, a pupil or a box, in the order of events."),
            _(
                "Each line says because of which lines it came about (←), which line made it void"
                " and why, and how much later than the act it was written."
            ),
        )
    ),
)


def _history(
    after: int,
    upto: int | None,
    event: tuple[str, ...],
    about: str | None,
    raw: bool,
    as_of: str | None,
    known: str | None,
    **output: Any,
) -> None:
    from cardledger.trace import HISTORY, exported, subject_of
    from cardledger.trace import history as lines_of

    answer = Output.of(**output)
    with settings().opened() as ledger:
        size = ledger.log.size()
        chosen: dict[str, Any] = {
            "after": after,
            "upto": size if upto is None else min(upto, size),
            "names": event,
            "tags": (subject_of(ledger, about),) if about else None,
            "as_of": as_of,
            "known": known,
        }
        if raw:
            answer.write_bytes(exported(ledger, **chosen))
        else:
            source = Source(ledger=ledger, position=size, as_of=as_of, known=known)
            _write(answer, lines_of(ledger, **chosen), HISTORY, "history", source)


history: Final = Command(
    "history",
    params=[
        Option(
            ["--after"],
            type=Whole(),
            default=0,
            metavar=_("POSITION"),
            help=_("Only lines after this position"),
        ),
        Option(
            ["--upto"],
            type=Whole(),
            metavar=_("POSITION"),
            help=_("Only lines up to this position"),
        ),
        Option(
            ["--event"],
            multiple=True,
            metavar=_("NAME"),
            help=_("Only these events, by their stored names, such as card.recycled/1"),
        ),
        Option(
            ["--about"],
            metavar=_("WHAT"),
            help=_("Only lines about this card, pupil or box"),
        ),
        Option(
            ["--raw"],
            is_flag=True,
            help=_("The lines byte for byte as they were recorded and hashed, one JSON each"),
        ),
        *moment_options(),
        *options(),
    ],
    callback=_history,
    help=_("The lines of the ledger, in the order in which they were written."),
)
