"""The Merkle tree of an origin, as its rows hold it."""

from __future__ import annotations

from cardledger.errors import IntegrityBroken
from cardledger.i18n import _
from cardledger.log.database import Session
from cardledger.tlog import HASH_SIZE, TILE_WIDTH, Frontier


def load_edge(session: Session, origin: str) -> tuple[int, Frontier]:
    """Return the last seq of all lines and the right edge of the tree of one origin.

    Raises IntegrityBroken where the tree does not fit the lines.
    """
    row = session.one(
        "SELECT size, hashes, (SELECT max(position) FROM line WHERE origin = ?),"
        " (SELECT max(seq) FROM line) FROM frontier WHERE origin = ?",
        [origin, origin],
    )
    if row is None:
        raise IntegrityBroken(_("The tree of {origin} is missing."), origin=origin)
    size, hashes, last, seq = row
    if size != (last or 0):
        raise IntegrityBroken(
            _("The tree of {origin} has {size} leaves, but there are {lines} lines."),
            origin=origin,
            size=size,
            lines=last or 0,
        )
    try:
        return seq or 0, Frontier.from_bytes(size, hashes)
    except ValueError as error:
        raise IntegrityBroken(
            _("The tree of {origin} is damaged: {reason}."), origin=origin, reason=error
        ) from None


def load_frontier(session: Session, origin: str) -> Frontier:
    """Return the right edge of the tree of one origin; raises as `load_edge`."""
    return load_edge(session, origin)[1]


def save_frontier(session: Session, origin: str, frontier: Frontier) -> None:
    """Keep the right edge of the tree."""
    session.run(
        "UPDATE frontier SET size = ?, hashes = ? WHERE origin = ?",
        [frontier.size, frontier.to_bytes(), origin],
    )


def fetch_entries(session: Session, origin: str, level: int, start: int, stop: int) -> bytes:
    """Return entries [start, stop) of a level of tiles, end to end; all within one tile.

    They come from the tile when it is full, else from the leaves or from the tiles below.
    """
    index, offset = divmod(start, TILE_WIDTH)
    tile = session.one(
        "SELECT hashes FROM tile WHERE origin = ? AND level = ? AND idx = ?",
        [origin, level, index],
    )
    if tile is not None:
        hashes: bytes = tile[0]
        return hashes[offset * HASH_SIZE : (offset + stop - start) * HASH_SIZE]
    if level == 0:
        rows = session.all(
            "SELECT leaf FROM line WHERE origin = ? AND position > ? AND position <= ?"
            " ORDER BY position",
            [origin, start, stop],
        )
    else:
        rows = session.all(
            "SELECT root FROM tile WHERE origin = ? AND level = ? AND idx >= ? AND idx < ?"
            " ORDER BY idx",
            [origin, level - 1, start, stop],
        )
    return b"".join([row[0] for row in rows])
