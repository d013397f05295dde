"""A pcscd of our own, for real: cards that PC/SC sees, and nothing open to the network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cardledger.station.simulator import service
from cardledger.station.simulator.cards import M1_1K, M1_4K, VirtualCard
from cardledger.station.simulator.service import VARIABLE, NoService, PrivateService
from tests.support import pcsc

#: What PC/SC sees, told by a process of its own: its library knows one pcscd a process.
CLIENT = """
import json, sys
from smartcard.scard import *
_, context = SCardEstablishContext(SCARD_SCOPE_USER)
status, names = SCardListReaders(context, [])
status, states = SCardGetStatusChange(context, 0, [(name, SCARD_STATE_UNAWARE) for name in names])
print(json.dumps([[name, bytes(atr).hex().upper()] for name, _state, atr in states]))
"""


@pytest.fixture
def apart() -> Iterator[PrivateService]:
    pcsc.needed()
    if service.missing():
        pytest.skip(service.missing())
    with PrivateService(4) as running:
        yield running


def _seen(running: PrivateService) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-c", CLIENT],
        env={**os.environ, VARIABLE: str(running.socket)},
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    return dict(json.loads(done.stdout))


def test_pcsc_sees_the_cards_that_lie_on_the_readers(apart: PrivateService) -> None:
    apart.readers[0].lay(VirtualCard(bytes(4)))
    apart.readers[3].lay(VirtualCard(bytes(7), M1_4K))
    assert apart.readers[0].wait_noticed()
    assert apart.readers[3].wait_noticed()
    expected = [M1_1K.hex().upper(), "", "", M1_4K.hex().upper()]
    limit = time.monotonic() + pcsc.PATIENCE
    # The card has been asked for its ATR; that pcscd tells others of it comes a moment later.
    while (seen := _seen(apart)) != dict(zip(apart.names, expected, strict=True)):
        assert time.monotonic() < limit, seen


def test_it_comes_and_goes(apart: PrivateService) -> None:
    card = VirtualCard(bytes(4))
    apart.readers[1].lay(card)
    assert apart.readers[1].wait_noticed()
    apart.stop(kill=True)
    assert not apart.socket.exists()
    apart.start()
    limit = time.monotonic() + pcsc.PATIENCE
    while _seen(apart).get(apart.names[1]) != M1_1K.hex().upper():
        assert time.monotonic() < limit, "the card still lies there"


def test_nothing_is_open_to_the_network_and_nothing_stays(apart: PrivateService) -> None:
    apart.readers[0].lay(VirtualCard(bytes(4)))
    assert apart.readers[0].wait_noticed()
    ports = {int(line.split()[1].partition(":")[2], 16) for line in _listening()}
    assert not ports & {reader.port for reader in apart.readers}
    folder = apart.socket.parent
    apart.close()
    assert not folder.exists()


def _listening() -> list[str]:
    lines = Path("/proc/self/net/tcp").read_text().splitlines()[1:]
    return [line for line in lines if line.split()[3] == "0A"]


def test_who_is_not_root_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    if service.pcscd() is None or not service.DRIVER.exists():
        pytest.skip("pcscd with vpcd is not here")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(NoService, match="Only root") as raised:
        PrivateService()
    assert "apt install" in raised.value.hint


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(service, "pcscd", lambda: None)
    assert "pcscd, is not installed" in service.missing()
    monkeypatch.setattr(service, "pcscd", lambda: "/usr/sbin/pcscd")
    monkeypatch.setattr(service, "DRIVER", tmp_path / "missing.so")
    assert "vsmartcard-vpcd" in service.missing()
