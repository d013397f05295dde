"""Text tables: comma, tab or semicolon, in UTF-8 with or without mark, UTF-16 with, or GB18030."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import PurePath
from typing import Final

from cardledger.errors import UnreadableFile
from cardledger.exchange.files import (
    COLUMN_LIMIT,
    NumberedRow,
    RawFile,
    RawSheet,
    not_a_spreadsheet,
    too_wide,
)
from cardledger.i18n import _

_DELIMITERS: Final = (",", "\t", ";")
#: Marks at the beginning, the encoding with and without its mark.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16-be"),
)
_CHUNK: Final = 1 << 20
#: Lines that tell how cells are separated.
_SAMPLE_LINES: Final = 20


def open_text(data: bytes, name: str) -> RawFile:
    """Return the table in a text; raises `UnreadableFile` where it is no text."""
    encoding = encoding_of(data, name)
    delimiter = _delimiter_of(data, encoding)

    def rows() -> Iterator[NumberedRow]:
        return _rows(data, name, encoding, delimiter)

    return RawFile(name, "csv", encoding, (RawSheet(PurePath(name).stem, 0, rows),))


def encoding_of(data: bytes, name: str) -> str:
    """Tell the encoding: by its mark, else UTF-8, else GB18030, each strictly.

    Raises `UnreadableFile` with the first byte that fits neither.
    """
    for mark, encoding, bare in _MARKS:
        if data.startswith(mark):
            wrong = _first_wrong(data, bare, len(mark))
            if wrong is None:
                return encoding
            raise _no_text(name, wrong, bare.upper())
    if b"\0" in data:
        raise not_a_spreadsheet(name)
    places = []
    for encoding in ("utf-8", "gb18030"):
        wrong = _first_wrong(data, encoding)
        if wrong is None:
            return encoding
        places.append(wrong)
    raise _no_text(name, max(places), "UTF-8, GB18030")


def _no_text(name: str, place: int, encodings: str) -> UnreadableFile:
    return UnreadableFile(
        _("{file} is no text in {encodings}: its byte {place} does not fit."),
        hint=_("Save it as .xlsx, or as CSV in UTF-8."),
        file=name,
        place=place + 1,
        encodings=encodings,
    )


def _first_wrong(data: bytes, encoding: str, start: int = 0) -> int | None:
    """Return the place of the first byte from `start` that an encoding cannot have, if any."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    view = memoryview(data)
    while start < len(data):
        kept = len(decoder.getstate()[0])
        piece = view[start : start + _CHUNK]
        try:
            decoder.decode(piece, final=start + len(piece) == len(data))
        except UnicodeDecodeError as error:
            return start - kept + error.start
        start += len(piece)
    return None


def _delimiter_of(data: bytes, encoding: str) -> str:
    """Return what separates cells: the sign that most of the first lines have most often."""
    with io.TextIOWrapper(io.BytesIO(data), encoding, newline="") as text:
        lines = [line for line, _place in zip(text, range(_SAMPLE_LINES), strict=False)]
    return max(_DELIMITERS, key=lambda sign: sum(line.count(sign) for line in lines))


def _rows(data: bytes, name: str, encoding: str, delimiter: str) -> Iterator[NumberedRow]:
    with io.TextIOWrapper(io.BytesIO(data), encoding, newline="") as text:
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        number = 0
        try:
            for number, cells in enumerate(reader, 1):
                if len(cells) > COLUMN_LIMIT:
                    raise too_wide(name, PurePath(name).stem, len(cells) - 1)
                # The type of a list's items: text is a cell.
                yield number, [*cells]
        except csv.Error as error:
            raise UnreadableFile(
                _("{file}: row {row} is not CSV: {reason}."),
                hint=_("Look for a quotation mark that is not closed."),
                file=name,
                row=number + 1,
                reason=error,
            ) from None
