"""Reading the raw rows of a log from one state of the database, with statements of our own."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from cardledger.errors import StorageError
from cardledger.server import meaning_of

Row = tuple[Any, ...]

#: Rows fetched at a time. So few that Python's cyclic collector, which would look at every row
#: of a larger batch in vain, is not called at all: verification takes two thirds of the time.
BATCH: Final = 256

#: What SQLite says when the content is at fault, not the disk or another program.
_CONTENT_AT_FAULT: Final = frozenset(
    {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_MISMATCH}
)


class Damaged(Exception):
    """Rows cannot be read because of what is in the database."""


class Source:
    """One state of a database, read row by row."""

    def __init__(self, connection: Connection) -> None:
        self.is_sqlite = connection.dialect.name == "sqlite"
        self._driver: Any = connection.connection.driver_connection
        assert connection.dialect.loaded_dbapi is not None  # nosec B101 # for the type checker
        self._error: type[Exception] = connection.dialect.loaded_dbapi.Error
        self._names = itertools.count(1)

    def bear_bad_text(self) -> None:
        """From now on read text that is not UTF-8 as another text, instead of not at all.

        It costs a call for every text, so that it is only done once such a text was met.
        """
        self._driver.text_factory = lambda raw: raw.decode(errors="replace")

    def close(self) -> None:
        """Leave the connection as it was found."""
        if self.is_sqlite:
            self._driver.text_factory = str

    def all(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """Return all rows of a statement that gives few."""
        with self._reading():
            return list(self._execute(self._driver.cursor(), statement, values).fetchall())

    def batches(self, statement: str, values: Sequence[Any] = ()) -> Iterator[list[Row]]:
        """Yield all rows, `BATCH` at a time; never more are in memory."""
        with self._reading():
            if self.is_sqlite:
                cursor = self._driver.cursor()
            else:
                # A cursor on the server; without a name the driver would fetch all rows at once.
                cursor = self._driver.cursor(name=f"cardledger_verify_{next(self._names)}")
            with _closing(cursor):
                self._execute(cursor, statement, values)
                while rows := cursor.fetchmany(BATCH):
                    yield rows

    def _execute(self, cursor: Any, statement: str, values: Sequence[Any]) -> Any:
        if self.is_sqlite:
            return cursor.execute(statement, values)
        return cursor.execute(statement.replace("?", "%s"), values, binary=True)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except self._error as error:
            raise _translated(error) from error
        except UnicodeDecodeError as error:
            # The name of a column, or SQLite's own message about it.
            raise Damaged(str(error)) from error


@contextmanager
def _closing(cursor: Any) -> Iterator[None]:
    try:
        yield
    finally:
        cursor.close()


def _translated(error: BaseException | None) -> Exception:
    """Tell damage from trouble: a full disk or a lost connection says nothing of the ledger."""
    if isinstance(error, sqlite3.Error):
        # Text that is not UTF-8 is the Python module's own finding and has no code.
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        at_fault = code in _CONTENT_AT_FAULT
    else:
        # 42: no such table or column; XX: the server found its own files damaged; 25: it said so
        # before, and nothing more can be read.
        at_fault = str(getattr(error, "sqlstate", None) or "").startswith(("42", "XX", "22", "25"))
    if at_fault:
        return Damaged(str(error).splitlines()[0])
    return (meaning_of(error) if error else None) or StorageError(reason=error)


@contextmanager
def snapshot(engine: Engine) -> Iterator[Source]:
    """Give one state of the database; whoever writes meanwhile is neither seen nor stopped."""
    options: dict[str, Any] = {}
    if engine.dialect.name != "sqlite":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    try:
        connection = engine.connect().execution_options(**options)
    except DBAPIError as error:
        raise _translated(error.orig) from error
    with connection:
        connection.begin()
        source = Source(connection)
        try:
            yield source
        finally:
            source.close()
            # Nothing was written; a damaged file or a lost connection may refuse even that.
            with suppress(DBAPIError):
                connection.rollback()
