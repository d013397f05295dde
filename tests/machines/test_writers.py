"""Sixteen writers on the same pupils, cards and boxes, with followers beside them."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from cardledger import Ledger, init_ledger
from cardledger.actions.number_allocate import NumberAllocated
from cardledger.batch import command_of_row
from cardledger.verify import verify
from tests.machines.acts import BEGINNING, SCHOOLS, new_model
from tests.machines.comparing import check_places, check_tables, expected, shown
from tests.machines.followers import FOLLOWERS, LAST, follow
from tests.machines.serial import Judge
from tests.machines.writers import PATIENCE, Race, Told, processes, read_for_long, write
from tests.support.given import PRESENT, PRIMARY, act, moment, school

WRITERS: Final = 16
#: Another story: SEED=7 pytest …
SEED: Final = int(os.environ.get("SEED", "1"))


def prepared(place: str, folder: Path) -> tuple[Ledger, Judge]:
    """Make a ledger in which the story begins, and a judge who knows it."""
    ledger = init_ledger(place, school=PRIMARY, keys=folder / "keys.db")
    ledger.clock = lambda: moment(PRESENT)
    judge = Judge(new_model(), moment(PRESENT))
    rows = [school(one) for one in SCHOOLS[1:]] + list(BEGINNING)
    for outcome in ledger.record_many(map(command_of_row, rows), retry_keys=False):
        assert outcome.outcome == "recorded"
    for position, row in enumerate(BEGINNING, judge.model.head + 1):
        judge.model.wrote(position, row, judge.now)
    return ledger, judge


def run(race: Race, judge: Judge, ledger: Ledger) -> None:
    """Let all of them run, and hear what they were told."""
    processes.set_forkserver_preload(["tests.machines.writers", "tests.machines.followers"])
    begin, told = processes.Barrier(WRITERS), processes.SimpleQueue()
    done, failed = processes.Event(), processes.SimpleQueue()
    writers = [
        processes.Process(target=write, args=(race, first, begin, told))
        for first in range(0, WRITERS, race.threads)
    ]
    followers = [processes.Process(target=follow, args=(race, name, failed)) for name in FOLLOWERS]
    reader = processes.Process(target=read_for_long, args=(race, done))
    for process in (reader, *followers, *writers):
        process.start()
    heard: list[list[Told]] = [told.get() for _writer in range(WRITERS)]
    assert all(len(one) == race.acts for one in heard), [len(one) for one in heard]
    for process in writers:
        process.join(PATIENCE)
    done.set()
    before = ledger.head()
    last = act("sync-sent", handler=LAST)
    assert ledger.record(command_of_row(last)).outcome == "recorded"  # type: ignore[arg-type]
    for process in (reader, *followers):
        process.join(PATIENCE)
    problems = [failed.get() for _follower in followers]
    assert not any(problems), problems
    assert {process.exitcode for process in (*writers, *followers, reader)} == {0}
    for one in heard:
        judge.hear(one)
    judge.judge_upto(before, ledger)


def check(race: Race, judge: Judge, ledger: Ledger) -> None:
    """What is there after the race is what the model has, and all of it holds."""
    look = shown(ledger)
    assert look == expected(judge.model.picture())
    check_places(look)
    check_tables(ledger)
    assert verify(ledger).ok
    events = [line.event for line in ledger.lines()]
    keys = Counter(event.key for event in events if event.key and event.binds_key)
    assert set(keys.values()) <= {1}, keys
    allocated = [event.number for event in events if isinstance(event, NumberAllocated)]
    assert len(set(allocated)) == len(allocated), allocated
    handlers = Counter(event.handler for event in events if event.handler[:1] == "W")
    assert set(handlers.values()) <= {1}, handlers


def race_of(place: str, folder: Path, *, acts: int, threads: int = 1) -> None:
    """Run one race from beginning to end."""
    ledger, judge = prepared(place, folder)
    with ledger:
        race = Race(place, folder / "keys.db", SEED, acts, threads)
        run(race, judge, ledger)
        check(race, judge, ledger)
    counted = judge.counted
    counted["lines"] = judge.model.head
    # Shown with pytest -s.
    sys.stderr.write(f"\n{WRITERS} writers: {dict(counted.most_common())}\n")


@pytest.mark.slow
def test_what_sixteen_processes_were_told_is_one_story(sqlite_place: str, tmp_path: Path) -> None:
    race_of(sqlite_place, tmp_path, acts=12)


@pytest.mark.slow
def test_what_sixteen_connections_were_told_is_one_story(
    postgres_place: str, tmp_path: Path
) -> None:
    race_of(postgres_place, tmp_path, acts=12, threads=4)


@pytest.mark.long
@pytest.mark.parametrize("threads", [1, 4, 16])
def test_what_sixteen_writers_were_told_for_long_is_one_story(
    ledger_url: str, tmp_path: Path, threads: int
) -> None:
    race_of(ledger_url, tmp_path, acts=100, threads=threads)
