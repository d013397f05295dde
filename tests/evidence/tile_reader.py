"""A client of https://c2sp.org/tlog-tiles, written from that text alone.

It fetches what a checkpoint of some size says must be there, recomputes every tile from the entries
and the root from the tiles, and fetches nothing else.
"""

from __future__ import annotations

import base64
from hashlib import sha256
from pathlib import Path


def mth(hashes: list[bytes]) -> bytes:
    """MTH of RFC 6962 over leaf hashes."""
    if not hashes:
        return sha256().digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while 2 * k < len(hashes):
        k *= 2
    return sha256(b"\x01" + mth(hashes[:k]) + mth(hashes[k:])).digest()


def path_of(number: int) -> str:
    """Encode N "into zero-padded 3-digit path elements", all but the last with an x."""
    elements = [f"{number % 1000:03}"]
    while number >= 1000:
        number //= 1000
        elements.insert(0, f"x{number % 1000:03}")
    return "/".join(elements)


class Reader:
    """Reads a folder as a client reads a server; remembers what it fetched."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.fetched: set[str] = set()
        lines = self.fetch("checkpoint").decode().split("\n")
        self.origin, self.size, self.root = lines[0], int(lines[1]), base64.b64decode(lines[2])

    def fetch(self, path: str) -> bytes:
        self.fetched.add(path)
        return (self._folder / path).read_bytes()

    def tiles(self, kind: str, count: int) -> list[bytes]:
        """Fetch the tiles or bundles that hold `count` hashes or entries."""
        full, rest = divmod(count, 256)
        names = [f"tile/{kind}/{path_of(number)}" for number in range(full)]
        if rest:
            names.append(f"tile/{kind}/{path_of(full)}.p/{rest}")
        return list(map(self.fetch, names))

    def hashes(self, level: int) -> list[bytes]:
        """Fetch the hashes of a level: floor(s / 256**l) of them."""
        found = []
        for tile in self.tiles(str(level), self.size // 256**level):
            assert len(tile) % 32 == 0
            found += [tile[at : at + 32] for at in range(0, len(tile), 32)]
        assert len(found) == self.size // 256**level
        return found

    def entries(self) -> list[bytes]:
        """Fetch all entries: big-endian uint16 length-prefixed."""
        found = []
        for number, bundle in enumerate(self.tiles("entries", self.size)):
            at = 0
            while at < len(bundle):
                length = int.from_bytes(bundle[at : at + 2], "big")
                found.append(bundle[at + 2 : at + 2 + length])
                at += 2 + length
            assert at == len(bundle)
            assert len(found) == min(256 * (number + 1), self.size)
        return found

    def audit(self) -> list[bytes]:
        """Check every hash of every tile against the entries; return the entries."""
        entries = self.entries()
        leaves = [sha256(b"\x00" + entry).digest() for entry in entries]
        assert mth(leaves) == self.root
        level = 0
        while self.size // 256**level:
            span = 256**level
            expected = [
                mth(leaves[at : at + span]) for at in range(0, self.size // span * span, span)
            ]
            assert self.hashes(level) == expected
            level += 1
        return entries
