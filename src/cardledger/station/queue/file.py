"""One file of the queue: it belongs to the process that holds its lock, and to nobody else.

What is put is on the disk before `put` returns. What was written to the ledger is marked, without
waiting for the disk: a mark that is lost costs another try, which the retry key answers.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from cardledger.errors import CardledgerError
from cardledger.i18n import _
from cardledger.station.queue.records import FORMAT, Done, Header, Put, Record, line_of, read_lines

#: Bytes of a file of the queue; about 50,000 swipes.
LIMIT: Final = 32 << 20
_OWNER_ONLY: Final = 0o600


class QueueFull(CardledgerError):
    """The queue {file} is full: {limit} bytes."""

    default_hint = _(
        "This swipe is not kept. See that the ledger can be written again; then what waits is"
        " written, and the queue is empty."
    )


class QueueUnwritable(CardledgerError):
    """The queue {file} cannot be written: {reason}"""

    default_hint = _(
        "This swipe is not kept. Free space on the disk, or name another folder with --queue."
    )


class QueueFile:
    """An open file of the queue, locked for this process as long as it is open."""

    def __init__(self, path: Path, descriptor: int, ledger: str) -> None:
        """For `make` and `take` only."""
        self.path: Final = path
        self._descriptor = descriptor
        read = read_lines(_content(descriptor))
        #: The ledger for which it waits.
        self.ledger = next((one.ledger for one in read.records if isinstance(one, Header)), ledger)
        self.is_known: Final = all(
            one.format == FORMAT for one in read.records if isinstance(one, Header)
        )
        #: Lines that are damaged.
        self.damaged: list[bytes] = read.damaged
        self._size = read.size
        self.waiting: dict[int, Put] = {}
        self._last = 0
        for record in read.records:
            self._count(record)

    @classmethod
    def make(cls, path: Path, ledger: str) -> QueueFile:
        """Make a new file for a ledger. Raises `QueueUnwritable`.

        It has its name only when it has its lock: nobody takes it for one that was left.
        """
        unnamed = path.with_suffix(".new")
        try:
            descriptor = os.open(unnamed, os.O_RDWR | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        except OSError as error:
            raise QueueUnwritable(file=path, reason=error.strerror) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.fchmod(descriptor, _OWNER_ONLY)
            made = cls(path, descriptor, ledger)
            made._write([Header(FORMAT, ledger)], durable=True)
            unnamed.rename(path)
            _sync_folder(path.parent)
        except BaseException as error:
            os.close(descriptor)
            if isinstance(error, OSError):
                unnamed.unlink(missing_ok=True)
                raise QueueUnwritable(file=path, reason=error.strerror) from error
            raise
        return made

    @classmethod
    def take(cls, path: Path) -> QueueFile | None:
        """Take a file that is there; none where another process has it, or it is gone.

        Raises `QueueUnwritable` where it cannot be opened.
        """
        try:
            descriptor = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise QueueUnwritable(file=path, reason=error.strerror) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Between opening and locking, the one who had it may have removed it.
            if os.fstat(descriptor).st_nlink:
                return cls(path, descriptor, path.name.partition("-")[0])
        except BlockingIOError:
            pass
        except OSError as error:
            os.close(descriptor)
            raise QueueUnwritable(file=path, reason=error.strerror) from error
        os.close(descriptor)
        return None

    def put(self, command: dict[str, Any], *, undo: bool = False) -> int:
        """Keep a command; returns its number when it is on the disk.

        Raises `QueueFull` and `QueueUnwritable`; then it is not kept.
        """
        record = Put(self._last + 1, command, undo)
        self._write([record], durable=True)
        return record.n

    def done(self, numbers: Iterable[int], *, durable: bool = False) -> None:
        """Mark commands as waiting no longer; an empty file begins anew."""
        marks: list[Record] = [Done(n) for n in numbers if n in self.waiting]
        if marks:
            # There is always room to say that something is done.
            self._write(marks, durable=durable, room=2)
        if not self.waiting and not self.damaged:
            self._empty()

    def set_aside(self) -> Path:
        """Put damaged lines into a file beside this one, and return its path.

        They stay in this file too until all of it is done: nothing is ever thrown away. Raises
        `QueueUnwritable`.
        """
        aside = self.path.with_suffix(".damaged")
        try:
            descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _OWNER_ONLY)
            with os.fdopen(descriptor, "ab") as stream:
                stream.writelines(line + b"\n" for line in self.damaged)
                stream.flush()
                os.fsync(stream.fileno())
            _sync_folder(aside.parent)
        except OSError as error:
            raise QueueUnwritable(file=aside, reason=error.strerror) from error
        self.damaged = []
        return aside

    def leave(self) -> None:
        """Give the file back as it is."""
        os.close(self._descriptor)

    def close(self) -> None:
        """Give the file back; one in which nothing waits is removed."""
        with contextlib.suppress(OSError):
            if not self.waiting and not self.damaged:
                self.path.unlink(missing_ok=True)
        self.leave()

    def _write(self, records: list[Record], *, durable: bool, room: int = 1) -> None:
        data = b"".join(line_of(record) for record in records)
        if self._size + len(data) > room * LIMIT:
            raise QueueFull(file=self.path, limit=LIMIT)
        try:
            # What a cut-off write left at the end goes first.
            os.ftruncate(self._descriptor, self._size)
            _write_all(self._descriptor, data, self._size)
            if durable:
                os.fsync(self._descriptor)
        except OSError as error:
            # It is not acknowledged, and must not come back later.
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, self._size)
            raise QueueUnwritable(file=self.path, reason=error.strerror) from error
        self._size += len(data)
        for record in records:
            self._count(record)

    def _count(self, record: Record) -> None:
        if isinstance(record, Put):
            self.waiting[record.n] = record
            self._last = max(self._last, record.n)
        elif isinstance(record, Done):
            self.waiting.pop(record.n, None)

    def _empty(self) -> None:
        header = line_of(Header(FORMAT, self.ledger))
        with contextlib.suppress(OSError):
            _write_all(self._descriptor, header, 0)
            os.ftruncate(self._descriptor, len(header))
            self._size = len(header)


def _content(descriptor: int) -> bytes:
    size = os.fstat(descriptor).st_size
    pieces, place = [], 0
    while place < size and (piece := os.pread(descriptor, size - place, place)):
        pieces.append(piece)
        place += len(piece)
    return b"".join(pieces)


def _write_all(descriptor: int, data: bytes, place: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(descriptor, view, place)
        view, place = view[written:], place + written


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
