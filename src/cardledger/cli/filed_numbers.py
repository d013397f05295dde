"""`import numbers`: the result of filing student numbers, one filing a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from cardledger.batch import command_of_row
from cardledger.cli import batches, mappings, output
from cardledger.cli.base import Command
from cardledger.cli.batches import Batch, Item
from cardledger.cli.edge import note
from cardledger.cli.imports import files_argument, prepared
from cardledger.cli.output import Output
from cardledger.cli.settings import settings
from cardledger.cli.speech import listed, say
from cardledger.commands import Command as Act
from cardledger.errors import BadInput
from cardledger.i18n import _

if TYPE_CHECKING:
    from cardledger.exchange.imports.numbers import NumberResults
    from cardledger.ledger import Ledger

#: Numbers are named up to so many.
_NAMED: Final = 5


def _numbers(
    files: tuple[str, ...],
    assigned: tuple[str, ...],
    mapping: str | None,
    save_mapping: str | None,
    on_refusal: str,
    dry_run: bool,
    school: str | None,
    at: str | None,
    every: bool,
    **shape: Any,
) -> int:
    from cardledger.exchange.headings import NUMBERS
    from cardledger.exchange.imports.numbers import read_numbers

    answer = Output.of(**shape)
    batch = Batch(on_refusal, dry_run, every, one_action=True)
    given = batches.defaults(school, at)
    found = mappings.opener(NUMBERS, read_numbers, assigned, mapping)(files)
    parts = [list(_items(one)) for one in found]
    batch.items.extend(item for part in parts for item in part)
    further = prepared(found, batch, answer, save_mapping)
    with settings().opened() as ledger:
        known = _allocated_or_given(ledger, batch.items)
        _record(ledger, batch, list(zip(found, parts, strict=True)), given)
    _tell_strangers(batch, known)
    return batch.report(answer, *further, "kind")


def _items(results: NumberResults) -> Iterator[Item]:
    for row in results.rows():
        item = Item(results.table.file, row, batches.commands_of(row, {}) if not row.usable else ())
        if row.usable:
            item.kind = row.values["result"]
            reason = row.values.get("reason")
            item.about = row.values["number"] + (f" ({reason})" if reason else "")
        yield item


def _record(
    ledger: Ledger,
    batch: Batch,
    parts: list[tuple[NumberResults, list[Item]]],
    given: dict[str, object],
) -> None:
    """Record one filing a file; every row has the outcome of its file, unless it is of no use."""
    from cardledger.exchange.imports.numbers import filed

    commands: list[Act | BadInput] = []
    owners: list[list[Item]] = []
    for results, items in parts:
        for item in items:
            if item.commands:
                commands += item.commands
                owners.append([item])
        values = filed((item.source for item in items), results.digest)
        if values:
            school = given["school"] or _school(ledger, items)
            defaults = {**given, "school": school, "handler": settings().handler}
            commands.append(command_of_row(values, defaults))
            owners.append([item for item in items if item.source.usable])
    atomic = batch.on_refusal == "abort"
    outcomes = (
        ledger.dry_run(commands)
        if batch.dry_run
        else ledger.record_many(commands, atomic=atomic, retry_keys=False)
    )
    for outcome, items in zip(outcomes, owners, strict=True):
        for item in items:
            item.outcome = outcome


def _school(ledger: Ledger, items: list[Item]) -> str | None:
    """Return the school of a file whose numbers are all of one school of this ledger."""
    schools = {item.source.values["number"][:8] for item in items if item.source.usable}
    known = ledger.reference().schools
    if len(schools) != 1:
        return None
    (school,) = schools
    return school if school in known and known[school].known else None


def _allocated_or_given(ledger: Ledger, items: list[Item]) -> set[str]:
    """Return the numbers of the files that were allocated here, or that pupils have."""
    from cardledger.book import fold

    numbers = {item.source.values["number"] for item in items if item.source.usable}
    if not numbers:
        return set()
    book = fold(ledger.lines([f"number:{number}" for number in numbers]))
    return {
        number
        for number in numbers
        if book.numbers.get(number) or book.number_state(number).allocated_at
    }


def _tell_strangers(batch: Batch, known: set[str]) -> None:
    """Say which numbers nobody allocated here: the result is recorded all the same."""
    recorded = [one for one in batch.items if one.outcome and one.outcome.outcome == "recorded"]
    strangers = dict.fromkeys(
        item.source.values["number"]
        for item in recorded
        if item.source.usable and item.source.values["number"] not in known
    )
    if strangers:
        named = list(strangers)[:_NAMED] + (["…"] if len(strangers) > _NAMED else [])
        note(
            say(
                _("Neither allocated in this ledger nor a pupil's number ({count}): {numbers}"),
                count=len(strangers),
                numbers=listed(named),
            )
        )


numbers: Final = Command(
    "numbers",
    params=[
        files_argument(),
        *batches.options(every=False),
        *mappings.options(),
        *output.options(),
    ],
    callback=_numbers,
    help="\n\n".join(
        (
            _("Take in the result of filing student numbers: accepted, or rejected and why."),
            _("A file is one filing: the same file again changes nothing."),
        )
    ),
)
