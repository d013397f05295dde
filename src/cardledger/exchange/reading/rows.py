"""Rows for `record`: JSON lines, CSV or a workbook, from a file or from standard input.

JSON lines hold one object a line, in the field names of the commands. What begins with `{` is
JSON lines; all else is a table with a header, read as a list of actions.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec

from cardledger.errors import BadInput, UnreadableFile
from cardledger.exchange.containers.raw import ROW_LIMIT
from cardledger.exchange.headings import ACTIONS
from cardledger.exchange.imports.actions import ActionList, actions_of
from cardledger.exchange.reading.columns import Vocabulary
from cardledger.exchange.reading.files import open_spreadsheet, unreadable
from cardledger.exchange.reading.source import Fault, SourceRow
from cardledger.exchange.reading.table import STDIN
from cardledger.i18n import _

#: Bytes of one line, however the act is called: a filing of 20,000 cards fits into it.
LINE_LIMIT: Final = 1 << 20
#: Lines of one file or stream, empty ones included: as many as a sheet has rows.
LINES_LIMIT: Final = ROW_LIMIT

_MARK: Final = b"\xef\xbb\xbf"
_decode: Final = msgspec.json.Decoder().decode


class Rows(Protocol):
    """Something that has rows."""

    def rows(self) -> Iterator[SourceRow]:
        """Read the rows; each row of the file is accounted for by one."""
        ...


class JsonLines:
    """A file of JSON lines, read as it comes: a path anew at each call, a stream once."""

    def __init__(self, file: Path | BufferedReader, name: str) -> None:
        self.name: Final = name
        self._file = file

    def rows(self) -> Iterator[SourceRow]:
        """Read the lines; blank ones are none. Raises `UnreadableFile` for one without end."""
        if isinstance(self._file, Path):
            with self._file.open("rb") as stream:
                yield from self._lines(stream)
        else:
            yield from self._lines(self._file)

    def _lines(self, stream: BufferedReader) -> Iterator[SourceRow]:
        number = 0
        while line := stream.readline(LINE_LIMIT + 1):
            number += 1
            if number > LINES_LIMIT:
                raise UnreadableFile(
                    _("{file} has more than {limit} lines."),
                    hint=_("Split it into several files."),
                    file=self.name,
                    limit=LINES_LIMIT,
                )
            if len(line) > LINE_LIMIT:
                raise UnreadableFile(
                    _("{file}: line {row} is longer than {limit} bytes."),
                    hint=_("Write one JSON object a line."),
                    file=self.name,
                    row=number,
                    limit=LINE_LIMIT,
                )
            bare = line.removeprefix(_MARK).strip() if number == 1 else line.strip()
            if bare:
                yield _json_row(bare, number)


def _json_row(line: bytes, number: int) -> SourceRow:
    example = '{"action": "term-swipe", "card": "…"}'
    hint = _("Write lines such as {example}.")
    try:
        values: Any = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        problem = BadInput(
            _("The line is not JSON: {reason}."), hint=hint, reason=error, example=example
        )
    else:
        if isinstance(values, dict) and values:
            return SourceRow("", number, values)
        problem = BadInput(_("The line is not an object with fields."), hint=hint, example=example)
    shown = line.decode("utf-8", "replace")[:200]
    return SourceRow("", number, {}, (Fault("row", "", number, "", "", shown, problem),))


def read_rows(
    file: Path | BufferedReader | None,
    *,
    default_action: str = "",
    evidence: str = "",
    at: str = "",
    vocabulary: Vocabulary = ACTIONS,
) -> JsonLines | ActionList:
    """Open the rows of a file, of a stream, or of standard input (`None`).

    All else is for tables: see `ActionList`. Raises `UnreadableFile` where the file is neither JSON
    lines nor a list of actions.
    """
    if file is None:
        file = _standard_input()
    name = file.name if isinstance(file, Path) else STDIN
    if _head(file, name).removeprefix(_MARK).lstrip().startswith(b"{"):
        return JsonLines(file, name)
    raw = open_spreadsheet(file, name)
    return actions_of(
        raw, default_action=default_action, evidence=evidence, at=at, vocabulary=vocabulary
    )


def _standard_input() -> BufferedReader:
    stream: Any = sys.stdin.buffer
    # A test or another program may have put a stream there that cannot look ahead.
    return stream if isinstance(stream, BufferedReader) else BufferedReader(stream)


def _head(file: Path | BufferedReader, name: str) -> bytes:
    if not isinstance(file, Path):
        return file.peek(1)
    try:
        with file.open("rb") as stream:
            return stream.peek(1)
    except OSError as error:
        raise unreadable(name, error) from None
