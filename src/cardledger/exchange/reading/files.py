"""What a file is, by its bytes, and its sheets as rows of cells. Names and endings decide nothing.

Each format that can be read is a file of `cardledger.exchange.formats`; the limits that hold for
all of them are in `cardledger.exchange.containers.raw`.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from cardledger.errors import UnreadableFile
from cardledger.exchange.containers.raw import (
    FILE_LIMIT,
    NumberedRow,
    RawFile,
    RawSheet,
    Source,
    not_a_spreadsheet,
    too_large,
    unreadable,
)
from cardledger.i18n import _

__all__ = [
    "NumberedRow",
    "RawFile",
    "RawSheet",
    "open_file",
    "open_spreadsheet",
    "read_bytes",
    "unreadable",
]


def open_spreadsheet(file: Path | BinaryIO, name: str) -> RawFile:
    """Tell what a file or stream is, and return its sheets; raises `UnreadableFile`.

    Large files are read as their rows are asked for, so a path must stay what it is until then.
    """
    return _open(Source(file, name))


def open_file(data: bytes, name: str) -> RawFile:
    """Tell by its bytes what a file is, and return its sheets; raises `UnreadableFile`."""
    return _open(Source(data, name))


def read_bytes(file: Path | BinaryIO, name: str) -> bytes:
    """Return the bytes of a file or stream; raises `UnreadableFile` where there are too many."""
    try:
        if isinstance(file, Path):
            with file.open("rb") as opened:
                data = opened.read(FILE_LIMIT + 1)
        else:
            data = file.read(FILE_LIMIT + 1)
    except OSError as error:
        raise unreadable(name, error) from None
    if len(data) > FILE_LIMIT:
        raise too_large(name, f"{FILE_LIMIT >> 20} MiB")
    return data


def _open(source: Source) -> RawFile:
    if not source.head.strip() and source.size <= len(source.head):
        raise UnreadableFile(
            _("{file} is empty."), hint=_("Choose another file."), file=source.name
        )
    # Imported here: the formats need what stands in `raw`, and who reads no file needs none of it.
    from cardledger.exchange.formats import FORMATS

    found = [one for one in FORMATS.values() if one.identify(source)]
    if not found:
        raise not_a_spreadsheet(source.name)
    if len(found) > 1:
        raise RuntimeError(f"{len(found)} formats claim one file")
    return found[0].open_sheets(source)
