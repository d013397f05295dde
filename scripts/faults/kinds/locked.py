"""Another process holds a lock on the ledger or on its keys: for a minute, or for a moment.

A minute need not be waited for: strace lets every wait of the child be over at once, so that for it
the time passes; `whole-minute` waits in earnest.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from scripts.faults.bench import Bench
from scripts.faults.checking import check_after, demand
from scripts.faults.children import run
from scripts.faults.operations import KEYS, LEDGER, Operation

_FILES = {"ledger": LEDGER, "keys": KEYS}
#: Seconds for which a lock is held that is given back in time.
_MOMENT = 0.2
#: Waits end at once.
_NO_WAITING = ("-e", "inject=clock_nanosleep:retval=0")
#: What writes to the ledger, and cannot do without.
_WRITING = ("record-one", "record-batch", "rebuild", "forget")


def points(bench: Bench, operation: Operation) -> Iterator[str]:
    """Yield each file, locked for a minute and for a moment."""
    if operation.is_command and bench.has(operation, LEDGER):
        for name in _FILES:
            yield from (f"{name}:minute", f"{name}:moment")


def chance(bench: Bench, operation: Operation, chance: Random) -> str | None:
    """Return a call after which a file is locked for a minute, where the command lets it."""
    if not operation.is_command or not bench.has(operation, LEDGER):
        return None
    calls = {call: count for call, count in bench.calls(operation.name).items() if count}
    call = chance.choice(sorted(calls))
    return f"{chance.choice(sorted(_FILES))}:{call}:{chance.randint(1, calls[call])}"


def strike(bench: Bench, operation: Operation, at: str) -> str:
    """Lock it, run, and give the lock back."""
    name, _colon, how = at.partition(":")
    statuses: tuple[int, ...] = (0, 1)
    if ":" in how:
        with contextlib.ExitStack() as stack:

            def lock(folder: Path) -> None:
                # Where the command itself is writing there is nothing to lock.
                stack.enter_context(_locked(folder / _FILES[name]))

            folder, ran = bench.held(operation, how, lock, more=_NO_WAITING)
        return check_after(folder, operation, ran, statuses=statuses)
    folder = bench.fresh(operation)
    strace = ("-e", "trace=clock_nanosleep", *_NO_WAITING) if how == "minute" else ()
    with contextlib.ExitStack() as stack:
        stack.enter_context(_locked(folder / _FILES[name]))

        def let_go(_child: int) -> None:
            if how == "moment":
                time.sleep(_MOMENT)
                stack.close()

        ran = run(folder, operation.command, strace=strace, meanwhile=let_go)
    if how == "moment":
        statuses = (0,)
    elif name == "ledger" and operation.name in _WRITING:
        statuses = (1,)
    if ran.status == 1:
        demand("Another program is writing" in ran.err, f"it said: {ran.err}")
    return check_after(folder, operation, ran, statuses=statuses)


@contextlib.contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Let a process of its own hold the lock that a writer has, and change nothing.

    Where it cannot have the lock there is none. A child that is forked by whoever has a lock
    itself would take itself for its owner.
    """
    told, tell = os.pipe()
    ending, end = os.pipe()
    child = os.fork()
    if child == 0:
        _hold(file, tell, ending)
    os.close(tell)
    os.close(ending)
    try:
        # Nothing comes where the lock was not to be had.
        os.read(told, 1)
        yield
    finally:
        # What was forked meanwhile has the pipe too: that it is closed here would not be noticed.
        os.write(end, b"!")
        os.waitpid(child, 0)
        os.close(told)
        os.close(end)


def _hold(file: Path, tell: int, ending: int) -> None:
    """Hold the lock until the other end of a pipe says so; never returns."""
    try:
        with contextlib.closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as one:
            one.execute("BEGIN EXCLUSIVE")
            os.write(tell, b"!")
            os.read(ending, 1)
            one.execute("ROLLBACK")
    finally:
        os._exit(0)
