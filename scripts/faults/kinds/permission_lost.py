"""A file of the ledger, or its folder, may not be used any more: its modes say so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from scripts.faults.bench import Bench
from scripts.faults.checking import check_after
from scripts.faults.children import run
from scripts.faults.kinds.vanished import FILES
from scripts.faults.operations import Operation
from scripts.faults.rights import as_nobody

#: The folder itself: nothing in it can be reached, or only what its name tells.
_FOLDER = "folder"
#: What reads a file that somebody gave it.
_READING = ("record-batch", "restore")
#: What is left of the rights.
_LEFT = {"nothing": 0, "reading": 0o400}


def points(bench: Bench, operation: Operation) -> Iterator[str]:
    """Yield each file with what is left of its rights."""
    if operation.is_command:
        for name in (*FILES, _FOLDER):
            if name == _FOLDER or bench.has(operation, FILES[name]):
                yield from (f"{name}-{left}" for left in _LEFT)


def chance(bench: Bench, operation: Operation, chance: Random) -> str | None:
    """Return a file that loses its rights after a call."""
    before = list(points(bench, operation))
    calls = {call: count for call, count in bench.calls(operation.name).items() if count}
    if not before:
        return None
    call = chance.choice(sorted(calls))
    return f"{chance.choice(before)}:{call}:{chance.randint(1, calls[call])}"


def strike(bench: Bench, operation: Operation, at: str) -> str:
    """Take the rights, run, and give them back."""
    what, _colon, call = at.partition(":")
    name, _dash, left = what.partition("-")
    lose = _loss(name, _LEFT[left])
    if call:
        folder, ran = bench.held(operation, call, lose, as_nobody)
    else:
        folder = bench.fresh(operation)
        prepare = as_nobody(folder)
        lose(folder)
        ran = run(folder, operation.command, prepare=prepare)
    for top in (folder, *folder.iterdir()):
        top.chmod(0o700 if top.is_dir() else 0o600)
    return check_after(folder, operation, ran, statuses=_statuses(operation, what, call))


def _statuses(operation: Operation, what: str, call: str) -> tuple[int, ...]:
    """Return how the command may end: 2 where what it was given to read cannot be read."""
    if what in ("batch-nothing", "backup-nothing") and operation.name in _READING and not call:
        return (2,)
    return (0, 1, 2) if operation.name in _READING else (0, 1)


def _loss(name: str, mode: int) -> Callable[[Path], None]:
    def lose(folder: Path) -> None:
        file = folder if name == _FOLDER else folder / FILES[name]
        if file.exists():
            file.chmod(mode)

    return lose
