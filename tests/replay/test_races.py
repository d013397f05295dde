"""Several processes record and catch up at once; one of them is killed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

from cardledger.log import Log
from cardledger.replay import keeping, tables
from tests.replay.test_catching_up import entry, refolded, stored
from tests.support.anything import BEGINNING
from tests.support.given import BORIS, Story, act
from tests.support.given import given as begin

if TYPE_CHECKING:
    from multiprocessing.synchronize import Barrier, Event

#: New processes that share nothing with this one, as other programs do.
processes = multiprocessing.get_context("spawn")
LINES = 60


def history() -> Story:
    """Return a story in which the same cards change all the time."""
    story = begin(*BEGINNING)
    while story.head < LINES:
        story.when(act("lost", card="C1", at="2010-03-02"))
        story.when(act("found", card="C1", at="2010-03-02"))
        story.when(act("student-suspend", student=BORIS, at="2010-03-02"))
        story.when(act("student-resume", student=BORIS, at="2010-03-02"))
    return story


def write(url: str, barrier: Barrier, done: Event) -> None:
    """Write a history line by line."""
    with Log.open(url) as log:
        barrier.wait(60)
        for event in history().events():
            log.append([entry(event)])
        done.set()


def follow(url: str, barrier: Barrier, done: Event, slice_: int) -> None:
    """Catch up all the time until the history is written, and once more."""
    keeping.SLICE = slice_  # type: ignore[misc]
    with Log.open(url) as log:
        barrier.wait(60)
        while not done.is_set():
            keeping.catch_up(log)
        keeping.catch_up(log)


def fold_anew(url: str, barrier: Barrier, done: Event) -> None:
    """Rebuild all the time until the history is written."""
    with Log.open(url) as log:
        barrier.wait(60)
        while not done.is_set():
            keeping.rebuild(log)


@pytest.mark.slow
def test_processes_that_catch_up_at_once_skip_no_line(ledger_url: str) -> None:
    with Log.create(ledger_url, origin="test"):
        pass
    barrier, done = processes.Barrier(4), processes.Event()
    workers = [
        processes.Process(target=write, args=(ledger_url, barrier, done)),
        processes.Process(target=follow, args=(ledger_url, barrier, done, 20_000)),
        processes.Process(target=follow, args=(ledger_url, barrier, done, 3)),
        processes.Process(target=fold_anew, args=(ledger_url, barrier, done)),
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0, 0, 0, 0]
    with Log.open(ledger_url) as log:
        head = keeping.catch_up(log)
        assert head == log.head() >= LINES
        assert stored(log) == refolded(log)


def store_slowly(url: str, barrier: Barrier) -> None:
    """Catch up, and stop for ever between storing rows and being done."""
    put = tables.put

    def slow(*arguments: object) -> None:
        put(*arguments)  # type: ignore[arg-type]
        barrier.wait(60)
        time.sleep(600)

    tables.put = slow  # type: ignore[assignment]
    with Log.open(url) as log:
        keeping.catch_up(log)


@pytest.mark.slow
def test_a_process_that_is_killed_leaves_rows_and_cursor_together(ledger_url: str) -> None:
    events = list(history().events())
    with Log.create(ledger_url, origin="test") as log:
        log.append(map(entry, events[:20]))
        keeping.catch_up(log)
        before = stored(log)
        log.append(map(entry, events[20:]))
        barrier = processes.Barrier(2)
        worker = processes.Process(target=store_slowly, args=(ledger_url, barrier))
        worker.start()
        barrier.wait(60)
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGKILL)
        worker.join(60)
        assert stored(log) == before
        keeping.catch_up(log)
        assert stored(log) == refolded(log) != before
