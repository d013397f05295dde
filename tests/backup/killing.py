"""Kills a backup or a restore at every nth of its steps, in processes forked from this one.

    python -m tests.backup.killing N backup PLACE KEYS FILE
    python -m tests.backup.killing N restore FILE PLACE KEYS

A step is whatever Python tells its audit hooks of: a file opened, linked, renamed or removed, a
database connected to. After each kill it is looked whether nothing is there, or all of it; then
the same is done again without a kill. Prints how often nothing and all was found.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from cardledger import open_ledger
from cardledger.backup import backup, restore
from cardledger.errors import LedgerMissing
from cardledger.verify import verify_place

STEPS = frozenset(
    {
        "open",
        "os.chmod",
        "os.link",
        "os.mkdir",
        "os.remove",
        "os.rename",
        "os.rmdir",
        "shutil.copyfile",
        "shutil.rmtree",
        "sqlite3.connect",
        "tempfile.mkdtemp",
    }
)


def killed_at(step: int, act: Callable[[], None]) -> bool:
    """Do something in a process that is killed at a step; returns whether it came so far."""
    child = os.fork()
    if child == 0:
        left = step

        def count(event: str, _values: object) -> None:
            nonlocal left
            if event in STEPS:
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        act()
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    assert os.waitstatus_to_exitcode(status) == 0
    return False


def in_a_process(act: Callable[[], None]) -> None:
    """Do something in a process of its own, so that this one stays as it is for the next fork."""
    assert not killed_at(0, act)


def back_up(place: str, keys: str, file: str) -> None:
    with open_ledger(place, keys=keys) as ledger:
        backup(ledger, file)


def put_back(file: str, place: str, keys: str) -> None:
    restore(file, place, keys=keys).close()


def everything_of(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir()}


def kill_backups(every: int, place: str, keys: str, file: str) -> dict[str, int]:
    """Kill backups; a file that is there is whole, and nothing is left over."""
    found = {"nothing": 0, "all": 0}
    target = Path(file)
    again = target.parent / "again.db"
    step = 1
    while killed_at(step, lambda: back_up(place, keys, file)):
        if target.exists():
            found["all"] += 1
        else:
            found["nothing"] += 1
            in_a_process(lambda: back_up(place, keys, file))
        in_a_process(lambda: restore(file, again).close())
        target.unlink()
        for name in ("again.db", "again.keys.db", "again.checkpoint"):
            (target.parent / name).unlink()
        step += every
        # What the killed one left is cleared away by the next; here the last one left nothing.
        in_a_process(lambda: back_up(place, keys, file))
        assert everything_of(target.parent) == {target.name}, everything_of(target.parent)
        target.unlink()
    return found


def kill_restores(every: int, file: str, place: str, keys: str) -> dict[str, int]:
    """Kill restores; a ledger that is there is whole, else it can be restored."""
    clear = clearing(place, keys)
    found = {"nothing": 0, "all": 0}
    step = 1
    while killed_at(step, lambda: put_back(file, place, keys)):
        try:
            verdict = verify_place(place, keys=keys)
        except LedgerMissing:
            found["nothing"] += 1
            in_a_process(lambda: put_back(file, place, keys))
            verdict = verify_place(place, keys=keys)
        else:
            found["all"] += 1
        assert verdict.ok, verdict
        assert verdict.unchecked == ()
        clear()
        step += every
    return found


def main(every: str, act: str, *places: str) -> None:
    kill = kill_backups if act == "backup" else kill_restores
    sys.stdout.write(repr(kill(int(every), *places)))


def clearing(place: str, keys: str) -> Callable[[], None]:
    """Return what takes a restored ledger away again."""
    folder = Path(keys).parent

    def clear() -> None:
        for name in everything_of(folder):
            if name.startswith("."):
                continue
            (folder / name).unlink()
        if "://" in place:
            from sqlalchemy import create_engine

            engine = create_engine(place)
            with engine.begin() as connection:
                connection.exec_driver_sql("DROP SCHEMA public CASCADE")
                connection.exec_driver_sql("CREATE SCHEMA public")
            engine.dispose()

    return clear


if __name__ == "__main__":
    main(*sys.argv[1:])
