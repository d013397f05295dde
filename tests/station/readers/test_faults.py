"""What goes wrong at a reader is said, and the watch goes on: through the real pcscd."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from cardledger.station.readers.pcsc import Context
from cardledger.station.readers.reading import UID_REQUEST
from cardledger.station.signs import (
    CardGone,
    CardRead,
    ReaderCame,
    ReadFailed,
    Reason,
    ServiceCame,
    ServiceGone,
)
from cardledger.station.simulator.cards import CPU, M1_1K, M1_4K, Fault, VirtualCard
from cardledger.station.simulator.service import PrivateService
from tests.support.pcsc import PATIENCE, Listener

ONE = bytes.fromhex("04A1B2C3")
OTHER = bytes.fromhex("04D4E5F6")


def goes_on(listener: Listener, virtual: PrivateService, reads: int = 1) -> None:
    """Take away what lies on the first reader; a good card is then read as ever."""
    gone = len(listener.of(CardGone))
    if virtual.readers[0].pull() is not None:
        listener.wait(CardGone, gone + 1)
    virtual.readers[0].lay(VirtualCard(OTHER))
    assert listener.wait(CardRead, reads).reading.uid == OTHER.hex().upper()


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        pytest.param(Fault("no-uid"), "no-uid", id="63 00"),
        pytest.param(Fault("pulled", at=1), "pulled", id="pulled at the first question"),
        pytest.param(Fault("pulled", at=2), "pulled", id="pulled at the second question"),
        pytest.param(Fault("swapped", at=1, other=VirtualCard(OTHER)), "swapped", id="swapped"),
        pytest.param(
            Fault("swapped", at=1, other=VirtualCard(OTHER, fault=Fault("no-uid"))),
            "swapped",
            id="swapped for one that answers 63 00",
        ),
    ],
)
def test_a_card_that_cannot_be_read(virtual: PrivateService, fault: Fault, reason: Reason) -> None:
    with Listener() as listener:
        listener.wait(ReaderCame, 2)
        virtual.readers[0].lay(VirtualCard(ONE, fault=fault))
        assert listener.wait(ReadFailed) == ReadFailed(virtual.names[0], reason)
        if fault.kind == "pulled":
            listener.wait(CardGone)
        goes_on(listener, virtual)
    assert len(listener.of(ReadFailed)) == 1


@pytest.mark.parametrize("uid", ["", "04A1B2", "04A1B2C3D4", "04A1B2C3D4E5F60102030405"])
def test_a_uid_of_another_size_is_none(virtual: PrivateService, uid: str) -> None:
    virtual.readers[0].lay(VirtualCard(bytes.fromhex(uid)))
    with Listener() as listener:
        assert listener.wait(ReadFailed).reason == "no-uid"
    assert not listener.of(CardRead)


@pytest.mark.slow
@pytest.mark.parametrize("question", [1, 2])
def test_a_card_that_answers_nothing_has_a_limit(virtual: PrivateService, question: int) -> None:
    with Listener() as listener:
        listener.wait(ReaderCame, 2)
        began = time.monotonic()
        virtual.readers[0].lay(VirtualCard(ONE, fault=Fault("mute", at=question)))
        assert listener.wait(ReadFailed).reason == "unresponsive"
        assert time.monotonic() - began < 8
        # The driver hangs in one reader; the other one works meanwhile.
        virtual.readers[1].lay(VirtualCard(ONE))
        assert listener.wait(CardRead).reader == virtual.names[1]
        goes_on(listener, virtual, reads=2)
    assert len(listener.of(ReadFailed)) == 1


@pytest.mark.slow
def test_a_reader_that_hangs_does_not_keep_the_watch_from_ending(virtual: PrivateService) -> None:
    before = set(threading.enumerate())
    with Listener() as listener:
        virtual.readers[0].lay(VirtualCard(ONE, fault=Fault("mute")))
        listener.wait(ReadFailed)
    assert set(threading.enumerate()) <= before


def test_a_slow_card_is_read(virtual: PrivateService) -> None:
    virtual.readers[0].lay(VirtualCard(ONE, fault=Fault("slow", seconds=0.5)))
    with Listener() as listener:
        assert listener.wait(CardRead).reading.uid == "04A1B2C3"
    assert not listener.of(ReadFailed)


@pytest.mark.parametrize(
    ("first", "second"), [(M1_1K, M1_1K), (CPU, CPU), (M1_1K, M1_4K), (CPU, M1_1K)]
)
def test_a_card_that_is_exchanged_between_two_polls_is_told(
    virtual: PrivateService, first: bytes, second: bytes
) -> None:
    reader = virtual.readers[0]
    with Listener() as listener:
        listener.wait(ReaderCame, 2)
        reader.lay(VirtualCard(ONE, first))
        listener.wait(CardRead)
        # At once, without waiting until anybody has noticed.
        reader.pull()
        reader.lay(VirtualCard(OTHER, second))
        listener.wait(CardRead, 2)
    one, gone, other = [sign for sign in listener.told if isinstance(sign, CardRead | CardGone)]
    assert isinstance(one, CardRead)
    assert isinstance(gone, CardGone)
    assert isinstance(other, CardRead)
    assert (one.reading.uid, other.reading.uid) == (ONE.hex().upper(), OTHER.hex().upper())
    # pcscd counts it where it saw the reader empty; where our own question came first, the UID
    # alone tells that it is another card.
    assert one.reading.counter_after <= other.reading.counter_before


@pytest.fixture
def held(virtual: PrivateService) -> Iterator[ExitStack]:
    """Lay a card on that another program holds until this is closed."""
    virtual.readers[0].lay(VirtualCard(ONE))
    with Context() as another, ExitStack() as holding:
        state = another.look(virtual.names[0])
        if not state.present:
            state = another.wait(state, PATIENCE)
        assert state.present
        holding.enter_context(another.card(virtual.names[0]))
        yield holding


@pytest.mark.slow
def test_another_program_holds_the_card(virtual: PrivateService, held: ExitStack) -> None:
    with Listener() as listener:
        assert listener.wait(ReadFailed) == ReadFailed(virtual.names[0], "busy")
        assert not listener.of(CardRead)
        held.close()
        assert listener.wait(CardRead).reading.uid == "04A1B2C3"
    assert len(listener.of(ReadFailed)) == 1


def test_another_program_has_a_short_look_at_the_card(
    virtual: PrivateService, held: ExitStack
) -> None:
    with Listener() as listener:
        listener.wait(ReaderCame, 2)
        held.close()
        listener.wait(CardRead)
    assert not listener.of(ReadFailed)


@pytest.mark.parametrize("kill", [False, True], ids=["stopped", "killed"])
def test_the_service_goes_and_comes_back(virtual: PrivateService, kill: bool) -> None:
    with Listener() as listener:
        virtual.readers[0].lay(VirtualCard(ONE))
        listener.wait(CardRead)
        virtual.stop(kill=kill)
        listener.wait(ServiceGone)
        virtual.start()
        listener.wait(ServiceCame, 2)
        listener.wait(ReaderCame, 4)
        virtual.readers[1].lay(VirtualCard(OTHER))
        assert listener.wait(CardRead, 2).reading.uid == OTHER.hex().upper()
        virtual.readers[0].pull()
        listener.wait(CardGone)
    # The card that lay there all the while was laid on once.
    assert [read.reading.uid for read in listener.of(CardRead)] == ["04A1B2C3", "04D4E5F6"]


def test_the_service_is_killed_while_a_card_is_read(virtual: PrivateService) -> None:
    card = VirtualCard(ONE, fault=Fault("slow", seconds=1))
    with Listener() as listener:
        listener.wait(ReaderCame, 2)
        virtual.readers[0].lay(card)
        assert virtual.readers[0].wait_asked(card, 1)
        virtual.stop(kill=True)
        listener.wait(ServiceGone)
        card.fault = None
        virtual.start()
        # It was never told, so it is read now.
        assert listener.wait(CardRead).reading.uid == "04A1B2C3"
    assert not listener.of(ReadFailed)


def test_a_card_is_changed_while_the_service_is_away(virtual: PrivateService) -> None:
    with Listener() as listener:
        virtual.readers[0].lay(VirtualCard(ONE))
        listener.wait(CardRead)
        virtual.stop()
        virtual.readers[0].pull()
        virtual.start()
        virtual.readers[0].lay(VirtualCard(OTHER))
        listener.wait(CardRead, 2)
        listener.wait(CardGone)
    assert [read.reading.uid for read in listener.of(CardRead)] == ["04A1B2C3", "04D4E5F6"]


def test_a_card_is_asked_for_its_uid_and_nothing_else(virtual: PrivateService) -> None:
    cards = [
        VirtualCard(ONE),
        VirtualCard(OTHER, CPU),
        VirtualCard(ONE, fault=Fault("no-uid")),
        VirtualCard(ONE, fault=Fault("pulled", at=2)),
    ]
    with Listener() as listener:
        listener.wait(ReaderCame, 2)
        for number, card in enumerate(cards, 1):
            virtual.readers[0].lay(card)
            listener.until_answered(number)
            virtual.readers[0].pull()
            listener.wait(CardGone, number)
    asked = [one.apdu for card in cards for one in card.asked]
    assert len(asked) >= 2 * len(cards)
    assert set(asked) == {UID_REQUEST}
    assert UID_REQUEST.hex().upper() == "FFCA000000"


@pytest.mark.slow
def test_a_service_that_hangs_is_said_to_be_away(virtual: PrivateService) -> None:
    with Listener() as listener, ExitStack() as stopped:
        listener.wait(ReaderCame, 2)
        virtual.pause()
        stopped.callback(virtual.resume)
        listener.wait(ServiceGone)
        stopped.close()
        listener.wait(ServiceCame, 2)
        virtual.readers[0].lay(VirtualCard(ONE))
        assert listener.wait(CardRead).reading.uid == "04A1B2C3"
