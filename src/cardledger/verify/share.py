"""A share of the lines, examined on its own: is all well with it?

It says yes or nothing. What is wrong is told by one process that goes through all the lines, so
that the words are the same however many helped.
"""

from __future__ import annotations

from typing import Final

import msgspec

from cardledger.verify.batches import Batches, are_tags, sum_of
from cardledger.verify.source import Source
from cardledger.verify.tree import WIDTH, compare

_TAGS: Final = "SELECT tag, seq, ordinal FROM tag WHERE seq >= ? AND seq <= ?"


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """The lines of a log from `first`, with which a tile begins, to `last`."""

    place: str
    origin: str
    first: int
    last: int


class Sound(msgspec.Struct, frozen=True, kw_only=True):
    """What sound lines give to the tree: the roots of full tiles, then hashes of single leaves."""

    roots: list[bytes]
    leaves: list[bytes]
    tags: int


def examine(source: Source, share: Share) -> Sound | None:
    """Return what the lines of a share give; nothing where not everything is as it was written.

    Their order, bytes, names and tags are looked at, and the tiles over them. That no tag is where
    it is not found, or belongs to no line, is seen by who looks at all tags.
    """
    batches = Batches(share.origin)
    roots: list[bytes] = []
    leaves: list[bytes] = []
    seq, tags, expected = share.first, 0, 0
    for rows in batches.read(source, share.first, share.last):
        taken = batches.take(rows, seq)
        if taken is None or leaves:
            return None
        if len(rows) < WIDTH:
            leaves = taken.hashes
        else:
            tile = compare(source, share.origin, 0, (seq - 1) // WIDTH, taken.hashes)
            if tile.fault is not None:
                return None
            roots.append(tile.root)
        seq += len(rows)
        tags += taken.tags
        expected += taken.sum
    if seq != share.last + 1:
        return None
    for rows in source.batches(_TAGS, [share.first, share.last]):
        if not are_tags(rows):
            return None
        expected -= sum_of(rows)
    return Sound(roots=roots, leaves=leaves, tags=tags) if expected == 0 else None
