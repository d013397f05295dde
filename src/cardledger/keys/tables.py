"""The tables of a key store, and the connection to them: SQLite or PostgreSQL.

SQLite answers a commit when the bytes are on the disk (`synchronous=FULL`) and overwrites what is
deleted (`secure_delete`); temporary files stay in memory, so that no key reaches another file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    DDL,
    URL,
    Column,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    Table,
    Text,
    create_engine,
    event,
)
from sqlalchemy.exc import DBAPIError, NoSuchModuleError

from cardledger.errors import BadInput, BadValue, LedgerBusy, NotAllowed, StorageError
from cardledger.i18n import _
from cardledger.places import parse_url, without_secrets
from cardledger.server import meaning_of, server_engine

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

#: What PostgreSQL says where a role may not do something (SQLSTATE).
_FORBIDDEN: Final = "42501"

#: How long a writer waits for another one, in seconds.
BUSY_SECONDS: Final = 30

METADATA: Final = MetaData()
META: Final = Table(
    "keystore_meta",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)
SECRET: Final = Table(
    "keystore_secret",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
#: A key that is NULL is the tombstone of a destroyed one: an owner never gets a second key.
KEY: Final = Table(
    "keystore_key",
    METADATA,
    Column("owner", Text, primary_key=True),
    Column("key", LargeBinary),
    sqlite_with_rowid=False,
)
# As `Index(…, postgresql_where=…)` it would import the dialect of PostgreSQL at every start.
_DESTROYED: Any = DDL(  # type: ignore[no-untyped-call]
    'CREATE INDEX keystore_key_destroyed ON keystore_key (owner) WHERE "key" IS NULL'
)
event.listen(KEY, "after_create", _DESTROYED)


def parse_place(place: str | Path) -> URL:
    """Read a path of a SQLite file or an SQLAlchemy URL of SQLite or PostgreSQL.

    A path becomes absolute, so that it stays the same file when the working folder changes.
    """
    text = str(place)
    if "://" not in text:
        return _file_url(Path(text))
    try:
        url = parse_url(text)
        url.get_dialect()
        backend = url.get_backend_name()
    except (BadValue, NoSuchModuleError):
        backend = ""
    if backend == "sqlite" and not url.query and (file := file_of(url)):
        return _file_url(file)
    if backend == "postgresql":
        return url
    raise BadInput(
        _("“{value}” is not a place for keys."),
        hint=_("Give the path of a file, or a URL such as postgresql+psycopg://host/database."),
        value=without_secrets(text),
    )


def _file_url(file: Path) -> URL:
    return URL.create("sqlite", database=str(file.absolute()))


def file_of(url: URL) -> Path | None:
    """Return the file of a SQLite URL; nothing for a server or a database in memory."""
    if url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"}:
        return None
    return Path(str(url.database))


def place_of(url: URL) -> str:
    """Return how a place is shown to people: a path, or a URL without its password."""
    return str(file_of(url) or without_secrets(url.render_as_string(hide_password=True)))


def make_engine(url: URL, timeout: float = BUSY_SECONDS) -> Engine:
    """Return the engine of a key store; `timeout` in seconds, as for the log."""
    if url.get_backend_name() != "sqlite":
        try:
            if url.get_driver_name() == "psycopg":
                return server_engine(url, timeout)
            # A traceback must not show keys.
            return create_engine(url, pool_pre_ping=True, hide_parameters=True)
        except ModuleNotFoundError as error:
            raise BadInput(
                _("The driver “{driver}” of {place} is not installed."),
                hint=_("For PostgreSQL install cardledger with its extra: cardledger[postgres]"),
                driver=error.name,
                place=place_of(url),
            ) from None
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_SECONDS, "isolation_level": None},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in ("synchronous=FULL", "secure_delete=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # The driver would begin a writing transaction late, by a lock that can fail halfway.
    writes = connection.get_execution_options().get("cardledger_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that reads."""
    with translated(), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that sees one state of the store throughout, as SQLite always does."""
    options = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with (
        translated(),
        engine.connect().execution_options(**options) as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that writes, and is durable when it ends."""
    with (
        translated(),
        engine.connect().execution_options(cardledger_write=True) as connection,
        connection.begin(),
    ):
        if engine.dialect.name != "sqlite":
            # A server may be set to answer before the disk does; to wait for more is left to it.
            connection.exec_driver_sql(
                "SELECT set_config('synchronous_commit', 'on', true)"
                " WHERE current_setting('synchronous_commit') = 'off'"
            )
        yield connection


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the database's driver raises into our errors."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        if "database is locked" in str(reason):
            raise LedgerBusy from error
        if getattr(reason, "sqlstate", None) == _FORBIDDEN:
            raise NotAllowed(
                hint=_(
                    "To see or record names the role must be a member of the one with the keys."
                ),
                reason=str(reason).splitlines()[0],
            ) from error
        raise meaning_of(reason or error) or StorageError(reason=reason) from error


def insert_if_absent(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> int:
    """Insert rows whose primary key is not there yet; the others stay as they are.

    Returns how many were inserted, or a negative number where the driver does not know.
    """
    if not rows:
        return 0
    statement = _insert(connection, table).on_conflict_do_nothing()
    return connection.execute(
        statement, rows, execution_options={"preserve_rowcount": True}
    ).rowcount


def upsert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows, or give those that are there the new values."""
    statement = _insert(connection, table)
    keys = [column.name for column in table.primary_key]
    values = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if column.name not in keys
    }
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=values), rows)


def _insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    # Each dialect takes long to import: only the one that is used.
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)
