"""What an append or a search costs does not grow with the history."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from cardledger.log import Entry, Log, Match
from tests.log.samples import ORIGIN, entries

TAGS = ["card:7", "student:7", "policy:book"]


def driver_of(log: Log) -> sqlite3.Connection:
    """Return the connection to the file that the next use will take."""
    log.head()
    database: Any = vars(log)["_database"]
    (driver,) = database._idle
    assert isinstance(driver, sqlite3.Connection)
    return driver


def steps(log: Log, use: Any) -> int:
    """Return how many instructions SQLite's machine executes for something."""
    count = 0

    def tick() -> int:
        nonlocal count
        count += 1
        return 0

    driver = driver_of(log)
    driver.set_progress_handler(tick, 1)
    use(log)
    driver.set_progress_handler(None, 1)
    assert count
    return count


def append_one(log: Log) -> None:
    log.append([Entry("n", b"{}", tuple(TAGS))], unless=TAGS, after=log.head())


def append_on_match(log: Log) -> None:
    log.append(
        [Entry("n", b"{}", ())],
        unless_any=[Match(("card.lost/1",), ("card:7", "student:7")), Match(("none",))],
        after=log.head(),
    )


def read_few(log: Log) -> None:
    assert 1 <= len(list(log.read(tags=["card:7"]))) <= 20


def look_for_tags(log: Log) -> None:
    assert 1 <= len(list(log.tags("card:777"))) <= 20


@pytest.mark.parametrize("use", [append_one, append_on_match, read_few])
def test_sqlite_does_the_same_steps_after_a_long_history(sqlite_place: str, use: Any) -> None:
    with Log.create(sqlite_place, origin=ORIGIN) as log:
        log.append(entries(100))
        short = steps(log, use)
        if use is not read_few:
            log.append(entries(20_000, 101))
        else:
            log.append(Entry("n", b"{}", ("other",)) for _ in range(20_000))
        assert steps(log, use) == pytest.approx(short, rel=0.1)


@contextmanager
def seen_on_server(log: Log, statements: list[tuple[str, Any]]) -> Iterator[None]:
    """Keep the statements that look for something on a server, with their values."""

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if statement.lstrip().startswith("SELECT"):
            statements.append((statement, values))

    event.listen(log.engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(log.engine, "before_cursor_execute", note)


def plan(log: Log, use: Any) -> list[str]:
    """Return SQLite's plans of all statements that something executes."""
    statements: list[str] = []
    driver = driver_of(log)
    driver.set_trace_callback(statements.append)
    use(log)
    driver.set_trace_callback(None)
    looking = [one for one in statements if one.lstrip().startswith("SELECT")]
    assert looking
    return [
        str(row[3])
        for statement in looking
        for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}")
    ]


@pytest.mark.parametrize("use", [append_one, append_on_match, read_few])
def test_sqlite_goes_by_keys_only(sqlite_place: str, use: Any) -> None:
    with Log.create(sqlite_place, origin=ORIGIN) as log:
        log.append(entries(100))
        details = plan(log, use)
    assert any("USING PRIMARY KEY (tag=? AND seq>?" in detail for detail in details)
    for table in ("line", "tag", " t", " l", " x"):
        assert not any(detail.endswith(f"SCAN {table.strip()}") for detail in details)
    assert not any("TEMP B-TREE FOR ORDER BY" in detail for detail in details)


def test_tags_are_found_by_their_key(sqlite_place: str) -> None:
    with Log.create(sqlite_place, origin=ORIGIN) as log:
        log.append(entries(1000))
        details = plan(log, look_for_tags)
        assert details == ["SEARCH tag USING PRIMARY KEY (tag>? AND tag<?)"]
        short = steps(log, look_for_tags)
        log.append(Entry("n", b"{}", (f"box:{number}",)) for number in range(20_000))
        assert steps(log, look_for_tags) == pytest.approx(short, rel=0.1)


def test_postgres_finds_tags_by_their_key(postgres_place: str) -> None:
    with Log.create(postgres_place, origin=ORIGIN) as log:
        log.append(entries(20_000))
        statements: list[tuple[str, Any]] = []
        with seen_on_server(log, statements):
            look_for_tags(log)
        with log.engine.connect() as connection:
            (statement, values), *_others = statements
            plans = connection.exec_driver_sql(f"EXPLAIN {statement}", values).fetchall()
    text = "\n".join(row[0] for row in plans)
    assert "tag_key" in text
    assert "Seq Scan" not in text


def test_postgres_goes_by_keys_although_nobody_analysed(postgres_place: str) -> None:
    with Log.create(postgres_place, origin=ORIGIN) as log:
        with log.engine.begin() as connection:
            for table in ("line", "tag"):
                connection.exec_driver_sql(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
        # What was planned for empty tables must not be kept for full ones.
        for _ in range(10):
            append_one(log)
        log.append(entries(20_000))
        scanned = "SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname IN ('line', 'tag')"
        with log.engine.connect() as connection:
            connection.exec_driver_sql("SELECT pg_stat_force_next_flush()")
            before = connection.exec_driver_sql(scanned).fetchall()
        for use in (append_one, append_on_match, read_few, look_for_tags):
            use(log)
        with log.engine.connect() as connection:
            connection.exec_driver_sql("SELECT pg_stat_force_next_flush()")
            after = connection.exec_driver_sql(scanned).fetchall()
    assert before == after
