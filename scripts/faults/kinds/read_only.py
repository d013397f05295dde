"""The folder can only be read: by its modes, by those of its files, or because it is mounted so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

from scripts.faults.bench import Bench
from scripts.faults.checking import check_after
from scripts.faults.children import run
from scripts.faults.operations import Operation
from scripts.faults.rights import as_nobody, is_superuser, mounted_read_only

#: Calls after which the folder is made so while a command is at work.
_CALLS = ("fsync", "fdatasync", "pwrite64")


def points(bench: Bench, operation: Operation) -> Iterator[str]:
    """Yield what can be read only from the beginning, and after each flush."""
    if operation.is_command:
        yield from ("folder", "files")
        if is_superuser():
            yield "mounted"
        flushes = bench.flushes(operation.name)
        yield from flushes


def chance(bench: Bench, operation: Operation, chance: Random) -> str | None:
    """Return a call after which the folder is made so."""
    calls = [call for call in _CALLS if bench.calls(operation.name)[call]]
    if not operation.is_command or not calls:
        return None
    call = chance.choice(calls)
    return f"{call}:{chance.randint(1, bench.calls(operation.name)[call])}"


def strike(bench: Bench, operation: Operation, at: str) -> str:
    """Make it so, run, and let it be written again."""
    if ":" in at:
        folder, ran = bench.held(operation, at, _close, as_nobody)
        statuses: tuple[int, ...] = (0, 1)
    else:
        folder = bench.fresh(operation)
        prepare = mounted_read_only(folder) if at == "mounted" else as_nobody(folder)
        if at != "mounted":
            _close(folder, files=at == "files")
        ran = run(folder, operation.command, prepare=prepare)
        statuses = (1,)
    _open(folder)
    return check_after(folder, operation, ran, statuses=statuses)


def _close(folder: Path, *, files: bool = False) -> None:
    folder.chmod(0o500)
    if files:
        for file in folder.iterdir():
            file.chmod(0o400)


def _open(folder: Path) -> None:
    folder.chmod(0o700)
    for file in folder.iterdir():
        file.chmod(0o600)
