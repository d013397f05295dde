"""The log in a PostgreSQL database: one writer at a time, by an advisory lock."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final

from sqlalchemy import (
    URL,
    BigInteger,
    Connection,
    Integer,
    LargeBinary,
    Text,
    event,
)

from cardledger.errors import (
    CardledgerError,
    LedgerBusy,
    LedgerMissing,
    NotAllowed,
    StorageError,
)
from cardledger.i18n import _
from cardledger.log.database import Database, SeqSql, Session, Watch
from cardledger.log.schema import metadata
from cardledger.server import meaning_of, server_engine

if TYPE_CHECKING:
    import psycopg

#: The lock that writers of a log hold: "cardledg" in ASCII. Locks are apart by database.
_LOCK: Final = 0x636172646C656467
_CHANNEL: Final = "cardledger_line"
#: Seconds of silence after which who listens asks whether the server is still there.
_HEARTBEAT: Final = 10.0

_TYPES: Final = ((BigInteger, "int8"), (Integer, "int4"), (LargeBinary, "bytea"), (Text, "text"))
#: COPY in binary form must be told the type of each column.
_COPY_TYPES: Final = {
    column.name: next(name for kind, name in _TYPES if isinstance(column.type, kind))
    for table in metadata.tables.values()
    for column in table.columns
}

# OFFSET 0 keeps the planner from turning the loop over the wanted tags into a scan of all tags.
_SEQ_SQL: Final = SeqSql(
    any_tag="""
    SELECT t.seq FROM unnest(?::text[]) AS w(tag) CROSS JOIN LATERAL (
      SELECT tag.seq FROM tag
      WHERE tag.tag = w.tag AND tag.seq > ? AND tag.seq <= ? OFFSET 0) AS t
    """,
    all_tags="""
    SELECT t.seq FROM jsonb_to_recordset(?::jsonb) AS w(tag text, also text[], names text[])
    CROSS JOIN LATERAL (
      SELECT tag.seq FROM tag
      WHERE tag.tag = w.tag AND tag.seq > ? AND tag.seq <= ? OFFSET 0) AS t
    WHERE NOT EXISTS (
      SELECT 1 FROM unnest(w.also) AS o(tag)
      WHERE NOT EXISTS (SELECT 1 FROM tag AS x WHERE x.tag = o.tag AND x.seq = t.seq))
    AND (cardinality(w.names) = 0 OR EXISTS (
      SELECT 1 FROM line AS l WHERE l.seq = t.seq AND l.name = ANY (w.names)))
    """,
    names="""
    SELECT line.seq FROM line WHERE name = ANY (?::text[]) AND seq > ? AND seq <= ?
    """,
)


class PostgresSession(Session):
    """A connection to the server."""

    def adapt(self, statement: str) -> str:
        return statement.replace("?", "%s")

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        driver: Any = self.connection.connection.driver_connection
        statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            copy.set_types([_COPY_TYPES[column] for column in columns])
            write = copy.write_row
            for row in rows:
                write(row)


class PostgresDatabase(Database):
    """A database on a server; any number of programs may use it."""

    is_shared = True
    seq_sql = _SEQ_SQL
    snapshot_options: ClassVar[dict[str, Any]] = {"isolation_level": "REPEATABLE READ"}
    page_sql = """
    SELECT l.seq, l.position, l.origin, l.name, l.data, l.tags
    FROM (SELECT DISTINCT s.seq FROM ({seqs}) AS s ORDER BY s.seq LIMIT ?) AS found
    CROSS JOIN LATERAL (SELECT * FROM line WHERE line.seq = found.seq OFFSET 0) AS l
    ORDER BY l.seq
    """

    by_tag_sql = """
    SELECT t.tag, t.ordinal, l.seq, l.position, l.origin, l.name,
      CASE WHEN octet_length(l.data) <= ? THEN l.data END, l.tags
    FROM (
      SELECT tag, seq, ordinal FROM tag
      WHERE (tag, seq, ordinal) > (?, ?, ?) AND tag < ? AND seq <= ?
      ORDER BY tag, seq, ordinal LIMIT ?) AS t
    CROSS JOIN LATERAL (SELECT * FROM line WHERE line.seq = t.seq OFFSET 0) AS l
    ORDER BY t.tag, t.seq, t.ordinal
    """

    def __init__(self, url: URL, shown: str, timeout: float) -> None:
        try:
            import psycopg
        except ImportError:
            raise CardledgerError(
                _("PostgreSQL needs the package psycopg, which is not installed."),
                hint=_("Install it with: pip install 'cardledger[postgres]'"),
            ) from None
        self.driver_errors = (psycopg.Error,)
        self._busy = psycopg.errors.LockNotAvailable
        self._forbidden = psycopg.errors.InsufficientPrivilege
        self._timeout = timeout
        self.shown = shown
        self.engine = server_engine(
            url,
            timeout,
            isolation_level="READ COMMITTED",
            # Never prepared: a plan that is kept was made for the size that the tables had then.
            connect_args={"prepare_threshold": None},
        )
        event.listen(self.engine, "connect", self._set_up)

    def _set_up(self, connection: psycopg.Connection[Any], _record: object) -> None:
        connection.autocommit = True
        connection.execute(
            "SELECT set_config('lock_timeout', %s, false)", [f"{int(self._timeout * 1000)}ms"]
        )
        # Whatever the server's default: a commit is on the disk before it is acknowledged.
        connection.execute(
            "SELECT set_config('synchronous_commit', 'on', false)"
            " WHERE current_setting('synchronous_commit') = 'off'"
        )
        connection.autocommit = False

    def prepare_to_create(self) -> None:
        """Do nothing: the database is made by who runs the server."""

    def check_to_open(self) -> None:
        """Do nothing: a connection never makes a database."""

    def opened(self, session: Session) -> None:
        """Do nothing: the settings are those of each connection."""

    def tables(self, session: Session) -> set[str]:
        rows = session.all("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        return {row[0] for row in rows}

    def may_change(self, session: Session, table: str) -> bool:
        row = session.one(
            "SELECT coalesce(has_table_privilege(to_regclass(?), 'INSERT'),"
            " has_schema_privilege(current_schema(), 'CREATE'))",
            [table],
        )
        return bool(row[0])

    def session(self, connection: Connection) -> Session:
        return PostgresSession(connection)

    def begin(self) -> Connection:
        connection = self.engine.connect()
        connection.begin()
        return connection

    def begin_writing(self) -> Connection:
        connection = self.engine.connect()
        try:
            # A statement of its own: the next one's snapshot is taken when the lock is held, so
            # that it sees all that earlier writers committed.
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        except BaseException:
            connection.close()
            raise
        return connection

    def announce(self, session: Session) -> None:
        session.run(f"NOTIFY {_CHANNEL}")

    def watch(self) -> Watch:
        with self.errors():
            connection = self.engine.raw_connection()
            driver: Any = connection.driver_connection
            # It never goes back to the pool, where it would listen for somebody else.
            connection.detach()
            return PostgresWatch(driver, self)

    def texts(self, texts: Sequence[str]) -> list[str]:
        return list(texts)

    def records(self, records: Sequence[dict[str, Any]]) -> str:
        return json.dumps(list(records))

    def translate(self, error: BaseException) -> CardledgerError:
        if isinstance(error, self._busy):
            return LedgerBusy()
        if isinstance(error, self._forbidden):
            return NotAllowed(reason=str(error).splitlines()[0])
        if _is_missing(error):
            return LedgerMissing(
                hint=_(
                    "Have the database made (createdb), then:"
                    " cardledger --ledger {place} init --school CODE"
                ),
                place=self.shown,
            )
        return meaning_of(error) or StorageError(reason=error)


def _is_missing(error: BaseException) -> bool:
    """Whether every server that was asked said that it has no such database, or no such role."""
    # Before a connection is there the driver knows no code, only the servers' words. One that does
    # not follow yet may lack what another has, which cannot be reached.
    if getattr(error, "sqlstate", None) is not None:
        return False
    first, *others = str(error).split("\n- ")
    return all("does not exist" in one for one in others or [first])


class PostgresWatch:
    """Listens on a connection of its own for what `announce` says."""

    def __init__(self, connection: psycopg.Connection[Any], database: PostgresDatabase) -> None:
        self._connection = connection
        self._database = database
        self._heard = time.monotonic()
        try:
            connection.autocommit = True
            connection.execute(f"LISTEN {_CHANNEL}")
        except BaseException:
            connection.close()
            raise

    def wait(self, seconds: float) -> bool:
        with self._database.errors():
            if time.monotonic() - self._heard > _HEARTBEAT:
                # A server that hangs, or whose machine is gone, sends no word of its own.
                self._connection.execute("SELECT 1")
                self._heard = time.monotonic()
            return any(True for _ in self._connection.notifies(timeout=seconds, stop_after=1))

    def close(self) -> None:
        self._connection.close()
