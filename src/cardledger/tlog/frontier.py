"""The right edge of a Merkle tree: all that is needed to append and to know the root.

A tree of n leaves is a row of perfect subtrees, one for each 1 in the binary form of n, the
largest first. Their roots are the frontier (also called a compact range): at most 64 hashes,
however long the log. Appending touches none of the old leaves.
"""

from __future__ import annotations

from collections.abc import Iterable

from cardledger.tlog.hashing import EMPTY_ROOT, HASH_SIZE, node_hash


class Frontier:
    """The size of a tree and the roots of its perfect subtrees."""

    __slots__ = ("hashes", "size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size = size
        self.hashes = list(hashes)
        if size < 0 or len(self.hashes) != size.bit_count():
            raise ValueError(f"{len(self.hashes)} hashes are not the frontier of {size} leaves")

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> Frontier:
        """Return the frontier that `to_bytes` wrote; ValueError where the length does not fit."""
        if len(data) % HASH_SIZE:
            raise ValueError(f"{len(data)} bytes are not a row of hashes")
        starts = range(0, len(data), HASH_SIZE)
        return cls(size, [data[start : start + HASH_SIZE] for start in starts])

    def to_bytes(self) -> bytes:
        """Return the hashes end to end, the largest subtree first; the size is kept apart."""
        return b"".join(self.hashes)

    def push(self, root: bytes, level: int = 0) -> None:
        """Append a perfect subtree of 2**level leaves.

        ValueError where the tree's size is not a multiple of that: the subtree would not be one.
        """
        place, off = divmod(self.size, 1 << level)
        if off:
            raise ValueError(f"a subtree of level {level} cannot follow {self.size} leaves")
        while place & 1:
            root = node_hash(self.hashes.pop(), root)
            place >>= 1
        self.hashes.append(root)
        self.size += 1 << level

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Append the hashes of many leaves."""
        for leaf in leaves:
            self.push(leaf)

    def drop(self, level: int) -> None:
        """Take away the leaves after the last perfect subtree of 2**level leaves."""
        off = self.size % (1 << level)
        if off:
            del self.hashes[-off.bit_count() :]
            self.size -= off

    def root(self) -> bytes:
        """Return the Merkle tree hash of all leaves so far."""
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = node_hash(left, root)
        return root
