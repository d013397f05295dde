"""What the log needs from a database, and how SQLite and PostgreSQL differ.

Statements are written once, with `?` for a value; a Session gives them to the driver as they are,
without building expressions on the way.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, ClassVar, NamedTuple, Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from cardledger.errors import CardledgerError, StorageError

# Where nobody listens, Python writes what a library logs to stderr: of a connection that is given
# back after its server was stopped that is a traceback, beside the error that we raise.
logging.getLogger("sqlalchemy").addHandler(logging.NullHandler())

#: Seconds that a writer waits for another one.
DEFAULT_TIMEOUT = 60.0


class SeqSql(NamedTuple):
    """Statements that find the seqs of lines, as one dialect writes them.

    Each takes three values: what to look for (see `texts` and `records`), after, upto.
    """

    any_tag: str
    all_tags: str
    names: str


class Watch(Protocol):
    """Tells when something was written; made before the first look, it misses nothing."""

    def wait(self, seconds: float) -> bool:
        """Return True as soon as something was written since the last call, False after a while."""
        ...

    def close(self) -> None:
        """Give back the connection."""
        ...


class Session(ABC):
    """One connection, inside of a transaction."""

    def __init__(self, connection: Connection | None) -> None:
        self._connection = connection

    @property
    def connection(self) -> Connection:
        """SQLAlchemy's connection, for tables of others; a session that reads may have none."""
        if self._connection is None:
            raise TypeError("a session that reads has no connection for others")
        return self._connection

    @abstractmethod
    def adapt(self, statement: str) -> str:
        """Return the statement with this driver's sign for a value."""

    @abstractmethod
    def insert(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert many rows in the fastest way that the driver has."""

    def all(self, statement: str, values: Sequence[Any] = ()) -> Sequence[Any]:
        """Return all rows; each is a tuple."""
        rows: Sequence[Any] = self._execute(statement, values).fetchall()
        return rows

    def one(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """Return the first row, None where there is none."""
        return self._execute(statement, values).fetchone()

    def run(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Execute a statement that gives no rows."""
        self._execute(statement, values)

    def _execute(self, statement: str, values: Sequence[Any]) -> Any:
        return self.connection.exec_driver_sql(self.adapt(statement), tuple(values))


class Database(ABC):
    """A place where a log is or will be."""

    #: What may be printed of the place.
    shown: str
    engine: Engine
    #: Whether tables of other programs are usual beside ours.
    is_shared: bool
    driver_errors: tuple[type[Exception], ...]
    seq_sql: SeqSql
    #: Options of a connection whose transaction sees one state of all tables.
    snapshot_options: ClassVar[dict[str, Any]] = {}
    #: `{seqs}` selects seqs; three values each, then the limit. In the order of seq.
    page_sql: str
    #: Values: bytes beyond which data is left out; tag, seq and ordinal to begin after; tag to end
    #: before; last seq; limit.
    by_tag_sql: str

    @abstractmethod
    def prepare_to_create(self) -> None:
        """Make what has to be there before tables can be made; existing things stay."""

    @abstractmethod
    def check_to_open(self) -> None:
        """Raise LedgerMissing or NotALedger where opening would make something or find nonsense."""

    @abstractmethod
    def opened(self, session: Session) -> None:
        """Set what belongs to the place, now that it is known to hold a log."""

    @abstractmethod
    def tables(self, session: Session) -> set[str]:
        """Return the names of the tables that are there."""

    @abstractmethod
    def may_change(self, session: Session, table: str) -> bool:
        """Whether this program may write to a table beside the log's, or make it where it lacks."""

    @abstractmethod
    def session(self, connection: Connection) -> Session:
        """Return the session of a connection."""

    def connect(self) -> Connection:
        """Return a connection that reads the log."""
        return self.engine.connect()

    @abstractmethod
    def begin(self) -> Connection:
        """Return a connection with a transaction that may change tables beside the log's."""

    @abstractmethod
    def begin_writing(self) -> Connection:
        """Return a connection with a transaction that no other writer of the log can be in."""

    @abstractmethod
    def announce(self, session: Session) -> None:
        """Wake up watchers once this transaction is committed."""

    @abstractmethod
    def watch(self) -> Watch:
        """Return something that tells when a line is written, by whomever."""

    @abstractmethod
    def texts(self, texts: Sequence[str]) -> Any:
        """Return many texts as one value of a statement."""

    @abstractmethod
    def records(self, records: Sequence[dict[str, Any]]) -> Any:
        """Return many records as one value of a statement."""

    @abstractmethod
    def translate(self, error: BaseException) -> CardledgerError:
        """Return what an error of the driver means."""

    def reading(self) -> AbstractContextManager[Session]:
        """Give a session that reads; nothing else waits for it."""
        return self._reading()

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with self.errors(), self.connect() as connection:
            yield self.session(connection)

    @contextmanager
    def changing(self) -> Iterator[Connection]:
        """Give a connection for changes beside the log: all of them are kept, or nothing."""
        with self.errors(), self.begin() as connection:
            yield connection
            connection.commit()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session that alone writes to the log: all of it is kept, or nothing."""
        with self.errors(), self.begin_writing() as connection:
            yield self.session(connection)
            connection.commit()

    def appending(self) -> AbstractContextManager[Session]:
        """Give a session as `writing` does, for the tables of the log alone."""
        return self.writing()

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turn errors of the database into ours, inside."""
        try:
            yield
        except DBAPIError as error:
            raise self.translate(error.orig or error) from error
        except self.driver_errors as error:
            raise self.translate(error) from error
        except SQLAlchemyError as error:
            raise StorageError(reason=error) from error

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()
