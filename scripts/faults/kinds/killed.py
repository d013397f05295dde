"""Killed (kill -9) just before a call that changes the disk or makes it durable."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from scripts.faults.bench import Bench
from scripts.faults.checking import check_after
from scripts.faults.operations import Operation

#: The kinds whose faults meet a point of an operation.
HITTING = ("killed", "killed-whole")


def points(bench: Bench, operation: Operation) -> Iterator[str]:
    """Yield each call by its number."""
    for call, count in sorted(bench.calls(operation.name).items()):
        yield from (f"{call}:{number}" for number in range(1, count + 1))


def chance(bench: Bench, operation: Operation, chance: Random) -> str:
    """Return one of the points."""
    return chance.choice(list(points(bench, operation)))


def strike(bench: Bench, operation: Operation, at: str) -> str:
    """Kill it there."""
    call, number = at.split(":")
    folder, ran = bench.struck(operation, call, f"signal=KILL:when={number}")
    state = check_after(folder, operation, ran)
    return state if ran.was_killed else "missed"
