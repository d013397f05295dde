"""Where answers go, and in which form: declared once for every reading command.

Answers go to stdout or into a file, messages to stderr. A CSV that is written into a file is for
people as well: it begins with a byte order mark, without which Chinese spreadsheets show nonsense,
and none of its texts can become a formula (see `tables_out`). One that goes to
another program has neither. A file is replaced in one step, or not at all.
"""

from __future__ import annotations

import contextlib
import io
import json as json_module
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import click

from cardledger.cli.base import Option
from cardledger.cli.edge import note
from cardledger.cli.settings import settings
from cardledger.cli.speech import listed, say, translate
from cardledger.exchange.writing import tables_out, text_table
from cardledger.exchange.writing.tables_out import FORMATS, Column, Format, Row
from cardledger.exchange.writing.text_table import LeftOut, Look
from cardledger.i18n import _
from cardledger.places import places_of

if TYPE_CHECKING:
    from cardledger.cli.papers import Source

SECTION: Final = _("Output")
#: What the sheets of workbooks are called; others go by the name of their command.
SHEETS: Final[dict[str, str]] = {
    "audit": _("findings"),
    "agenda": _("agenda"),
    "boxes": _("boxes"),
    "cards": _("cards"),
    "diagnose": _("diagnosis"),
    "diff": _("changes"),
    "filings": _("filings"),
    "history": _("history"),
    "leavers": _("leavers"),
    "numbers": _("numbers"),
    "outcomes": _("outcomes"),
    "policy": _("policy"),
    "readers": _("card readers"),
    "reconcile": _("differences"),
    "roster": _("roster"),
    "schools": _("schools"),
    "terms": _("terms"),
    "trace": _("trace"),
}
BYTE_ORDER_MARK: Final = "\ufeff"
#: Endings that promise what no answer of ours is: a text under such a name opens nowhere.
_OTHERS: Final = frozenset(
    {"xls", "xlsm", "xlsb", "ods", "et", "pdf", "doc", "docx", "html", "htm", "xml", "tsv"}
)


def options() -> list[click.Parameter]:
    """Return the options of every reading command."""
    return [
        Option(
            ["--format"],
            type=click.Choice(FORMATS),
            section=SECTION,
            help=_("Form of the answer; else by the ending of FILE, else a table"),
        ),
        Option(["--json"], is_flag=True, section=SECTION, help=_("Short for --format json")),
        Option(
            ["--output"],
            metavar=_("FILE"),
            section=SECTION,
            help=_(
                "Write the answer into a file, which is replaced; in a CSV, an apostrophe stands"
                " before texts that a spreadsheet would take for a formula, and reading them here"
                " takes it off again"
            ),
        ),
        Option(
            ["--columns"],
            metavar=_("NAMES"),
            section=SECTION,
            help=_("Only these columns, by their names in JSON, parted by commas"),
        ),
        Option(
            ["--wide"],
            is_flag=True,
            section=SECTION,
            help=_("All columns in a table, however wide the terminal is"),
        ),
    ]


def one_object() -> list[click.Parameter]:
    """Return the options of a command that answers with one object, or in sentences."""
    keep = ("format", "json", "output")
    options_of = {param.name: param for param in options() if param.name in keep}
    options_of["format"].type = click.Choice(["table", "json"])
    return list(options_of.values())


