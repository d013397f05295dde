"""History cannot be changed past the program either: by raw sqlite3 and psycopg."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from cardledger.log import Log
from tests.log.samples import ORIGIN, entries, everything

#: 300 lines give one full tile.
LINES = 300

_ROW = "(seq, origin, position, name, data, leaf)"

#: What both databases must refuse.
FORBIDDEN = [
    "UPDATE line SET data = data WHERE seq = 1",
    "UPDATE line SET seq = 1000 WHERE seq = 1",
    "UPDATE tag SET tag = 'card:stolen' WHERE seq = 1",
    "UPDATE tile SET root = hashes",
    "DELETE FROM line WHERE seq = 300",
    "DELETE FROM tag",
    "DELETE FROM tile WHERE idx = 0",
    f"INSERT INTO line {_ROW} VALUES (300, 'o', 1, 'n', '', '')",
    f"INSERT INTO line {_ROW} VALUES (302, 'o', 1, 'n', '', '')",
    f"INSERT INTO line {_ROW} VALUES (0, 'o', 1, 'n', '', '')",
    f"INSERT INTO line {_ROW} VALUES (-1, 'o', 1, 'n', '', '')",
    f"INSERT INTO line {_ROW} VALUES (301, 'o', 2, 'n', '', '')",
    f"INSERT INTO line {_ROW} VALUES (301, 'o', 0, 'n', '', '')",
    f"INSERT INTO line {_ROW} VALUES (301, '{ORIGIN}', 300, 'n', '', '')",
    f"INSERT INTO line {_ROW} VALUES (301, '{ORIGIN}', 302, 'n', '', '')",
    f"INSERT INTO line {_ROW} VALUES (301, 'o', 1, 'n', '', ''), (303, 'o', 2, 'n', '', '')",
    f"INSERT INTO line {_ROW} VALUES (1, 'o', 1, 'n', '', '')"
    " ON CONFLICT (seq) DO UPDATE SET data = excluded.data",
    "INSERT INTO line (origin, position, name, data, leaf) VALUES ('o', 1, 'n', '', '')",
    "INSERT INTO tag VALUES ('card:stolen', 300, 9)",
    "INSERT INTO tag VALUES ('card:stolen', 1, 9)",
    "INSERT INTO tag VALUES ('card:new', 301, 0), ('card:old', 300, 9)",
    f"INSERT INTO tile VALUES ('{ORIGIN}', 0, 0, '', '')",
    f"INSERT INTO tile VALUES ('{ORIGIN}', 0, 0, '', '')"
    " ON CONFLICT (origin, level, idx) DO UPDATE SET hashes = excluded.hashes",
]

ONLY_SQLITE = [
    f"INSERT OR REPLACE INTO line {_ROW} VALUES (1, '{ORIGIN}', 1, 'n', '', '')",
    f"INSERT OR REPLACE INTO line {_ROW} VALUES (301, '{ORIGIN}', 1, 'n', '', '')",
    f"INSERT OR REPLACE INTO line {_ROW} VALUES (NULL, '{ORIGIN}', 301, 'n', '', '')",
    f"REPLACE INTO tile VALUES ('{ORIGIN}', 0, 0, '', '')",
    "REPLACE INTO tag VALUES ('card:1', 1, 0)",
    "UPDATE OR REPLACE line SET seq = 2 WHERE seq = 1",
    "UPDATE OR IGNORE line SET name = 'n'",
]

ONLY_POSTGRES = [
    "TRUNCATE line",
    "TRUNCATE tag, tile",
    "TRUNCATE line CASCADE",
    "WITH gone AS (DELETE FROM line RETURNING seq) SELECT count(*) FROM gone",
    "MERGE INTO line USING (VALUES (1)) AS w(seq) ON line.seq = w.seq WHEN MATCHED THEN DELETE",
]

Execute = Callable[[str], None]


def run_sqlite(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    try:
        connection.execute(statement)
        connection.commit()
    finally:
        connection.close()


def run_postgres(url: str, statement: str) -> None:
    place = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(place) as connection:
        connection.execute(statement.encode())


@pytest.fixture
def written(ledger_url: str) -> str:
    """Return the URL of a log with a full tile."""
    with Log.create(ledger_url, origin=ORIGIN) as log:
        log.append(entries(LINES))
    return ledger_url


def forbid(url: str, statements: list[str]) -> None:
    """Check that each statement is refused and that all together changed nothing."""
    before = everything(url)
    assert [len(rows) for rows in before.values()] == [LINES, 2 * LINES, 1]
    path = make_url(url).database if url.startswith("sqlite") else None
    for statement in statements:
        if path is not None:
            with pytest.raises(sqlite3.IntegrityError, match=r"history|line|tile"):
                run_sqlite(Path(path), statement)
        else:
            with pytest.raises(psycopg.IntegrityError, match=r"history|line|tile|null value"):
                run_postgres(url, statement)
        assert everything(url) == before, statement


def test_statements_that_would_change_history_are_refused(written: str) -> None:
    forbid(written, FORBIDDEN)


def test_ways_of_sqlite_to_replace_a_row_are_refused(sqlite_place: str) -> None:
    with Log.create(sqlite_place, origin=ORIGIN) as log:
        log.append(entries(LINES))
    forbid(sqlite_place, ONLY_SQLITE)


def test_ways_of_postgres_to_empty_a_table_are_refused(postgres_place: str) -> None:
    with Log.create(postgres_place, origin=ORIGIN) as log:
        log.append(entries(LINES))
    forbid(postgres_place, ONLY_POSTGRES)


def test_bulk_copy_of_old_lines_is_refused(postgres_place: str) -> None:
    with Log.create(postgres_place, origin=ORIGIN) as log:
        log.append(entries(LINES))
    before = everything(postgres_place)
    place = make_url(postgres_place).set(drivername="postgresql")
    for rows in ("300\to\t1\tn\t\\\\x\t\\\\x\n", "302\to\t1\tn\t\\\\x\t\\\\x\n"):
        connection = psycopg.connect(place.render_as_string(hide_password=False))
        try:
            with (
                pytest.raises(psycopg.IntegrityError),
                connection.cursor().copy(f"COPY line {_ROW} FROM STDIN".encode()) as copy,
            ):
                copy.write(rows)
        finally:
            connection.close()
    assert everything(postgres_place) == before


def test_next_line_of_another_origin_is_taken(written: str) -> None:
    good = [
        "INSERT INTO tag VALUES ('card:theirs', 301, 0)",
        f"INSERT INTO line {_ROW} VALUES (301, 'theirs', 1, 'n', '', '')",
        f"INSERT INTO line {_ROW} VALUES (302, 'theirs', 2, 'n', '', ''),"
        f" (303, '{ORIGIN}-2', 1, 'n', '', '')",
    ]
    for statement in good:
        if written.startswith("sqlite"):
            run_sqlite(Path(str(make_url(written).database)), statement)
        else:
            run_postgres(written, statement)
    with Log.open(written) as log:
        theirs = [(line.origin, line.position) for line in log.read(after=LINES)]
        assert theirs == [("theirs", 1), ("theirs", 2), (f"{ORIGIN}-2", 1)]
        # Our own positions go on where they were, after lines that arrived from elsewhere.
        assert log.append(entries(1, LINES + 1)) == range(304, 305)
        line = log.line(304)
        assert line is not None
        assert (line.origin, line.position) == (ORIGIN, LINES + 1)
