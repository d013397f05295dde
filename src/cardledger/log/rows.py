"""What goes into the log and what comes out: bytes, a name, and the tags of its subjects."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple

#: Begins the content of a foreign line's leaf, so that it is never the JSON of one of our own.
FOREIGN_PREFIX = b"cardledger foreign line/1\n"


class Entry(NamedTuple):
    """A line to be appended.

    `foreign` says that another application of the eventsourcing library wrote it: its tags cannot
    be computed from `data`, so they are kept in the row and its leaf commits to all three.
    """

    name: str
    data: bytes
    tags: tuple[str, ...]
    foreign: bool = False


class Line(NamedTuple):
    """A line as it is read.

    `seq` is its place in the order of arrival in this database, from 1 without a gap; `position`
    its place in the log `origin`. `tags` is None for our own lines, whose tags follow from `data`;
    for a foreign line it is the JSON array of its tags.
    """

    seq: int
    position: int
    origin: str
    name: str
    data: bytes
    tags: str | None = None


class Match(NamedTuple):
    """A line matches when its name is one of `names` (or there are none) and it has all `tags`."""

    names: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


def tags_to_text(tags: Iterable[str]) -> str:
    """Return how the tags of a foreign line are kept in its row."""
    return json.dumps(list(tags), ensure_ascii=False, separators=(",", ":"))


def tags_from_text(text: str) -> list[str]:
    """Return the tags that `tags_to_text` wrote."""
    tags: list[str] = json.loads(text)
    return tags


def foreign_content(name: str, tags: Iterable[str], data: bytes) -> bytes:
    """Return what the leaf of a foreign line is the hash of.

    Every part goes after its length (8 bytes, big-endian), the tags also after their number: no
    other name, tags and data give the same bytes.
    """
    encoded = [tag.encode() for tag in tags]
    parts = [FOREIGN_PREFIX, _sized(name.encode()), len(encoded).to_bytes(8, "big")]
    parts += map(_sized, encoded)
    parts.append(_sized(data))
    return b"".join(parts)


def _sized(part: bytes) -> bytes:
    return len(part).to_bytes(8, "big") + part
