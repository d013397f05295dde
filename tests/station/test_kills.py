"""kill -9 at any moment: what was acknowledged is in the ledger, once, and the ledger is whole.

In a third of the tries the ledger is locked for a part of the time, in another third its file is
away. What a killed station left is taken over by the next one, and at the end by the test.
"""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

import pytest

from cardledger import init_ledger, open_ledger
from cardledger.actions._swipes import SwipeRefused
from cardledger.actions.term_swipe import TermSwiped
from cardledger.batch import command_of_row
from cardledger.station.acts import ACTS
from cardledger.station.station import Station
from cardledger.verify import verify
from tests.support.given import PRIMARY, act, number, pupil
from tests.support.processes import uncounted

#: Cards of a try; every fourth is lost, so that its swipe is refused.
CARDS: Final = 40
#: Seconds after the first acknowledgement in which the kill falls.
LIFE: Final = 0.25
#: Seconds that anything may take before the test gives up.
LIMIT: Final = 60


@dataclass
class Office:
    """A ledger whose cards are swiped in one term after the other."""

    folder: Path
    ledger: Path = field(init=False)
    #: What was acknowledged: UID and moment, with the words.
    told: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ledger = self.folder / "ledger.db"
        rows = []
        for index in range(CARDS):
            student = number(index + 1)
            rows += [
                pupil(student, name=f"Pupil {index}", class_="1"),
                act("register", card=f"C{index}", student=student, uid=uid(index), upgraded=True),
            ]
            if index % 4 == 3:
                rows.append(act("lost", card=f"C{index}"))
        with init_ledger(self.ledger, school=PRIMARY) as ledger:
            outcomes = ledger.record_many([command_of_row(row) for row in rows])
            assert {one.outcome for one in outcomes} == {"recorded"}

    def work(self, term: str, chance: random.Random, trouble: str) -> None:
        """Let a station take cards, and kill it."""
        worker = self.begin(term)
        assert worker.stdin is not None
        order = list(range(CARDS))
        chance.shuffle(order)
        with (
            _pouring(worker.stdin, [uid(index) for index in order]),
            _trouble(trouble, self.ledger, chance),
        ):
            time.sleep(chance.random() * LIFE)
            worker.send_signal(signal.SIGKILL)
            self.hear(worker)
            assert worker.wait(LIMIT) == -signal.SIGKILL

    def begin(self, term: str) -> subprocess.Popen[str]:
        """Begin a station, and return it when it is at work."""
        worker = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.station.worker"),
                *(str(self.ledger), str(self.folder / "ledger.keys.db")),
                *(str(self.folder / "queue"), term),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
            env=uncounted(),
            text=True,
        )
        assert worker.stdout is not None
        for line in worker.stdout:
            if line == "ready\n":
                break
            self._tell(line)
        return worker

    def hear(self, worker: subprocess.Popen[str]) -> None:
        """Take down what a station said until its end."""
        assert worker.stdout is not None
        for line in worker.stdout:
            if line.endswith("\n"):
                self._tell(line)
        worker.stdout.close()

    def _tell(self, line: str) -> None:
        """Take down an acknowledgement: a line of the worker, or one of plain mode."""
        said = json.loads(line)
        if isinstance(said, dict):
            said = [said["verdict"], uid(int(said["card"].removeprefix("C"))), said["at"]]
        verdict, card, at = said
        assert verdict in ("recorded", "refused", "queued", "repeated"), line
        self.told.setdefault((card, at), []).append(verdict)

    def two_at_once(self, term: str, chance: random.Random) -> None:
        """Let two stations take cards of one class, and kill one of them."""
        halves = [list(range(CARDS))[half::2] for half in (0, 1)]
        stations = [self.begin(term), self.begin(term)]
        for station, half in zip(stations, halves, strict=True):
            assert station.stdin is not None
            station.stdin.writelines(f"{uid(index)}\n" for index in half)
            station.stdin.flush()
        with _trouble("locked", self.ledger, chance):
            time.sleep(chance.random() * LIFE)
            stations[0].send_signal(signal.SIGKILL)
            self.hear(stations[0])
        assert stations[0].wait(LIMIT) == -signal.SIGKILL
        for station in stations:
            assert station.stdin is not None
            with suppress(OSError):
                station.stdin.close()
        self.hear(stations[1])
        assert stations[1].wait(LIMIT) == 0

    def in_plain_mode(self, term: str, chance: random.Random, trouble: str) -> None:
        """Let the program itself take card numbers that are typed, and kill it."""
        worker = subprocess.Popen(
            [
                *(sys.executable, "-m", "cardledger", "--ledger", str(self.ledger)),
                *("station", "term-swipe", "--term", term, "--plain", "--no-reader"),
                *("--queue", str(self.folder / "queue")),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=uncounted(),
            text=True,
        )
        assert worker.stdin is not None
        assert worker.stdout is not None
        order = list(range(CARDS))
        chance.shuffle(order)
        with _pouring(worker.stdin, [f"C{index}" for index in order], chance):
            self._tell(worker.stdout.readline())
            with _trouble(trouble, self.ledger, chance):
                time.sleep(chance.random() * 2 * LIFE)
                worker.send_signal(signal.SIGKILL)
                self.hear(worker)
            assert worker.wait(LIMIT) == -signal.SIGKILL

    def settle(self) -> None:
        """Begin one more station, which writes what is left."""
        with Station(
            self.ledger, ACTS["upgrade"], queue=self.folder / "queue", patience=LIMIT
        ) as station:
            for swipe in station.flush():
                card = swipe.uid or uid(int(swipe.card.removeprefix("C")))
                self._tell(json.dumps([swipe.verdict, card, swipe.at]))
            assert station.waiting() == 0

    def check(self) -> None:
        """Compare what was acknowledged with what is in the ledger."""
        with open_ledger(self.ledger) as ledger:
            verdict = verify(ledger)
            assert verdict.ok, verdict
            swiped: Counter[tuple[str, str]] = Counter()
            terms: Counter[tuple[str, str]] = Counter()
            for line in ledger.lines():
                event = line.event
                if isinstance(event, (TermSwiped, SwipeRefused)):
                    swiped[uid(int(event.card.removeprefix("C"))), event.at] += 1
                if isinstance(event, TermSwiped):
                    terms[event.card, event.term] += 1
        for touch, words in self.told.items():
            assert swiped[touch] == 1, (touch, words)
            # Nothing is told twice with different ends.
            assert len(set(words) - {"queued"}) <= 1, (touch, words)
        assert set(swiped.values()) == {1}
        assert set(terms.values()) == {1}


def uid(index: int) -> str:
    """Return the UID of a card of this test."""
    return f"04{index * 7919 + 5:06X}"


@contextmanager
def _pouring(
    stream: IO[str], lines: list[str], chance: random.Random | None = None
) -> Iterator[None]:
    """Write lines into the input of a process that may be gone at any moment.

    With `chance` there are pauses between them.
    """

    def pour() -> None:
        try:
            for line in lines:
                stream.write(line + "\n")
                stream.flush()
                if chance is not None:
                    time.sleep(chance.random() * LIFE / CARDS)
        except OSError:
            return

    thread = threading.Thread(target=pour)
    thread.start()
    try:
        yield
    finally:
        thread.join(LIMIT)
        with suppress(OSError):
            stream.close()


@contextmanager
def _trouble(kind: str, ledger: Path, chance: random.Random) -> Iterator[None]:
    """Lock the ledger, or take its file away, again and again."""
    over = threading.Event()

    def lock() -> None:
        while not over.wait(chance.random() * LIFE / 4):
            with closing(sqlite3.connect(ledger, timeout=LIMIT)) as connection:
                connection.execute("BEGIN IMMEDIATE")
                over.wait(chance.random() * LIFE)
                connection.rollback()

    def away() -> None:
        elsewhere = ledger.with_suffix(".away")
        while not over.wait(chance.random() * LIFE / 4):
            ledger.rename(elsewhere)
            over.wait(chance.random() * LIFE)
            elsewhere.rename(ledger)

    target = {"locked": lock, "away": away}.get(kind)
    thread = threading.Thread(target=target) if target else None
    if thread is not None:
        thread.start()
    try:
        yield
    finally:
        over.set()
        if thread is not None:
            thread.join(LIMIT)


def _tries(folder: Path, tries: int, seed: int) -> Office:
    office = Office(folder)
    chance = random.Random(seed)
    for index in range(tries):
        term = f"{1980 + index // 2}-{('spring', 'autumn')[index % 2]}"
        office.work(term, chance, ("none", "locked", "away")[index % 3])
        if chance.random() < 0.5:
            office.settle()
            office.check()
    office.settle()
    office.check()
    return office


@pytest.mark.slow
def test_a_station_that_is_killed_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    office = _tries(tmp_path, 12, seed=1)
    assert any("queued" in words for words in office.told.values())
    assert any("refused" in words for words in office.told.values())


@pytest.mark.slow
def test_the_program_in_plain_mode_keeps_its_word_too(tmp_path: Path) -> None:
    office = Office(tmp_path)
    chance = random.Random(4)
    for index, trouble in enumerate(("none", "away", "locked")):
        office.in_plain_mode(f"{2000 + index}-autumn", chance, trouble)
    office.settle()
    office.check()


@pytest.mark.slow
def test_of_two_stations_at_once_one_is_killed(tmp_path: Path) -> None:
    office = Office(tmp_path)
    chance = random.Random(3)
    for index in range(3):
        office.two_at_once(f"{2000 + index}-spring", chance)
    office.settle()
    office.check()


@pytest.mark.long
def test_a_hundred_kills_in_plain_mode(tmp_path: Path) -> None:
    office = Office(tmp_path)
    chance = random.Random(5)
    for index in range(100):
        term = f"{1980 + index // 2}-{('spring', 'autumn')[index % 2]}"
        office.in_plain_mode(term, chance, ("none", "locked", "away")[index % 3])
        if index % 10 == 9:
            office.settle()
            office.check()
    assert any("queued" in words for words in office.told.values())


@pytest.mark.long
def test_two_hundred_kills(tmp_path: Path) -> None:
    office = _tries(tmp_path, 200, seed=2)
    words = Counter(word for words in office.told.values() for word in words)
    assert min(words["recorded"], words["queued"], words["refused"]) > 100, words
