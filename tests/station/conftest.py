"""A school's ledger, stations at work on it, and card readers: real PC/SC, virtual cards."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import pytest

from cardledger import Ledger, init_ledger, open_ledger
from cardledger.batch import command_of_row
from cardledger.events import Event, Reading
from cardledger.moments import Moment
from cardledger.station.acts import ACTS
from cardledger.station.signs import CardRead
from cardledger.station.simulator.service import PrivateService
from cardledger.station.station import Station, station_class
from cardledger.station.swipe import Swipe, Typed
from tests.support import pcsc
from tests.support.given import ANNA, BORIS, NEIGHBOUR, PRIMARY, Row, act, moment, pupil, school

ATR: Final = "3B8F8001804F0CA000000306030001000000006A"
READER: Final = "Virtual PCD 00 00"
TERM: Final = "2010-spring"
#: A morning within the swipe window.
MORNING: Final = "2010-03-05T09:00"
ANNAS_UID: Final = "04A1B2C3"
BORIS_UID: Final = "04D1E2F3"


class School:
    """A ledger with two pupils and their cards, and the stations that work on it.

    Its clock goes on by a second at each look.
    """

    def __init__(self, place: str, folder: Path) -> None:
        self.place = place
        self.keys: Final = folder / "keys.db"
        self.queue: Final = folder / "state" / "queue"
        self._stack: Final = ExitStack()
        self._seconds = 0
        with init_ledger(place, school=PRIMARY, keys=self.keys) as ledger:
            ledger.clock = lambda: moment("2010-02-20")
            self.given(
                school(NEIGHBOUR),
                pupil(ANNA, name="Anna", class_="1"),
                pupil(BORIS, name="Boris", class_="2"),
                act("register", card="C1", student=ANNA, uid=ANNAS_UID, upgraded=True),
                act("register", card="C2", student=BORIS, uid=BORIS_UID, upgraded=True),
                ledger=ledger,
            )

    def now(self) -> Moment:
        """Return the present moment of the story."""
        self._seconds += 1
        hours, seconds = divmod(9 * 3600 + self._seconds, 3600)
        return moment(f"2010-03-05T{hours:02}:{seconds // 60:02}:{seconds % 60:02}")

    def given(self, *rows: Row, ledger: Ledger | None = None) -> None:
        """Let things happen; every row must be recorded."""
        with ExitStack() as stack:
            if ledger is None:
                ledger = stack.enter_context(self.open())
            outcomes = ledger.record_many([command_of_row(row) for row in rows])
        for row, outcome in zip(rows, outcomes, strict=True):
            assert outcome.outcome == "recorded", (row, outcome)

    def open(self) -> Ledger:
        """Open the ledger beside the stations."""
        ledger = open_ledger(self.place, keys=self.keys)
        ledger.clock = self.now
        return ledger

    def station(self, name: str = "term-swipe", **options: Any) -> Station:
        """Return a station at work until the end of the test."""
        return self._stack.enter_context(self.shift(name, **options))

    def shift(self, name: str = "term-swipe", **options: Any) -> Station:
        """Return a station that is not at work yet."""
        given = options.pop("given", {"term": TERM} if name == "term-swipe" else {})
        settings: dict[str, Any] = {
            "keys": self.keys,
            "handler": "Wang",
            "queue": self.queue,
            "patience": 0.2,
            "clock": self.now,
        }
        act = ACTS[name]
        return station_class(act)(self.place, act, given, **(settings | options))

    def read(self, uid: str = ANNAS_UID) -> CardRead:
        """Return the sign of a card that was laid on."""
        reading = Reading(reader=READER, atr=ATR, uid=uid, counter_before=3, counter_after=3)
        return CardRead(reading=reading, type="m1-1k", at=self.now(), seen=time.monotonic())

    def typed(self, text: str) -> Typed:
        """Return a line that somebody typed."""
        return Typed(text, self.now())

    def events(self, name: str = "") -> list[Event]:
        """Return the events of the ledger, of one stored name where it is given."""
        with self.open() as ledger:
            return [
                line.event
                for line in ledger.lines()
                if not name or line.event.__struct_config__.tag == name
            ]

    def close(self) -> None:
        """Close every station."""
        self._stack.close()


def seen(swipe: Swipe) -> tuple[str, str, str | None]:
    """Return what of a swipe is looked at first: verdict, card and name."""
    return swipe.verdict, swipe.card, swipe.name


@pytest.fixture
def primary(ledger_url: str, tmp_path: Path) -> Iterator[School]:
    """Return a school on SQLite and on PostgreSQL in turn."""
    opened = School(ledger_url, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def file_school(tmp_path: Path) -> Iterator[School]:
    """Return a school whose ledger is a file."""
    opened = School(str(tmp_path / "ledger.db"), tmp_path)
    yield opened
    opened.close()


#: Takes one card or line after the other.
Take = Callable[..., Swipe]


@pytest.fixture
def virtual() -> Iterator[PrivateService]:
    """Return a pcscd of our own with two virtual readers, seen by PC/SC in this process."""
    pcsc.needed()
    with PrivateService(2, pcsc.place()) as running:
        yield running
