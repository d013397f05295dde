"""The whole station, as people start it, at card readers: the screen and the plain mode.

The program runs as a process of its own, in a terminal or at a pipe, and meets its cards through
the real pcscd.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pytest

from cardledger.station.simulator.cards import Fault, VirtualCard
from cardledger.station.simulator.service import VARIABLE, PrivateService
from tests.station.conftest import ANNAS_UID, BORIS_UID, School
from tests.support import pcsc
from tests.support.tmux import PATIENCE, Terminal

pytestmark = pytest.mark.slow

ANNAS: Final = bytes.fromhex(ANNAS_UID)
BORIS: Final = bytes.fromhex(BORIS_UID)


@pytest.fixture
def desk() -> Iterator[PrivateService]:
    """Return a pcscd with two readers, at a place that only the program is told."""
    pcsc.needed()
    with PrivateService(2) as running:
        yield running


def command(school: School, act: str, *arguments: str, language: str) -> list[str]:
    """Return the command of a station."""
    return [
        *(sys.executable, "-m", "cardledger", "--ledger", school.place, "--keys", str(school.keys)),
        *("--lang", language, "--handler", "Wang", "station", act),
        *("--queue", str(school.queue), *arguments),
    ]


def terminal_at(desk: PrivateService, school: School, *, language: str) -> Terminal:
    """Begin a term swipe on a terminal."""
    return Terminal(
        command(school, "term-swipe", "--sound", "off", language=language),
        {"LC_ALL": "C.UTF-8", VARIABLE: str(desk.socket)},
        Path(school.place).parent,
    )


def test_a_shift_at_the_screen_with_everything_that_goes_wrong(
    desk: PrivateService, file_school: School
) -> None:
    reader, other = desk.readers
    with terminal_at(desk, file_school, language="en") as terminal:
        terminal.wait_for(f"● {desk.names[1]}")
        reader.lay(VirtualCard(ANNAS))
        shown = terminal.wait_for("✓ RECORDED")
        assert "Anna" in shown
        # It is exchanged between two looks of the service.
        reader.swap(VirtualCard(BORIS))
        terminal.wait(lambda shown: "✓ RECORDED" in shown and "Boris   2" in shown)
        # A card that gives no UID, on the other reader; the list says why, too.
        other.lay(VirtualCard(ANNAS, fault=Fault("no-uid")))
        shown = terminal.wait_for("! NOT READ")
        assert "Not read: " in shown
        other.pull()
        # The service dies and comes back; what was on the reader is no second swipe.
        desk.stop(kill=True)
        terminal.wait_for("(pcscd) is not running")
        terminal.type("C2", "Enter")
        terminal.wait_for("= ALREADY RECORDED")
        desk.start()
        terminal.wait(lambda shown: "(pcscd) is not running" not in shown)
        reader.pull()
        reader.lay(VirtualCard(b"\x04\x01\x02\x03"))
        terminal.wait_for("✗ REFUSED")
        terminal.type("F2")
        terminal.wait_for("Undo Boris 2 C2?")
        terminal.type("Enter")
        terminal.wait_for("↶ UNDONE")
        terminal.type("F10")
        terminal.wait_for("exit status 0")
    swipes = file_school.events("term.swiped/1")
    assert [swipe.reading.uid for swipe in swipes if swipe.reading] == [ANNAS_UID, BORIS_UID]
    assert len(file_school.events("line.voided/1")) == 1


class Plain:
    """A station in plain mode, as another program uses it."""

    def __init__(self, desk: PrivateService, school: School, act: str, *, language: str) -> None:
        self._process = subprocess.Popen(
            command(school, act, "--plain", language=language),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            env=os.environ | {VARIABLE: str(desk.socket)},
        )
        self._told: queue.Queue[str] = queue.Queue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait(PATIENCE)
        self._listener.join(PATIENCE)
        for stream in (self._process.stdin, self._process.stdout):
            assert stream
            stream.close()

    def _listen(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._told.put(line)

    def type(self, line: str) -> None:
        """Write a line of the input."""
        assert self._process.stdin
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def hear(self, **wanted: object) -> dict[str, Any]:
        """Wait for a line that has these values; others before it are left aside."""
        while True:
            told: dict[str, Any] = json.loads(self._told.get(timeout=PATIENCE))
            if all(told.get(name) == value for name, value in wanted.items()):
                return told

    def end(self) -> int:
        """End the input; return the exit status."""
        assert self._process.stdin
        self._process.stdin.close()
        return self._process.wait(PATIENCE)


def test_plain_mode_takes_cards_from_readers_and_from_the_input(
    desk: PrivateService, file_school: School
) -> None:
    reader, other = desk.readers
    with Plain(desk, file_school, "term-swipe", language="zh") as plain:
        plain.hear(sign="reader-came", reader=desk.names[1])
        reader.lay(VirtualCard(ANNAS))
        told = plain.hear(verdict="recorded")
        assert (told["name"], told["evidence"], told["reader"]) == ("Anna", "read", desk.names[0])
        plain.type("C2")
        assert plain.hear(verdict="recorded")["evidence"] == "typed"
        other.lay(VirtualCard(BORIS))
        assert plain.hear(verdict="repeated")["reader"] == desk.names[1]
        desk.stop(kill=True)
        assert "服务" in plain.hear(sign="service-gone")["message"]
        plain.type("undo")
        assert plain.hear(action="void")["verdict"] == "recorded"
        desk.start()
        plain.hear(sign="service-came")
        # Both cards lay there all the while: that is no new swipe.
        reader.swap(VirtualCard(b"\x04\x01\x02\x03"))
        assert plain.hear(verdict="refused")["uid"] == "04010203"
        assert plain.end() == 3
    assert len(file_school.events("term.swiped/1")) == 2
    assert len(file_school.events("line.voided/1")) == 1
