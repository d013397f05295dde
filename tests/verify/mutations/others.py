"""Rows of the projections, and any byte of the file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.verify.making import SIZE
from tests.verify.mutations.hand import (
    ANY,
    EVIDENCE,
    NOWHERE,
    Expected,
    Place,
    Rows,
    by_hand,
    change,
    flipped,
    mutation,
)


@mutation
def a_stored_row(place: Place) -> Expected:
    with by_hand(place.file) as connection:
        table = place.chance.choice(["row_cards", "row_roster"])
        rows = connection.execute(f"SELECT subject, data FROM {table} ORDER BY subject").fetchall()
        subject, data = place.chance.choice(rows)
        how = place.chance.randrange(3)
        if how == 0:
            connection.execute(f"DELETE FROM {table} WHERE subject = ?", (subject,))
        elif how == 1:
            data = flipped(data, place.chance)
            connection.execute(f"UPDATE {table} SET data = ? WHERE subject = ?", (data, subject))
        else:
            connection.execute(f"UPDATE {table} SET data = '5' WHERE subject = ?", (subject,))
    return Expected(1, SIZE)


@mutation
def a_stored_row_of_nobody(place: Place) -> Expected:
    change(place, "INSERT INTO row_cards SELECT 'C99999', data FROM row_cards LIMIT 1")
    return NOWHERE


def rows_of(file: Path) -> Rows | None:
    """Return all rows that are evidence, and what the tables are; none where they are damaged."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as connection:
            connection.text_factory = bytes
            tables = (*EVIDENCE, "row_cards", "row_roster")
            found = {
                table: set(connection.execute(f"SELECT * FROM {table} NOT INDEXED").fetchall())
                for table in tables
            }
            found["triggers"] = set(
                connection.execute(
                    "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"
                )
            )
            return found
    except (sqlite3.Error, OverflowError, UnicodeDecodeError):
        return None


@mutation
def a_byte_of_the_file(place: Place) -> Expected:
    """Flip bits until one of them is evidence: a file has unused parts, and bookkeeping."""
    whole = place.file.read_bytes()
    before = rows_of(place.file)
    assert before is not None
    while True:
        place.file.write_bytes(flipped(whole, place.chance))
        after = rows_of(place.file)
        if after is None:
            return ANY
        changed = {table for table in before if before[table] != after[table]}
        if changed:
            return _hit(before, after, changed)


def _hit(before: Rows, after: Rows, changed: set[str]) -> Expected:
    """Return what must be named where one row of one table is another; else anything."""
    (table, *others) = changed
    gone, come = before[table] - after[table], after[table] - before[table]
    if others or len(gone) != 1 or len(come) != 1:
        return ANY
    old, new = next(iter(gone)), next(iter(come))
    if table == "line" and old[0] == new[0]:
        return Expected(old[0])
    if table == "tag" and old[1] == new[1]:
        return Expected(old[1])
    return ANY
