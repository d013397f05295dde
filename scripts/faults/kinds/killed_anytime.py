"""Killed (kill -9) after some time, wherever it may be."""

from __future__ import annotations

import os
import signal
import time
from random import Random

from scripts.faults.bench import Bench
from scripts.faults.checking import check_after
from scripts.faults.children import run
from scripts.faults.operations import Operation

#: Microseconds within which every operation here ends.
_LONGEST = 400_000


def points(_bench: Bench, _operation: Operation) -> list[str]:
    """Return nothing: no moment is one that must be met."""
    return []


def chance(_bench: Bench, _operation: Operation, chance: Random) -> str:
    """Return a time; earlier ones are more frequent, because most happens early."""
    return f"{int(chance.random() ** 2 * _LONGEST)}us"


def strike(bench: Bench, operation: Operation, at: str) -> str:
    """Kill it then."""
    folder = bench.fresh(operation)

    def kill(child: int) -> None:
        time.sleep(int(at.removesuffix("us")) / 1e6)
        os.kill(child, signal.SIGKILL)

    return check_after(folder, operation, run(folder, operation.command, meanwhile=kill))
