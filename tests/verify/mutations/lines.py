"""Lines that are altered."""

from __future__ import annotations

import json

from tests.verify.making import SIZE, leaf
from tests.verify.mutations.hand import (
    OTHER,
    Expected,
    Place,
    by_hand,
    change,
    flipped,
    mutation,
    value,
    where_changed,
)


@mutation
def a_bit_of_a_line(place: Place) -> Expected:
    seq = place.line()
    with by_hand(place.file) as connection:
        data = value(connection, "SELECT data FROM line WHERE seq = ?", seq)
        connection.execute(
            "UPDATE line SET data = ? WHERE seq = ?", (flipped(data, place.chance), seq)
        )
    return Expected(seq)


@mutation
def a_fact_of_a_line(place: Place) -> Expected:
    seq = place.line()
    with by_hand(place.file) as connection:
        facts = json.loads(value(connection, "SELECT data FROM line WHERE seq = ?", seq))
        facts["school"] = "01170012"
        data = json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()
        connection.execute("UPDATE line SET data = ? WHERE seq = ?", (data, seq))
    return Expected(seq)


@mutation
def a_line_and_its_hash(place: Place) -> Expected:
    seq = place.chance.randint(3, SIZE)
    with by_hand(place.file) as connection:
        old = value(connection, "SELECT data FROM line WHERE seq = ?", seq)
        data = old.replace("李老师".encode(), "张老师".encode())
        connection.execute(
            "UPDATE line SET data = ?, leaf = ? WHERE seq = ?", (data, leaf(data), seq)
        )
    return where_changed(seq)


@mutation
def the_hash_beside_a_line(place: Place) -> Expected:
    seq = place.line()
    change(place, "UPDATE line SET leaf = ? WHERE seq = ?", place.chance.randbytes(32), seq)
    return Expected(seq)


@mutation
def the_name_of_a_line(place: Place) -> Expected:
    seq = place.line()
    name = place.chance.choice(["card.lost/1", "card.blessed/9", "", "term.swiped/2"])
    change(place, "UPDATE line SET name = ? WHERE seq = ?", name, seq)
    return Expected(seq)


@mutation
def the_log_of_a_line(place: Place) -> Expected:
    seq = place.line()
    change(place, "UPDATE line SET origin = ? WHERE seq = ?", OTHER, seq)
    return Expected(seq)


@mutation
def the_place_of_a_line(place: Place) -> Expected:
    seq = place.line()
    change(place, "UPDATE line SET position = ? WHERE seq = ?", SIZE + seq, seq)
    return Expected(seq)


@mutation
def tags_inside_of_a_line(place: Place) -> Expected:
    seq = place.line()
    tags = place.chance.choice(["[]", '["card:C1"]', "none"])
    change(place, "UPDATE line SET tags = ? WHERE seq = ?", tags, seq)
    return Expected(seq)
