"""Several processes at once, and processes that are killed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

from cardledger.errors import Conflict, LedgerExists
from cardledger.log import Entry, Log
from cardledger.tlog import Frontier, leaf_hash
from tests.log.samples import ORIGIN, entries, rows, seqs

if TYPE_CHECKING:
    from multiprocessing.synchronize import Barrier

#: New processes that share nothing with this one, as other programs do.
processes = multiprocessing.get_context("spawn")
WRITERS = 4
#: Exit status of a process that found the log made by another one.
LATE = 7
ROUNDS = 25


def race(url: str, barrier: Barrier, writer: int) -> None:
    """Try in every round to be the only one who writes about that round's card."""
    with Log.open(url) as log:
        for number in range(ROUNDS):
            card = f"card:{number}"
            barrier.wait(60)
            head = log.head()
            if list(log.read(tags=[card], upto=head)):
                continue
            line = Entry("won", b"%d" % writer, (card, f"writer:{writer}"))
            try:
                log.append([line], unless=[card], after=head)
            except Conflict:
                log.append([Entry("lost", b"%d" % writer, (f"writer:{writer}",))])


def read_to(url: str, barrier: Barrier, last: str) -> None:
    """Follow the log as it grows; fail where a line is skipped."""
    with Log.open(url) as log:
        seen = 0
        barrier.wait(60)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            for line in log.read(after=seen):
                if line.seq != seen + 1:
                    raise SystemExit(f"line {line.seq} came after {seen}")
                seen = line.seq
                if line.name == last:
                    raise SystemExit(0)
        raise SystemExit("the last line never came")


@pytest.mark.slow
def test_one_wins_each_round_and_no_reader_misses_a_line(ledger_url: str) -> None:
    Log.create(ledger_url, origin=ORIGIN).close()
    start, rounds = processes.Barrier(2), processes.Barrier(WRITERS)
    reader = processes.Process(target=read_to, args=(ledger_url, start, "end"))
    writers = [
        processes.Process(target=race, args=(ledger_url, rounds, number))
        for number in range(WRITERS)
    ]
    reader.start()
    start.wait(60)
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    with Log.open(ledger_url) as log:
        log.append([Entry("end", b"", ())])
        reader.join(120)
        lines = list(log.read())
        assert [process.exitcode for process in (*writers, reader)] == [0] * (WRITERS + 1)
        assert seqs(lines) == [line.position for line in lines] == list(range(1, len(lines) + 1))
        assert sum(line.name == "won" for line in lines) == ROUNDS
        for number in range(ROUNDS):
            assert len(list(log.read(tags=[f"card:{number}"]))) == 1
        frontier = Frontier()
        frontier.extend(leaf_hash(line.data) for line in lines)
        assert log.root() == frontier.root()


def create(url: str, barrier: Barrier, origin: str) -> None:
    barrier.wait(60)
    try:
        Log.create(url, origin=origin).close()
    except LedgerExists:
        raise SystemExit(LATE) from None


@pytest.mark.slow
def test_only_one_of_several_processes_creates_the_log(ledger_url: str) -> None:
    barrier = processes.Barrier(WRITERS)
    creators = [
        processes.Process(target=create, args=(ledger_url, barrier, f"origin {number}"))
        for number in range(WRITERS)
    ]
    for creator in creators:
        creator.start()
    for creator in creators:
        creator.join(60)
    with Log.open(ledger_url) as log:
        winner = int(log.origin.removeprefix("origin "))
        assert log.append(entries(1)) == range(1, 2)
    codes = [creator.exitcode for creator in creators]
    assert codes == [0 if number == winner else LATE for number in range(WRITERS)]


def append_for_ever(url: str, size: int) -> None:
    with Log.open(url) as log:
        while True:
            log.append(entries(size, log.head() + 1), sign=lambda size, root: str(size))


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 3000])
def test_writer_that_is_killed_leaves_whole_appends_only(ledger_url: str, size: int) -> None:
    Log.create(ledger_url, origin=ORIGIN).close()
    for _ in range(3):
        with Log.open(ledger_url) as log:
            before = log.head()
        writer = processes.Process(target=append_for_ever, args=(ledger_url, size))
        writer.start()
        with Log.open(ledger_url) as log:
            deadline = time.monotonic() + 60
            while log.head() == before and time.monotonic() < deadline:
                time.sleep(0.01)
            assert writer.pid is not None
            os.kill(writer.pid, signal.SIGKILL)
            writer.join(60)
            assert log.head() > before
            assert log.append(entries(size, log.head() + 1), sign=lambda size, root: str(size))
    with Log.open(ledger_url) as log:
        lines = list(log.read())
        assert len(lines) % size == 0
        assert seqs(lines) == list(range(1, len(lines) + 1))
        frontier = Frontier()
        frontier.extend(leaf_hash(line.data) for line in lines)
        assert log.root() == log.root(len(lines)) == frontier.root()
        assert log.checkpoint() == str(len(lines))
        assert rows(log, "SELECT count(*) FROM tag") == [(2 * len(lines),)]
