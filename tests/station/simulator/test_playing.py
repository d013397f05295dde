"""Playing a script on real sockets: which card lies where, and what is waited for."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from cardledger.station.simulator.cards import M1_4K
from cardledger.station.simulator.parsing import parse
from cardledger.station.simulator.playing import Deck, Known, Played, Stage, play
from cardledger.station.simulator.script import BadScript
from cardledger.station.simulator.vpcd import HOME, VirtualReader, receive, send

GET_UID = bytes.fromhex("FFCA000000")
KNOWN = (
    Known(b"\1\1\1\1", card="C1", name="王小明"),
    Known(b"\2\2\2\2", card="C2"),
    Known(b"\3\3\3\3", card="C3"),
)


class Vpcd(threading.Thread):
    """The other end: calls a reader again and again, and reads the UID of what lies there."""

    def __init__(self, reader: VirtualReader) -> None:
        super().__init__(daemon=True)
        self.read: list[str] = []
        self._port = reader.port
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(0.002):
            try:
                with socket.create_connection((HOME, self._port), 5) as connection:
                    self._talk(connection)
            except OSError:
                continue

    def _talk(self, connection: socket.socket) -> None:
        while not self._done.wait(0.002):
            send(connection, GET_UID)
            answer = receive(connection)
            if answer is None:
                break
            if not self.read or self.read[-1] != answer.hex():
                self.read.append(answer.hex())

    def end(self) -> list[str]:
        self._done.set()
        self.join(5)
        return [answer.removesuffix("9000") for answer in self.read]


@pytest.fixture
def stage() -> Iterator[Stage]:
    with VirtualReader.listening() as first, VirtualReader.listening() as second:
        yield Stage([first, second], Deck(KNOWN), speed=100)


def _play(text: str, stage: Stage) -> tuple[Played, list[str]]:
    vpcd = Vpcd(stage.readers[0])
    vpcd.start()
    played = play(parse(text), stage)
    return played, vpcd.end()


def test_cards_come_one_after_the_other(stage: Stage) -> None:
    played, read = _play("repeat 4\nlay next\nwait for reading\npull\nend", stage)
    assert played == Played(laid=4, missed=0)
    assert read == ["01010101", "02020202", "03030303", "01010101"], "after the last the first"


def test_swaps_faults_and_definitions_are_done(stage: Stage) -> None:
    text = """
        card 3 04A1B2C3D4E5F6 m1-4k
        lay 1
        wait for reading
        swap 3
        wait for reading
        fault 2 no-uid
        lay 2
        wait for reading
        fault 2 none
        lay 2
        wait for reading
    """
    played, read = _play(text, stage)
    assert (played.laid, played.missed) == (4, 0)
    assert read == ["01010101", "04a1b2c3d4e5f6", "6300", "02020202"]
    assert stage.deck.card(3).atr == M1_4K
    assert all(reader.card is None for reader in stage.readers), "nothing stays on the readers"


def test_a_card_is_in_one_place(stage: Stage) -> None:
    lying: list[tuple[bool, bool]] = []
    stage.tell = lambda _line, _card: lying.append(
        (stage.readers[0].card is not None, stage.readers[1].card is not None)
    )
    play(parse("lay 1\nreader 2\nlay 1\nlay 2\npull"), stage)
    assert lying == [(False, False), (True, False), (True, False), (False, True), (False, True)]


def test_waits_in_vain_are_told_and_counted(stage: Stage) -> None:
    missed: list[int] = []
    stage.missed = lambda line: missed.append(line.number)
    limits: list[float] = []
    stage.recorded = lambda limit: limits.append(limit) or False  # type: ignore[func-returns-value]
    entered: list[int] = []
    stage.enter = lambda: entered.append(1)
    played = play(
        parse("lay 1\nwait for reading within 1 ms\nwait for record within 2 s\nwait for enter"),
        stage,
    )
    assert (played.missed, missed, limits, entered) == (2, [2, 3], [2.0], [1])


def test_who_watches_is_told_whose_card_it_is(stage: Stage) -> None:
    told: list[str] = []
    stage.tell = lambda line, card: told.append(f"{line.act} {card.name if card else '-'}")
    play(parse("lay next\nwait 1 s\nsay 第二个班"), stage)
    assert told == ["lay next 王小明", "wait 1000 ms -", "say 第二个班 -"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lay 1\nrepeat 2\nlay 4\nend", "Line 3: there is no card 4; only 3 are known."),
        ("fault 1 swapped 9", "Line 1: there is no card 9"),
        ("reader 3", "Line 1: there is no reader 3, only 2."),
        ("wait for record", "Line 1 waits for a line of the ledger"),
    ],
)
def test_what_cannot_be_played_is_refused_before_anything_happens(
    stage: Stage, text: str, said: str
) -> None:
    stage.tell = lambda _line, _card: pytest.fail("something happened")
    with pytest.raises(BadScript) as raised:
        play(parse(text), stage)
    assert said in raised.value.text()


def test_a_card_that_the_script_defines_need_not_be_known(stage: Stage) -> None:
    assert play(parse("card 9 8A3F11C2\nlay 9"), stage).laid == 1
    assert stage.deck.card(9).uid.hex() == "8a3f11c2"


def test_made_up_cards_are_the_same_in_every_run_and_all_different() -> None:
    uids = [Deck().card(number).uid for number in range(1, 2001)]
    assert uids == [Deck().card(number).uid for number in range(1, 2001)]
    assert len(set(uids)) == len(uids)
    assert not {uid[0] for uid in uids} & {0x08, 0x88}
