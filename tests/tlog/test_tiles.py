"""Tiles hold every full square of the tree, however the leaves arrive."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardledger.tlog import (
    HASH_SIZE,
    TILE_WIDTH,
    Frontier,
    Tile,
    TileNodes,
    Tiler,
    inclusion_proof,
    leaf_hash,
    subtree_root,
    tree_root,
    verify_inclusion,
)
from tests.tlog.naive import Entries


def leaf_hashes(count: int, start: int = 0) -> list[bytes]:
    return [leaf_hash(b"%d" % number) for number in range(start, start + count)]


def store(entries: Entries, leaves: list[bytes], tiles: list[Tile]) -> None:
    entries.rows[0] += b"".join(leaves)
    for tile in tiles:
        above = entries.rows.setdefault(tile.level + 1, b"")
        assert len(above) == tile.idx * HASH_SIZE, "tiles come in order"
        entries.rows[tile.level + 1] = above + tile.root


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 700)), max_size=12))
@settings(deadline=None)
def test_tiles_are_the_same_however_the_leaves_arrive(steps: list[tuple[bool, int]]) -> None:
    entries, frontier = Entries(), Frontier()
    tiler = Tiler(frontier, entries.fetch)
    tiles: list[Tile] = []
    for anew, count in steps:
        if anew:
            frontier = Frontier.from_bytes(frontier.size, frontier.to_bytes())
            tiler = Tiler(frontier, entries.fetch)
        leaves = leaf_hashes(count, frontier.size)
        added = tiler.add(leaves)
        store(entries, leaves, added)
        tiles += added
    total = sum(count for _, count in steps)
    plain = Frontier()
    plain.extend(leaf_hashes(total))
    assert frontier.root() == plain.root()
    joined = b"".join(leaf_hashes(total))
    width = TILE_WIDTH * HASH_SIZE
    expected = [joined[at : at + width] for at in range(0, len(joined) - width + 1, width)]
    assert [tile.hashes for tile in tiles] == expected
    assert [tile.root for tile in tiles] == [subtree_root(hashes) for hashes in expected]


def test_second_level_is_cut_and_any_leaf_is_proved_from_it() -> None:
    size = TILE_WIDTH * TILE_WIDTH + TILE_WIDTH + 3
    leaves = leaf_hashes(size)
    entries, frontier = Entries(), Frontier()
    levels: list[tuple[int, int]] = []
    for at in range(0, size, 10_000):
        tiler = Tiler(frontier, entries.fetch)
        batch = leaves[at : at + 10_000]
        tiles = tiler.add(batch)
        store(entries, batch, tiles)
        levels += [(tile.level, tile.idx) for tile in tiles]
    assert sorted(levels) == [(0, number) for number in range(TILE_WIDTH + 1)] + [(1, 0)]
    nodes = TileNodes(entries.fetch)
    root = frontier.root()
    assert tree_root(nodes, size) == root
    for index in (0, 255, 256, 65_535, 65_536, size - 1):
        proof = inclusion_proof(nodes, index, size)
        verify_inclusion(proof, leaf=leaves[index], index=index, size=size, root=root)


def test_missing_entries_are_an_error_and_not_another_root() -> None:
    frontier = Frontier()
    frontier.extend(leaf_hashes(255))
    tiler = Tiler(frontier, Entries().fetch)
    with pytest.raises(ValueError, match="not all there"):
        tiler.add(leaf_hashes(1))
    with pytest.raises(ValueError, match="not all there"):
        TileNodes(Entries().fetch).node(0, 3)
