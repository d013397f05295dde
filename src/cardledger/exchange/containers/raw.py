"""A file as it comes, its sheets as rows of cells, and the refusals that all formats share.

Limits: a packed file (.xlsx, .ods) or binary one (.xls) of 100 MiB, a text or what a package
unpacks to of 512 MiB, 500 columns, 8 million cells (300,000 rows of 26 columns). Each is reported
when it is reached, before memory is taken. A row's number is the one that a spreadsheet program
shows.
"""

from __future__ import annotations

import io
import os
import tempfile
import weakref
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

from cardledger.errors import UnreadableFile
from cardledger.exchange.reading.cells import Cell
from cardledger.exchange.reading.columns import letter_of
from cardledger.i18n import _

FILE_LIMIT: Final = 100 << 20
UNPACKED_LIMIT: Final = 512 << 20
COLUMN_LIMIT: Final = 500
CELL_LIMIT: Final = 8_000_000
#: How deep elements of HTML and XML may lie in one another.
DEPTH_LIMIT: Final = 200
#: The last row that any spreadsheet program has.
ROW_LIMIT: Final = 1 << 20

#: Bytes that are read at a time.
CHUNK: Final = 1 << 20
#: Bytes by which a format is told.
HEAD: Final = 1 << 16

NumberedRow = tuple[int, Sequence[Cell]]


class RawSheet(NamedTuple):
    """A sheet: its name, its first column from 0, and its rows, anew at each call."""

    name: str
    first: int
    rows: Callable[[], Iterator[NumberedRow]]


class RawFile(NamedTuple):
    """A file that was understood: its name, what it is, its encoding where it is text."""

    name: str
    format: str
    encoding: str
    sheets: tuple[RawSheet, ...]


class Source:
    """The bytes of a file, which can be read from the beginning any number of times.

    A stream that is no file of its own is copied to a temporary one first, so that memory does not
    grow with it. What is open is closed when nobody holds the source any more.
    """

    def __init__(self, file: Path | BinaryIO | bytes, name: str) -> None:
        self.name: Final = name
        try:
            if isinstance(file, Path):
                descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
            else:
                descriptor = copied(io.BytesIO(file) if isinstance(file, bytes) else file, name)
            self._close = weakref.finalize(self, os.close, descriptor)
            self._descriptor: Final = descriptor
            # A folder can be opened, but not read: that is found here.
            self.head: Final = os.pread(descriptor, HEAD, 0)
            self.size: Final = os.fstat(descriptor).st_size
        except OSError as error:
            raise unreadable(name, error) from None
        if self.size > UNPACKED_LIMIT:
            raise too_large(name, f"{UNPACKED_LIMIT >> 20} MiB")

    def read(self, place: int, length: int) -> bytes:
        """Return some bytes from a place; fewer at the end."""
        try:
            return os.pread(self._descriptor, length, place)
        except OSError as error:
            raise unreadable(self.name, error) from None

    def chunks(self, place: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Return bytes from a place on, up to the end or a length, piece by piece."""
        end = self.size if length is None else place + length
        while place < end and (piece := self.read(place, min(CHUNK, end - place))):
            yield piece
            place += len(piece)

    def whole(self) -> bytes:
        """Return all bytes; raises `UnreadableFile` where they are too many for memory."""
        if self.size > FILE_LIMIT:
            raise too_large(self.name, f"{FILE_LIMIT >> 20} MiB")
        return b"".join(self.chunks())

    def stream(self) -> BinaryIO:
        """Return a stream of its own over the bytes."""
        return io.BufferedReader(_View(self), CHUNK)


class _View(io.RawIOBase):
    """A stream over a source, with a place of its own."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source = source
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._source.size}[whence]
        if base + offset < 0:
            raise ValueError("before the beginning")
        self._place = base + offset
        return self._place

    def tell(self) -> int:
        return self._place

    def readinto(self, buffer: Any) -> int:
        piece = self._source.read(self._place, len(buffer))
        buffer[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)


def copied(stream: BinaryIO, name: str) -> int:
    """Return the descriptor of a file without a name that has what a stream gave.

    Raises `UnreadableFile` for a stream that does not end.
    """
    size = 0
    with tempfile.TemporaryFile() as copy:
        while piece := stream.read(CHUNK):
            size += len(piece)
            if size > UNPACKED_LIMIT:
                raise too_large(name, f"{UNPACKED_LIMIT >> 20} MiB")
            copy.write(piece)
        copy.flush()
        return os.dup(copy.fileno())


def unreadable(name: str, error: OSError) -> UnreadableFile:
    """Return what the system said of a file as an error of ours."""
    return UnreadableFile(
        _("{file} cannot be read: {reason}"),
        hint=_("Check the path and the permissions."),
        # The folder where one is has no name of its own.
        file=name or ".",
        reason=error.strerror or error,
    )


def not_a_spreadsheet(name: str) -> UnreadableFile:
    """Return the refusal of a file that is no table at all."""
    return UnreadableFile(
        _("{file} is not a spreadsheet."),
        hint=_("Workbooks (.xlsx, .xls, .ods), HTML tables and CSV can be read."),
        file=name,
    )


def damaged(name: str) -> UnreadableFile:
    """Return the refusal of a file that ends too early or contradicts itself."""
    return UnreadableFile(
        _("{file} is damaged or was cut off."),
        hint=_("Get it again, or open it in a spreadsheet program and save it anew."),
        file=name,
    )


def protected(name: str) -> UnreadableFile:
    """Return the refusal of a file that needs a password."""
    return UnreadableFile(
        _("{file} is protected by a password."),
        hint=_("Open it in a spreadsheet program, take the password off and save it."),
        file=name,
    )


def with_entities(name: str) -> UnreadableFile:
    """Return the refusal of XML that declares what it consists of: no table needs that."""
    return UnreadableFile(
        _("{file} has a document type of its own (DOCTYPE), by which a few bytes can become many."),
        hint=_("Open it in a spreadsheet program and save it as .xlsx."),
        file=name,
    )


def too_deep(name: str) -> UnreadableFile:
    """Return the refusal of a document whose elements lie in one another without end."""
    return UnreadableFile(
        _("{file}: its elements lie more than {limit} deep in one another."),
        hint=_("Open it in a spreadsheet program and save it as .xlsx."),
        file=name,
        limit=DEPTH_LIMIT,
    )


def too_large(name: str, limit: str) -> UnreadableFile:
    """Return the refusal of a file that is larger than `limit`."""
    return UnreadableFile(
        _("{file} is too large: more than {limit}."),
        hint=_("Split it into several files."),
        file=name,
        limit=limit,
    )


def too_many_cells(name: str) -> UnreadableFile:
    """Return the refusal of a file with more cells than can be read."""
    return too_large(name, f"{CELL_LIMIT:,} cells")


def too_wide(name: str, sheet: str, column: int) -> UnreadableFile:
    """Return the refusal of a sheet with too many columns."""
    return UnreadableFile(
        _("{file}: the sheet “{sheet}” reaches to column {column}; {limit} columns can be read."),
        hint=_("Delete the columns to the right of the table, and save the file again."),
        file=name,
        sheet=sheet,
        column=letter_of(column),
        limit=COLUMN_LIMIT,
    )


def too_far(name: str, sheet: str, cell: str) -> UnreadableFile:
    """Return the refusal of a sheet with a cell so far out that all between takes too much."""
    return UnreadableFile(
        _("{file}: the sheet “{sheet}” reaches to cell {cell}: that is too far out."),
        hint=_("Delete the rows below the table and the columns beside it, and save it again."),
        file=name,
        sheet=sheet,
        cell=cell,
    )
