"""The floor: the very rows of a ledger, written by `sqlite3` alone and as durably.

No decisions, no hashing, no triggers: what is left of recording if all that cardledger does were
free.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from scripts.benchmarks.figures import seconds_of

_LINE = "INSERT INTO line VALUES (?, ?, ?, ?, ?, ?, ?)"
_TAG = "INSERT INTO tag VALUES (?, ?, ?)"


class Rows(NamedTuple):
    """The rows of the tables `line` and `tag`, and the statements that make the tables."""

    schema: list[str]
    lines: list[tuple[object, ...]]
    tags: dict[int, list[tuple[object, ...]]]


def rows_of(ledger: Path) -> Rows:
    """Read the rows of a ledger."""
    with sqlite3.connect(ledger) as source:
        made = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name IN ('line', 'tag')"
        schema = [sql for (sql,) in source.execute(made)]
        lines = source.execute(
            "SELECT seq, origin, position, name, data, tags, leaf FROM line ORDER BY seq"
        ).fetchall()
        tags: dict[int, list[tuple[object, ...]]] = defaultdict(list)
        for row in source.execute("SELECT tag, seq, ordinal FROM tag ORDER BY seq, ordinal"):
            tags[row[1]].append(row)
    source.close()
    return Rows(schema, lines, tags)


def empty(file: Path, schema: list[str]) -> sqlite3.Connection:
    """Make the tables in a new file, durable as a ledger is."""
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    database = sqlite3.connect(file, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    for statement in schema:
        database.execute(statement)
    return database


def write(database: sqlite3.Connection, rows: Rows, batch: int, after: int = 0) -> None:
    """Write the rows after position `after` in transactions of `batch` lines."""
    lines = rows.lines[after:]
    for start in range(0, len(lines), batch):
        part = lines[start : start + batch]
        tags = [tag for line in part for tag in rows.tags[line[0]]]  # type: ignore[index]
        database.execute("BEGIN IMMEDIATE")
        database.executemany(_TAG, tags)
        database.executemany(_LINE, part)
        database.execute("COMMIT")


def seconds_to_write(file: Path, rows: Rows, batch: int) -> float:
    """Return how long it takes to write all rows into a new file."""
    database = empty(file, rows.schema)
    try:
        return seconds_of(lambda: write(database, rows, batch))
    finally:
        database.close()
