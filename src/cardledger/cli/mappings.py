"""Which column is which field: the options that say it, and telling what was found."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol, TypeVar

import click

from cardledger.cli.base import Option
from cardledger.cli.edge import note, tell
from cardledger.cli.output import replaced
from cardledger.cli.reports import field_name
from cardledger.cli.speech import listed, say, translate
from cardledger.errors import BadInput, BadValue, UnreadableFile
from cardledger.exchange.reading.cells import is_empty, shown
from cardledger.exchange.reading.columns import Column, Vocabulary, WrongColumns
from cardledger.exchange.reading.mapping import mapping_text, read_mapping
from cardledger.i18n import _

if TYPE_CHECKING:
    from cardledger.exchange.reading.table import Sheet, Table

#: Columns that are not used are named in full up to this many.
_NAMED: Final = 12


class HasTable(Protocol):
    """A file of an import, open: it has the tables that were found in it."""

    @property
    def table(self) -> Table: ...


_File = TypeVar("_File", bound=HasTable)
_Read = TypeVar("_Read", covariant=True)


def options() -> list[click.Parameter]:
    """Return the options that say which column is which field."""
    section = _("Columns")
    return [
        Option(
            ["--map", "assigned"],
            metavar=_("COLUMN=FIELD"),
            multiple=True,
            section=section,
            help=_(
                "A column, by its heading or letter, is this field, by its name or a heading;"
                " without a field the column is left out. May be given again"
            ),
        ),
        Option(
            ["--mapping"],
            metavar=_("FILE"),
            section=section,
            help=_("Columns and fields as saved; --map goes before it"),
        ),
        Option(
            ["--save-mapping"],
            metavar=_("FILE"),
            section=section,
            help=_("Save which column was which field, to be used again or edited"),
        ),
    ]


def stream(file: str) -> Path | BinaryIO:
    """Return a file to be read: a path, or standard input for `-`."""
    return sys.stdin.buffer if file == "-" else Path(file)


def with_mapping(
    vocabulary: Vocabulary, assigned: Sequence[str], mapping: str | None
) -> Vocabulary:
    """Return a vocabulary with what was assigned; what cannot be is an error of usage."""
    try:
        firm = [vocabulary.assignment(text) for text in assigned]
    except BadValue as error:
        raise _usage([error]) from None
    saved = read_mapping(Path(mapping), vocabulary) if mapping else ()
    return vocabulary.with_assigned((*firm, *saved))


def _usage(problems: Iterable[BadInput]) -> click.UsageError:
    return click.UsageError(
        "\n".join(f"{one.text(translate)} {one.hint_text(translate)}" for one in problems)
    )


def opened(
    files: Sequence[str], vocabulary: Vocabulary, read: Callable[[Path | BinaryIO], _File]
) -> list[_File]:
    """Open all files; what is wrong with any of them is said of all, before a row is read."""
    found: list[_File] = []
    problems: list[UnreadableFile] = []
    sheets: list[Sequence[Column]] = []
    for file in files:
        try:
            one = read(stream(file))
        except UnreadableFile as error:
            problems.append(error)
            sheets += error.sheets if isinstance(error, WrongColumns) else ()
        else:
            found.append(one)
            sheets += [sheet.columns for sheet in one.table.sheets]
    check_placed(vocabulary, sheets)
    if problems:
        for problem in problems[:-1]:
            tell(problem.text(translate), problem.hint_text(translate))
        raise problems[-1]
    return found


class Reads(Protocol[_Read]):
    """Reads one file of an import by a vocabulary."""

    def __call__(self, file: Path | BinaryIO, /, *, vocabulary: Vocabulary) -> _Read: ...


def opener(
    vocabulary: Vocabulary, read: Reads[_File], assigned: Sequence[str], mapping: str | None
) -> Callable[[Sequence[str]], list[_File]]:
    """Return what opens files as `opened` does, with the columns that were assigned."""
    named = with_mapping(vocabulary, assigned, mapping)
    return lambda files: opened(files, named, lambda file: read(file, vocabulary=named))


def check_placed(vocabulary: Vocabulary, sheets: Sequence[Sequence[Column]]) -> None:
    """Raise an error of usage for what was assigned and is in no sheet that was read."""
    if wrong := vocabulary.unplaced(sheets) if sheets else []:
        raise _usage(wrong)


# Telling


def tell_columns(
    files: Sequence[HasTable],
    unused: Mapping[tuple[str, str], Mapping[int, int]],
    *,
    whole: bool,
    save: str | None,
) -> None:
    """Say which columns were understood how: all of them, or in short; save it where asked.

    `unused` has of each sheet how many cells are filled in the columns that nobody knows.
    """
    for one in files:
        table = one.table
        for sheet in table.sheets:
            place = f"{table.file} “{sheet.name}”" if sheet.name else table.file
            _tell_sheet(sheet, place, unused.get((table.file, sheet.name), {}), whole=whole)
        if table.skipped:
            note(
                say(
                    _("{place}: sheets without a table: {sheets}"),
                    place=table.file,
                    sheets=listed(table.skipped),
                )
            )
    if save:
        columns = dict.fromkeys(
            column for one in files for sheet in one.table.sheets for column in sheet.columns
        )
        by_heading = {column.heading: column for column in reversed(columns)}
        several = len(files) > 1 or any(len(one.table.sheets) > 1 for one in files)
        text = mapping_text(reversed(by_heading.values()) if several else columns)
        with replaced(Path(save)) as saving:
            saving.write(text.encode())
        note(say(_("Written: {file}"), file=save))


def _tell_sheet(sheet: Sheet, place: str, filled: Mapping[int, int], *, whole: bool) -> None:
    known = [one for one in sheet.columns if one.field]
    if whole:
        told = [f"{one.letter} {one.heading} = {field_name(one.field or '')}" for one in known]
        note(say(_("{place}: columns read: {columns}"), place=place, columns=listed(told)))
    else:
        note(
            say(
                _("{place}: {count} of {all} columns read; --dry-run shows as what."),
                place=place,
                count=len(known),
                all=len(sheet.columns),
            )
        )
    if sheet.unknown:
        named = [
            say(
                _("{column} (filled cells: {count})"),
                column=f"{one.letter} {one.heading}",
                count=filled.get(one.index, 0),
            )
            for one in sheet.unknown
        ]
        if len(named) > _NAMED and not whole:
            named = [*named[:_NAMED], "…"]
        note(say(_("{place}: columns not used: {columns}"), place=place, columns=listed(named)))
    left_out = [f"{one.letter} {one.heading}" for one in sheet.columns if one.ignored]
    if left_out:
        note(
            say(
                _("{place}: columns left out as asked: {columns}"),
                place=place,
                columns=listed(left_out),
            )
        )


class Unused:
    """What stands in the columns that nobody knows: counted, and kept where it is reported."""

    def __init__(self, files: Iterable[HasTable], *, keep: bool) -> None:
        self.counts: dict[tuple[str, str], dict[int, int]] = {}
        self.values: dict[tuple[str, str, int], dict[str, str]] = {}
        for one in files:
            for sheet in one.table.sheets:
                if sheet.unknown:
                    self._read(one.table.file, sheet, keep=keep)

    def _read(self, file: str, sheet: Sheet, *, keep: bool) -> None:
        counts = self.counts[file, sheet.name] = dict.fromkeys(
            (column.index for column in sheet.unknown), 0
        )
        unknown = [(column.index, column.heading) for column in sheet.unknown]
        for row in sheet.rows():
            for index, heading in unknown:
                cell = row.cells[index]
                if not is_empty(cell):
                    counts[index] += 1
                    if keep:
                        values = self.values.setdefault((file, sheet.name, row.number), {})
                        values[heading] = shown(cell)

    def of(self, file: str, sheet: str, row: int) -> Mapping[str, str]:
        """Return what stands in the unknown columns of a row, by heading."""
        return self.values.get((file, sheet, row), {})
