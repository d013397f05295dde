"""Virtual cards on the wire: byte for byte what vpcd sends and expects, from both directions."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from cardledger.station.simulator.cards import CPU, M1_1K, Fault, VirtualCard
from cardledger.station.simulator.vpcd import (
    GET_ATR,
    HOME,
    POWER_ON,
    RESET,
    NoVirtualReader,
    VirtualReader,
    receive,
    send,
)

UID = bytes.fromhex("8A3F11C2")
GET_UID = bytes.fromhex("FFCA000000")
WRITE = bytes.fromhex("FFD6000410") + bytes(16)
#: Seconds after which a test has failed.
LIMIT = 30.0

Reached = tuple[VirtualReader, Callable[[], socket.socket]]


@pytest.fixture(params=["vpcd calls", "vpcd listens"])
def reached(request: pytest.FixtureRequest) -> Iterator[Reached]:
    """Give a reader, and what joins it as vpcd does, in both directions."""
    with ExitStack() as stack:
        if request.param == "vpcd calls":
            reader = stack.enter_context(VirtualReader.listening())

            def join() -> socket.socket:
                return stack.enter_context(socket.create_connection((HOME, reader.port), LIMIT))
        else:
            server = stack.enter_context(socket.create_server((HOME, 0), backlog=0))
            server.settimeout(LIMIT)
            reader = stack.enter_context(VirtualReader.calling(server.getsockname()[1]))

            def join() -> socket.socket:
                connection = stack.enter_context(server.accept()[0])
                connection.settimeout(LIMIT)
                return connection

        yield reader, join


def _ask(connection: socket.socket, payload: bytes) -> bytes | None:
    send(connection, payload)
    return receive(connection)


def _read_uid(connection: socket.socket) -> bytes | None:
    return _ask(connection, GET_UID)


def test_a_card_answers_power_atr_and_uid(reached: Reached) -> None:
    reader, join = reached
    card = VirtualCard(UID)
    reader.lay(card)
    vpcd = join()
    vpcd.sendall(b"\0\1\1" + b"\0\1\2")  # power on, reset: no answer is due
    assert _ask(vpcd, bytes((GET_ATR,))) == M1_1K
    assert _read_uid(vpcd) == UID + b"\x90\x00"
    vpcd.sendall(b"\0\5" + GET_UID)
    assert vpcd.recv(8, socket.MSG_WAITALL) == b"\0\6" + UID + b"\x90\x00"
    assert [one.apdu for one in card.asked] == [GET_UID, GET_UID]
    assert reader.wait_noticed(0)


def test_what_a_card_does_not_know_it_says_and_remembers(reached: Reached) -> None:
    reader, join = reached
    card = VirtualCard(bytes.fromhex("04A1B2C3D4E5F6"), CPU)
    reader.lay(card)
    vpcd = join()
    asked = {
        WRITE: "6D00",
        bytes.fromhex("FFCA010000"): "6A81",
        bytes.fromhex("FFCA000004"): "6C07",
        bytes.fromhex("FFCA000007"): "04A1B2C3D4E5F69000",
        b"\xff\xca": "6700",
    }
    for apdu, answer in asked.items():
        said = _ask(vpcd, apdu)
        assert said is not None
        assert said.hex().upper() == answer
    assert [one.apdu for one in card.asked] == list(asked)
    assert card.uid == bytes.fromhex("04A1B2C3D4E5F6"), "nothing can be written to it"


def test_an_empty_reader_has_no_card(reached: Reached) -> None:
    reader, join = reached
    card = VirtualCard(UID)
    reader.lay(card)
    vpcd = join()
    assert _ask(vpcd, bytes((GET_ATR,))) == M1_1K
    assert reader.pull() is card
    assert receive(vpcd) is None
    assert reader.card is None
    assert reader.noticed is None
    reader.lay(VirtualCard(bytes(4), CPU))
    assert _ask(join(), bytes((GET_ATR,))) == CPU


def test_where_vpcd_calls_an_empty_reader_hangs_up() -> None:
    with (
        VirtualReader.listening() as reader,
        socket.create_connection((HOME, reader.port), LIMIT) as vpcd,
    ):
        assert receive(vpcd) is None


def test_a_card_that_lies_there_is_found_again_by_a_new_vpcd(reached: Reached) -> None:
    reader, join = reached
    reader.lay(VirtualCard(UID))
    vpcd = join()
    assert _read_uid(vpcd) == UID + b"\x90\x00"
    vpcd.close()
    assert _read_uid(join()) == UID + b"\x90\x00"


def test_a_swap_is_not_seen_by_the_reader(reached: Reached) -> None:
    reader, join = reached
    first, second = VirtualCard(UID), VirtualCard(bytes(range(4)))
    reader.lay(first)
    vpcd = join()
    assert _read_uid(vpcd) == UID + b"\x90\x00"
    assert reader.swap(second) is first
    assert _ask(vpcd, bytes((GET_ATR,))) == M1_1K
    assert _read_uid(vpcd) == bytes(range(4)) + b"\x90\x00"


def test_a_card_is_swapped_between_two_readings(reached: Reached) -> None:
    reader, join = reached
    other = VirtualCard(bytes(range(4)))
    reader.lay(VirtualCard(UID, fault=Fault("swapped", at=1, other=other)))
    vpcd = join()
    assert _read_uid(vpcd) == UID + b"\x90\x00"
    assert _read_uid(vpcd) == bytes(range(4)) + b"\x90\x00"
    assert reader.card is other


def test_a_card_is_pulled_in_the_middle_of_a_question(reached: Reached) -> None:
    reader, join = reached
    card = VirtualCard(UID, fault=Fault("pulled", at=2))
    reader.lay(card)
    vpcd = join()
    assert _read_uid(vpcd) == UID + b"\x90\x00"
    assert _read_uid(vpcd) is None
    assert reader.card is None
    assert [one.answer for one in card.asked] == [UID + b"\x90\x00", None]


def test_cards_with_other_faults(reached: Reached) -> None:
    reader, join = reached
    card = VirtualCard(UID, fault=Fault("no-uid", at=1))
    reader.lay(card)
    vpcd = join()
    assert _read_uid(vpcd) == b"\x63\x00"
    assert _read_uid(vpcd) == UID + b"\x90\x00"

    mute = VirtualCard(UID, fault=Fault("mute"))
    reader.swap(mute)
    send(vpcd, GET_UID)
    assert reader.wait_asked(mute, 1, LIMIT)
    vpcd.settimeout(0.05)
    with pytest.raises(TimeoutError):
        receive(vpcd)
    vpcd.settimeout(LIMIT)

    slow = VirtualCard(UID, fault=Fault("slow", seconds=0.1))
    reader.swap(slow)
    assert _read_uid(vpcd) == UID + b"\x90\x00"
    first, second = card.asked[1], slow.asked[0]
    assert second.at - first.at >= 0.1


def test_a_late_answer_never_comes_from_the_next_card(reached: Reached) -> None:
    reader, join = reached
    slow = VirtualCard(UID, fault=Fault("slow", seconds=0.1))
    reader.lay(slow)
    vpcd = join()
    send(vpcd, GET_UID)
    reader.wait_asked(slow, 1, LIMIT)
    reader.pull()
    following = VirtualCard(bytes(range(4)))
    reader.lay(following)
    assert _read_uid(join()) == bytes(range(4)) + b"\x90\x00"
    assert receive(vpcd) is None
    assert len(following.asked) == 1


def test_one_card_at_a_time(reached: Reached) -> None:
    reader, _join = reached
    with pytest.raises(RuntimeError, match="no card"):
        reader.swap(VirtualCard(UID))
    reader.lay(VirtualCard(UID))
    with pytest.raises(RuntimeError, match="lies on the reader"):
        reader.lay(VirtualCard(UID))


def test_without_vpcd_it_is_said_how_to_have_one() -> None:
    with socket.create_server((HOME, 0)) as gone:
        port = gone.getsockname()[1]
    with VirtualReader.calling(port) as reader:
        with pytest.raises(NoVirtualReader, match=str(port)) as raised:
            reader.lay(VirtualCard(UID))
        assert "simulate --help" in raised.value.hint
        assert reader.card is None


def test_messages_arrive_whole_however_they_are_cut() -> None:
    with (
        socket.create_server((HOME, 0)) as server,
        socket.create_connection(server.getsockname()) as theirs,
        server.accept()[0] as ours,
    ):
        for byte in b"\0\5" + GET_UID:
            theirs.sendall(bytes((byte,)))
        assert receive(ours) == GET_UID
        theirs.sendall(b"\0\5\xff")
        theirs.close()
        assert receive(ours) is None


def test_control_bytes_are_no_questions_for_the_card(reached: Reached) -> None:
    reader, join = reached
    card = VirtualCard(UID)
    reader.lay(card)
    vpcd = join()
    for control in (POWER_ON, RESET, 0, 3):
        send(vpcd, bytes((control,)))
    assert _ask(vpcd, bytes((GET_ATR,))) == M1_1K
    assert not card.asked
