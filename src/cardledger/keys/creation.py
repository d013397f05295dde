"""Making the file and the tables of a key store: refuses what exists, survives interruption."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, Engine, inspect, select
from sqlalchemy.exc import DBAPIError

from cardledger.errors import KeyStoreExists, KeyStoreMissing, NotAKeyStore, StorageError
from cardledger.keys.tables import (
    BUSY_SECONDS,
    META,
    METADATA,
    file_of,
    insert_if_absent,
    place_of,
    reading,
    translated,
    writing,
)

FORMAT: Final = "cardledger.keys/1"

_PRIVATE: Final = stat.S_IRUSR | stat.S_IWUSR
#: Any number of our own: two processes that create a store on one server wait for each other.
_CREATION_LOCK: Final = 0x6B657973


def create_store(
    url: URL, engine: Engine, fill: Callable[[Connection], None] = lambda connection: None
) -> None:
    """Make the tables and `fill` them, in one transaction.

    A crash leaves at most an empty file, which the next attempt takes. Raises `KeyStoreExists`.
    """
    file = file_of(url)
    if file is not None:
        _make_private_file(file)
    try:
        _create_tables(url, engine, fill)
    except StorageError as error:
        if _is_no_database(error.__cause__):
            raise KeyStoreExists(place=place_of(url)) from error
        raise


def _create_tables(url: URL, engine: Engine, fill: Callable[[Connection], None]) -> None:
    with writing(engine) as connection:
        if engine.dialect.name == "sqlite":
            taken = bool(inspect(connection).get_table_names())
        else:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_CREATION_LOCK})")
            taken = inspect(connection).has_table(META.name)
        if taken:
            raise KeyStoreExists(place=place_of(url))
        METADATA.create_all(connection, checkfirst=False)
        insert_if_absent(connection, META, [{"name": "format", "value": FORMAT}])
        fill(connection)


def _make_private_file(file: Path) -> None:
    """Make the file for its owner alone before anything is in it; its log files follow it.

    One with something in it is left for SQLite to judge: whoever closes it gives up the locks that
    his process has on it.
    """
    try:
        if file.is_file() and file.stat().st_size:
            return
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, _PRIVATE)
        try:
            os.fchmod(descriptor, _PRIVATE)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        sync_folder(file)
    except OSError as error:
        raise StorageError(reason=error) from error


def sync_folder(file: Path) -> None:
    """Make the name of a new file durable."""
    descriptor = os.open(file.absolute().parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def check_store(url: URL, engine: Engine) -> None:
    """Raise `KeyStoreMissing` where nothing is, `NotAKeyStore` where another thing is."""
    file = file_of(url)
    # Not by looking into the file: whoever closes it gives up the locks that his process has on it.
    if file is not None and not file.exists():
        raise KeyStoreMissing(place=place_of(url))
    if file is not None and file.is_dir():
        reason = IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file))
        raise StorageError(reason=reason)
    try:
        stored = _format_of(engine)
    except StorageError as error:
        if _is_no_database(error.__cause__):
            raise NotAKeyStore(place=place_of(url)) from error
        raise
    if stored is None and file is None:
        raise KeyStoreMissing(place=place_of(url))
    if stored != FORMAT:
        raise NotAKeyStore(place=place_of(url))


def _format_of(engine: Engine) -> str | None:
    """Return what the store says that it is; nothing where there is no table that says it."""
    with reading(engine) as connection:
        if not inspect(connection).has_table(META.name):
            return None
        return connection.scalar(select(META.c.value).where(META.c.name == "format")) or ""


def _is_no_database(error: BaseException | None) -> bool:
    """Whether SQLite found that a file only begins like one of its own."""
    reason = error.orig if isinstance(error, DBAPIError) else error
    return getattr(reason, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB


def set_journal(engine: Engine, mode: str) -> None:
    """Let a SQLite file have a write-ahead log (`wal`), or none beside it (`delete`)."""
    if engine.dialect.name != "sqlite":
        return
    deadline = time.monotonic() + BUSY_SECONDS
    with translated():
        connection = engine.raw_connection()
        try:
            while True:
                try:
                    connection.cursor().execute(f"PRAGMA journal_mode={mode}")
                    return
                except sqlite3.OperationalError:
                    # SQLite does not wait by itself here, when another program just looks in.
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(0.01)
        finally:
            connection.close()
