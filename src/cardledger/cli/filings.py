"""`import filing`: the card filing files of schools, one filing a file and school."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from cardledger.cli import batches, mappings, output
from cardledger.cli.base import Command
from cardledger.cli.batches import Batch, Item
from cardledger.cli.edge import note
from cardledger.cli.imports import files_argument, prepared
from cardledger.cli.output import Output
from cardledger.cli.reports import with_doubts
from cardledger.cli.settings import settings
from cardledger.cli.shown import word, would
from cardledger.cli.speech import say
from cardledger.commands import Command as Act
from cardledger.errors import BadInput
from cardledger.exchange.intake.filings import Entry, Judged, commands_of, judged, school_of
from cardledger.exchange.reading.source import SourceRow
from cardledger.i18n import _
from cardledger.outcomes import Outcome

if TYPE_CHECKING:
    from cardledger.exchange.imports.filing import FilingFile
    from cardledger.ledger import Ledger

#: Digits of a digest that tell files apart for people.
_DIGITS: Final = 16


def _filing(
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
    from cardledger.exchange.headings import FILING
    from cardledger.exchange.imports.filing import read_filing

    answer = Output.of(**shape)
    batch = Batch(on_refusal, dry_run, every, one_action=True)
    batches.defaults(school, at)
    given = {"school": school or "", "at": at or "", "handler": settings().handler}
    found = mappings.opener(FILING, read_filing, assigned, mapping)(files)
    by_file: list[list[Item]] = []
    for one in found:
        by_file.append([_item(row, one.table.file) for row in one.rows()])
        batch.items.extend(by_file[-1])
    further = prepared(found, batch, answer, save_mapping)
    with settings().opened() as ledger:
        _record(ledger, batch, list(zip(found, by_file, strict=True)), given)
    return batch.report(answer, *further)


def _item(row: SourceRow, file: str) -> Item:
    faults = (fault.problem for fault in row.faults if fault.kind == "row")
    problem = None if row.usable or row.ignored else next(faults)
    return Item(file, row, () if problem is None else (problem,), about=row.values.get("card", ""))


def _record(
    ledger: Ledger,
    batch: Batch,
    files: Sequence[tuple[FilingFile, Sequence[Item]]],
    given: dict[str, str],
) -> None:
    """Record one filing a file and school, and tell each row what became of it."""
    acts: list[Act | BadInput] = []
    parts: list[tuple[int, Item, Judged | None]] = []
    told: list[tuple[str, str, int]] = []
    for file, items in files:
        usable = [item for item in items if item.source.usable]
        entries = [Entry(_place(item), item.source.values) for item in usable]
        filings = commands_of(entries, file.digest, given, ledger.default_school)
        places = {school: len(acts) + place for place, school in enumerate(filings)}
        told += [(file.table.file, school, places[school]) for school in filings]
        acts += filings.values()
        fields = {sheet.name: sheet.fields for sheet in file.table.sheets}
        said = judged(ledger, entries, given["at"])
        for item, entry, heard in zip(usable, entries, said, strict=True):
            parts.append((places[school_of(entry, given, ledger.default_school)], item, heard))
            item.source = with_doubts(item.source, fields, heard.doubts)
        for item in items:
            parts += [(len(acts) + place, item, None) for place in range(len(item.commands))]
            acts += item.commands
    outcomes = batch.outcomes(ledger, acts)
    for place, item, one in parts:
        item.outcome = _of_row(outcomes[place], one)
    _tell(files, acts, outcomes, told, dry=batch.dry_run)


def _place(item: Item) -> str:
    source = item.source
    return f"{source.sheet}!{source.row}" if source.sheet else str(source.row)


def _of_row(whole: Outcome, row: Judged | None) -> Outcome:
    """Return what became of a row: what became of its filing, contested by its own codes."""
    if row is None or whole.outcome != "recorded":
        return whole
    return Outcome("recorded", whole.positions, (), row.codes, row.about)


def _tell(
    files: Iterable[tuple[FilingFile, Sequence[Item]]],
    acts: Sequence[Act | BadInput],
    outcomes: Sequence[Outcome],
    told: Iterable[tuple[str, str, int]],
    *,
    dry: bool,
) -> None:
    """Say what became of the filings, file by file and school by school."""
    digests = {file.table.file: file.digest for file, _items in files}
    for file, school, place in told:
        outcome = outcomes[place]
        note(
            say(
                _("{file}, school {school}: {count} cards, SHA-256 {digest}…: {outcome}"),
                file=file,
                school=school,
                count=len(getattr(acts[place], "cards", ())),
                digest=digests[file][:_DIGITS],
                outcome=would(outcome) if dry else word(outcome),
            )
        )


filing: Final = Command(
    "filing",
    params=[
        files_argument(),
        *batches.options(every=False),
        *mappings.options(),
        *output.options(),
    ],
    callback=_filing,
    help="\n\n".join(
        (
            _("Take in the card filing files of schools: one filing a file and school."),
            _(
                "A filing is known by the SHA-256 of its file: the same file again is repeated."
                " Cards that the ledger does not know are filed as contested, and told row by row."
            ),
            _("Without a column for the school the cards are filed for --school."),
        )
    ),
)
