"""A server fails with its machine, and its standby takes its place; what each setting is worth.

Two real clusters: the standby was copied from the other and follows it.
"""

from __future__ import annotations

import os
import secrets
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from cardledger import Ledger, TermSwipe, init_ledger, open_ledger
from cardledger.batch import command_of_row
from cardledger.errors import (
    CardledgerError,
    RollbackFound,
    ServerReadOnly,
    ServerSilent,
    Unreplicated,
)
from cardledger.events import Codec, UnknownEvent
from cardledger.log import Log
from cardledger.replay import Replay
from cardledger.store import Recorder
from cardledger.verify import verify
from tests.support import postgres
from tests.support.cluster import wait_until
from tests.support.given import PRIMARY, act, moment, number, pupil
from tests.support.pair import Pair

pytestmark = pytest.mark.slow

PUPILS: Final = 40
WRITERS: Final = 6
#: Seconds within which writers reach the new server.
LIMIT: Final = 60.0


class Town:
    """A ledger in a database of its own on a server that has a standby."""

    def __init__(self, pair: Pair, folder: Path) -> None:
        self.pair: Final = pair
        self.name: Final = f"cards_{secrets.token_hex(4)}"
        self.keys: Final = folder / "keys.db"

    def place(self, **query: str) -> str:
        """Return the URL that names both servers."""
        return self.pair.place(self.name, **query)

    def open(self, place: str = "", **options: Any) -> Ledger:
        """Open the ledger."""
        ledger = open_ledger(place or self.place(), keys=self.keys, **options)
        ledger.clock = lambda: moment("2010-03-20")
        return ledger

    def wait_until_followed(self) -> None:
        """Return when the standby shows all that was written."""
        ((written,),) = self.pair.first.ask("SELECT pg_current_wal_lsn()")
        there = f"SELECT pg_last_wal_replay_lsn() >= '{written}'::pg_lsn"
        wait_until(lambda: self.pair.second.ask(there) == [(True,)], "it follows")


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    """Return two servers, for one story after the other."""
    try:
        postgres.find()
    except postgres.NoPostgres as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))
    with tempfile.TemporaryDirectory(prefix="cardledger-town-") as name:
        # The server's own user has to pass through to what is its own.
        Path(name).chmod(0o711)
        pair = Pair(Path(name) / "pair")
        try:
            yield pair
        finally:
            pair.stop()


@pytest.fixture
def town(pair: Pair, tmp_path: Path) -> Town:
    """Return a ledger with pupils who have a card each, before its term swipes."""
    pair.renew()
    pair.first.wait_for_standby(False)
    town = Town(pair, tmp_path)
    pair.first.ask(f"CREATE DATABASE {town.name}")
    with init_ledger(town.place(), school=PRIMARY, keys=town.keys) as ledger:
        ledger.clock = lambda: moment("2010-02-20")
        rows = [pupil(number(index)) for index in range(1, PUPILS + 1)]
        rows += [
            act("register", card=f"C{index}", student=number(index), upgraded=True)
            for index in range(1, PUPILS + 1)
        ]
        outcomes = ledger.record_many([command_of_row(row) for row in rows])
        assert {one.outcome for one in outcomes} == {"recorded"}
        Replay(ledger).catch_up()
    return town


def swipe(index: int) -> TermSwipe:
    """Return the term swipe of a pupil, with a retry key of its own."""
    return TermSwipe(card=f"C{index}", at="2010-03-05", key=f"swipe-{index}")


def swipes_of(ledger: Ledger) -> list[str]:
    """Return the retry keys of the swipes that are there, in their order."""
    names = [line.event for line in ledger.lines()]
    return [one.key for one in names if one.__struct_config__.tag == "term.swiped/1"]


def tags_of(name: str, data: bytes) -> tuple[str, ...]:
    """Return the tags of a line."""
    event = Codec.decode(name, data)
    return () if isinstance(event, UnknownEvent) else event.tags()


class Writers:
    """Threads with a connection each: every swipe is given again until it is acknowledged."""

    def __init__(self, town: Town, pause: float = 0.0) -> None:
        self._town = town
        self._pause = pause
        self._left = list(range(PUPILS, 0, -1))
        self._lock = threading.Lock()
        self.acknowledged: dict[int, str] = {}
        self.troubles: list[CardledgerError] = []

    def write(self) -> None:
        """Take one swipe after the other."""
        deadline = time.monotonic() + LIMIT
        while True:
            with self._lock:
                if not self._left:
                    return
                index = self._left.pop()
            while True:
                try:
                    with self._town.open(timeout=2) as ledger:
                        outcome = ledger.record(swipe(index))
                except CardledgerError as error:
                    self.troubles.append(error)
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(0.05)
                else:
                    assert outcome.outcome in ("recorded", "repeated")
                    self.acknowledged[index] = outcome.outcome
                    break
            time.sleep(self._pause)