@dataclass(frozen=True, slots=True)
class Output:
    """What the options say."""

    format: Format
    file: Path | None = None
    names: tuple[str, ...] = ()
    wide: bool = False

    @classmethod
    def of(
        cls,
        *,
        format: Format | None = None,
        json: bool = False,
        output: str | None = None,
        columns: str | None = None,
        wide: bool = False,
    ) -> Output:
        """Read the options; raises `click.UsageError` where they contradict each other."""
        if json and format not in (None, "json"):
            raise click.UsageError(
                say(_("--json and --format {format} exclude each other."), format=format)
            )
        ending = Path(output).suffix.removeprefix(".").lower() if output else ""
        if ending in _OTHERS and not (format or json):
            raise click.UsageError(
                say(
                    _(
                        "{file}: files that end in .{ending} are not written here. Name it .xlsx or"
                        " .csv, or say --format."
                    ),
                    file=output,
                    ending=ending,
                )
            )
        by_ending: Format = next((one for one in FORMATS if one == ending), "table")
        chosen: Format = "json" if json else (format or by_ending)
        if chosen == "xlsx" and not output and sys.stdout.isatty():
            raise click.UsageError(say(_("A workbook needs a file: --output FILE.xlsx")))
        if output:
            _spare_the_ledger(Path(output))
        names = tuple(name.strip() for name in (columns or "").split(",") if name.strip())
        return cls(chosen, Path(output) if output else None, names, wide)

    @classmethod
    def into(cls, file: str) -> Output:
        """Return where something goes that has one form only, whatever its file is called."""
        _spare_the_ledger(Path(file))
        return cls("table", Path(file))

    def write(
        self,
        rows: Iterable[Row],
        columns: Sequence[Column],
        title: str = "",
        *,
        source: Source | None = None,
        paper: Mapping[str, Any] | None = None,
        headings: Mapping[str, str] | None = None,
    ) -> None:
        """Write a table to where it belongs.

        `title` is that of a workbook, `source` what the rows are of, without which they are of
        the ledger as it is now; `paper` are further fields of a `Paper`;
        `headings` stand in a CSV instead of the names of columns.
        """
        columns = self._chosen(columns)
        if self.format == "xlsx":
            from cardledger.cli.papers import write_paper

            with self._binary() as stream:
                write_paper(rows, columns, title, stream, source, paper)
        else:
            left_out: list[LeftOut] = []
            with self._text() as text:
                for piece in self._pieces(rows, columns, left_out.append, headings or {}):
                    text.write(piece)
                text.flush()
            for one in left_out:
                _tell(one)
        if self.file is not None:
            note(say(_("Written: {file}"), file=self.file))

    def write_text(self, text: str) -> None:
        """Write one text, a line of its own, to where the answer belongs."""
        with self._text() as stream:
            stream.write(text + "\n")
        if self.file is not None:
            note(say(_("Written: {file}"), file=self.file))

    def write_object(self, found: Mapping[str, object], told: Iterable[str]) -> None:
        """Write one object for programs, or what `told` says of it to people."""
        if self.format in ("json", "jsonl"):
            self.write_text(json_module.dumps(found, ensure_ascii=False))
        elif self.file is None:
            for line in told:
                click.echo(line)
        else:
            self.write_text(click.unstyle("\n".join(told)))

    def write_bytes(self, pieces: Iterable[bytes]) -> None:
        """Write bytes as they are to where the answer belongs."""
        with self._binary() as stream:
            for piece in pieces:
                stream.write(piece)
        if self.file is not None:
            note(say(_("Written: {file}"), file=self.file))

    def _chosen(self, columns: Sequence[Column]) -> Sequence[Column]:
        if not self.names:
            return columns
        known = {column.key: column for column in columns}
        unknown = [name for name in self.names if name not in known]
        if unknown:
            message = say(
                _("There is no column “{name}”. The columns are: {columns}."),
                name=unknown[0],
                columns=listed(known),
            )
            raise click.UsageError(message)
        # A column that was asked for is never left out.
        return [known[name]._replace(rank=0) for name in self.names]

    def _pieces(
        self,
        rows: Iterable[Row],
        columns: Sequence[Column],
        left_out: Callable[[LeftOut], None],
        headings: Mapping[str, str],
    ) -> Iterator[str]:
        if self.format == "json":
            return tables_out.json_array(rows, columns)
        if self.format == "jsonl":
            return tables_out.json_lines(rows, columns)
        if self.format == "csv":
            # People open a file; what goes to another program has to be exactly what it is.
            return tables_out.csv_lines(
                rows, columns, headings=headings, defended=self.file is not None
            )
        return text_table.render(rows, columns, translate, self.look(), left_out)

    def look(self) -> Look:
        """Return how wide a table may be: as the terminal; without one as wide as need be."""
        terminal = self.file is None and sys.stdout.isatty()
        if self.wide or self.file is not None or not (terminal or os.environ.get("COLUMNS")):
            return Look(drawn=terminal)
        return Look(shutil.get_terminal_size().columns, drawn=terminal)

    @contextlib.contextmanager
    def _text(self) -> Iterator[IO[str]]:
        if self.file is None:
            yield sys.stdout
            return
        with self._binary() as stream:
            text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
            if self.format == "csv":
                text.write(BYTE_ORDER_MARK)
            yield text
            text.flush()
            text.detach()

    @contextlib.contextmanager
    def _binary(self) -> Iterator[IO[bytes]]:
        if self.file is None:
            yield sys.stdout.buffer
            return
        with replaced(self.file) as stream:
            yield stream


def _spare_the_ledger(file: Path) -> None:
    """Raise `click.UsageError` where an answer would replace what it is the answer of."""
    chosen = settings()
    places = places_of(chosen.ledger, chosen.keys)
    for place in (places.database, places.keys, places.checkpoint):
        if "://" not in str(place) and file.resolve() == Path(place).resolve():
            raise click.UsageError(
                say(_("{file} belongs to the ledger: an answer never replaces it."), file=file)
            )


@contextlib.contextmanager
def replaced(file: Path) -> Iterator[IO[bytes]]:
    """Write a file beside the one that it replaces at the end; an error leaves the old one.

    Answers may hold names of children: a new file is readable by its owner alone.
    """
    import tempfile

    try:
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    except OSError as error:
        # What is wrong is the place that was asked for, not a name that nobody gave.
        raise OSError(error.errno, error.strerror, str(file)) from None
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _tell(left_out: LeftOut) -> None:
    same = [f"{translate(one.title)} {value}" for one, value in left_out.constant if value != "-"]
    if same:
        note(say(_("The same in every row: {values}."), values=listed(same)))
    empty = [translate(one.title) for one, value in left_out.constant if value == "-"]
    if empty:
        note(say(_("Empty in every row: {columns}."), columns=listed(empty)))
    if left_out.columns:
        columns = listed(translate(column.title) for column in left_out.columns)
        note(
            say(
                _("Not shown, for want of width: {columns}. All of them: --wide, or --format csv."),
                columns=columns,
            )
        )
