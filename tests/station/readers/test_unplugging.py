"""A reader is unplugged and plugged in again; the other one works all the while."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cardledger.station.signs import (
    CardGone,
    CardRead,
    ReaderCame,
    ReaderGone,
    ReadFailed,
    ServiceGone,
)
from cardledger.station.simulator.cards import VirtualCard
from cardledger.station.simulator.service import PrivateService
from tests.support import pcsc
from tests.support.hub import Hub
from tests.support.pcsc import Listener

ONE = bytes.fromhex("04A1B2C3")
OTHER = bytes.fromhex("04D4E5F6")


@pytest.fixture
def plugged() -> Iterator[tuple[PrivateService, Hub]]:
    pcsc.needed()
    with PrivateService(2) as running, Hub(pcsc.place(), running.socket) as hub:
        yield running, hub


@pytest.mark.slow
def test_a_reader_is_unplugged_and_comes_back(plugged: tuple[PrivateService, Hub]) -> None:
    virtual, hub = plugged
    with Listener() as listener:
        listener.wait(ReaderCame, 2)
        hub.unplug(virtual.names[0])
        assert listener.wait(ReaderGone) == ReaderGone(virtual.names[0])
        virtual.readers[0].lay(VirtualCard(ONE))
        virtual.readers[1].lay(VirtualCard(OTHER))
        assert listener.wait(CardRead).reading.uid == OTHER.hex().upper()
        hub.plug(virtual.names[0])
        assert listener.wait(ReaderCame, 3) == ReaderCame(virtual.names[0])
        assert listener.wait(CardRead, 2).reading.uid == ONE.hex().upper()
    assert not listener.of(ServiceGone)
    assert not listener.of(ReadFailed)


@pytest.mark.slow
def test_a_card_that_lay_on_the_reader_all_the_while_is_one_swipe(
    plugged: tuple[PrivateService, Hub],
) -> None:
    virtual, hub = plugged
    with Listener() as listener:
        virtual.readers[0].lay(VirtualCard(ONE))
        listener.wait(CardRead)
        hub.unplug(virtual.names[0])
        listener.wait(ReaderGone)
        hub.plug(virtual.names[0])
        listener.wait(ReaderCame, 3)
        virtual.readers[0].pull()
        listener.wait(CardGone)
    assert len(listener.of(CardRead)) == 1
