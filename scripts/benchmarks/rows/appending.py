"""Appending events with tags on a condition: our store against other recorders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from scripts.benchmarks import servers
from scripts.benchmarks.figures import Figure, rate
from scripts.benchmarks.peers import recorders
from scripts.benchmarks.stand import Stand

PLACE: Final = 16
LONG: Final = False

#: Events that are appended one by one, and in batches of what size.
SINGLE: Final = 500
MANY: Final = 10_000
BATCH: Final = 1000


def figures(stand: Stand) -> Iterator[Figure]:
    """Append the lines of a ledger: ours on both databases, the library's, UmaDB."""
    events = recorders.events_of(stand.ledger, MANY)
    try:
        with servers.postgres() as url, servers.umadb(stand.folder) as uma:
            found = {
                (name, size): _rate(append, events, size)
                for size in (1, BATCH)
                for name, append in (
                    ("SQLite", recorders.ours(str(_new(stand.folder / "appended.db")))),
                    ("PostgreSQL", recorders.ours(servers.database(url))),
                    ("library", recorders.of_library(servers.database(url))),
                    ("UmaDB", recorders.umadb(uma)),
                )
            }
    except servers.Missing as missing:
        servers.say(missing)
        return
    for size, what in ((1, "append events one by one"), (BATCH, "append events in batches")):
        for database in ("PostgreSQL", "SQLite"):
            for peer, named in (
                ("library", "the library's DCB recorder for PostgreSQL"),
                ("UmaDB", "UmaDB"),
            ):
                mine, theirs = found[database, size], found[peer, size]
                yield Figure(f"{what} on a condition, on {database}, against {named}",
                             rate(mine), rate(theirs), mine / theirs, None, None, True)  # fmt: skip


def _rate(append: recorders.Append, events: list[recorders.Tagged], size: int) -> float:
    some = events[:SINGLE] if size == 1 else events
    return len(some) / append(some, size)


def _new(file: Path) -> Path:
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    return file
