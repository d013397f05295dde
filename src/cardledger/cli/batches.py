"""Many actions at once: from rows of a file to commands, and what became of each row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import click

from cardledger.batch import command_of_row
from cardledger.cli.base import Option
from cardledger.cli.edge import DONE, REFUSED, note
from cardledger.cli.output import Output
from cardledger.cli.progress import bar
from cardledger.cli.reports import for_people, for_programs, report_columns
from cardledger.cli.settings import settings
from cardledger.cli.shown import ABORTED
from cardledger.cli.speech import say, translate
from cardledger.commands import Command as Act
from cardledger.errors import BadInput, UnreadableFile
from cardledger.exchange.reading.source import SourceRow
from cardledger.i18n import _
from cardledger.moments import now, parse_moment
from cardledger.outcomes import Outcome

if TYPE_CHECKING:
    from cardledger.ledger import Ledger

#: Rows of all files that are given at once: each is kept until the end, when all of them are told
#: of, and a stdin that never ends has to end somewhere. The largest rosters have some 100,000.
BATCH_LIMIT: Final = 300_000

SUM: Final = _("rows: {rows} = {recorded} recorded + {repeated} repeated + {refused} refused")
DRY_SUM: Final = _(
    "rows: {rows} = {recorded} would be recorded + {repeated} repeated + {refused} refused"
)
IGNORED: Final = _("{sum} + {ignored} ignored")


def options(*, every: bool) -> list[click.Parameter]:
    """Return the options of all that takes many rows; `every`: whether all rows are listed."""
    return [
        Option(
            ["--on-refusal"],
            type=click.Choice(["abort", "skip"]),
            default="abort",
            show_default=True,
            help=_("Where a row is refused: record nothing at all, or leave that row out"),
        ),
        Option(
            ["--dry-run"], is_flag=True, help=_("Only show what would become of it; write nothing")
        ),
        Option(["--school"], metavar=_("CODE"), help=_("School of the rows that do not name one")),
        Option(
            ["--at"],
            metavar=_("TIME"),
            help=_("When it happened, for the rows that do not say; else now"),
        ),
        Option(
            ["--all/--brief", "every"],
            default=every,
            show_default=True,
            help=_("In a table: list every row, or only those that need a look"),
        ),
    ]


def defaults(school: str | None, at: str | None) -> dict[str, object]:
    """Return what the rows that do not say get; raises `BadValue` for what is no moment."""
    if at:
        parse_moment(at, now())
    return {"school": school, "at": at}


@dataclass(slots=True)
class Item:
    """One row of a file, on its way; or what follows from the file and stands on no row of it.

    `commands` are what the row asks for: none where it is no data. `kind`: what the row is beside
    the ledger, where that is told. `unused`: what stands in columns that nobody knows. `aside`: it
    is no row of the file, and is not counted as one.
    """

    file: str
    source: SourceRow
    commands: tuple[Act | BadInput, ...]
    outcome: Outcome | None = None
    kind: str = ""
    changes: dict[str, list[Any]] | None = None
    unused: Mapping[str, str] | None = None
    aside: bool = False
    part: int = 0
    about: str = ""

    @property
    def command(self) -> Act | BadInput | None:
        """The last and least special of its commands: what the row says."""
        return self.commands[-1] if self.commands else None

    @property
    def notable(self) -> bool:
        """Whether somebody should look at the row."""
        outcome = self.outcome
        told = outcome is not None and (outcome.outcome == "refused" or outcome.contested)
        return bool(told or (self.source.faults and not self.source.ignored))


@dataclass(frozen=True, slots=True)
class Batch:
    """What was asked of many rows. `one_action`: it need not be said of every row."""

    on_refusal: str = "abort"
    dry_run: bool = False
    every: bool = True
    one_action: bool = False
    items: list[Item] = field(default_factory=list)

    def take(
        self, rows: Iterable[SourceRow], defaults: Mapping[str, object], file: str = ""
    ) -> None:
        """Take in the rows of a file; what is no data (totals, notes) is left out, and said.

        Raises `UnreadableFile` for more rows than can be taken at once.
        """
        part = self.items[-1].part + 1 if self.items else 0
        for row in rows:
            if len(self.items) == BATCH_LIMIT:
                raise UnreadableFile(
                    _("More than {limit} rows cannot be taken at once."),
                    hint=_("Nothing was written. Split the file, and give the parts in turn."),
                    limit=BATCH_LIMIT,
                )
            self.items.append(Item(file, row, commands_of(row, defaults), part=part))

    def record(self, ledger: Ledger) -> None:
        """Record the rows, or decide what would become of them."""
        commands = [command for item in self.items for command in item.commands]
        outcomes = iter(self.outcomes(ledger, commands))
        for item in self.items:
            if item.commands:
                item.outcome = joined([next(outcomes) for _command in item.commands])

    def outcomes(self, ledger: Ledger, commands: Sequence[Act | BadInput]) -> list[Outcome]:
        """Return what became of commands, or would become of them."""
        if self.dry_run:
            return ledger.dry_run(commands)
        with bar(_("Recording"), len(commands)) as progress:
            return ledger.record_many(
                commands, atomic=self.on_refusal == "abort", progress=progress
            )

    def report(self, output: Output, *wanted: str) -> int:
        """Write what became of each row, and the sums; returns the exit status.

        `wanted` are further columns, by the names of `reports.FURTHER`.
        """
        columns = report_columns(output.format, wanted, self.items)
        if output.format in ("table", "xlsx"):
            shown = [item for item in self.items if self._is_shown(item)]
            if shown or output.format == "xlsx":
                people = (
                    for_people(item, named=not self.one_action, dry=self.dry_run) for item in shown
                )
                output.write(people, columns, "outcomes")
        else:
            output.write(map(for_programs, self.items), columns)
        self._sum_up()
        refused = any(item.outcome and item.outcome.outcome == "refused" for item in self.items)
        return REFUSED if refused else DONE

    def _is_shown(self, item: Item) -> bool:
        if item.outcome is None:
            return self.every or (item.aside and self.dry_run)
        telling = item.changes or item.kind not in ("", "same", "kept")
        news = item.aside or (self.dry_run and telling)
        return item.outcome.code != ABORTED and bool(self.every or item.notable or news)

    def _sum_up(self) -> None:
        rows = [item for item in self.items if not item.aside]
        count = Counter(item.outcome.outcome for item in rows if item.outcome)
        aborted = sum(bool(item.outcome and item.outcome.code == ABORTED) for item in rows)
        ignored = [item for item in rows if item.source.ignored]
        for item in ignored:
            for fault in item.source.faults:
                what = fault.text(translate)
                note(say(_("Left out {place}: {what}"), place=fault.place, what=what))
        total = say(
            DRY_SUM if self.dry_run else SUM,
            rows=len(rows),
            recorded=count["recorded"],
            repeated=count["repeated"],
            refused=count["refused"],
        )
        note(say(IGNORED, sum=total, ignored=len(ignored)) if ignored else total)
        contested = sum(bool(item.outcome and item.outcome.contested) for item in self.items)
        if contested:
            note(
                say(
                    _("Of those recorded, {count} break a rule and are contested."), count=contested
                )
            )
        if self.dry_run:
            note(say(_("This was a dry run: nothing was written.")))
        elif aborted or (self.on_refusal == "abort" and count["refused"]):
            note(
                say(
                    _(
                        "Nothing was written. Rows that were refused: {count}. Correct them, or"
                        " leave them out with --on-refusal skip."
                    ),
                    count=count["refused"] - aborted,
                )
            )


def joined(outcomes: Sequence[Outcome]) -> Outcome:
    """Return what became of a row of several commands: refused as soon as one of them is."""
    if len(outcomes) == 1:
        return outcomes[0]
    refused = [one for one in outcomes if one.outcome == "refused"]
    # Of a batch that was aborted, the row that did it is told, not those that went down with it.
    telling = next((one for one in refused if one.code != ABORTED), None)
    telling = telling or next(iter(refused), None)
    positions = tuple(position for one in outcomes for position in one.positions)
    if telling is not None:
        return Outcome("refused", positions, telling.codes, (), telling.about)
    contested = next((one for one in outcomes if one.contested), outcomes[0])
    codes = tuple(dict.fromkeys(code for one in outcomes for code in one.contested))
    recorded = any(one.outcome == "recorded" for one in outcomes)
    return Outcome("recorded" if recorded else "repeated", positions, (), codes, contested.about)


def commands_of(row: SourceRow, defaults: Mapping[str, object]) -> tuple[Act | BadInput, ...]:
    """Return the commands that a row asks for; one that cannot be used is why it cannot."""
    if row.ignored:
        return ()
    if not row.usable:
        return (next(fault.problem for fault in row.faults if fault.kind == "row"),)
    given = {**defaults, "handler": settings().handler}
    if not row.more:
        return (command_of_row(row.values, given),)
    commands = [normal(command_of_row(values, given)) for values in (row.values, *row.more)]
    problem = next((one for one in commands if isinstance(one, BadInput)), None)
    # A row is not used by halves.
    return tuple(commands) if problem is None else (problem,)


def normal(command: Act | BadInput) -> Act | BadInput:
    """Return a command in canonical form, or what about it cannot be read."""
    try:
        return command.normal() if isinstance(command, Act) else command
    except BadInput as error:
        return error
