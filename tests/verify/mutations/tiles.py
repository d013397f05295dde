"""Tiles and the edge of the tree."""

from __future__ import annotations

from tests.verify.mutations.hand import (
    NOWHERE,
    OTHER,
    TILED,
    Expected,
    Place,
    by_hand,
    change,
    mutation,
    value,
)


@mutation
def a_hash_in_a_tile(place: Place) -> Expected:
    idx, entry = place.chance.randrange(TILED // 256), place.chance.randrange(256)
    with by_hand(place.file) as connection:
        query = "SELECT hashes FROM tile WHERE level = 0 AND idx = ?"
        hashes = bytearray(value(connection, query, idx))
        hashes[entry * 32 + place.chance.randrange(32)] ^= 1 << place.chance.randrange(8)
        connection.execute("UPDATE tile SET hashes = ? WHERE idx = ?", (bytes(hashes), idx))
    return Expected(idx * 256 + entry + 1)


@mutation
def the_root_of_a_tile(place: Place) -> Expected:
    idx = place.chance.randrange(TILED // 256)
    change(place, "UPDATE tile SET root = ? WHERE idx = ?", place.chance.randbytes(32), idx)
    return Expected(idx * 256 + 1)


@mutation
def a_tile_removed(place: Place) -> Expected:
    idx = place.chance.randrange(TILED // 256)
    change(place, "DELETE FROM tile WHERE idx = ?", idx)
    return Expected(idx * 256 + 1)


@mutation
def a_tile_elsewhere(place: Place) -> Expected:
    idx = place.chance.randrange(TILED // 256)
    column, other = place.chance.choice([("level", 7), ("idx", 99), ("origin", OTHER)])
    change(place, f"UPDATE tile SET {column} = ? WHERE idx = ?", other, idx)
    return Expected(idx * 256 + 1)


@mutation
def a_tile_cut_short(place: Place) -> Expected:
    idx = place.chance.randrange(TILED // 256)
    kept = place.chance.randrange(256)
    change(place, "UPDATE tile SET hashes = substr(hashes, 1, ?) WHERE idx = ?", kept * 32, idx)
    return Expected(idx * 256 + 1, idx * 256 + kept + 1)


@mutation
def a_tile_added(place: Place) -> Expected:
    level, idx = place.chance.choice([(0, 2), (1, 0), (0, 50), (5, 0)])
    change(
        place,
        "INSERT INTO tile SELECT origin, ?, ?, hashes, root FROM tile WHERE level = 0 AND idx = 1",
        level,
        idx,
    )
    return NOWHERE


@mutation
def the_edge_of_the_tree(place: Place) -> Expected:
    statement = place.chance.choice(
        [
            "UPDATE frontier SET hashes = randomblob(length(hashes))",
            "UPDATE frontier SET hashes = substr(hashes, 33)",
            "UPDATE frontier SET hashes = x''",
            "UPDATE frontier SET size = size - 1",
            "UPDATE frontier SET size = size + 1",
            "UPDATE frontier SET origin = 'elsewhere'",
            "DELETE FROM frontier",
        ]
    )
    change(place, statement)
    return NOWHERE
