"""Inclusion and consistency proofs: RFC 6962, section 2.1; verification as in RFC 9162, 2.1.

Making a proof needs a reader of perfect subtrees; checking one needs only the roots.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from cardledger.tlog.hashing import EMPTY_ROOT, node_hash


class InvalidProof(ValueError):
    """The proof does not prove it."""


class NodeReader(Protocol):
    """Something that knows the hashes inside of a tree."""

    def node(self, level: int, index: int) -> bytes:
        """Return the root of the perfect subtree over leaves [index, index + 1) * 2**level."""
        ...


def tree_root(nodes: NodeReader, size: int) -> bytes:
    """Return the root of the first `size` leaves."""
    return _range_root(nodes, 0, size) if size else EMPTY_ROOT


def inclusion_proof(nodes: NodeReader, index: int, size: int) -> list[bytes]:
    """Return the path that proves leaf `index` (from 0) to be in the tree of `size` leaves."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size} leaves")
    path: list[bytes] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            path.append(_range_root(nodes, middle, stop))
            stop = middle
        else:
            path.append(_range_root(nodes, start, middle))
            start = middle
    path.reverse()
    return path


def consistency_proof(nodes: NodeReader, old: int, new: int) -> list[bytes]:
    """Return what proves the tree of `new` leaves to begin with the tree of `old` leaves."""
    if not 0 <= old <= new:
        raise ValueError(f"{old} leaves are not the beginning of {new} leaves")
    proof: list[bytes] = []
    if old in (0, new):
        return proof
    start, stop = 0, new
    whole = True
    while stop != old:
        middle = start + _split(stop - start)
        if old <= middle:
            proof.append(_range_root(nodes, middle, stop))
            stop = middle
        else:
            proof.append(_range_root(nodes, start, middle))
            start, whole = middle, False
    if not whole:
        proof.append(_range_root(nodes, start, stop))
    proof.reverse()
    return proof


def verify_inclusion(
    proof: Sequence[bytes], *, leaf: bytes, index: int, size: int, root: bytes
) -> None:
    """Return if `leaf` (a leaf's hash) is leaf `index` of the tree, else raise InvalidProof."""
    if not 0 <= index < size:
        raise InvalidProof(f"leaf {index} is not in a tree of {size} leaves")
    node, last, running = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise InvalidProof("the proof is too long")
        if node & 1 or node == last:
            running = node_hash(step, running)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            running = node_hash(running, step)
        node >>= 1
        last >>= 1
    if last != 0:
        raise InvalidProof("the proof is too short")
    if running != root:
        raise InvalidProof("the proof leads to another root")


def verify_consistency(
    proof: Sequence[bytes], *, old: int, old_root: bytes, new: int, new_root: bytes
) -> None:
    """Return if the new tree begins with the old one, else raise InvalidProof."""
    if not 0 <= old <= new:
        raise InvalidProof(f"{old} leaves are not the beginning of {new} leaves")
    if old in (0, new):
        if proof:
            raise InvalidProof("the proof is too long")
        if old_root != (new_root if old else EMPTY_ROOT):
            raise InvalidProof("the old root is another one")
        return
    # A whole old tree is a node of the new one, so that its root is not repeated in the proof.
    steps = list(proof) if old & (old - 1) else [old_root, *proof]
    if not steps:
        raise InvalidProof("the proof is too short")
    node, last = old - 1, new - 1
    while node & 1:
        node >>= 1
        last >>= 1
    old_running = new_running = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise InvalidProof("the proof is too long")
        if node & 1 or node == last:
            old_running = node_hash(step, old_running)
            new_running = node_hash(step, new_running)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            new_running = node_hash(new_running, step)
        node >>= 1
        last >>= 1
    if last != 0:
        raise InvalidProof("the proof is too short")
    if old_running != old_root or new_running != new_root:
        raise InvalidProof("the proof leads to other roots")


def _split(count: int) -> int:
    """Return the largest power of two below `count`, which is at least 2."""
    return 1 << ((count - 1).bit_length() - 1)


def _range_root(nodes: NodeReader, start: int, stop: int) -> bytes:
    """Return the root over leaves [start, stop), where `start` is aligned as RFC 6962 cuts."""
    count = stop - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return nodes.node(level, start >> level)
    middle = start + _split(count)
    return node_hash(_range_root(nodes, start, middle), _range_root(nodes, middle, stop))
