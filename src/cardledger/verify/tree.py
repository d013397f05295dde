"""The Merkle tree of an origin, computed anew and compared with the tiles on the way.

RFC 6962, section 2.1, written a second time: the writer's code is not used, so that an error in
it would be found here.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final, NamedTuple

from cardledger.verify.source import Damaged, Source

WIDTH: Final = 256
HASH_SIZE: Final = 32
_PAIR: Final = 2 * HASH_SIZE

_TILE: Final = "SELECT hashes, root FROM tile WHERE origin = ? AND level = ? AND idx = ?"


def root_of(hashes: bytes) -> bytes:
    """Return the root over hashes that stand end to end; their number is a power of two."""
    while len(hashes) > HASH_SIZE:
        starts = range(0, len(hashes), _PAIR)
        hashes = b"".join([sha256(b"\x01" + hashes[at : at + _PAIR]).digest() for at in starts])
    return hashes


def _bits(number: int) -> list[int]:
    """Return the powers of two that a number below 256 is made of, the largest first."""
    return [1 << bit for bit in reversed(range(8)) if number >> bit & 1]


class Subtree(NamedTuple):
    """A perfect subtree at the right edge: the lines [first, last] (from 1) and its root."""

    first: int
    last: int
    root: bytes


class TileFault(NamedTuple):
    """A stored tile that is not what the lines give. `stored` is empty where it is missing."""

    level: int
    idx: int
    computed: list[bytes]
    stored: list[bytes]

    @property
    def entry(self) -> int:
        """The first entry that differs; the first of all where only the tile's root does."""
        pairs = enumerate(zip(self.computed, self.stored, strict=False))
        return next((at for at, (computed, stored) in pairs if computed != stored), 0)

    @property
    def span(self) -> int:
        """How many lines an entry stands for."""
        return int(WIDTH**self.level)

    @property
    def first(self) -> int:
        """The first line below the entry that differs."""
        return (self.idx * WIDTH + self.entry) * self.span + 1


class Compared(NamedTuple):
    """What a full tile must be, and its fault where the stored one is another."""

    root: bytes
    fault: TileFault | None


def compare(source: Source, origin: str, level: int, idx: int, hashes: list[bytes]) -> Compared:
    """Compare the stored tile with the hashes that belong into it."""
    joined = b"".join(hashes)
    root = root_of(joined)
    try:
        rows = source.all(_TILE, [origin, level, idx])
    except Damaged:
        rows = []
    if rows == [(joined, root)]:
        return Compared(root, None)
    stored = rows[0][0] if len(rows) == 1 else b""
    return Compared(root, TileFault(level, idx, hashes, split(stored)))


class Tree:
    """Takes the hashes of leaves in order; knows the root at any time."""

    def __init__(self, source: Source, origin: str, marks: set[int]) -> None:
        self.origin = origin
        self.size = 0
        #: The roots at the sizes that were asked for (`marks`), as far as the tree grew.
        self.roots: dict[int, bytes] = {}
        #: The first fault of each level.
        self.faults: dict[int, TileFault] = {}
        #: How many tiles of each level became full.
        self.tiles: dict[int, int] = {}
        self._source = source
        self._marks = sorted(marks)
        self._rows: list[list[bytes]] = [[]]
        self._note_root()

    def add(self, hashes: list[bytes]) -> None:
        """Append the hashes of leaves."""
        start = 0
        while start < len(hashes):
            lowest = self._rows[0]
            room = WIDTH - len(lowest)
            if self._marks:
                room = min(room, self._marks[0] - self.size)
            part = hashes[start : start + room]
            lowest += part
            start += len(part)
            self.size += len(part)
            if len(lowest) == WIDTH:
                self._close(0)
            self._note_root()

    def add_tile(self, root: bytes) -> None:
        """Append a tile of leaves that somebody else has compared with the stored one.

        The tree ends with a full tile, and no mark lies inside of this one.
        """
        self.tiles[0] = self.tiles.get(0, 0) + 1
        self.size += WIDTH
        self._grow(1, root)
        self._note_root()

    def marked(self, first: int, last: int) -> bool:
        """Return whether the root is asked for inside of some lines, before the last of them."""
        return any(first <= mark < last for mark in self._marks)

    def _close(self, level: int) -> None:
        """Compare the tile that has just become full, and go on one level up."""
        hashes, self._rows[level] = self._rows[level], []
        idx = self.tiles.get(level, 0)
        self.tiles[level] = idx + 1
        root, fault = compare(self._source, self.origin, level, idx, hashes)
        if fault is not None:
            self.faults.setdefault(level, fault)
        self._grow(level + 1, root)

    def _grow(self, level: int, root: bytes) -> None:
        """Append the root of a full tile to the row above it."""
        if len(self._rows) == level:
            self._rows.append([])
        self._rows[level].append(root)
        if len(self._rows[level]) == WIDTH:
            self._close(level)

    def _note_root(self) -> None:
        while self._marks and self._marks[0] <= self.size:
            mark = self._marks.pop(0)
            if mark == self.size:
                self.roots[mark] = self.root()

    def edge(self) -> list[Subtree]:
        """Return the perfect subtrees that the lines are made of, the largest first."""
        found: list[Subtree] = []
        first = 1
        for level in reversed(range(len(self._rows))):
            row, start = self._rows[level], 0
            for bit in reversed(range(8)):
                count = 1 << bit
                if len(row) & count:
                    last = first + count * int(WIDTH**level) - 1
                    found.append(
                        Subtree(first, last, root_of(b"".join(row[start : start + count])))
                    )
                    first, start = last + 1, start + count
        return found

    def first_off(self, size: int, stored: list[bytes]) -> Subtree | None:
        """Return the first subtree of the stored edge of another size that the lines do not give.

        Only what lies in the last, unfinished tile is compared; above it the tiles tell. Nothing
        is returned where all is as it was, as far as there are lines.
        """
        row, rest = self._rows[0], size % WIDTH
        if size // WIDTH != self.size // WIDTH or len(stored) != size.bit_count():
            return None
        start = 0
        for bit, root in zip(_bits(rest), stored[len(stored) - rest.bit_count() :], strict=True):
            if start + bit > len(row):
                return None
            if root_of(b"".join(row[start : start + bit])) != root:
                first = self.size - len(row) + start + 1
                return Subtree(first, first + bit - 1, root)
            start += bit
        return None

    def root(self) -> bytes:
        """Return the root over all leaves so far."""
        edge = self.edge()
        if not edge:
            return sha256(b"").digest()
        root = edge[-1].root
        for subtree in reversed(edge[:-1]):
            root = sha256(b"\x01" + subtree.root + root).digest()
        return root


def split(hashes: object) -> list[bytes]:
    """Return hashes that stand end to end; none where they are not bytes."""
    if not isinstance(hashes, bytes):
        return []
    return [hashes[at : at + HASH_SIZE] for at in range(0, len(hashes), HASH_SIZE)]
