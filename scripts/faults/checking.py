"""What must hold after a fault, and after the same command was given again."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from cardledger import open_ledger
from cardledger.backup.archive import check_archive
from cardledger.errors import CardledgerError
from cardledger.replay import Replay
from cardledger.verify import verify
from scripts.faults.children import Broken, Ran, run
from scripts.faults.operations import KEYS, LEDGER, Operation, is_missing

#: Said where the program met something that it did not think of.
UNFORESEEN = ("Something unexpected", "TRACEBACK", "Traceback")


def demand(holds: bool, sentence: str) -> None:
    """Raise `Broken` where something does not hold."""
    if not holds:
        raise Broken(sentence)


def check_after(
    folder: Path,
    operation: Operation,
    ran: Ran,
    place: str = "",
    statuses: tuple[int, ...] = (0, 1),
) -> str:
    """Check what a fault left behind, give the command again; return which state it had left.

    place: the URL of the ledger, where it is not in the folder. statuses: how the command may end
    where it was not killed.
    """
    check_said(ran, statuses)
    operation.mend(folder)
    lines = sound(folder, place)
    demand(lines in operation.lines, f"there are {lines} lines, not {operation.lines}")
    whole = operation.lines if operation.retry else operation.lines[-1:]
    if ran.status == 0:
        demand(lines in whole, f"acknowledged, but there are {lines} lines")
    _check_product(folder, operation, must_be=ran.status == 0)
    again = run(folder, operation.retry or operation.command, place=place)
    there = lines is not None and operation.lines[0] is None
    there |= bool(operation.product) and again.status == 2
    demand(
        again.status in (operation.again if there else (0,)),
        f"given again it ends with {again.status}: {again.err}",
    )
    last = sound(folder, place)
    demand(last in whole, f"given again, there are {last} lines")
    _check_product(folder, operation, must_be=True)
    _check_modes(folder)
    operation.holds(folder, ran)
    if operation.retry:
        return "some" if ran.status else "all"
    return "none" if lines is None else "all" if lines == operation.lines[-1] else "before"


def check_said(ran: Ran, statuses: tuple[int, ...]) -> None:
    """Raise `Broken` unless a command ended as it may, and said in words why where it failed."""
    for word in UNFORESEEN:
        demand(word not in ran.err, f"it said: {ran.err}")
    if not ran.was_killed:
        demand(ran.status in statuses, f"it ended with {ran.status}: {ran.err}")
        demand(ran.status == 0 or bool(ran.err.strip()), f"status {ran.status} without a word")


def sound(folder: Path, place: str = "") -> int | None:
    """Return how many lines there are; raise `Broken` where they, or the tables, do not verify."""
    place = place or str(folder / LEDGER)
    try:
        if is_missing(place):
            return None
        with open_ledger(place, keys=folder / KEYS) as ledger:
            found = verify(ledger)
            demand(found.ok, f"it does not verify: {found.problem}")
            replay = Replay(ledger)
            replay.catch_up()
            demand(replay.check().ok, "the tables are not what the lines add up to")
            return ledger.head()
    except CardledgerError as error:
        raise Broken(f"it cannot be opened: {error}") from error


def _check_product(folder: Path, operation: Operation, *, must_be: bool) -> None:
    file = folder / operation.product
    if not operation.product or (not file.exists() and not must_be):
        return
    demand(file.exists(), f"{operation.product} is not there")
    if operation.name == "backup":
        check_archive(file)
    else:
        demand(file.read_text().count("\n") >= 4, f"{operation.product} is half there")


def _check_modes(folder: Path) -> None:
    given = {"batch.jsonl"}
    for top, folders, files in os.walk(folder):
        for name in {*folders, *files} - given:
            mode = stat.S_IMODE(os.lstat(Path(top) / name).st_mode)
            demand(not mode & 0o077, f"{name} is open to others: {mode:o}")
