"""`reconcile`: where ledger and spreadsheets differ, why, and what to do."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import click
import msgspec

from cardledger.cli import output
from cardledger.cli.base import Argument, Command, Option
from cardledger.cli.edge import DIFFERENT, DONE, note
from cardledger.cli.output import Output
from cardledger.cli.papers import Source
from cardledger.cli.progress import bar
from cardledger.cli.settings import settings
from cardledger.cli.speech import listed, say, translate
from cardledger.cli.tables import known_option
from cardledger.cli.whole import STDIN
from cardledger.exchange.containers.raw import copied
from cardledger.i18n import _
from cardledger.ids import parse_school_code
from cardledger.reconcile import COLUMNS, PAPER, SHOWN, SOURCES, TOLD, kind_of
from cardledger.reconcile import reconcile as compare

if TYPE_CHECKING:
    from cardledger.exchange.reading.source import Fault
    from cardledger.reconcile import Difference, Result
    from cardledger.reconcile.sources import Listing

#: So many cells of one kind are told one by one.
_TOLD: Final = 3
_ROWS: Final = _(
    "{file} ({kind}): rows: {rows} = {same} the same + {different} different + {only} only there"
    " + {faulty} not compared"
)
_ASIDE: Final = _("{file}: further rows of other schools, left aside: {rows}")


def _name(file: str, files: Iterable[str]) -> str:
    """Return what a file is called in messages: its name, unless another one has the same."""
    name = Path(file).name
    same = sum(Path(other).name == name for other in files)
    return file if same > 1 else "" if file == "-" else name


def _file(name: str) -> Path | BinaryIO:
    if name != "-":
        return Path(name)
    # It is looked at twice, and may be large: not in memory.
    stream = os.fdopen(copied(sys.stdin.buffer, STDIN), "rb")
    kept = click.get_current_context().with_resource(stream)
    kept.seek(0)
    return kept


def _reconcile(
    files: tuple[str, ...],
    school: tuple[str, ...],
    as_of: str | None,
    known: str | None,
    propose: str | None,
    **values: Any,
) -> int:
    named = {name: values.pop(name) for name in SOURCES}
    answer = Output.of(**values)
    batch = Output.of(format="jsonl", output=propose) if propose else None
    if not files and not any(named.values()):
        raise click.UsageError(say(_("Name a file to compare with the ledger.")))
    every = [*files, *(path for paths in named.values() for path in paths)]
    lists: dict[str, list[Listing]] = {name: [] for name in SOURCES}
    for file in files:
        opened = _file(file)
        called = _name(file, every)
        kind = kind_of(opened, called)
        if not isinstance(opened, Path):
            opened.seek(0)
        lists[kind].append(SOURCES[kind].read(opened, name=called))
    for name, paths in named.items():
        lists[name] += [SOURCES[name].read(_file(path), name=_name(path, every)) for path in paths]
    schools = [str(parse_school_code(code)) for code in school]
    with settings().opened() as ledger:
        position = ledger.log.size()
        with bar(_("Comparing")):
            result = compare(ledger, lists, as_of=as_of, known=known, schools=schools)
        _write(answer, result, Source(ledger=ledger, position=position, as_of=as_of, known=known))
    _tell(result)
    if batch:
        proposed = result.batch(translate)
        batch.write_bytes(msgspec.json.encode(row) + b"\n" for row in proposed)
        then = _("Acts proposed: {count}. Look at them, then: cardledger record {file}")
        none = _("No act is proposed: somebody must look at what differs.")
        note(say(then if proposed else none, count=len(proposed), file=propose))
    return DIFFERENT if result.differences else DONE


def _write(answer: Output, result: Result, source: Source) -> None:
    """Write the differences, in the columns that are of use where they go."""
    rows: Iterable[Mapping[str, Any]]
    if answer.format not in ("table", "xlsx"):
        rows = (one.for_programs(translate) for one in result.differences)
        answer.write(rows, COLUMNS)
        return
    rows = [_for_people(one, result) for one in result.differences]
    if not rows and answer.format == "table":
        return
    columns = SHOWN if answer.names else PAPER if answer.format == "xlsx" else TOLD
    # Pupils on one sheet, cards on another: few columns are of use to both.
    answer.write(rows, columns, "reconcile", source=source, paper={"apart": ("source",)})


def _for_people(one: Difference, result: Result) -> dict[str, Any]:
    row = one.for_people(translate)
    files = [file for source, file in result.counts if source == one.source]
    if one.place is not None and len(files) == 1:
        row["place"] = str(one.place).removeprefix(f"{files[0]} ")
    return row


def _tell(result: Result) -> None:
    """Say what was compared with what, and that no row was lost."""
    for (source, file), count in result.counts.items():
        note(
            say(
                _ROWS,
                file=file,
                kind=translate(SOURCES[source].TITLE),
                rows=sum(count.values()) - count["no-data"] - count["aside"],
                same=count["same"],
                different=count["different"],
                only=count["only"],
                faulty=count["faulty"],
            )
        )
        if count["aside"]:
            note(say(_ASIDE, file=file, rows=count["aside"]))
    _tell_faults(_("Left out {place}: {what}"), result.ignored)
    _tell_faults(_("Restored {place}: {what}"), result.restored)
    schools = sorted(set().union(*result.schools.values()))
    note(say(_("Compared with the ledger's part of: {schools}"), schools=listed(schools)))
    if result.closed:
        note(
            say(
                _(
                    "The key store is away: names, identity numbers and all else that is personal"
                    " were not compared."
                )
            )
        )
    kinds = [one.kind for one in result.differences]
    note(
        say(
            _(
                "Differences: {count} = {ledger} only in the ledger + {file} only in the file"
                " + {different} different + {faulty} not compared"
            ),
            count=len(kinds),
            ledger=kinds.count("only-in-ledger"),
            file=kinds.count("only-in-file"),
            different=kinds.count("different"),
            faulty=kinds.count("faulty"),
        )
    )


def _tell_faults(template: str, faults: list[tuple[str, Fault]]) -> None:
    for file, fault in faults[:_TOLD]:
        note(say(template, place=f"{file} {fault.place}", what=fault.text(translate)))
    if len(faults) > _TOLD:
        note(say(_("... and {count} more of that kind."), count=len(faults) - _TOLD))


def _params() -> list[click.Parameter]:
    return [
        Argument(
            ["files"],
            metavar=_("FILE"),
            nargs=-1,
            help=_("Lists whose kind is told by their headings; - is stdin"),
        ),
        *(
            Option([f"--{name}"], metavar=_("FILE"), multiple=True, help=source.HELP)
            for name, source in SOURCES.items()
        ),
        Option(
            ["--as-of"],
            metavar=_("WHEN"),
            help=_("The day of the files: compare with what had happened by then; else now"),
        ),
        known_option(),
        Option(
            ["--school"],
            metavar=_("CODE"),
            multiple=True,
            help=_("Only this school; else those that the files name, else that of the ledger"),
        ),
        Option(
            ["--propose"],
            metavar=_("FILE"),
            help=_("Write the acts that would settle what has one honest settlement, to `record`"),
        ),
        *output.options(),
    ]


reconcile: Final = Command(
    "reconcile",
    params=_params(),
    callback=_reconcile,
    help="\n\n".join(
        (
            _("Compare rosters, card lists and filings with the ledger: what differs, and why."),
            _(
                "Each difference names the lines that are responsible for what the ledger says, or"
                " the act that is missing. Nothing is written to the ledger."
            ),
            _(
                "Exit status 4 where something differs or a row could not be compared; 0 where"
                " nothing does."
            ),
        )
    ),
)
