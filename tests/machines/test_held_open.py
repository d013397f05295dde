"""Transactions that are held open on purpose: nobody skips what they will write, or waits for ever.

A writer is stopped when it has the lock, or when its lines have their positions and are not
committed. Readers see nothing of it, other writers wait for as long as they are willing to.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from cardledger import Ledger, Outcome, init_ledger, open_ledger
from cardledger.actions.lost import Lost
from cardledger.batch import command_of_row
from cardledger.commands import Command
from cardledger.errors import LedgerBusy
from cardledger.events import Codec, Event
from cardledger.log import sqlite
from cardledger.replay import Replay, keeping
from cardledger.store import Recorder
from tests.machines.comparing import check_tables
from tests.replay.test_catching_up import stored
from tests.support.given import ANNA, BORIS, PRESENT, PRIMARY, act, moment, pupil

#: Seconds in which what must happen happens, also on a busy machine.
PATIENCE: Final = 60
#: Seconds that an impatient writer waits.
SHORT: Final = 0.3
BEGINNING: Final = (
    pupil(ANNA),
    pupil(BORIS),
    act("register", card="C1", student=ANNA, upgraded=True),
    act("register", card="C2", student=BORIS, upgraded=True),
)

Open = Callable[..., Ledger]


@pytest.fixture
def open_one(ledger_url: str, tmp_path: Path) -> Iterator[Open]:
    """Return what opens one and the same ledger again and again."""
    opened = [init_ledger(ledger_url, school=PRIMARY, keys=tmp_path / "keys.db")]

    def again(**options: Any) -> Ledger:
        opened.append(open_ledger(ledger_url, keys=tmp_path / "keys.db", **options))
        opened[-1].clock = lambda: moment(PRESENT)
        return opened[-1]

    opened[0].clock = lambda: moment(PRESENT)
    commands = [command_of_row(row) for row in BEGINNING]
    assert all(one.outcome == "recorded" for one in opened[0].record_many(commands))
    yield again
    for ledger in opened:
        ledger.close()


class Gone(Exception):
    """The writer is no more."""


class Held:
    """A writer that is stopped in the middle of its transaction."""

    def __init__(self, ledger: Ledger, point: str) -> None:
        self._inside, self._leave = threading.Event(), threading.Event()
        self._dies = False
        database: Any = ledger.log._database
        appending, announce = database.appending, database.announce

        @contextmanager
        def stopped_first() -> Iterator[Any]:
            with appending() as session:
                self._stop()
                yield session

        def stopped_last(session: Any) -> None:
            announce(session)
            self._stop()

        if point == "with the lock":
            database.appending = stopped_first
        else:
            database.announce = stopped_last
        self._pool = ThreadPoolExecutor(1)
        self.outcome: Future[Outcome] = self._pool.submit(ledger.record, lost("C1"))
        assert self._inside.wait(PATIENCE)

    def _stop(self) -> None:
        self._inside.set()
        assert self._leave.wait(PATIENCE)
        if self._dies:
            raise Gone

    def leave(self, *, dies: bool = False) -> None:
        """Let it go on, or fail."""
        self._dies = dies
        self._leave.set()
        self._pool.shutdown()


@contextmanager
def held(ledger: Ledger, point: str) -> Iterator[Held]:
    """Hold a transaction that declares the card C1 lost."""
    one = Held(ledger, point)
    try:
        yield one
    finally:
        one.leave()


class Subscriber:
    """A consumer that waits for events, in a thread of its own."""

    def __init__(self, ledger: Ledger) -> None:
        self._subscription = Recorder(ledger.log, _tags).subscribe()
        self.seen: list[tuple[int, bytes]] = []
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        for one in self._subscription:
            self.seen.append((one.position, one.event.data))

    def wait_for(self, position: int) -> None:
        """Wait until a position was seen."""
        deadline = time.monotonic() + PATIENCE
        while not self.seen or self.seen[-1][0] < position:
            assert time.monotonic() < deadline, self.seen
            time.sleep(0.01)

    def stop(self) -> None:
        """Let it end."""
        self._subscription.stop()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()


def _tags(name: str, data: bytes) -> tuple[str, ...]:
    event = Codec.decode(name, data)
    assert isinstance(event, Event)
    return event.tags()


@contextmanager
def subscriber(ledger: Ledger) -> Iterator[Subscriber]:
    """Give a subscriber that has seen all that is there."""
    one = Subscriber(ledger)
    try:
        one.wait_for(ledger.head())
        yield one
    finally:
        one.stop()


def lost(card: str, handler: str = "") -> Command:
    """Return the command that declares a card lost."""
    return Lost(card=card, at="2010-05-20", handler=handler)


def state_of(ledger: Ledger, card: str) -> str:
    """Return the state of a card as the tables have it."""
    (row,) = Replay(ledger).rows("cards", where={"card": card})
    return str(row["state"])


POINTS: Final = pytest.mark.parametrize("point", ["with the lock", "before the commit"])


@POINTS
def test_who_follows_waits_for_a_transaction_and_comes_back_to_it(
    open_one: Open, point: str
) -> None:
    reader, impatient, patient = open_one(), open_one(timeout=SHORT), open_one()
    head = reader.head()
    Replay(reader).catch_up()
    with (
        subscriber(open_one()) as following,
        ThreadPoolExecutor(1) as pool,
        held(open_one(), point) as slow,
    ):
        waiting = pool.submit(patient.record, lost("C2"))
        # Readers do not wait; they see nothing, and do not believe that anything was there.
        assert reader.head() == head
        assert list(reader.lines(after=head)) == []
        assert state_of(reader, "C1") == "live"
        begun = time.monotonic()
        with pytest.raises(LedgerBusy, match="did not finish in time"):
            impatient.record(lost("C2", handler="Li"))
        assert SHORT <= time.monotonic() - begun < PATIENCE
        assert not waiting.done()
        assert [position for position, _data in following.seen] == list(range(1, head + 1))
        slow.leave()
        assert slow.outcome.result(PATIENCE).positions == (head + 1,)
        assert waiting.result(PATIENCE).positions == (head + 2,)
        following.wait_for(head + 2)
        assert [position for position, _data in following.seen] == list(range(1, head + 3))
    assert [line.position for line in reader.lines(after=head)] == [head + 1, head + 2]
    assert (state_of(reader, "C1"), state_of(reader, "C2")) == ("lost", "lost")
    check_tables(reader)


@POINTS
def test_a_transaction_that_fails_leaves_its_position_to_the_next(
    open_one: Open, point: str
) -> None:
    reader, patient = open_one(), open_one()
    head = reader.head()
    with (
        subscriber(open_one()) as following,
        ThreadPoolExecutor(1) as pool,
        held(open_one(), point) as slow,
    ):
        waiting = pool.submit(patient.record, lost("C2"))
        slow.leave(dies=True)
        with pytest.raises(Gone):
            slow.outcome.result(PATIENCE)
        assert waiting.result(PATIENCE).positions == (head + 1,)
        following.wait_for(head + 1)
        # The subscriber saw the line that is there, and never the one that was to be.
        assert following.seen == [(line.seq, line.data) for line in reader.raw_lines()]
    assert (state_of(reader, "C1"), state_of(reader, "C2")) == ("live", "lost")
    check_tables(reader)


@POINTS
def test_tables_that_are_behind_wait_too(open_one: Open, point: str) -> None:
    reader, impatient = open_one(), open_one(timeout=SHORT)
    keeping.catch_up(reader.log)
    reader.record(lost("C2"))
    before = stored(reader.log)
    with held(open_one(), point) as slow:
        with pytest.raises(LedgerBusy):
            Replay(impatient).catch_up()
        assert stored(reader.log) == before
        slow.leave()
    assert (state_of(impatient, "C1"), state_of(impatient, "C2")) == ("lost", "lost")
    check_tables(reader)


def test_a_snapshot_that_is_held_for_long_holds_nobody_up(
    open_one: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = [one for one in sqlite._SETTINGS if "wal_autocheckpoint" not in one]
    # Checkpoints are tried all the time, and cannot get beyond what the snapshot needs.
    monkeypatch.setattr(sqlite, "_SETTINGS", (*settings, "PRAGMA wal_autocheckpoint = 4"))
    ledger, reader = open_one(), open_one()
    keeping.catch_up(ledger.log)
    head, rows = ledger.head(), stored(ledger.log)["cards"]
    with subscriber(open_one()) as following:
        with reader.log.snapshot() as connection:
            counted = "SELECT count(*) FROM line", "SELECT count(*) FROM row_cards"
            before = [connection.exec_driver_sql(one).scalar() for one in counted]
            for turn in range(40):
                register = act("register", card=f"D{turn}", student=ANNA, kind="identity")
                assert ledger.record(command_of_row(register)) is not None  # type: ignore[arg-type]
                assert ledger.record(lost(f"D{turn}")) is not None
                recycled = act("recycle", card=f"D{turn}", handler="Li", at="2010-05-21")
                assert ledger.record(command_of_row(recycled)).outcome == "recorded"  # type: ignore[arg-type]
            keeping.catch_up(ledger.log)
            keeping.rebuild(ledger.log)
            assert [connection.exec_driver_sql(one).scalar() for one in counted] == before
        now = ledger.head()
        assert now == head + 120
        following.wait_for(now)
        assert [position for position, _data in following.seen] == list(range(1, now + 1))
    assert stored(reader.log)["cards"] != rows
    check_tables(reader)
    if ledger.log.engine.dialect.name == "sqlite":
        with ledger.log.writing():
            pass
        with ledger.log.engine.connect().execution_options(cardledger_begin="") as connection:
            checkpoint = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        # Not busy, and nothing is left in the log file: the writer has caught up.
        assert tuple(checkpoint) == (0, 0, 0)


def test_of_two_who_use_one_key_at_once_one_records(open_one: Open) -> None:
    both = [open_one(), open_one()]
    together = threading.Barrier(2)
    for ledger in both:
        _meet(ledger, together)
    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(lambda ledger: ledger.record(lost("C1"), key="K1"), both))
    assert sorted(one.outcome for one in told) == ["recorded", "repeated"]
    third = open_one()
    assert third.record(lost("C1"), key="K1").outcome == "repeated"
    assert [line.event.key for line in third.lines()].count("K1") == 1


def _meet(ledger: Ledger, together: threading.Barrier) -> None:
    """Let the first append of a ledger wait until the other one has decided too."""
    append, first = ledger.append, [True]

    def later(*arguments: Any) -> range:
        if first.pop() if first else False:
            together.wait(PATIENCE)
        return append(*arguments)

    ledger.append = later  # type: ignore[assignment,method-assign]
