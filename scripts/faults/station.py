"""What is done at a station whose ledger cannot be written for a while: its queue is struck.

Each function is what a child does in its folder; it says a line for what it acknowledged, as soon
as that is acknowledged: `["queued", "C003", "2010-03-05T08:00:03.000+08:00"]`. Whatever becomes of
the child after that, the swipe must be in the ledger, once, and in the order of the swipes.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from cardledger import open_ledger
from cardledger.actions.term_swipe import TermSwiped
from cardledger.actions.void import LineVoided
from cardledger.cli.edge import status_of
from cardledger.moments import Moment
from cardledger.station.acts import ACTS
from cardledger.station.queue.records import read_lines
from cardledger.station.station import Station
from cardledger.station.swipe import Swipe, Typed
from scripts.faults.children import Broken, Ran

#: Lines that a shift here writes at most: its swipes, and a void.
LINES: Final = 9
_LEDGER: Final = Path("ledger.db")
_AWAY: Final = Path("ledger.away")
_QUEUE: Final = Path("queue")
#: What is said of a swipe that is to be taken back, and of one that was.
_UNDOING: Final = "undoing"
_UNDONE: Final = "undone"
_KEPT: Final = ("recorded", "repeated", "refused", "queued")
#: Seconds that the station waits for a lock.
_PATIENCE: Final = 0.01


class _Clock:
    """A clock that goes on by a second a look, from a moment of the cards' own time."""

    def __init__(self, minute: int) -> None:
        self._minute = minute
        self._second = 0

    def __call__(self) -> Moment:
        self._second += 1
        minute, second = self._minute + self._second // 60, self._second % 60
        return Moment(f"2010-03-05T08:{minute:02}:{second:02}.000+08:00")


def locked() -> int:
    """Swipe while somebody else writes, take one back, and write what was kept."""
    return _shift(0, _locked)


def away() -> int:
    """Swipe while the ledger's file is away, take one back, and write what was kept."""
    return _shift(0, _moved)


def taken_over() -> int:
    """Take over what another station left, and go on."""

    def work() -> int:
        with _station(20) as station:
            _tell(*station.flush())
            _swipe(station, "C007")
            return _ended(station)

    return status_of(work, debug=False)


def settle() -> int:
    """Be the next station: write what is left."""
    return _settled(40)


def leave(folder: Path) -> None:
    """Let a station in another process keep swipes, and be gone."""
    child = os.fork()
    if child == 0:
        os.chdir(folder)
        said = os.open("said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(said, 1)
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
        with _locked():
            station = _station(0).__enter__()
            _work(station)
            os._exit(0)
    if os.waitpid(child, 0)[1]:
        raise SystemExit("the story of the station does not work any more")


def put_back(folder: Path) -> None:
    """Put the ledger back where the child that took it away was killed."""
    if (folder / _AWAY).exists():
        (folder / _AWAY).rename(folder / _LEDGER)


def check(folder: Path, ran: Ran) -> None:
    """Raise `Broken` unless all that was acknowledged is there: once, in order, nothing else twice.

    It is called when the next station has written what was left.
    """
    told: dict[tuple[str, str], str] = {}
    earlier = folder / "said"
    for line in (earlier.read_text() if earlier.exists() else "").splitlines() + _whole(ran.out):
        verdict, card, at = json.loads(line)
        told[card, at] = verdict
    found, order = _swiped(folder)
    for touch, verdict in told.items():
        wanted = 0 if verdict == _UNDONE else 1
        if verdict in (*_KEPT, _UNDONE) and found[touch] != wanted:
            raise Broken(f"{touch} was {verdict}, and is there {found[touch]} times")
    if set(found.values()) - {0, 1}:
        raise Broken(f"there twice: {found}")
    if order != sorted(order):
        raise Broken(f"not in the order in which they were swiped: {order}")
    for file in (folder / _QUEUE).iterdir():
        if file.suffix == ".damaged":
            raise Broken(f"the queue was damaged: {file.read_bytes()!r}")
        read = read_lines(file.read_bytes())
        if read.damaged or len(read.records) > 1:
            raise Broken(f"{file.name} still holds {read}")


def _swiped(folder: Path) -> tuple[Counter[tuple[str, str]], list[Moment]]:
    """Return how often each swipe is in the ledger and not void, and when they were, in order."""
    swiped: dict[int, TermSwiped] = {}
    order: list[Moment] = []
    with open_ledger(folder / _LEDGER, keys=folder / "ledger.keys.db") as ledger:
        for line in ledger.lines():
            if isinstance(line.event, TermSwiped):
                swiped[line.position] = line.event
                order.append(line.event.at)
            elif isinstance(line.event, LineVoided):
                swiped.pop(line.event.position)
    return Counter((one.card, one.at) for one in swiped.values()), order


def _whole(said: str) -> list[str]:
    """Return the lines that were said to their end."""
    return said[: said.rfind("\n") + 1].splitlines()


def _station(minute: int) -> Station:
    return Station(
        _LEDGER,
        ACTS["term-swipe"],
        {"term": "2010-spring"},
        keys=Path("ledger.keys.db"),
        handler="王敏",
        queue=_QUEUE,
        patience=_PATIENCE,
        clock=_Clock(minute),
    )


def _shift(minute: int, trouble: Callable[[], AbstractContextManager[None]]) -> int:
    def work() -> int:
        with _station(minute) as station:
            _swipe(station, "C001")
            _swipe(station, "C002")
            with trouble():
                _work(station)
            _tell(*station.flush())
            _swipe(station, "C006")
            return _ended(station)

    return status_of(work, debug=False)


def _settled(minute: int) -> int:
    def work() -> int:
        with _station(minute) as station:
            _tell(*station.flush())
            return _ended(station)

    return status_of(work, debug=False)


def _ended(station: Station) -> int:
    """Return the exit status, as plain mode has it: 1 where something still waits."""
    if station.waiting():
        sys.stderr.write(f"Not yet written: {station.waiting()}.\n")
    return 1 if station.waiting() else 0


def _work(station: Station) -> None:
    """Swipe, and take one back."""
    _swipe(station, "C003")
    last = _swipe(station, "C004")
    # What was not kept is no act: the one before it would be taken back.
    if last.verdict != "failed":
        # From here on it may be there or not, until one of the two is said.
        _say(_UNDOING, last.card, last.at)
        if station.undo().verdict != "failed":
            _say(_UNDONE, last.card, last.at)
    _swipe(station, "C005")


def _swipe(station: Station, card: str) -> Swipe:
    swipe = station.take(Typed(text=card, at=station.now()))
    _tell(swipe)
    return swipe


def _tell(*swipes: Swipe) -> None:
    for one in swipes:
        _say(one.verdict, one.card, one.at)
        if one.verdict == "failed":
            sys.stderr.write(f"{one.message} {one.hint}\n")


def _say(*words: str) -> None:
    sys.stdout.write(json.dumps(words, ensure_ascii=False) + "\n")
    sys.stdout.flush()


@contextmanager
def _locked() -> Iterator[None]:
    """Write to the ledger, as another program would, and change nothing.

    A disk that is full or broken is that for this other program too.
    """
    with closing(sqlite3.connect(_LEDGER, isolation_level=None)) as connection:
        with suppress(sqlite3.OperationalError):
            connection.execute("BEGIN IMMEDIATE")
        yield
        with suppress(sqlite3.OperationalError):
            connection.execute("ROLLBACK")


@contextmanager
def _moved() -> Iterator[None]:
    """Take the ledger's file away."""
    _LEDGER.rename(_AWAY)
    yield
    _AWAY.rename(_LEDGER)
