"""The log in a SQLite file: WAL, every commit on the disk before it is acknowledged."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import msgspec
from sqlalchemy import URL, Connection, QueuePool, create_engine, event

from cardledger.errors import (
    CardledgerError,
    IntegrityBroken,
    LedgerBusy,
    LedgerMissing,
    NotALedger,
    NotAllowed,
    StorageError,
)
from cardledger.i18n import _
from cardledger.log.database import Database, SeqSql, Session, Watch
from cardledger.log.schema import FORMAT

#: What stands in the first pages of every log.
_MARKS: Final = (b"CREATE TABLE line", b"CREATE TRIGGER line_is_next", FORMAT.encode())
_FIRST_PAGES: Final = 1 << 20
_OWNER_ONLY: Final = 0o600
#: Rows that one statement inserts; SQLite takes 32,766 values at most.
_ROWS: Final = 250
#: Connections that are kept open for the next use.
_IDLE: Final = 5
#: Seconds between two looks at a file for something new.
_POLL: Final = 0.02
#: Execution option of SQLAlchemy that says how a transaction begins; empty: it does not.
_BEGIN: Final = "cardledger_begin"

_WAL: Final = "PRAGMA journal_mode = WAL"
_SETTINGS: Final = (
    # A commit is on the disk before it is acknowledged.
    "PRAGMA synchronous = FULL",
    # Tags are spread over the whole file: 64 MiB keep the upper pages of a large one at hand.
    "PRAGMA cache_size = -65536",
    # Write back pages of the log file every 16 MiB instead of 4: fewer pages are written twice.
    "PRAGMA wal_autocheckpoint = 4000",
    "PRAGMA temp_store = MEMORY",
)

# CROSS JOIN keeps the order of the tables as written: from the wanted tags into the tag key.
_SEQ_SQL: Final = SeqSql(
    any_tag="""
    SELECT t.seq FROM json_each(?) AS w
    CROSS JOIN tag AS t ON t.tag = w.value AND t.seq > ? AND t.seq <= ?
    """,
    all_tags="""
    SELECT t.seq FROM json_each(?) AS w
    CROSS JOIN tag AS t
      ON t.tag = json_extract(w.value, '$.tag') AND t.seq > ? AND t.seq <= ?
    WHERE NOT EXISTS (
      SELECT 1 FROM json_each(w.value, '$.also') AS o
      WHERE NOT EXISTS (SELECT 1 FROM tag AS x WHERE x.tag = o.value AND x.seq = t.seq))
    AND (json_array_length(w.value, '$.names') = 0 OR EXISTS (
      SELECT 1 FROM line AS l WHERE l.seq = t.seq
      AND l.name IN (SELECT value FROM json_each(w.value, '$.names'))))
    """,
    names="""
    SELECT line.seq FROM line
    WHERE name IN (SELECT value FROM json_each(?)) AND seq > ? AND seq <= ?
    """,
)


class SqliteSession(Session):
    """A connection to the file.

    The driver's own one: what SQLAlchemy does around a statement takes longer than SQLite.
    """

    def __init__(self, driver: sqlite3.Connection, connection: Connection | None = None) -> None:
        super().__init__(connection)
        self._driver = driver

    def adapt(self, statement: str) -> str:
        return statement

    def _execute(self, statement: str, values: Sequence[Any]) -> sqlite3.Cursor:
        return self._driver.execute(statement, values)

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        # Many rows in a statement: starting it for each of them costs as much as its work.
        columns, whole = tuple(columns), len(rows) - len(rows) % _ROWS
        for start in range(0, whole, _ROWS):
            values = tuple(chain.from_iterable(rows[start : start + _ROWS]))
            self._driver.execute(_insertion(table, columns, _ROWS), values)
        # Every number of rows would be another statement to be prepared.
        self._driver.executemany(_insertion(table, columns, 1), rows[whole:])


@lru_cache(64)
def _insertion(table: str, columns: tuple[str, ...], rows: int) -> str:
    row = f"({', '.join('?' * len(columns))})"
    names = ", ".join(columns)
    return f"INSERT INTO {table} ({names}) VALUES {', '.join([row] * rows)}"  # nosec B608 # our own


class SqliteDatabase(Database):
    """A file on this machine; any number of processes may use it."""

    is_shared = False
    driver_errors = (sqlite3.Error,)
    seq_sql = _SEQ_SQL
    page_sql = """
    SELECT seq, position, origin, name, data, tags FROM line
    WHERE seq IN ({seqs}) ORDER BY seq LIMIT ?
    """

    by_tag_sql = """
    SELECT t.tag, t.ordinal, l.seq, l.position, l.origin, l.name,
      CASE WHEN length(l.data) <= ? THEN l.data END, l.tags
    FROM tag AS t CROSS JOIN line AS l ON l.seq = t.seq
    WHERE (t.tag, t.seq, t.ordinal) > (?, ?, ?) AND t.tag < ? AND t.seq <= ?
    ORDER BY t.tag, t.seq, t.ordinal LIMIT ?
    """

    def __init__(self, path: Path, shown: str, timeout: float) -> None:
        self.path = path
        self.shown = shown
        self._timeout = timeout
        #: The driver's connections that nobody uses just now.
        self._idle: list[sqlite3.Connection] = []
        url = URL.create("sqlite", database=str(path))
        self.engine = create_engine(
            url, creator=self._connect, poolclass=QueuePool, hide_parameters=True
        )
        event.listen(self.engine, "begin", _begin)

    def _connect(self) -> sqlite3.Connection:
        # mode=rw: opening never creates. Transactions are begun by us, not by the driver.
        connection = sqlite3.connect(
            f"file:{quote(str(self.path))}?mode=rw",
            uri=True,
            timeout=self._timeout,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            for setting in _SETTINGS:
                connection.execute(setting)
        except sqlite3.Error:
            connection.close()
            raise
        except UnicodeDecodeError as error:
            # A statement of the schema is so damaged that its very name cannot be told.
            connection.close()
            raise IntegrityBroken(
                _("The file {place} is damaged: {reason}."), place=self.shown, reason=error
            ) from error
        return connection

    def prepare_to_create(self) -> None:
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        except FileExistsError:
            self._check_file()
            self._take_vacant()
        except OSError as error:
            raise StorageError(reason=error) from error
        else:
            # The umask may have taken the owner's bits away; SQLite's own files follow this one.
            os.fchmod(descriptor, _OWNER_ONLY)
            os.close(descriptor)
        with self.reading() as session:
            session.run(_WAL)

    def _take_vacant(self) -> None:
        """Make an empty file that somebody put there one for its owner alone."""
        try:
            if self.path.stat().st_size == 0:
                self.path.chmod(_OWNER_ONLY)
        except OSError as error:
            raise StorageError(reason=error) from error

    def check_to_open(self) -> None:
        if not self.path.exists():
            raise LedgerMissing(place=self.shown)
        self._check_file()

    def _check_file(self) -> None:
        """Raise for what can be told without opening the file; SQLite tells the rest.

        Whoever closes a file gives up all locks that his process has on it, SQLite's too: another
        process would then take itself for the last one that has the log open, and remove the
        write-ahead log that this one goes on writing to.
        """
        if self.path.is_dir():
            raise NotALedger(_("{place} is a folder."), place=self.shown)
        if not os.access(self.path, os.R_OK):
            reason = PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self.path))
            raise StorageError(reason=reason)

    def _no_database(self) -> CardledgerError:
        """Return what it means that a file is no database: another file, or a damaged log?

        Only asked where SQLite cannot use the file at all, so that no lock on it matters.
        """
        with self.path.open("rb") as file:
            begin = file.read(_FIRST_PAGES)
        if all(mark in begin for mark in _MARKS):
            return IntegrityBroken(
                _("The file {place} is damaged: {reason}."),
                place=self.shown,
                reason=_("it does not begin as it did"),
            )
        return NotALedger(place=self.shown)

    def opened(self, session: Session) -> None:
        # A copy may have come back in another mode. One that nobody may write is read as it is.
        with suppress(sqlite3.Error):
            session.run(_WAL)

    def tables(self, session: Session) -> set[str]:
        return {
            row[0] for row in session.all("SELECT name FROM sqlite_master WHERE type = 'table'")
        }

    def may_change(self, session: Session, table: str) -> bool:
        return os.access(self.path, os.W_OK)

    def session(self, connection: Connection) -> Session:
        driver: Any = connection.connection.driver_connection
        return SqliteSession(driver, connection)

    def reading(self) -> AbstractContextManager[Session]:
        # A statement that reads is a snapshot by itself; the log never changes between two.
        return _Use(self, writes=False)

    def appending(self) -> AbstractContextManager[Session]:
        return _Use(self, writes=True)

    def lend(self) -> sqlite3.Connection:
        """Return a connection of the driver's, to be given back by `take_back`.

        Taking one out of SQLAlchemy's pool and giving it back costs as much as several statements.
        """
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect()

    def take_back(self, driver: sqlite3.Connection) -> None:
        """Undo what was not committed, and keep the connection for the next use."""
        try:
            if driver.in_transaction:
                driver.rollback()
        except sqlite3.Error:
            # Closing undoes it too; what went wrong is told by the error that led here.
            driver.close()
            return
        if len(self._idle) < _IDLE:
            self._idle.append(driver)
        else:
            driver.close()

    def close(self) -> None:
        super().close()
        while self._idle:
            self._idle.pop().close()

    def connect(self) -> Connection:
        # A statement that reads is a snapshot by itself; the log never changes between two.
        return self.engine.connect().execution_options(**{_BEGIN: ""})

    def begin(self) -> Connection:
        connection = self.engine.connect()
        connection.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
        try:
            connection.begin()
        except BaseException:
            connection.close()
            raise
        return connection

    def begin_writing(self) -> Connection:
        # A file has one writer at a time, whatever is written.
        return self.begin()

    def announce(self, session: Session) -> None:
        """Do nothing: watchers see the file change."""

    def watch(self) -> Watch:
        with self.errors():
            return SqliteWatch(self._connect())

    def texts(self, texts: Sequence[str]) -> str:
        return msgspec.json.encode(texts).decode()

    def records(self, records: Sequence[dict[str, Any]]) -> str:
        return json.dumps(list(records), ensure_ascii=False)

    def translate(self, error: BaseException) -> CardledgerError:
        # The low byte is the kind of error; the others say more about it.
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return LedgerBusy()
        if code == sqlite3.SQLITE_NOTADB:
            return self._no_database()
        if code == sqlite3.SQLITE_CORRUPT:
            return IntegrityBroken(
                _("The file {place} is damaged: {reason}."), place=self.shown, reason=error
            )
        if code == sqlite3.SQLITE_READONLY:
            return NotAllowed(
                hint=_("Look at the permissions of the file {place} and of its folder."),
                place=self.shown,
                reason=error,
            )
        return StorageError(reason=error)


class _Use(AbstractContextManager[Session]):
    """A session on a connection that is lent for it. One that writes ends with a commit."""

    def __init__(self, database: SqliteDatabase, *, writes: bool) -> None:
        self._database = database
        self._writes = writes

    def __enter__(self) -> Session:
        database = self._database
        try:
            self._driver = database.lend()
            if self._writes:
                try:
                    self._driver.execute("BEGIN IMMEDIATE")
                except BaseException:
                    database.take_back(self._driver)
                    raise
        except sqlite3.Error as error:
            raise database.translate(error) from error
        return SqliteSession(self._driver)

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: object
    ) -> None:
        try:
            if self._writes and error is None:
                self._driver.execute("COMMIT")
        except sqlite3.Error as failure:
            raise self._database.translate(failure) from failure
        finally:
            self._database.take_back(self._driver)
        if isinstance(error, sqlite3.Error):
            raise self._database.translate(error) from error


def _begin(connection: Connection) -> None:
    statement = connection.get_execution_options().get(_BEGIN, "BEGIN")
    if statement:
        connection.exec_driver_sql(statement)


class SqliteWatch:
    """Looks every few milliseconds whether another connection committed to the file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._seen = self._version()

    def wait(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while (version := self._version()) == self._seen:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_POLL)
        self._seen = version
        return True

    def close(self) -> None:
        self._connection.close()

    def _version(self) -> int:
        version: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
        return version
