"""Text tables: comma, tab or semicolon, in UTF-8 with or without mark, UTF-16, or GB18030."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import PurePath
from typing import Final

from cardledger.errors import UnreadableFile
from cardledger.exchange.containers.encoding import decoded, encoding_of, looks, marked
from cardledger.exchange.containers.raw import (
    COLUMN_LIMIT,
    HEAD,
    NumberedRow,
    RawFile,
    RawSheet,
    Source,
    too_wide,
)
from cardledger.i18n import _

_DELIMITERS: Final = (",", "\t", ";")
#: Lines that tell how cells are separated.
_SAMPLE_LINES: Final = 20
#: Signs of a line at most: what has no line ends must not take all memory.
_LINE_LIMIT: Final = 4 << 20
#: What no text begins with: packages, containers of office programs, their oldest files, markup.
_OTHERS: Final = (b"PK\x03\x04", b"PK\x05\x06", bytes.fromhex("d0cf11e0a1b11ae1"))
_MARKUP: Final = re.compile(r"\s*<[!?/A-Za-z]")


def identify(source: Source) -> bool:
    """Tell whether a file is text without markup."""
    head = source.head
    if head.startswith(_OTHERS) or (b"\0" in head and not marked(head)):
        return False
    return not _MARKUP.match(looks(head).removeprefix("\ufeff"))


def open_sheets(source: Source) -> RawFile:
    """Return the table in a text; raises `UnreadableFile` where it is no text."""
    encoding = encoding_of(source)
    delimiter = _delimiter_of(source, encoding)

    def rows() -> Iterator[NumberedRow]:
        return _rows(source, encoding, delimiter)

    sheet = RawSheet(PurePath(source.name).stem, 0, rows)
    return RawFile(source.name, "csv", encoding, (sheet,))


def _delimiter_of(source: Source, encoding: str) -> str:
    """Return what separates cells: the sign that most of the first lines have most often."""
    first = next(decoded(source, encoding), "")[:HEAD]
    lines = list(islice(re.finditer(r"[^\r\n]+", first), _SAMPLE_LINES))
    return max(_DELIMITERS, key=lambda sign: sum(line[0].count(sign) for line in lines))


def _lines(source: Source, encoding: str) -> Iterator[str]:
    """Return the lines of a text with their ends, whichever they are: LF, CR LF or CR."""
    with io.TextIOWrapper(source.stream(), encoding, newline="") as text:
        number = 0
        while line := text.readline(_LINE_LIMIT):
            number += 1
            if len(line) == _LINE_LIMIT:
                raise UnreadableFile(
                    _("{file}: line {row} is longer than {limit} characters."),
                    hint=_("Is it a table? Save it as .xlsx, or as CSV in UTF-8."),
                    file=source.name,
                    row=number,
                    limit=_LINE_LIMIT,
                )
            yield line


def _rows(source: Source, encoding: str, delimiter: str) -> Iterator[NumberedRow]:
    reader = csv.reader(_lines(source, encoding), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if len(cells) > COLUMN_LIMIT:
                raise too_wide(source.name, PurePath(source.name).stem, len(cells) - 1)
            # The type of a list's items: text is a cell.
            yield number, [*cells]
    except csv.Error:
        raise UnreadableFile(
            _(
                "{file}: row {row} is not CSV: a quotation mark is out of place, or a cell has"
                " no end."
            ),
            hint=_("Look for a quotation mark that is not closed."),
            file=source.name,
            row=number + 1,
        ) from None
