"""Batches of lines and of tags, checked at once in the way that is fast when all is well.

Each tag with its place gives a number: a keyed hash of a text (Python's, which is SipHash), whose
key is a secret of this process and stands in the text itself, so that nobody can look for tags with
the same sum beforehand. Numbers of two processes say nothing of each other.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

import msgspec

from cardledger.events import Codec, stored_name
from cardledger.verify.source import Row, Source

#: What stands in front of every text that is hashed.
_SECRET: Final = secrets.token_hex(8)

#: Few columns, because each costs time; what is the same in all lines is judged by the database.
_SELECT: Final = (
    "SELECT seq, name, data, leaf, origin = ? AND position - seq = ? AND tags IS NULL"
    " FROM line WHERE seq >= ? AND seq <= ? ORDER BY seq"
)

#: What bytes and tags that nobody wrote can raise.
UNREADABLE: Final = (
    TypeError,
    ValueError,
    LookupError,
    RecursionError,
    msgspec.MsgspecError,
)


class Taken(NamedTuple):
    """What some lines give: their hashes, how many tags they ought to have, and the sum of them."""

    hashes: list[bytes]
    tags: int
    sum: int


class Batches:
    """Reads and takes batches of the lines of one log."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._decoders = {
            stored_name(known): msgspec.json.Decoder(known).decode for known in Codec.classes()
        }

    def read(self, source: Source, first: int, last: int, moved: int = 0) -> Iterator[list[Row]]:
        """Yield batches of lines; the position of each must be its seq, `moved` by so many."""
        return source.batches(_SELECT, [self._origin, moved, first, last])

    def take(self, rows: list[Row], seq: int) -> Taken | None:
        """Return what lines of our own give, the first of which must be the one of that seq.

        Nothing is returned where one of them is not as it was written, or is of another kind.
        """
        seqs, names, datas, leaves, own = zip(*rows, strict=True)
        count = len(rows)
        if seqs != tuple(range(seq, seq + count)) or own.count(True) != count:
            return None
        try:
            hashes = [sha256(b"\x00" + data).digest() for data in datas]
            if tuple(hashes) != leaves:
                return None
            return Taken(hashes, *self._tags(seqs, names, datas))
        except UNREADABLE:
            return None

    def _tags(
        self, seqs: Sequence[int], names: Sequence[str], datas: Sequence[bytes]
    ) -> tuple[int, int]:
        """Return how many tags lines ought to have, and their sum."""
        decoders, secret = self._decoders, _SECRET
        count = total = 0
        for seq, name, data in zip(seqs, names, datas, strict=True):
            tags = decoders[name](data).tags()
            count += len(tags)
            place = f"{secret}{seq}"
            # Most have two: a loop over them takes longer than all the rest of it.
            if len(tags) == 2:
                first, second = tags
                total += hash(f"{place} 0 {first}") + hash(f"{place} 1 {second}")
            else:
                total += sum([hash(f"{place} {at} {tag}") for at, tag in enumerate(tags)])
        return count, total


def sum_of(rows: list[Row]) -> int:
    """Return the sum of tags: of rows of tag, seq and ordinal."""
    secret = _SECRET
    return sum([hash(f"{secret}{seq} {ordinal} {tag}") for tag, seq, ordinal in rows])


def are_tags(rows: list[Row]) -> bool:
    """Return whether the values of such rows are of the right kinds."""
    tags, seqs, ordinals = zip(*rows, strict=True)
    try:
        "".join(tags)
        # One number of another kind gives a sum of another kind.
        return type(sum(seqs)) is int and type(sum(ordinals)) is int
    except TypeError:
        return False
