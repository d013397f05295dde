"""Two cards of one type are never taken for each other, however they are exchanged."""

from __future__ import annotations

import itertools

import pytest

from cardledger.station.signs import CardGone, CardRead, ReadFailed
from cardledger.station.simulator.cards import Fault, VirtualCard
from cardledger.station.simulator.service import PrivateService
from tests.support.pcsc import Listener

#: Exchanges of one kind.
FEW = 3
MANY = 200

times = pytest.mark.parametrize("times", [FEW, pytest.param(MANY, marks=pytest.mark.long)])


def uids() -> itertools.count[int]:
    """Return numbers for UIDs, each used once."""
    return itertools.count(0x04000000)


@times
def test_exchanged_while_it_is_read(virtual: PrivateService, times: int) -> None:
    """The service notices nothing: one ATR, one stay, but the UIDs differ."""
    numbers = uids()
    reader = virtual.readers[0]
    with Listener() as listener:
        for number in range(1, times + 1):
            second = VirtualCard(next(numbers).to_bytes(4))
            fault = Fault("swapped", 1, other=second)
            reader.lay(VirtualCard(next(numbers).to_bytes(4), fault=fault))
            assert listener.wait(ReadFailed, number).reason == "swapped"
            reader.pull()
            listener.wait(CardGone, number)
    assert not listener.of(CardRead)


@times
def test_exchanged_between_two_polls(virtual: PrivateService, times: int) -> None:
    """One card is pulled and another one laid on at once: each is told, and in that order."""
    numbers = uids()
    reader = virtual.readers[0]
    laid = []
    with Listener() as listener:
        for number in range(1, times + 1):
            card = VirtualCard(next(numbers).to_bytes(4))
            reader.pull()
            reader.lay(card)
            laid.append(card.uid.hex().upper())
            listener.wait(CardRead, number)
        reads = listener.of(CardRead)
        assert [read.reading.uid for read in reads] == laid
        assert len(listener.of(CardGone)) == times - 1
        # The service does not count where our own question was the first to find the card gone.
        counters = [read.reading.counter_before for read in reads]
        assert counters == sorted(counters)
    assert not listener.of(ReadFailed)


@times
def test_exchanged_at_the_worst_moment(virtual: PrivateService, times: int) -> None:
    """The card is pulled between the two questions, and another one of its type laid on at once."""
    numbers = uids()
    reader = virtual.readers[0]
    given: list[str] = []
    with Listener() as listener:
        for number in range(1, times + 1):
            first = VirtualCard(next(numbers).to_bytes(4), fault=Fault("pulled", 2))
            reader.lay(first)
            assert reader.wait_asked(first, 2)
            reader.pull()
            card = VirtualCard(next(numbers).to_bytes(4))
            reader.lay(card)
            if listener.wait(ReadFailed, number).reason == "pulled":
                listener.wait_uid(card.uid)
            # Otherwise the service noticed nothing: both are to be laid on again.
            reader.pull()
            listener.until(lambda: isinstance(listener.told[-1], CardGone), "the card to go")
            given.append(card.uid.hex().upper())
    read = [one.reading.uid for one in listener.of(CardRead)]
    swapped = [one for one in listener.of(ReadFailed) if one.reason == "swapped"]
    assert set(read) <= set(given)
    assert len(read) + len(swapped) == times
    assert {one.reason for one in listener.of(ReadFailed)} <= {"pulled", "swapped"}
