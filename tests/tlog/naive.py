"""The tree of RFC 6962, section 2.1, as it stands there: recursive, slow, obviously right."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from cardledger.tlog import HASH_SIZE


def split(count: int) -> int:
    k = 1
    while k * 2 < count:
        k *= 2
    return k


def root(leaves: Sequence[bytes]) -> bytes:
    """MTH(D[n])."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = split(len(leaves))
    return sha256(b"\x01" + root(leaves[:k]) + root(leaves[k:])).digest()


def path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D[n])."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), root(leaves[k:])]
    return [*path(m - k, leaves[k:]), root(leaves[:k])]


def proof(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PROOF(m, D[n])."""
    return subproof(m, leaves, True)


def subproof(m: int, leaves: Sequence[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b)."""
    if m == len(leaves):
        return [] if whole else [root(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], whole), root(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), root(leaves[:k])]


class Leaves:
    """A NodeReader over leaves held in memory."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.leaves = leaves

    def node(self, level: int, index: int) -> bytes:
        inside = self.leaves[index << level : (index + 1) << level]
        assert len(inside) == 1 << level
        return root(inside)


class Entries:
    """Keeps leaf hashes and the tiles that a Tiler cut, as a database would."""

    def __init__(self) -> None:
        self.rows: dict[int, bytes] = {0: b""}

    def fetch(self, level: int, start: int, stop: int) -> bytes:
        return self.rows.get(level, b"")[start * HASH_SIZE : stop * HASH_SIZE]
