"""The disk is full, from a write on: once, or for good."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from scripts.faults.bench import Bench
from scripts.faults.checking import check_after
from scripts.faults.operations import Operation

#: What the disk refuses, and for how long: only SQLite's own writes are refused for good, because
#: by the others the program also says that it failed.
_WAYS = (("pwrite64", "+"), ("pwrite64", ""), ("write", ""), ("mkdir", "+"), ("ftruncate", "+"))


def points(bench: Bench, operation: Operation) -> Iterator[str]:
    """Yield each write by its number."""
    for call, on in _WAYS:
        count = bench.calls(operation.name)[call]
        yield from (f"{call}:{number}{on}" for number in range(1, count + 1))


def chance(bench: Bench, operation: Operation, chance: Random) -> str:
    """Return one of the points."""
    return chance.choice(list(points(bench, operation)))


def strike(bench: Bench, operation: Operation, at: str) -> str:
    """Refuse the write."""
    call, number = at.split(":")
    folder, ran = bench.struck(operation, call, f"error=ENOSPC:when={number}")
    return check_after(folder, operation, ran)
