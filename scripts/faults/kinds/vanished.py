"""A file is away, before a command or while it works, and is put back afterwards.

What is away: the ledger, its write-ahead log, the key store, the checkpoint, or the tables of the
projections, which are dropped by another program and made again from the lines.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

from cardledger import open_ledger
from cardledger.actions.term_swipe import TermSwipe
from scripts.faults.bench import Bench
from scripts.faults.checking import check_after, demand
from scripts.faults.children import run
from scripts.faults.operations import KEYS, LEDGER, Operation

FILES = {
    "ledger": LEDGER,
    "log": "ledger.db-wal",
    "keys": "ledger.keys.db",
    "checkpoint": "ledger.checkpoint",
    "backup": "copy.backup",
    "batch": "batch.jsonl",
}
_LOG = "log"
_TABLES = "tables"
_AWAY = ".away"
#: How a command may end where a file is away from its beginning.
_STATUSES = {"ledger": (2,), "keys": (0, 2), "log": (5,), "backup": (2,), "batch": (2,)}


def points(bench: Bench, operation: Operation) -> Iterator[str]:
    """Yield each file: away before, and after each flush."""
    if not operation.is_command:
        return
    flushes = bench.flushes(operation.name)
    for name in _names(bench, operation):
        yield name
        yield from (f"{name}:{flush}" for flush in flushes)


def chance(bench: Bench, operation: Operation, chance: Random) -> str | None:
    """Return a file that vanishes after a call."""
    names = _names(bench, operation)
    calls = {call: count for call, count in bench.calls(operation.name).items() if count}
    if not operation.is_command or not names:
        return None
    call = chance.choice(sorted(calls))
    return f"{chance.choice(names)}:{call}:{chance.randint(1, calls[call])}"


def strike(bench: Bench, operation: Operation, at: str) -> str:
    """Take it away, run, and put it back."""
    name, _colon, call = at.partition(":")
    if call:
        folder, ran = bench.held(operation, call, lambda folder: _take(folder, name))
        statuses: tuple[int, ...] = (0, 1, 2, 5)
    else:
        folder = bench.fresh(operation)
        if name == _LOG:
            operation = _with_log(folder, operation)
        _take(folder, name)
        ran = run(folder, operation.command)
        statuses = _STATUSES.get(name, (0,))
    put_back = _put_back(folder, name)
    return check_after(folder, operation, ran, statuses=statuses) + ("" if put_back else ", new")


def _with_log(folder: Path, operation: Operation) -> Operation:
    """Let a line be in the write-ahead log only, as somebody leaves it who is killed."""

    def record() -> int:
        ledger = open_ledger(LEDGER, keys=KEYS)
        outcome = ledger.record(TermSwipe(card="C080", at="2010-03-05"))
        return 0 if outcome.outcome == "recorded" else 1

    demand(run(folder, record).status == 0, "the story does not work any more")
    demand((folder / FILES[_LOG]).stat().st_size > 0, "there is no write-ahead log")
    lines = tuple(None if count is None else count + 1 for count in operation.lines)
    return replace(operation, lines=lines)


def _names(bench: Bench, operation: Operation) -> list[str]:
    """Return what can vanish of an operation."""
    there = [name for name, file in FILES.items() if bench.has(operation, file)]
    if "ledger" in there:
        there += [_LOG, _TABLES]
    return there


def _take(folder: Path, name: str) -> None:
    if name == _TABLES:
        _drop(folder / LEDGER)
        return
    file = folder / FILES[name]
    with contextlib.suppress(FileNotFoundError):
        file.rename(file.with_name(file.name + _AWAY))


def _put_back(folder: Path, name: str) -> bool:
    """Put a file back, unless a command had made another one by itself, as it may."""
    if name == _TABLES:
        return True
    file = folder / FILES[name]
    taken = file.with_name(file.name + _AWAY)
    if not taken.exists():
        return True
    if file.exists():
        taken.unlink()
        return False
    taken.rename(file)
    return True


def _drop(ledger: Path) -> None:
    """Drop the tables of the projections; where the command itself writes, they stay."""
    connection = sqlite3.connect(ledger, timeout=0, isolation_level=None)
    with contextlib.closing(connection), contextlib.suppress(sqlite3.OperationalError):
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        names = [name for (name,) in found.fetchall()]
        connection.execute("BEGIN IMMEDIATE")
        for name in names:
            if name.startswith("row_") or name == "projection_cursor":
                connection.execute(f"DROP TABLE {name}")
        connection.execute("COMMIT")
