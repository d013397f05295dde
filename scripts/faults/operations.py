"""What is struck: commands on a prepared ledger, each with the states that it may leave behind."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cardledger import init_ledger, open_ledger
from cardledger.backup import backup
from cardledger.batch import command_of_row
from cardledger.errors import BadInput, LedgerMissing
from cardledger.log import Log
from cardledger.replay import Replay
from scripts.faults import station
from scripts.faults.children import Command, Ran

SCHOOL: Final = "01170011"
#: Pupils with a card each; with the two lines of the making, the next batch fills a tile of 256.
PUPILS: Final = 80
LINES: Final = 2 + 3 * PUPILS
BATCH: Final = 30
LEDGER: Final = "ledger.db"

KEYS: Final = "ledger.keys.db"

#: Prepares a folder with a ledger at a place: a path, or the URL of a database.
Make = Callable[[Path, str], None]


@dataclass(frozen=True)
class Operation:
    """A command in a folder that `make` prepared.

    lines: how many there may be when it was stopped; the last is how many there are when it was
    not. None stands for no ledger. again: exit statuses of the same command given once more.
    """

    name: str
    command: Command
    make: Make
    lines: tuple[int | None, ...]
    again: tuple[int, ...] = (0,)
    #: A file that must be there wholly or not at all; where it is, there is nothing to repeat.
    product: str = ""
    #: What is given in place of the same command once more; then any of `lines` may be there.
    retry: Command | None = None
    #: Puts back what the command itself had moved when it was stopped.
    mend: Callable[[Path], None] = lambda _folder: None
    #: What else must hold of what it said, after it was given again.
    holds: Callable[[Path, Ran], None] = lambda _folder, _ran: None

    @property
    def is_command(self) -> bool:
        """Whether it is a command line, which people can begin by itself."""
        return not callable(self.command)


def number(index: int) -> str:
    """Return the number of a pupil."""
    return f"{SCHOOL}01501{index:02}0"


def _pupils(folder: Path, place: str) -> None:
    """Make a ledger of pupils who have a card each, upgraded; its tables are up to date."""
    rows: list[dict[str, object]] = []
    for index in range(1, PUPILS + 1):
        card, pupil = f"C{index:03}", number(index)
        rows.append(
            {"action": "student-add", "number": pupil, "name": f"学生{index}", "cohort": 2015}
            | {"class": "1班"}
        )
        rows.append({"action": "issue", "card": card, "student": pupil, "at": "2010-02-20"})
        rows.append({"action": "upgrade", "card": card, "at": "2010-03-01"})
    with init_ledger(place, school=SCHOOL, keys=folder / KEYS) as ledger:
        commands = [command_of_row(row) for row in rows]
        unread = [one for one in commands if isinstance(one, BadInput)]
        if unread:
            raise unread[0]
        outcomes = ledger.record_many(commands)
        refused = [one for one in outcomes if one.outcome != "recorded"]
        if refused:
            raise SystemExit(f"the story does not work any more: {refused[0]}")
        Replay(ledger).catch_up()


def _with_batch(folder: Path, place: str) -> None:
    _pupils(folder, place)
    rows = [
        {"action": "term-swipe", "card": f"C{index:03}", "at": "2010-03-05"}
        for index in range(1, BATCH + 1)
    ]
    (folder / "batch.jsonl").write_text("\n".join(map(json.dumps, rows)))


def _behind(folder: Path, place: str) -> None:
    """Leave the tables behind the lines."""
    _with_batch(folder, place)
    with open_ledger(place, keys=folder / KEYS) as ledger:
        text = (folder / "batch.jsonl").read_text()
        rows = [command_of_row(json.loads(row)) for row in text.splitlines()]
        ledger.record_many(rows)


def _with_backup(folder: Path, place: str) -> None:
    _pupils(folder, place)
    with open_ledger(place, keys=folder / KEYS) as ledger:
        backup(ledger, folder / "copy.backup")
    for file in folder.glob("ledger.*"):
        file.unlink()


def _nothing(_folder: Path, _place: str) -> None:
    """Leave the folder empty."""


def _with_left_queue(folder: Path, place: str) -> None:
    """Leave swipes in the queue of a station that is no more."""
    _pupils(folder, place)
    station.leave(folder)


def _at_station(
    name: str,
    act: Callable[[], int],
    make: Make,
    mend: Callable[[Path], None] = lambda _folder: None,
) -> Operation:
    """Return what is done at a station: the next one writes what the one before left behind."""
    lines = tuple(range(LINES, LINES + station.LINES + 1))
    return Operation(name, act, make, lines, retry=station.settle, mend=mend, holds=station.check)


OPERATIONS: Final[dict[str, Operation]] = {
    one.name: one
    for one in (
        Operation("init", ("init", "--school", SCHOOL), _nothing, (None, 2), again=(0, 2)),
        Operation(
            "record-one", ("term-swipe", "C001", "--at", "2010-03-05"), _pupils, (LINES, LINES + 1)
        ),
        Operation("record-batch", ("record", "batch.jsonl"), _with_batch, (LINES, LINES + BATCH)),
        Operation("catch-up", ("roster",), _behind, (LINES + BATCH,)),
        Operation("rebuild", ("rebuild",), _behind, (LINES + BATCH,)),
        Operation("forget", ("forget", number(1), "--yes"), _pupils, (LINES, LINES + 1)),
        Operation(
            "checkpoint", ("checkpoint", "--output", "note"), _pupils, (LINES,), product="note"
        ),
        Operation(
            "backup",
            ("backup", "copy.backup"),
            _pupils,
            (LINES,),
            again=(0, 2),
            product="copy.backup",
        ),
        Operation("restore", ("restore", "copy.backup"), _with_backup, (None, LINES), again=(0, 2)),
        _at_station("station-locked", station.locked, _pupils),
        _at_station("station-away", station.away, _pupils, mend=station.put_back),
        _at_station("station-left", station.taken_over, _with_left_queue),
    )
}


class Templates:
    """Prepared folders, made once and copied for every fault."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def make(self, operation: Operation) -> Path:
        """Return the prepared folder of an operation, which is made if need be."""
        template = self._root / operation.name
        if not template.exists():
            template.mkdir(parents=True)
            operation.make(template, str(template / LEDGER))
        return template

    def copy(self, operation: Operation, folder: Path) -> None:
        """Put a fresh copy of what an operation begins with into a folder that is not there."""
        shutil.copytree(self.make(operation), folder)


def is_missing(place: str) -> bool:
    """Whether there is no ledger at a place, or one whose making was never finished."""
    try:
        with Log.open(place) as log:
            return log.head() == 0
    except LedgerMissing:
        return True
