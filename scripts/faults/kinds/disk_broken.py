"""The disk answers with an input/output error, once: at a write, a flush or a rename."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from scripts.faults.bench import Bench
from scripts.faults.checking import check_after
from scripts.faults.operations import Operation

_CALLS = ("pwrite64", "write", "fsync", "fdatasync", "ftruncate", "rename", "link", "unlink")


def points(bench: Bench, operation: Operation) -> Iterator[str]:
    """Yield each call by its number."""
    for call in _CALLS:
        count = bench.calls(operation.name)[call]
        yield from (f"{call}:{number}" for number in range(1, count + 1))


def chance(bench: Bench, operation: Operation, chance: Random) -> str:
    """Return one of the points."""
    return chance.choice(list(points(bench, operation)))


def strike(bench: Bench, operation: Operation, at: str) -> str:
    """Let the call fail."""
    call, number = at.split(":")
    folder, ran = bench.struck(operation, call, f"error=EIO:when={number}")
    return check_after(folder, operation, ran)
