"""Tags that are removed, altered or added."""

from __future__ import annotations

import sqlite3
from typing import Final

from tests.verify.making import SIZE
from tests.verify.mutations.hand import (
    NOWHERE,
    Expected,
    Place,
    by_hand,
    change,
    mutation,
)


def a_tag(place: Place, connection: sqlite3.Connection) -> tuple[str, int, int]:
    rows = connection.execute("SELECT tag, seq, ordinal FROM tag ORDER BY tag, seq").fetchall()
    tag, seq, ordinal = place.chance.choice(rows)
    return str(tag), int(seq), int(ordinal)


_ONE_TAG: Final = "tag = ? AND seq = ? AND ordinal = ?"


@mutation
def a_tag_removed(place: Place) -> Expected:
    with by_hand(place.file) as connection:
        found = a_tag(place, connection)
        connection.execute(f"DELETE FROM tag WHERE {_ONE_TAG}", found)
    return Expected(found[1])


@mutation
def a_tag_changed(place: Place) -> Expected:
    with by_hand(place.file) as connection:
        found = a_tag(place, connection)
        other = place.chance.choice([found[0] + "0", found[0][:-1], "card:C00001x", ""])
        connection.execute(f"UPDATE tag SET tag = ? WHERE {_ONE_TAG}", (other, *found))
    return Expected(found[1])


@mutation
def a_tag_on_another_place(place: Place) -> Expected:
    with by_hand(place.file) as connection:
        found = a_tag(place, connection)
        connection.execute(f"UPDATE tag SET ordinal = ordinal + 5 WHERE {_ONE_TAG}", found)
    return Expected(found[1])


@mutation
def a_tag_on_another_line(place: Place) -> Expected:
    with by_hand(place.file) as connection:
        found = a_tag(place, connection)
        other = place.chance.choice([seq for seq in range(1, SIZE + 1) if seq != found[1]])
        connection.execute(f"UPDATE tag SET seq = ?, ordinal = 9 WHERE {_ONE_TAG}", (other, *found))
    return Expected(min(found[1], other))


@mutation
def a_tag_added(place: Place) -> Expected:
    seq = place.line()
    change(place, "INSERT INTO tag VALUES ('card:C77777', ?, 9)", seq)
    return Expected(seq)


@mutation
def a_tag_of_no_line(place: Place) -> Expected:
    seq = place.chance.choice([0, -5, SIZE + 1, 10**12])
    change(place, "INSERT INTO tag VALUES ('card:C77777', ?, 0)", seq)
    return NOWHERE
