"""The hashes of RFC 6962, section 2.1.

A leaf and an inner node are hashed with different first bytes, so that nobody can pass one off
as the other.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

HASH_SIZE: Final = 32
#: The root of a tree without leaves: the hash of nothing.
EMPTY_ROOT: Final = sha256(b"").digest()

_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one leaf: SHA256(00 || data)."""
    return sha256(_LEAF + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: SHA256(01 || left || right)."""
    return sha256(_NODE + left + right).digest()


def subtree_root(hashes: bytes) -> bytes:
    """Return the root over hashes that stand end to end; their number is a power of two.

    One buffer a level instead of a list of pairs: this is the inner loop of every append.
    """
    count = len(hashes) // HASH_SIZE
    if count == 0 or count & (count - 1) or len(hashes) % HASH_SIZE:
        raise ValueError(f"{len(hashes)} bytes are not a power of two of hashes")
    while len(hashes) > HASH_SIZE:
        hashes = b"".join(
            [sha256(_NODE + hashes[at : at + 64]).digest() for at in range(0, len(hashes), 64)]
        )
    return hashes
