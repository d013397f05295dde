"""Tiles: the tree cut into squares of 256 hashes, so that any hash is found in one read.

After C2SP tlog-tiles with height 8: tile (0, i) holds the leaf hashes [256 i, 256 (i + 1)), and
tile (n + 1, i) holds the roots of the tiles (n, 256 i) and following. Only full tiles are kept;
what hangs over at the right edge is read from the leaves and from the roots of the tiles below.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from cardledger.tlog.frontier import Frontier
from cardledger.tlog.hashing import HASH_SIZE, subtree_root

_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << _HEIGHT
_TILE_BYTES: Final = TILE_WIDTH * HASH_SIZE

#: fetch(level, start, stop) returns the entries [start, stop) of a level of tiles, end to end:
#: leaf hashes at level 0, above it the roots of the tiles one level below.
Fetch = Callable[[int, int, int], bytes]


class Tile(NamedTuple):
    """A full tile: 256 hashes end to end and the root over them."""

    level: int
    idx: int
    hashes: bytes
    root: bytes


class Tiler:
    """Appends leaves to a frontier and cuts the tiles that become full on the way.

    `fetch` is asked for entries that were stored before this Tiler began, and for nothing else:
    at most 255 a level, and only when a tile becomes full.
    """

    def __init__(self, frontier: Frontier, fetch: Fetch) -> None:
        self.frontier = frontier
        self._fetch = fetch
        self._pending: dict[int, bytearray] = {}

    def add(self, leaves: Sequence[bytes]) -> list[Tile]:
        """Append the hashes of leaves; return the tiles that became full, a level at a time."""
        tiles: list[Tile] = []
        frontier = self.frontier
        room = TILE_WIDTH - frontier.size % TILE_WIDTH
        start = 0
        while len(leaves) - start >= room:
            index = frontier.size // TILE_WIDTH
            pending = self._pending.setdefault(0, bytearray())
            pending += b"".join(leaves[start : start + room])
            frontier.drop(_HEIGHT)
            frontier.push(self._cut(0, index, tiles), _HEIGHT)
            start += room
            room = TILE_WIDTH
        rest = leaves[start:]
        self._pending.setdefault(0, bytearray()).extend(b"".join(rest))
        frontier.extend(rest)
        return sorted(tiles)

    def _cut(self, level: int, index: int, tiles: list[Tile]) -> bytes:
        """Cut tile `index`, whose last entry has just come; return its root."""
        hashes = bytes(self._pending.pop(level))
        missing = (_TILE_BYTES - len(hashes)) // HASH_SIZE
        if missing:
            first = index * TILE_WIDTH
            hashes = _entries(self._fetch, level, first, first + missing) + hashes
        root = subtree_root(hashes)
        tiles.append(Tile(level, index, hashes, root))
        above = self._pending.setdefault(level + 1, bytearray())
        above += root
        if index % TILE_WIDTH == TILE_WIDTH - 1:
            self._cut(level + 1, index // TILE_WIDTH, tiles)
        return root


class TileNodes:
    """A NodeReader over stored entries: at most one read of 256 entries for a hash."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch

    def node(self, level: int, index: int) -> bytes:
        """Return the root of the perfect subtree over leaves [index, index + 1) * 2**level."""
        row, height = divmod(level, _HEIGHT)
        start = index << height
        return subtree_root(_entries(self._fetch, row, start, start + (1 << height)))


def _entries(fetch: Fetch, level: int, start: int, stop: int) -> bytes:
    """Fetch entries; ValueError where some are missing, which would give another root."""
    hashes = fetch(level, start, stop)
    if len(hashes) != (stop - start) * HASH_SIZE:
        raise ValueError(f"entries {start} to {stop} of level {level} are not all there")
    return hashes
