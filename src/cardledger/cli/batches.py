"""Many actions at once: from rows of a file to commands, and what became of each row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import click

from cardledger.batch import command_of_row
from cardledger.cli.base import Option
from cardledger.cli.edge import DONE, REFUSED, note
from cardledger.cli.output import Output
from cardledger.cli.progress import bar
from cardledger.cli.settings import settings
from cardledger.cli.shown import ABORTED, subject, word, would
from cardledger.cli.speech import say, translate
from cardledger.commands import Command as Act
from cardledger.errors import BadInput
from cardledger.exchange.source import SourceRow
from cardledger.exchange.tables_out import Column
from cardledger.i18n import _
from cardledger.moments import now, parse_moment
from cardledger.outcomes import Outcome

if TYPE_CHECKING:
    from cardledger.ledger import Ledger

#: Among the changes: the pupil is not in the ledger yet.
NEW: Final = "new"

#: An outcome for programs (DESIGN 5), and for people.
KEYS: Final = (
    Column("outcome", _("Outcome"), "code"),
    Column("positions", _("Lines"), "list"),
    Column("code", _("Code"), "code"),
    Column("codes", _("Codes"), "list"),
    Column("contested", _("Contested"), "list"),
    Column("message", _("Message"), "long"),
    Column("hint", _("What to do"), "long"),
)
ROW: Final = Column("row", _("Row"), "count")
FILE: Final = Column("file", _("File"))
FAULTS: Final = Column("faults", _("Remarks on cells"), "list")
CHANGES: Final = Column("changes", _("Changes"), "long")
SUM: Final = _("rows: {rows} = {recorded} recorded + {repeated} repeated + {refused} refused")
DRY_SUM: Final = _(
    "rows: {rows} = {recorded} would be recorded + {repeated} repeated + {refused} refused"
)
SHOWN: Final = (
    Column("outcome", _("Outcome"), "code"),
    Column("subject", _("About"), "text"),
    Column("positions", _("Line"), "list"),
    Column("message", _("Message"), "long"),
)


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
    """One row of a file, on its way."""

    file: str
    source: SourceRow
    command: Act | BadInput
    outcome: Outcome | None = None
    changes: dict[str, list[object]] | None = None

    @property
    def result(self) -> Outcome:
        """What became of it."""
        assert self.outcome is not None, "asked before it was recorded"
        return self.outcome

    @property
    def notable(self) -> bool:
        """Whether somebody should look at the row."""
        return bool(self.result.outcome == "refused" or self.result.contested or self.source.faults)


@dataclass(frozen=True, slots=True)
class Batch:
    """What was asked of many rows. `one_action`: it need not be said of every row."""

    on_refusal: str = "abort"
    dry_run: bool = False
    every: bool = True
    one_action: bool = False
    items: list[Item] = field(default_factory=list)
    ignored: list[SourceRow] = field(default_factory=list)

    def take(
        self, rows: Iterable[SourceRow], defaults: Mapping[str, object], file: str = ""
    ) -> None:
        """Take in the rows of a file; what is no data (totals, notes) is left out, and said."""
        for row in rows:
            if row.ignored:
                self.ignored.append(row)
            else:
                self.items.append(Item(file, row, _command(row, defaults)))

    def record(self, ledger: Ledger) -> None:
        """Record the rows, or decide what would become of them."""
        commands = [item.command for item in self.items]
        if self.dry_run:
            outcomes = ledger.dry_run(commands)
        else:
            with bar(_("Recording"), len(commands)) as progress:
                outcomes = ledger.record_many(
                    commands, atomic=self.on_refusal == "abort", progress=progress
                )
        for item, outcome in zip(self.items, outcomes, strict=True):
            item.outcome = outcome

    def report(self, output: Output, extra: Sequence[Column] = ()) -> int:
        """Write what became of each row, and the sums; returns the exit status."""
        if output.format in ("table", "xlsx"):
            before = tuple(column for column in extra if column is FILE)
            after = tuple(column for column in extra if column is CHANGES)
            shown = [
                item
                for item in self.items
                if item.result.code != ABORTED and (self.every or item.notable or item.changes)
            ]
            if shown or output.format == "xlsx":
                people = (
                    _for_people(item, named=not self.one_action, dry=self.dry_run) for item in shown
                )
                output.write(people, (*before, ROW, *SHOWN, *after), "outcomes")
        else:
            before = tuple(column for column in extra if column is FILE)
            after = tuple(column for column in extra if column is not FILE)
            output.write(map(_for_programs, self.items), (*before, ROW, *KEYS, *after))
        self._sum_up()
        refused = any(item.result.outcome == "refused" for item in self.items)
        return REFUSED if refused else DONE

    def _sum_up(self) -> None:
        count = Counter(item.result.outcome for item in self.items)
        aborted = sum(item.result.code == ABORTED for item in self.items)
        for row in self.ignored:
            for fault in row.faults:
                note(
                    say(
                        _("Left out {place}: {what}"), place=fault.place, what=fault.text(translate)
                    )
                )
        note(
            say(
                DRY_SUM if self.dry_run else SUM,
                rows=len(self.items),
                recorded=count["recorded"],
                repeated=count["repeated"],
                refused=count["refused"],
            )
        )
        contested = sum(bool(item.result.contested) for item in self.items)
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


def _command(row: SourceRow, defaults: Mapping[str, object]) -> Act | BadInput:
    if not row.usable:
        return next(fault.problem for fault in row.faults if fault.kind == "row")
    return command_of_row(row.values, {**defaults, "handler": settings().handler})


def _for_programs(item: Item) -> dict[str, Any]:
    row: dict[str, Any] = {"file": item.file, "row": item.source.row}
    row |= item.result.as_json(translate)
    row["faults"] = [_fault(one) for one in item.source.faults if one.kind != "row"]
    row["changes"] = item.changes
    return row


def _for_people(item: Item, *, named: bool, dry: bool) -> dict[str, Any]:
    outcome = item.result
    text = outcome.message(translate)
    if outcome.codes:
        text = f"{outcome.code}: {text}"
    elif outcome.contested:
        text = f"{', '.join(outcome.contested)}: {text}"
    remarks = [_fault(one) for one in item.source.faults if one.kind != "row"]
    changes = item.changes
    return {
        "file": item.file,
        "row": item.source.row,
        "outcome": would(outcome) if dry else word(outcome),
        "subject": _about(item.command, named=named),
        "positions": outcome.positions or None,
        "message": " ".join([text, *remarks]).strip() or None,
        "changes": None if changes is None else _changes(changes),
    }


def _about(command: Act | BadInput, *, named: bool) -> str | None:
    if not isinstance(command, Act):
        return None
    return f"{command.action()} {subject(command)}" if named else subject(command)


def _changes(changes: Mapping[str, list[object]]) -> str:
    if NEW in changes:
        return say(_("new pupil"))
    return translate(_("; ")).join(
        f"{name}: {old or '-'} → {new}" for name, (old, new) in changes.items()
    )


def _fault(fault: Any) -> str:
    return f"{fault.place}: {fault.text(translate)}"


def numbers_of(items: Iterable[Item]) -> Iterator[str]:
    """Yield the student numbers of the pupils whom rows add."""
    for item in items:
        number = getattr(item.command, "number", "")
        if number:
            yield number
