"""Sixteen writers: each throws dice for acts on the same few pupils, cards and boxes.

A writer notes what it was told, and between which two positions; so the whole can be judged
afterwards. Some of its transactions are held open for a while when they have their positions.
"""

from __future__ import annotations

import multiprocessing
import threading
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardledger import Ledger, open_ledger
from cardledger.batch import command_of_row
from tests.machines.acts import random_row, row_of
from tests.machines.model import Answer, as_answer
from tests.support.given import PRESENT, Row, moment

if TYPE_CHECKING:
    from multiprocessing.queues import SimpleQueue
    from multiprocessing.synchronize import Barrier, Event

#: Processes that share nothing with this one; the modules are loaded once for all of them.
processes: Final = multiprocessing.get_context("forkserver")
#: Seconds in which whatever must happen happens.
PATIENCE: Final = 300
#: Every so many acts a writer does what its twin does at the same time, with the same key.
TWINS: Final = 5
#: A transaction in so many is held open, for up to so many seconds.
HELD: Final = 8
HELD_SECONDS: Final = 0.03


class Told(NamedTuple):
    """One act, or one batch: what the writer was told, and where the ledger was meanwhile."""

    rows: list[Row]
    answers: list[Answer]
    positions: list[tuple[int, ...]]
    start: int
    end: int


class Race(NamedTuple):
    """What every writer is given."""

    place: str
    keys: Path
    seed: int
    acts: int
    #: How many writers are threads of one process.
    threads: int


def write(race: Race, first: int, begin: Barrier, told: SimpleQueue[list[Told]]) -> None:
    """Be some writers, each with connections of its own."""

    def run(me: int) -> None:
        heard: list[Told] = []
        try:
            heard = _write(race, me, begin)
        finally:
            # Who fails has nothing to tell, and nobody waits for it.
            told.put(heard)

    threads = [
        threading.Thread(target=run, args=(me,), name=f"writer {me}")
        for me in range(first, first + race.threads)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)


def _write(race: Race, me: int, begin: Barrier) -> list[Told]:
    chance, told = Random(f"{race.seed} {me}"), list[Told]()
    with open_ledger(race.place, keys=race.keys) as ledger:
        ledger.clock = lambda: moment(PRESENT)
        _hold(ledger, Random(f"{race.seed} {me} holding"))
        mine: list[int] = []
        begin.wait(PATIENCE)
        for turn in range(race.acts):
            rows = _rows(race, chance, me, turn, mine)
            one = _record(ledger, rows)
            told.append(one)
            mine += [position for positions in one.positions for position in positions]
    return told


def _rows(race: Race, chance: Random, me: int, turn: int, mine: list[int]) -> list[Row]:
    """Return what to do next: an act, the same as the twin, a void, or a batch."""
    if turn % TWINS == TWINS - 1:
        name = f"T{me // 2}-{turn}"
        return [random_row(Random(f"{race.seed} {name}"), name) | {"key": f"key {name}"}]
    dice = chance.random()
    if dice < 0.06 and mine:
        position = chance.choice(mine[-3:])
        return [row_of("void", f"W{me}-{turn}", {"position": position, "reason": "a mistake"})]
    count = chance.randint(2, 3) if dice > 0.9 else 1
    return [random_row(chance, f"W{me}-{turn}-{index}") for index in range(count)]


def _record(ledger: Ledger, rows: list[Row]) -> Told:
    commands = [command_of_row(row) for row in rows]
    start = ledger.head()
    if len(commands) == 1:
        outcomes = [ledger.record(commands[0])]  # type: ignore[arg-type]
    else:
        outcomes = ledger.record_many(commands, retry_keys=False)
    end = ledger.head()
    answers = [as_answer(one) for one in outcomes]
    return Told(rows, answers, [one.positions for one in outcomes], start, end)


def _hold(ledger: Ledger, chance: Random) -> None:
    """Hold some transactions open when their lines have positions, and before they commit."""
    database: Any = ledger.log._database
    announce = database.announce

    def later(session: Any) -> None:
        announce(session)
        if chance.randrange(HELD) == 0:
            time.sleep(chance.random() * HELD_SECONDS)

    database.announce = later


def read_for_long(race: Race, done: Event) -> None:
    """Hold snapshots open, one after the other, and see that nothing in them changes."""
    with open_ledger(race.place, keys=race.keys) as ledger:
        while not done.is_set():
            with ledger.log.snapshot() as connection:
                before = connection.exec_driver_sql("SELECT max(seq) FROM line").scalar()
                done.wait(0.3)
                after = connection.exec_driver_sql("SELECT max(seq) FROM line").scalar()
                assert after == before, (before, after)
