"""Making files that are complete or not there at all."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_MARK: Final = ".partial-"


@contextmanager
def workshop(file: Path) -> Iterator[Path]:
    """Give a folder beside `file`, for its owner alone, that is gone afterwards.

    What a killed program left there before is cleared away: a folder belongs to nobody when its
    lock is free.
    """
    _sweep(file)
    folder, descriptor = _locked_folder(file)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def _locked_folder(file: Path) -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=f".{file.name}{_MARK}", dir=file.parent))
        descriptor = os.open(folder, os.O_RDONLY)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        # Another program may have cleared it away before the lock was there.
        if folder.exists():
            return folder, descriptor
        os.close(descriptor)


def _sweep(file: Path) -> None:
    for folder in file.parent.glob(f".{file.name}{_MARK}*"):
        with suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
            finally:
                os.close(descriptor)


def make_private(file: Path, content: bytes = b"") -> None:
    """Make a file that is not there yet, for its owner alone, whatever the umask."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        os.fchmod(descriptor, 0o600)
        opened.write(content)


def demand_whole(made: Path) -> None:
    """Raise `OSError` where part of a SQLite file is still beside it, in its write-ahead log.

    SQLite moves it into the file when the last connection is closed. Where it cannot, because the
    disk is full, it tells nobody; without its log the file would lack what was written last.
    """
    for suffix in ("-wal", "-journal"):
        beside = made.with_name(made.name + suffix)
        if beside.exists() and beside.stat().st_size:
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(beside))


def publish(made: Path, file: Path) -> None:
    """Give a file that was made its name, in one step and durably.

    Raises `FileExistsError` where the name is taken.
    """
    demand_whole(made)
    sync(made)
    try:
        os.link(made, file)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS):
            raise
        # A file system without links, such as that of a memory stick.
        if file.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(file)) from None
        made.rename(file)
    sync(file.parent)


def sync(path: Path) -> None:
    """Make a file, or the names in a folder, durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
