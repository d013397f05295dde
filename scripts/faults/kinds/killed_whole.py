"""Killed (kill -9) in a process of its own, begun by the console script: its start is in it too."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from scripts.faults.bench import Bench
from scripts.faults.checking import check_after
from scripts.faults.kinds import killed
from scripts.faults.operations import Operation

#: Of the points, those that are met in any case; chance meets the others too.
_EVERY = 10


def points(bench: Bench, operation: Operation) -> Iterator[str]:
    """Yield a share of the calls by their numbers."""
    if operation.is_command:
        yield from list(killed.points(bench, operation))[::_EVERY]


def chance(bench: Bench, operation: Operation, chance: Random) -> str | None:
    """Return one of the calls."""
    return killed.chance(bench, operation, chance) if operation.is_command else None


def strike(bench: Bench, operation: Operation, at: str) -> str:
    """Kill it there."""
    call, number = at.split(":")
    folder, ran = bench.struck(operation, call, f"signal=KILL:when={number}", whole=True)
    state = check_after(folder, operation, ran)
    return state if ran.was_killed else "missed"
