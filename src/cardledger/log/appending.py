"""Appending: condition, tags, lines, tiles and checkpoint in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from hashlib import sha256
from itertools import islice
from typing import Any, Final

from cardledger.errors import Conflict
from cardledger.log.database import Database, Session
from cardledger.log.rows import Entry, foreign_content, tags_to_text
from cardledger.log.selection import Selection
from cardledger.log.tree import fetch_entries, load_edge, save_frontier
from cardledger.tlog import Tiler

#: sign(size, root) returns the signed note of the checkpoint.
Sign = Callable[[int, bytes], str]

#: Lines inserted at a time, however many are appended at once: it bounds memory.
BATCH: Final = 4000

_LINE: Final = ("seq", "origin", "position", "name", "data", "tags", "leaf")
_TAG: Final = ("tag", "seq", "ordinal")
_TILE: Final = ("origin", "level", "idx", "hashes", "root")


def append(
    database: Database,
    origin: str,
    entries: Iterable[Entry],
    *,
    unless: Selection,
    after: int,
    sign: Sign | None,
) -> range:
    """Append entries and return their seqs; all of them or none.

    Raises Conflict if a line of `unless` came after the seq `after`. The lock is held from before
    that check to the commit, so that nothing comes in between.
    """
    remaining = iter(entries)
    with database.appending() as session:
        if unless.exists(session, after):
            raise Conflict()
        last, frontier = load_edge(session, origin)
        tiler = Tiler(frontier, partial(fetch_entries, session, origin))
        first = seq = last + 1
        while batch := list(islice(remaining, BATCH)):
            _insert(session, origin, batch, seq, tiler)
            seq += len(batch)
        if seq > first:
            save_frontier(session, origin, frontier)
            if sign is not None:
                _save_checkpoint(
                    session, origin, frontier.size, sign(frontier.size, frontier.root())
                )
            database.announce(session)
    return range(first, seq)


def _insert(session: Session, origin: str, batch: list[Entry], first: int, tiler: Tiler) -> None:
    position = tiler.frontier.size
    lines: list[tuple[Any, ...]] = []
    tags: list[tuple[Any, ...]] = []
    leaves: list[bytes] = []
    for seq, (name, data, subjects, foreign) in enumerate(batch, first):
        position += 1
        kept = tags_to_text(subjects) if foreign else None
        content = foreign_content(name, subjects, data) if foreign else data
        leaf = sha256(b"\x00" + content).digest()
        leaves.append(leaf)
        lines.append((seq, origin, position, name, data, kept, leaf))
        for ordinal, tag in enumerate(subjects):
            tags.append((tag, seq, ordinal))
    # In the order of the key, neighbours go into the same page one after the other.
    tags.sort()
    tiles = [(origin, *tile) for tile in tiler.add(leaves)]
    for table, columns, rows in (
        ("tag", _TAG, tags),
        ("line", _LINE, lines),
        ("tile", _TILE, tiles),
    ):
        if rows:
            session.insert(table, columns, rows)


def _save_checkpoint(session: Session, origin: str, size: int, note: str) -> None:
    session.run(
        "INSERT INTO checkpoint (origin, size, note) VALUES (?, ?, ?)"
        " ON CONFLICT (origin) DO UPDATE SET size = excluded.size, note = excluded.note",
        [origin, size, note],
    )
