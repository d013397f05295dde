"""Lines for the tests of the log, and plain models of what the log must answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import create_engine

from cardledger.log import Entry, Line, Log, Match, foreign_content

ORIGIN = "school.example/11011701"


def entry(number: int, *tags: str, name: str = "card.issued/1") -> Entry:
    return Entry(name, b'{"number":%d}' % number, tags)


def entries(count: int, start: int = 1) -> list[Entry]:
    """Lines of pupils, each with a card; every tenth line is about the same pupil."""
    return [
        entry(number, f"card:{number}", f"student:{number % 10}")
        for number in range(start, start + count)
    ]


def expected(written: Sequence[Entry]) -> list[Line]:
    """Return the lines that a log that holds just these entries gives back."""
    return [
        Line(seq, seq, ORIGIN, entry.name, entry.data)
        for seq, entry in enumerate(written, 1)
        if not entry.foreign
    ]


def content(entry: Entry) -> bytes:
    """Return what the leaf of the entry's line is the hash of."""
    if entry.foreign:
        return foreign_content(entry.name, entry.tags, entry.data)
    return entry.data


def matches(entry: Entry, match: Match) -> bool:
    named = not match.names or entry.name in match.names
    return named and set(match.tags) <= set(entry.tags)


def seqs(lines: Iterable[Line]) -> list[int]:
    return [line.seq for line in lines]


def rows(log: Log, statement: str) -> list[tuple[Any, ...]]:
    """Return what a statement gives, past the log."""
    with log.engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(statement)]


def everything(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of all tables that must not change, past the log."""
    engine = create_engine(url)
    tables = {"line": "seq", "tag": "tag, seq, ordinal", "tile": "level, idx"}
    try:
        with engine.connect() as connection:
            return {
                table: [
                    tuple(row)
                    for row in connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY {order}")
                ]
                for table, order in tables.items()
            }
    finally:
        engine.dispose()
