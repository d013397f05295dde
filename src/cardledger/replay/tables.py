"""The tables of the projections, beside the log's own: one a projection, and their cursors.

`row_roster(subject, data)` and so on hold the fold of one subject's lines as canonical JSON, which
any SQL tool can read. A cursor says up to which line the rows of a projection are folded, and by
which version of the code. Rows and cursor change in one transaction. All of it can be dropped: it
is made again from the lines.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    LargeBinary,
    MetaData,
    Table,
    Text,
    delete,
    insert,
    inspect,
    select,
    text,
    update,
)

from cardledger.log import Log
from projections import PROJECTIONS

#: Rows that are read, written or looked up at once.
PAGE: Final = 1000

#: The order of bytes, so that both databases sort subjects alike.
_ORDERED: Final = Text().with_variant(Text(collation="C"), "postgresql")

metadata: Final = MetaData()

_CURSOR: Final = Table(
    "projection_cursor",
    metadata,
    Column("name", _ORDERED, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("version", Text, nullable=False),
)

_ROWS: Final = {
    name: Table(
        f"row_{name}",
        metadata,
        Column("subject", _ORDERED, primary_key=True),
        Column("data", LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    for name in PROJECTIONS
}


class Cursor(NamedTuple):
    """Up to which line the rows of a projection are folded, by which version of the code."""

    seq: int
    version: str


#: A row as it is stored: its subject, and its canonical JSON; none where it has no row.
Stored = tuple[str, bytes | None]


def create(log: Log) -> None:
    """Make the tables that are missing."""
    with log.writing() as connection:
        metadata.create_all(connection)


def may_change(log: Log) -> bool:
    """Whether this program may bring the rows up to date: an auditor may not."""
    return log.may_change(_CURSOR.name)


def cursors_of(log: Log) -> dict[str, Cursor]:
    """Return the cursors of the projections that have their rows."""
    with log.snapshot() as connection:
        return cursors(connection)


def cursors(connection: Connection) -> dict[str, Cursor]:
    """Return the cursors of the projections that have their rows."""
    there = set(inspect(connection).get_table_names())
    if _CURSOR.name not in there:
        return {}
    rows = connection.execute(select(_CURSOR.c.name, _CURSOR.c.seq, _CURSOR.c.version))
    return {
        name: Cursor(seq, version)
        for name, seq, version in rows
        if name in _ROWS and _ROWS[name].name in there
    }


def advance(connection: Connection, name: str, old: Cursor, new: Cursor) -> bool:
    """Move a cursor; false where it is not where it was, because somebody else moved it."""
    moved = connection.execute(
        update(_CURSOR)
        .where(_CURSOR.c.name == name, _CURSOR.c.seq == old.seq)
        .where(_CURSOR.c.version == old.version)
        .values(seq=new.seq, version=new.version)
    )
    return moved.rowcount == 1


def put(connection: Connection, name: str, rows: Collection[Stored]) -> None:
    """Store rows in the place of older ones of their subjects; drop those that are none now."""
    kept = [{"subject": subject, "data": data} for subject, data in rows if data is not None]
    if kept:
        statement = text(
            f"INSERT INTO {_ROWS[name].name} (subject, data)"  # nosec B608 # our own names
            " VALUES (:subject, :data) ON CONFLICT (subject) DO UPDATE SET data = excluded.data"
        )
        connection.execute(statement, kept)
    gone = [subject for subject, data in rows if data is None]
    for start in range(0, len(gone), PAGE):
        part = gone[start : start + PAGE]
        connection.execute(delete(_ROWS[name]).where(_ROWS[name].c.subject.in_(part)))


def replace(
    connection: Connection, name: str, rows: Iterable[tuple[str, bytes]], cursor: Cursor
) -> None:
    """Store all rows of a projection anew, with their cursor."""
    connection.execute(delete(_CURSOR).where(_CURSOR.c.name == name))
    connection.execute(insert(_CURSOR).values(name=name, **cursor._asdict()))
    connection.execute(delete(_ROWS[name]))
    if connection.dialect.name == "postgresql":
        _copy(connection, name, rows)
        return
    remaining = iter(rows)
    while page := list(islice(remaining, PAGE)):
        values = [{"subject": key, "data": data} for key, data in page]
        connection.execute(insert(_ROWS[name]), values)


def _copy(connection: Connection, name: str, rows: Iterable[tuple[str, bytes]]) -> None:
    """Send rows to PostgreSQL in one stream: whoever records waits a tenth of the time."""
    driver: Any = connection.connection.driver_connection
    statement = f"COPY {_ROWS[name].name} (subject, data) FROM STDIN (FORMAT BINARY)"
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(["text", "bytea"])
        for row in rows:
            copy.write_row(row)


def find(connection: Connection, name: str, subjects: Iterable[str]) -> dict[str, bytes]:
    """Return the rows of some subjects, by subject."""
    table, found = _ROWS[name], dict[str, bytes]()
    remaining = iter(subjects)
    while part := list(islice(remaining, PAGE)):
        rows = connection.execute(
            select(table.c.subject, table.c.data).where(table.c.subject.in_(part))
        )
        found.update((subject, _as_bytes(data)) for subject, data in rows)
    return found


def stream(connection: Connection, name: str) -> Iterator[tuple[str, bytes]]:
    """Return all rows of a projection in the order of their subjects."""
    table = _ROWS[name]
    query = select(table.c.subject, table.c.data).order_by(table.c.subject).limit(PAGE)
    rows = connection.execute(query).all()
    while rows:
        for subject, data in rows:
            yield subject, _as_bytes(data)
        rows = connection.execute(query.where(table.c.subject > rows[-1].subject)).all()


def _as_bytes(data: object) -> bytes:
    """Return what lies in a row; SQLite keeps a value of any type that somebody puts there."""
    return data if isinstance(data, bytes) else str(data).encode(errors="replace")
