"""Lines that come and go, or change places."""

from __future__ import annotations

import sqlite3

from tests.verify.making import SIZE, leaf
from tests.verify.mutations.hand import (
    FAR,
    Expected,
    Place,
    by_hand,
    change,
    mutation,
    value,
    where_changed,
)


@mutation
def a_line_removed(place: Place) -> Expected:
    seq = place.line()
    with by_hand(place.file) as connection:
        connection.execute("DELETE FROM line WHERE seq = ?", (seq,))
        if place.chance.random() < 0.5:
            connection.execute("DELETE FROM tag WHERE seq = ?", (seq,))
    return Expected(seq)


def shift(connection: sqlite3.Connection, first: int, last: int, by: int) -> None:
    """Move lines and their tags up or down."""
    for table, columns in (("line", ("seq", "position")), ("tag", ("seq",))):
        # Far away first, so that no two ever meet.
        for start, offset in ((0, FAR), (FAR, by - FAR)):
            sets = ", ".join(f"{column} = {column} + {offset}" for column in columns)
            connection.execute(
                f"UPDATE {table} SET {sets} WHERE seq BETWEEN ? AND ?",
                (first + start, last + start),
            )


@mutation
def a_line_removed_and_the_gap_closed(place: Place) -> Expected:
    seq = place.chance.randint(1, SIZE - 1)
    with by_hand(place.file) as connection:
        connection.execute("DELETE FROM line WHERE seq = ?", (seq,))
        connection.execute("DELETE FROM tag WHERE seq = ?", (seq,))
        shift(connection, seq + 1, SIZE, -1)
    expected = where_changed(seq)
    # Of the last four lines there is only one hash over all, and no longer four lines: that one
    # was removed and the others moved up cannot be told from a tail that was cut off.
    return expected if seq <= SIZE - 4 else Expected(expected.first, SIZE)


@mutation
def a_line_put_in_between(place: Place) -> Expected:
    seq, twin = place.chance.randint(1, SIZE - 1), place.chance.randint(3, SIZE)
    with by_hand(place.file) as connection:
        row = connection.execute(
            "SELECT origin, name, data, leaf FROM line WHERE seq = ?", (twin,)
        ).fetchone()
        tags = connection.execute("SELECT tag, ordinal FROM tag WHERE seq = ?", (twin,)).fetchall()
        data = row[2].replace("李老师".encode(), "张老师".encode())
        shift(connection, seq, SIZE, 1)
        connection.execute(
            "INSERT INTO line (seq, origin, position, name, data, leaf) VALUES (?, ?, ?, ?, ?, ?)",
            (seq, row[0], seq, row[1], data, leaf(data)),
        )
        connection.executemany(
            "INSERT INTO tag VALUES (?, ?, ?)", [(tag, seq, ordinal) for tag, ordinal in tags]
        )
    return where_changed(seq)


@mutation
def a_line_put_before_all(place: Place) -> Expected:
    change(
        place,
        "INSERT INTO line (seq, origin, position, name, data, leaf)"
        " SELECT -seq, origin, -seq, name, data, leaf FROM line WHERE seq = ?",
        place.line(),
    )
    return Expected(1)


def two(place: Place) -> tuple[int, int]:
    first, second = sorted(place.chance.sample(range(3, SIZE + 1), 2))
    return first, second


@mutation
def the_bytes_of_two_lines_exchanged(place: Place) -> Expected:
    first, second = two(place)
    with by_hand(place.file) as connection:
        query = "SELECT data FROM line WHERE seq = ?"
        one, other = value(connection, query, first), value(connection, query, second)
        connection.execute("UPDATE line SET data = ? WHERE seq = ?", (other, first))
        connection.execute("UPDATE line SET data = ? WHERE seq = ?", (one, second))
    return Expected(first)


@mutation
def two_lines_exchanged_with_all_that_is_theirs(place: Place) -> Expected:
    first, second = two(place)
    with by_hand(place.file) as connection:
        for old, new in ((first, 9999), (second, first), (9999, second)):
            connection.execute(
                "UPDATE line SET seq = ?, position = ? WHERE seq = ?", (new, new, old)
            )
            connection.execute("UPDATE tag SET seq = ? WHERE seq = ?", (new, old))
    return where_changed(first)


@mutation
def two_lines_exchanged_that_still_know_their_place(place: Place) -> Expected:
    first, second = two(place)
    with by_hand(place.file) as connection:
        for old, new in ((first, 9999), (second, first), (9999, second)):
            connection.execute("UPDATE line SET seq = ? WHERE seq = ?", (new, old))
    return Expected(first)


@mutation
def some_lines_moved_by_one(place: Place) -> Expected:
    first = place.chance.randint(3, SIZE - 2)
    last = place.chance.randint(first + 1, min(first + 20, SIZE))
    with by_hand(place.file) as connection:
        shift(connection, first, first, 20_000)
        shift(connection, first + 1, last, -1)
        shift(connection, first + 20_000, first + 20_000, last - first - 20_000)
    return where_changed(first)