@contextmanager
def following(place: str) -> Iterator[list[int]]:
    """Give the positions that a consumer sees, one after the other; to the end of the block."""
    seen: list[int] = []
    with Log.open(place) as log, Recorder(log, tags_of).subscribe() as subscription:

        def read_on() -> None:
            seen.extend(event.position for event in subscription)

        thread = threading.Thread(target=read_on)
        thread.start()
        try:
            yield seen
        finally:
            subscription.stop()
            thread.join(LIMIT)


def test_what_a_confirmed_standby_has_taken_survives_the_server(town: Town) -> None:
    town.pair.first.wait_for_standby(True)
    writers = Writers(town, pause=0.05)
    with following(town.place()) as seen, ThreadPoolExecutor(WRITERS) as pool:
        working = [pool.submit(writers.write) for _one in range(WRITERS)]
        wait_until(lambda: len(writers.acknowledged) >= PUPILS // 4, "some are acknowledged")
        before = set(writers.acknowledged)
        town.pair.fail_over()
        with town.open(town.pair.second.place(town.name)) as ledger:
            assert {f"swipe-{index}" for index in before} <= set(swipes_of(ledger))
        for one in working:
            one.result(LIMIT)
        with town.open() as ledger:
            head = ledger.head()
            assert sorted(swipes_of(ledger)) == sorted(
                f"swipe-{index}" for index in range(1, PUPILS + 1)
            )
            assert verify(ledger).ok
            replay = Replay(ledger)
            replay.catch_up()
            assert replay.check().ok
        wait_until(lambda: len(seen) >= head, "the consumer has come to the end")
        assert seen == list(range(1, head + 1))
    assert set(writers.acknowledged) == set(range(1, PUPILS + 1))
    assert writers.troubles


def test_without_it_the_end_is_lost_and_the_checkpoint_outside_says_so(town: Town) -> None:
    with town.open() as ledger:
        assert ledger.record(swipe(1)).outcome == "recorded"
        head = ledger.head()
    town.wait_until_followed()
    # Nobody waits for the standby, and it is away for a moment.
    town.pair.second.stop()
    with town.open() as ledger:
        assert ledger.record(swipe(2)).outcome == "recorded"
    town.pair.crash()
    town.pair.second.start()
    town.pair.second.promote()
    with pytest.raises(RollbackFound) as found:
        town.open()
    assert found.value.exit_status == 5
    assert found.value.values == {"inside": head, "outside": head + 1}


def test_who_waits_for_a_standby_that_hangs_is_told_in_time(town: Town) -> None:
    town.pair.first.wait_for_standby(True)
    with town.open(town.place(answer_timeout="1")) as ledger:
        head = ledger.head()
        with town.pair.second.hanging(), pytest.raises(ServerSilent):
            ledger.record(swipe(1))
        # The server went on waiting; what it has meanwhile is not written twice.
        assert ledger.record(swipe(1)).outcome == "repeated"
        assert ledger.head() == head + 1


def test_a_wait_that_somebody_cancelled_is_no_acknowledgement(town: Town) -> None:
    town.pair.first.wait_for_standby(True)
    waiting = "FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
    with town.open() as ledger, ThreadPoolExecutor(1) as pool:
        with town.pair.second.hanging():
            recording = pool.submit(ledger.record, swipe(1))
            wait_until(lambda: bool(town.pair.first.ask(f"SELECT 1 {waiting}")), "it waits")
            town.pair.first.ask(f"SELECT pg_cancel_backend(pid) {waiting}")
            with pytest.raises(Unreplicated, match="no standby"):
                recording.result(LIMIT)
        assert ledger.record(swipe(1)).outcome == "repeated"


def test_a_standby_is_read_and_not_written_to(town: Town) -> None:
    town.wait_until_followed()
    with town.open(town.pair.second.place(town.name)) as ledger:
        assert len(list(ledger.lines())) == ledger.head()
        assert verify(ledger).ok
        with pytest.raises(ServerReadOnly, match="can only be read"):
            ledger.record(swipe(1))


def test_what_the_server_is_set_to_wait_for_is_never_made_less(town: Town) -> None:
    for setting, expected in (("remote_apply", "remote_apply"), ("on", "on"), ("off", "on")):
        town.pair.first.ask(f"ALTER DATABASE {town.name} SET synchronous_commit = {setting}")
        with (
            town.open(town.pair.first.place(town.name)) as ledger,
            ledger.log.writing() as connection,
        ):
            row = connection.exec_driver_sql("SHOW synchronous_commit").one()
            assert tuple(row) == (expected,)
