"""PostgreSQL's process for a connection is ended after some time, while it works."""

from __future__ import annotations

import time
from random import Random

from scripts.faults.bench import Bench
from scripts.faults.checking import check_after
from scripts.faults.children import run
from scripts.faults.kinds.server_cut import OPERATIONS
from scripts.faults.operations import Operation
from scripts.faults.server import WORK

#: Microseconds within which every operation here ends.
_LONGEST = 400_000


def points(_bench: Bench, _operation: Operation) -> list[str]:
    """Return nothing: no moment is one that must be met."""
    return []


def chance(_bench: Bench, operation: Operation, chance: Random) -> str | None:
    """Return a time."""
    if operation.name not in OPERATIONS:
        return None
    return f"{int(chance.random() * _LONGEST)}us"


def strike(bench: Bench, operation: Operation, at: str) -> str:
    """End it then."""
    server = bench.server
    folder = server.fresh(operation)

    def end(_child: int) -> None:
        time.sleep(int(at.removesuffix("us")) / 1e6)
        server.do(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{WORK}'"  # nosec B608 # our own name
        )

    ran = run(folder, operation.command, place=server.place, meanwhile=end)
    return check_after(folder, operation, ran, server.place)
