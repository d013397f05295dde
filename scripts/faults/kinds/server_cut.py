"""The connection to PostgreSQL is cut at a call to the server, or the program is killed there."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from scripts.faults.bench import Bench
from scripts.faults.checking import check_after
from scripts.faults.operations import Operation

#: What is struck on a server; the others are of files.
OPERATIONS = ("record-one", "record-batch", "catch-up", "rebuild", "forget")
_WAYS = {"cut": "error=ECONNRESET", "killed": "signal=KILL"}


def points(bench: Bench, operation: Operation) -> Iterator[str]:
    """Yield each call to the server by its number."""
    if operation.name in OPERATIONS:
        for call, count in sorted(bench.server.calls(operation).items()):
            for number in range(1, count + 1):
                yield f"{call}:{number}:killed"
                # A send that fails on a line that is whole leads libpq to wait for the end of it.
                if call == "recvfrom":
                    yield f"{call}:{number}:cut"


def chance(bench: Bench, operation: Operation, chance: Random) -> str | None:
    """Return one of the points."""
    every = list(points(bench, operation))
    return chance.choice(every) if every else None


def strike(bench: Bench, operation: Operation, at: str) -> str:
    """Cut the connection there."""
    call, number, way = at.split(":")
    folder, ran = bench.server.struck(operation, call, f"{_WAYS[way]}:when={number}")
    return check_after(folder, operation, ran, bench.server.place)
