"""The end of the log cut off, put back, lengthened; checkpoints; what the ledger says of itself."""

from __future__ import annotations

import json
import random
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.verify.making import SIZE, frontier_of, leaf
from tests.verify.mutations.hand import (
    NOWHERE,
    OTHER,
    Expected,
    Place,
    by_hand,
    change,
    mutation,
    value,
)


def cut(connection: sqlite3.Connection, last: int) -> None:
    connection.execute("DELETE FROM line WHERE seq > ?", (last,))
    connection.execute("DELETE FROM tag WHERE seq > ?", (last,))


def leaves(connection: sqlite3.Connection) -> list[bytes]:
    return [row[0] for row in connection.execute("SELECT leaf FROM line ORDER BY seq")]


@mutation
def the_tail_cut_off(place: Place) -> Expected:
    last = place.chance.randint(1, SIZE - 1)
    with by_hand(place.file) as connection:
        cut(connection, last)
    return Expected(last + 1)


@mutation
def the_tail_and_the_edge_cut_off(place: Place) -> Expected:
    last = place.chance.randint(1, SIZE - 1)
    with by_hand(place.file) as connection:
        cut(connection, last)
        edge = frontier_of(leaves(connection))
        connection.execute("UPDATE frontier SET size = ?, hashes = ?", (last, edge.to_bytes()))
        connection.execute("DELETE FROM tile WHERE (idx + 1) * 256 > ?", (last,))
    return Expected(last + 1)


@mutation
def an_older_state_put_in_place(place: Place) -> Expected:
    """All of the database is as it was, with the note that was signed then; outside it is not."""
    size, note = place.chance.choice(older_notes(place.folder))
    with by_hand(place.file) as connection:
        cut(connection, size)
        edge = frontier_of(leaves(connection))
        connection.execute("UPDATE frontier SET size = ?, hashes = ?", (size, edge.to_bytes()))
        connection.execute("DELETE FROM tile WHERE (idx + 1) * 256 > ?", (size,))
        connection.execute("UPDATE checkpoint SET size = ?, note = ?", (size, note))
    return Expected(size + 1)


def older_notes(folder: Path) -> list[tuple[int, str]]:
    """Return the notes that were signed while the ledger grew."""
    notes = json.loads((folder / "notes.json").read_text(encoding="utf-8"))
    return [(size, note) for size, note in notes]


@mutation
def a_line_added_behind_all(place: Place) -> Expected:
    with by_hand(place.file) as connection:
        row = connection.execute(
            "SELECT origin, name, data FROM line WHERE seq = ?", (place.chance.randint(3, SIZE),)
        ).fetchone()
        data = row[2].replace("李老师".encode(), "张老师".encode())
        connection.execute(
            "INSERT INTO line (seq, origin, position, name, data, leaf) VALUES (?, ?, ?, ?, ?, ?)",
            (SIZE + 1, row[0], SIZE + 1, row[1], data, leaf(data)),
        )
    return Expected(SIZE + 1)


@mutation
def a_letter_of_the_checkpoint(place: Place) -> Expected:
    with by_hand(place.file) as connection:
        note = value(connection, "SELECT note FROM checkpoint")
        connection.execute("UPDATE checkpoint SET note = ?", (misspelt(note, place.chance),))
    return NOWHERE


def misspelt(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    other = chance.choice([one for one in "AZaz09+/ =\n" if one != text[at]])
    return text[:at] + other + text[at + 1 :]


@mutation
def the_checkpoint_or_what_is_beside_it(place: Place) -> Expected:
    statement = place.chance.choice(
        [
            "UPDATE checkpoint SET size = size - 1",
            "UPDATE checkpoint SET note = ''",
            "UPDATE checkpoint SET note = note || note",
            "UPDATE checkpoint SET origin = 'elsewhere'",
            "DELETE FROM checkpoint",
        ]
    )
    change(place, statement)
    return NOWHERE


@mutation
def an_older_checkpoint(place: Place) -> Expected:
    size, note = place.chance.choice(older_notes(place.folder))
    change(place, "UPDATE checkpoint SET size = ?, note = ?", size, note)
    return Expected(size + 1)


@mutation
def a_checkpoint_added(place: Place) -> Expected:
    change(place, f"INSERT INTO checkpoint SELECT '{OTHER}', size, note FROM checkpoint")
    return NOWHERE


@mutation
def the_checkpoint_outside(place: Place) -> Expected:
    note = place.outside.read_text(encoding="utf-8")
    spoilt = place.chance.choice(
        [misspelt(note, place.chance), note[: place.chance.randrange(len(note))], "x", note * 2]
    )
    place.outside.write_text(spoilt, encoding="utf-8")
    return NOWHERE


@mutation
def what_the_database_says_of_itself(place: Place) -> Expected:
    statement = place.chance.choice(
        [
            "UPDATE about SET value = value || 'x' WHERE key = 'format'",
            "UPDATE about SET value = 'cardledger/LOTHER' WHERE key = 'origin'",
            "UPDATE about SET key = 'origins' WHERE key = 'origin'",
            "DELETE FROM about WHERE key = 'format'",
            "INSERT INTO about VALUES ('note', 'all is well')",
        ]
    )
    change(place, statement)
    return NOWHERE


@mutation
def a_trigger(place: Place) -> Expected:
    with closing(sqlite3.connect(place.file)) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
        ).fetchall()
        (name,) = place.chance.choice(names)
        if place.chance.random() < 0.3:
            connection.execute(
                f"CREATE TRIGGER a AFTER INSERT ON {name.split('_')[0]} BEGIN SELECT 1; END"
            )
        else:
            connection.execute(f"DROP TRIGGER {name}")
        connection.commit()
    return NOWHERE
