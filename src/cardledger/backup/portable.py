"""The portable form of a log: a SQLite ledger of its own, from and to either database."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Final

from cardledger.backup.partial import make_private
from cardledger.errors import StorageError
from cardledger.log import Log
from cardledger.log.database import DEFAULT_TIMEOUT, Database
from cardledger.log.schema import metadata
from cardledger.log.sqlite import SqliteDatabase
from cardledger.verify.source import Source, snapshot

#: Pages that are copied at a time; between two steps Ctrl-C is heard.
_PAGES: Final = 20_000

#: The tags of a line go before it: that is what the triggers demand, which are there already.
_ORDER: Final = ("about", "tag", "line", "tile", "frontier", "checkpoint")


def write_copy(log: Log, file: Path) -> None:
    """Write one state of a log into a new SQLite file, while others go on writing to the log."""
    if log.engine.dialect.name == "sqlite":
        _copy_file(log, file)
    else:
        database = SqliteDatabase(file, str(file), DEFAULT_TIMEOUT)
        try:
            database.prepare_to_create()
            with snapshot(log.engine) as source, database.writing() as session:
                fill(source, database, session)
        finally:
            database.close()


def fill(source: Source, database: Database, session: Any) -> None:
    """Make the tables of a log and copy all its rows, in the transaction of `session`."""
    metadata.create_all(session.connection)
    for name in _ORDER:
        table = metadata.tables[name]
        columns = [column.name for column in table.columns]
        keys = ", ".join(column.name for column in table.primary_key)
        listed = ", ".join(columns)
        statement = f"SELECT {listed} FROM {name} ORDER BY {keys}"  # nosec B608 # our own names
        for rows in source.batches(statement):
            session.insert(name, columns, rows)
    database.announce(session)


def _copy_file(log: Log, file: Path) -> None:
    """Copy page by page; then take out what is derived from the log."""
    make_private(file)
    pooled = log.engine.raw_connection()
    target = sqlite3.connect(file, isolation_level=None)
    try:
        source: Any = pooled.driver_connection
        # While this transaction reads, the copy is of one state, whoever writes meanwhile.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM about").fetchone()
        source.backup(target, pages=_PAGES)
        source.execute("ROLLBACK")
        _strip(target)
    except sqlite3.Error as error:
        raise StorageError(reason=error) from error
    finally:
        target.close()
        pooled.close()


def _strip(copy: sqlite3.Connection) -> None:
    """Leave only the log itself: what is derived from it is made anew from what was verified."""
    rows = copy.execute(
        "SELECT type, name FROM sqlite_master"
        " WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    derived = [(kind, name) for kind, name in rows if name not in metadata.tables]
    for kind, name in derived:
        quoted = name.replace('"', '""')
        copy.execute(f'DROP {kind.upper()} "{quoted}"')
    if derived:
        copy.execute("VACUUM")
