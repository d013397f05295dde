"""A card on the reader: from when PC/SC has it to the acknowledgement, through a real pcscd.

pcscd looks at a virtual reader every 400 ms, as at any reader that does not report by itself. How
long it took to notice the card is told too, without a budget: no station can change it.
"""

from __future__ import annotations

import os
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from itertools import count, islice
from typing import Final

from cardledger.moments import Moment
from cardledger.station.acts import ACTS
from cardledger.station.signs import CardRead
from cardledger.station.simulator.cards import VirtualCard
from cardledger.station.simulator.service import VARIABLE, PrivateService, missing
from cardledger.station.simulator.vpcd import VirtualReader
from cardledger.station.station import Station, station_class
from scripts.benchmarks import servers
from scripts.benchmarks.figures import Figure, milliseconds
from scripts.benchmarks.stand import Stand

PLACE: Final = 25
LONG: Final = False

SWIPES: Final = 200
#: Readers side by side, so that pcscd's looks do not make the row long.
READERS: Final = 4
#: Seconds that a swipe may take before the row has failed.
PATIENCE: Final = 30.0
WHEN: Final = Moment("2011-03-03T09:00:00.000+08:00")


@dataclass(slots=True)
class Times:
    """Seconds of each swipe: until noticed, from then to the acknowledgement, in the ledger."""

    noticing: list[float] = field(default_factory=list)
    total: list[float] = field(default_factory=list)
    ledger: list[float] = field(default_factory=list)


def figures(stand: Stand) -> Iterator[Figure]:
    """Measure term swipes at a station, each of another card of the ledger."""
    reason = missing() or ("" if find_spec("smartcard") else "pyscard is not installed")
    if reason:
        servers.say(servers.Missing(reason))
        return
    times = _measured(stand)
    what = f"a swipe through pcscd at {stand.lines:,} lines, in ms:"
    for name, seconds, budget, stretch in (
        ("from card present to acknowledgement", times.total, 150.0, 20.0),
        ("the ledger's share of it", times.ledger, 5.0, 2.5),
        ("before that, until pcscd has noticed the card", times.noticing, None, None),
    ):
        middle = statistics.median(seconds)
        late = statistics.quantiles(seconds, n=100)[98]
        yield Figure(
            f"{what} {name}", milliseconds(middle), f"p99 {milliseconds(late)}",
            middle * 1000, budget, stretch, False,
        )  # fmt: skip


def _measured(stand: Stand) -> Times:
    # Cards 2, 7, 12 … of the workload stay in use. Read backwards, no UID may be another one's.
    pupils = (pupil for pupil in count(2, 5) if pupil % 256)
    uids = [bytes.fromhex(f"{pupil:08X}") for pupil in islice(pupils, SWIPES)]
    act = ACTS["term-swipe"]
    given = {"term": "2011-spring"}
    with PrivateService(READERS) as service:
        # PC/SC's library reads it once, when it is loaded.
        os.environ[VARIABLE] = str(service.socket)
        station = station_class(act)(
            stand.ledger, act, given, handler="王敏", queue=stand.folder / "queue",
            clock=lambda: WHEN,
        )  # fmt: skip
        with station, _Desk(station) as desk:

            def swipe(share: Sequence[bytes], reader: VirtualReader) -> None:
                for uid in share:
                    laid = time.monotonic()
                    reader.lay(VirtualCard(uid))
                    desk.wait(uid)
                    noticed = reader.noticed
                    if noticed is None:
                        raise SystemExit("a card was read that pcscd had not noticed")
                    desk.times.noticing.append(noticed - laid)
                    desk.times.total.append(desk.done[uid] - noticed)
                    reader.pull()

            with ThreadPoolExecutor(READERS) as pool:
                shares = [list(islice(uids, place, None, READERS)) for place in range(READERS)]
                list(pool.map(swipe, shares, service.readers))
            return desk.times


class _Desk:
    """Whoever takes in the cards, as the station's screen does."""

    def __init__(self, station: Station) -> None:
        self.times = Times()
        #: When each card was acknowledged.
        self.done: dict[bytes, float] = {}
        #: What went otherwise than it must.
        self.wrong = ""
        self._station = station
        self._news = threading.Condition()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> _Desk:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stop.set()
        self._thread.join()

    def wait(self, uid: bytes) -> None:
        """Wait until a card was acknowledged."""
        with self._news:
            self._news.wait_for(lambda: uid in self.done or bool(self.wrong), PATIENCE)
            if self.wrong or uid not in self.done:
                raise SystemExit(self.wrong or f"card {uid.hex()} was not acknowledged")

    def _run(self) -> None:
        from cardledger.station import readers

        for sign in readers.watch(self._stop):
            if isinstance(sign, CardRead):
                start = time.monotonic()
                # The ledger of the workload is of these years.
                swipe = self._station.take(replace(sign, at=WHEN))
                end = time.monotonic()
                if swipe.verdict != "recorded":
                    self.wrong = f"{swipe.uid} was {swipe.verdict}: {swipe.message}"
                with self._news:
                    self.times.ledger.append(end - start)
                    self.done[bytes.fromhex(sign.reading.uid)] = end
                    self._news.notify_all()
