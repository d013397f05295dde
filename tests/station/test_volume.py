"""A morning at the station, through the real pcscd: every swipe once, no card taken for another.

pcscd looks at a reader every 0.4 s. To be through in time, many readers work side by side.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from typing import Final

import pytest

from cardledger.station import readers
from cardledger.station.signs import CardRead, ReadFailed, Sign
from cardledger.station.simulator.cards import Fault, VirtualCard
from cardledger.station.simulator.service import MOST, PrivateService
from cardledger.station.simulator.vpcd import VirtualReader
from cardledger.station.swipe import Swipe
from tests.station.conftest import School
from tests.support import pcsc
from tests.support.given import Row, act, pupil

#: The only question that a card may ever be asked.
GET_UID: Final = bytes.fromhex("FFCA000000")
TRIES: Final = 200


class Morning:
    """Readers, and whoever takes in what was read; signs can be waited for."""

    def __init__(
        self, service: PrivateService, take: Callable[[CardRead], Swipe] | None = None
    ) -> None:
        self.service = service
        self.swipes: list[Swipe] = []
        self.signs: list[Sign] = []
        self._take = take
        self._news = threading.Condition()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Morning:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stop.set()
        self._thread.join(pcsc.PATIENCE)

    def _run(self) -> None:
        for sign in readers.watch(self._stop):
            if self._take is not None and isinstance(sign, CardRead):
                self.swipes.append(self._take(sign))
            with self._news:
                self.signs.append(sign)
                self._news.notify_all()

    def answered(self, card: VirtualCard, times: int = 1) -> None:
        """Wait until a card was read (and taken by the station) so often."""
        uid = card.uid.hex().upper()

        def read() -> int:
            return sum(
                isinstance(sign, CardRead) and sign.reading.uid == uid for sign in self.signs
            )

        self.until(lambda: read() >= times, f"{uid} to be read")

    def until(self, true: Callable[[], bool], what: str) -> None:
        """Wait for something; fail where it does not come."""
        with self._news:
            if not self._news.wait_for(true, pcsc.PATIENCE):
                pytest.fail(f"waited for {what}; the last that was told: {self.signs[-20:]}")

    def failed(self, name: str, times: int) -> None:
        """Wait until cards on a reader could not be read so often."""

        def failures() -> int:
            return sum(isinstance(one, ReadFailed) and one.reader == name for one in self.signs)

        self.until(lambda: failures() >= times, f"{name} to fail")


@pytest.fixture
def service() -> Iterator[PrivateService]:
    pcsc.needed()
    with PrivateService(MOST, pcsc.place()) as running:
        yield running


def _side_by_side(
    service: PrivateService,
    cards: Sequence[VirtualCard],
    work: Callable[[int, VirtualReader, Sequence[VirtualCard]], None],
) -> None:
    """Give each reader its share of the cards, and let all work at once."""
    count = len(service.readers)
    with ThreadPoolExecutor(count) as pool:
        shares = [
            pool.submit(work, place, reader, list(islice(cards, place, None, count)))
            for place, reader in enumerate(service.readers)
        ]
        for share in shares:
            share.result()


def _uid(number: int) -> bytes:
    return (0x04000000 + number).to_bytes(4)


def _pupils(count: int) -> Iterator[Row]:
    for number in range(count):
        student = f"{101 + number // 50:05}{number:05}"
        yield pupil(f"0117001101{number:06}", name=f"P{student}", class_=str(number // 50))
        yield act(
            "register",
            card=f"V{number:06}",
            student=f"0117001101{number:06}",
            uid=_uid(number).hex(),
            upgraded=True,
        )


def _swiped_once_each(school: School, service: PrivateService, count: int) -> None:
    school.given(*_pupils(count))
    cards = [VirtualCard(_uid(number)) for number in range(count)]
    station = school.station()

    def take(sign: CardRead) -> Swipe:
        # The story is of 2010.
        return station.take(replace(sign, at=school.now()))

    with Morning(service, take) as morning:

        def swipe(_place: int, reader: VirtualReader, share: Sequence[VirtualCard]) -> None:
            for card in share:
                reader.lay(card)
                morning.answered(card)
                reader.pull()

        _side_by_side(service, cards, swipe)
    assert Counter(swipe.verdict for swipe in morning.swipes) == {"recorded": count}
    assert sorted(swipe.number for swipe in morning.swipes) == list(range(1, count + 1))
    recorded = Counter(
        (event.reading.uid if event.reading else "", getattr(event, "card", ""))
        for event in school.events("term.swiped/1")
    )
    expected = {(_uid(number).hex().upper(), f"V{number:06}"): 1 for number in range(count)}
    assert recorded == expected
    assert {asked.apdu for card in cards for asked in card.asked} == {GET_UID}, "nothing is written"


@pytest.mark.slow
def test_a_thousand_swipes_are_recorded_once_each(
    file_school: School, service: PrivateService
) -> None:
    _swiped_once_each(file_school, service, 1000)


def _pairs(fault: Callable[[VirtualCard], Fault] | None = None) -> list[VirtualCard]:
    cards = [VirtualCard(_uid(number)) for number in range(TRIES)]
    if fault is not None:
        for number, card in enumerate(cards):
            card.fault = fault(VirtualCard(_uid(100_000 + number)))
    return cards


@pytest.mark.slow
@pytest.mark.parametrize("seen_by_pcscd", [False, True])
def test_a_swap_between_two_polls_is_caught_every_time(
    service: PrivateService, seen_by_pcscd: bool
) -> None:
    """Each card lies there when the next one takes its place; both are told, in their order."""
    order: dict[str, list[str]] = {}
    with Morning(service) as morning:

        def swap(place: int, reader: VirtualReader, share: Sequence[VirtualCard]) -> None:
            order[service.names[place]] = [card.uid.hex().upper() for card in share]
            reader.lay(share[0])
            morning.answered(share[0])
            for card in share[1:]:
                if seen_by_pcscd:
                    reader.pull()
                    reader.lay(card)
                else:
                    # The connection goes on, so that pcscd has no way to notice.
                    reader.swap(card)
                morning.answered(card)

        _side_by_side(service, _pairs(), swap)
    told: dict[str, list[str]] = {name: [] for name in order}
    for sign in morning.signs:
        if isinstance(sign, CardRead):
            told[sign.reader].append(sign.reading.uid)
    assert sum(map(len, order.values())) == TRIES
    assert told == order


@pytest.mark.slow
def test_a_swap_during_a_reading_is_caught_every_time(service: PrivateService) -> None:
    """Neither of the two cards is taken for the one that was laid on."""
    with Morning(service) as morning:

        def swap(place: int, reader: VirtualReader, share: Sequence[VirtualCard]) -> None:
            name = service.names[place]
            for times, card in enumerate(share, start=1):
                reader.lay(card)
                morning.failed(name, times)
                reader.pull()

        _side_by_side(service, _pairs(lambda other: Fault("swapped", at=1, other=other)), swap)
    assert not [sign for sign in morning.signs if isinstance(sign, CardRead)]
    failed = [sign.reason for sign in morning.signs if isinstance(sign, ReadFailed)]
    assert Counter(failed) == {"swapped": TRIES}
