"""Cards on real PC/SC, as the station sees them: each is told once, and only asked for its UID."""

from __future__ import annotations

import threading
import time

import pytest

from cardledger.station import readers
from cardledger.station.readers.lane import LIMIT
from cardledger.station.readers.reading import UID_REQUEST
from cardledger.station.signs import (
    CardGone,
    CardRead,
    ReaderCame,
    ServiceCame,
    ServiceGone,
)
from cardledger.station.simulator.cards import CPU, M1_1K, M1_4K, UNKNOWN, VirtualCard
from cardledger.station.simulator.service import PrivateService
from tests.support import pcsc
from tests.support.pcsc import Listener

ONE = bytes.fromhex("04A1B2C3")


def test_a_card_is_told_with_its_evidence(virtual: PrivateService) -> None:
    with Listener() as listener:
        listener.wait(ReaderCame, 2)
        assert isinstance(listener.told[0], ServiceCame)
        before = time.monotonic()
        virtual.readers[0].lay(VirtualCard(ONE))
        read = listener.wait(CardRead)
        assert read.reader == virtual.names[0]
        assert (read.reading.uid, read.reading.atr) == ("04A1B2C3", M1_1K.hex().upper())
        assert read.type == "m1-1k"
        assert read.reading.counter_before == read.reading.counter_after == 1
        assert before < read.seen < time.monotonic()
        virtual.readers[0].pull()
        assert listener.wait(CardGone) == CardGone(virtual.names[0])


@pytest.mark.parametrize(
    ("uid", "atr", "kind"),
    [
        ("04A1B2C3D4E5F6", M1_4K, "m1-4k"),
        ("04A1B2C3D4E5F6010203", CPU, "cpu"),
        ("FFFFFFFF", UNKNOWN, "unknown"),
        # What a card says is not looked into: this UID ends as a good answer does.
        ("A1B29000", M1_1K, "m1-1k"),
    ],
)
def test_uids_of_all_sizes_on_all_types(
    virtual: PrivateService, uid: str, atr: bytes, kind: str
) -> None:
    virtual.readers[1].lay(VirtualCard(bytes.fromhex(uid), atr))
    with Listener() as listener:
        read = listener.wait(CardRead)
    assert (read.reading.uid, read.type) == (uid, kind)


def test_a_card_that_lies_there_at_the_start_is_read_once(virtual: PrivateService) -> None:
    virtual.readers[0].lay(VirtualCard(ONE))
    assert virtual.readers[0].wait_noticed()
    with Listener() as listener:
        listener.wait(CardRead)
        virtual.readers[0].pull()
        listener.wait(CardGone)
    assert len(listener.of(CardRead)) == 1


@pytest.mark.slow
def test_a_card_left_lying_is_one_swipe(virtual: PrivateService) -> None:
    card = VirtualCard(ONE)
    with Listener() as listener:
        virtual.readers[0].lay(card)
        listener.wait(CardRead)
        # Longer than a wait of the lane, so that it has looked anew meanwhile.
        threading.Event().wait(2.5)
        virtual.readers[0].pull()
        listener.wait(CardGone)
    assert len(listener.of(CardRead)) == 1
    # It is looked again and again whether it is still the same card, and nothing else is asked.
    assert len(card.asked) > 2
    assert {asked.apdu for asked in card.asked} == {UID_REQUEST}


def test_the_same_card_laid_on_again_is_another_swipe(virtual: PrivateService) -> None:
    card = VirtualCard(ONE)
    with Listener() as listener:
        for times in (1, 2):
            virtual.readers[0].lay(card)
            listener.wait(CardRead, times)
            virtual.readers[0].pull()
            listener.wait(CardGone, times)
    first, second = listener.of(CardRead)
    assert first.reading.uid == second.reading.uid
    assert second.reading.counter_before == first.reading.counter_before + 2


def test_two_readers_at_once(virtual: PrivateService) -> None:
    with Listener() as listener:
        listener.wait(ReaderCame, 2)
        for number, reader in enumerate(virtual.readers):
            reader.lay(VirtualCard(bytes((4, 0, 0, number))))
        listener.wait(CardRead, 2)
    found = {read.reader: read.reading.uid for read in listener.of(CardRead)}
    assert found == {virtual.names[0]: "04000000", virtual.names[1]: "04000001"}


def test_only_the_readers_that_are_asked_for_are_watched(virtual: PrivateService) -> None:
    virtual.readers[0].lay(VirtualCard(ONE))
    virtual.readers[1].lay(VirtualCard(bytes.fromhex("04000002")))
    with Listener(only=[virtual.names[1]]) as listener:
        listener.wait(CardRead)
        virtual.readers[1].pull()
        listener.wait(CardGone)
    assert listener.of(ReaderCame) == [ReaderCame(virtual.names[1])]
    assert [read.reading.uid for read in listener.of(CardRead)] == ["04000002"]


def test_nothing_is_left_when_it_ends(virtual: PrivateService) -> None:
    before = set(threading.enumerate())
    stop = threading.Event()
    signs = readers.watch(stop)
    assert next(signs) == ServiceCame()
    assert set(threading.enumerate()) > before
    began = time.monotonic()
    stop.set()
    assert not [sign for sign in signs if not isinstance(sign, ReaderCame)]
    # Sooner than a driver that answers nothing is given up.
    assert time.monotonic() - began < LIMIT
    assert set(threading.enumerate()) <= before


def test_a_watcher_that_is_dropped_ends_too(virtual: PrivateService) -> None:
    before = set(threading.enumerate())
    signs = readers.watch(threading.Event())
    next(signs)
    signs.close()  # type: ignore[attr-defined]
    assert set(threading.enumerate()) <= before


def test_without_a_service_it_waits_for_one() -> None:
    pcsc.needed()
    place = pcsc.place()
    with Listener() as listener:
        listener.wait(ServiceGone)
        with PrivateService(1, place) as running:
            listener.wait(ServiceCame)
            running.readers[0].lay(VirtualCard(ONE))
            assert listener.wait(CardRead).reading.uid == "04A1B2C3"
    assert isinstance(listener.told[0], ServiceGone)
