"""Rosters on their way in: what each row is beside the ledger, and who is gone."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cardledger.cli.batches import Batch, Item
from cardledger.cli.edge import note
from cardledger.cli.replacing import put_voids
from cardledger.cli.replacing import tell as tell_replaced
from cardledger.cli.reports import KIND_WORDS, with_doubts
from cardledger.cli.speech import listed, say, translate
from cardledger.commands import Command as Act
from cardledger.errors import BadInput
from cardledger.exchange.intake.replacing import replaced_roster
from cardledger.exchange.intake.rosters import KINDS, Coverage, Planned, RosterPlan
from cardledger.exchange.reading.source import SourceRow
from cardledger.i18n import _

if TYPE_CHECKING:
    from cardledger.exchange.reading.table import Table
    from cardledger.ledger import Ledger

_UNREAD: Final = BadInput(_("The row was not read."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked of a roster: its day, whether it is a part, what becomes of who is gone."""

    at: str = ""
    partial: bool = False
    leaving: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """The rows of a roster beside the ledger, to be told of when they are recorded."""

    items: Sequence[Item]
    coverage: Coverage
    gone: Sequence[Planned]
    asked: Asked

    def tell(self) -> None:
        """Say how many rows are what, and on which assumption pupils are gone."""
        for item in self.items:
            # A row that says the same as another one of its file is news no more.
            if item.outcome and item.outcome.outcome == "repeated":
                item.kind = "same"
                item.changes = None if item.changes is None else {}
        _tell(self.items, self.coverage, self.gone, self.asked)


def take_roster(
    ledger: Ledger,
    batch: Batch,
    tables: Sequence[Table],
    asked: Asked,
    replaced: tuple[Batch, str] | None = None,
) -> Taken:
    """Put to the rows of a batch what they are beside the ledger, and add who is gone.

    `replaced`: the rows of the old file in whose place they are taken in, and its name.
    """
    items = [item for item in batch.items if item.commands]
    rows = _rows(items)
    before = [item for item in replaced[0].items if item.commands] if replaced else []
    found = replaced_roster(ledger, _rows(before), rows) if replaced else None
    plan = RosterPlan(
        ledger,
        rows,
        [_place(item, several=len(tables) > 1) for item in items],
        at=asked.at,
        keys=found.keys if found else _keys(ledger, items),
        meant=found.meant if found else {},
        voided=found.voided if found else (),
    )
    coverage = plan.make(partial=asked.partial, gone_left=asked.leaving)
    sheets = {(table.file, sheet.name): sheet.fields for table in tables for sheet in table.sheets}
    for item, planned in zip(items, plan.planned, strict=True):
        item.kind, item.commands = planned.kind, planned.commands
        if batch.dry_run and planned.kind not in ("", "probably"):
            item.changes = planned.changes
        fields = sheets.get((item.file, item.source.sheet), {})
        item.source = with_doubts(item.source, {item.source.sheet: fields}, planned.doubts)
    if found and replaced:
        put_voids(batch, found, before, replaced[1])
        tell_replaced(replaced[0], found, replaced[1])
    if batch.dry_run or any(one.commands for one in plan.gone):
        batch.items.extend(map(_gone, plan.gone))
    return Taken(items, coverage, plan.gone, asked)


def _rows(items: Iterable[Item]) -> list[Act | BadInput]:
    return [item.command or _UNREAD for item in items]


def _keys(ledger: Ledger, items: Sequence[Item]) -> list[str]:
    """Return the retry keys of the rows of rosters, each file as one list."""
    parts = itertools.groupby(items, key=lambda item: item.part)
    return [key for _part, rows in parts for key in ledger.retry_keys(_rows(rows), as_one=True)]


def _place(item: Item, *, several: bool) -> str:
    source = item.source
    place = f"{source.sheet}!{source.row}" if source.sheet else str(source.row)
    return f"{item.file} {place}" if several else place


def _gone(planned: Planned) -> Item:
    who = listed(filter(None, (f"{planned.name} {planned.number}".strip(), planned.class_)))
    return Item("", SourceRow("", 0, {}), planned.commands, kind="gone", aside=True, about=who)


def _tell(items: Sequence[Item], coverage: Coverage, gone: Sequence[Planned], asked: Asked) -> None:
    count = Counter([*(item.kind for item in items if item.kind), *(one.kind for one in gone)])
    told = [f"{translate(KIND_WORDS[kind])} {count[kind]}" for kind in KINDS if count[kind]]
    if told:
        note(say(_("Beside the ledger: {kinds}"), kinds=listed(told)))
    if not gone:
        return
    schools = listed(coverage.schools)
    if coverage.partial:
        text = _(
            "Gone are pupils of the classes in the file who are in school at {schools} by the"
            " ledger and on no row."
        )
    else:
        text = _(
            "The file was taken as the whole roster of {schools}: gone are all others who are in"
            " school there by the ledger. If it has some classes only, say --partial."
        )
    note(say(text, schools=schools))
    if coverage.unread:
        note(
            say(
                _(
                    "Rows that could not be read: {count}. Who is on them may be listed as gone;"
                    " nobody is recorded as gone until they are corrected."
                ),
                count=coverage.unread,
            )
        )
    elif not asked.leaving:
        note(
            say(
                _(
                    "A roster does not say why somebody is gone: nothing is recorded of them. See"
                    " them with --dry-run; record them as transferred out with --gone transfer-out."
                )
            )
        )
