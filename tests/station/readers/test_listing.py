"""`cardledger readers`: which readers are here, and what lies on them; in both languages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cardledger.i18n import translator
from cardledger.station import readers
from cardledger.station.readers import ReaderInfo
from cardledger.station.readers.pcsc import Context
from cardledger.station.signs import WRONG
from cardledger.station.simulator.cards import CPU, M1_1K, Fault, VirtualCard
from cardledger.station.simulator.service import PrivateService
from tests.support import pcsc
from tests.support.pcsc import PATIENCE

ONE = bytes.fromhex("04A1B2C3")


def lay(virtual: PrivateService, card: VirtualCard, slot: int = 0) -> None:
    """Lay a card on, and wait until PC/SC knows of it."""
    virtual.readers[slot].lay(card)
    with Context() as context:
        state = context.look(virtual.names[slot])
        if not state.present:
            state = context.wait(state, PATIENCE)
        assert state.present


def cardledger(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a process of its own."""
    import os

    return subprocess.run(
        [sys.executable, "-m", "cardledger", *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "COLUMNS": "200", **environment},
    )


def test_readers_and_their_cards(virtual: PrivateService) -> None:
    lay(virtual, VirtualCard(ONE))
    empty = ReaderInfo(reader=virtual.names[1])
    assert readers.listed() == [
        ReaderInfo(
            reader=virtual.names[0],
            card=True,
            atr=M1_1K.hex().upper(),
            type="m1-1k",
            model="MIFARE Classic 1K",
            uid="04A1B2C3",
        ),
        empty,
    ]
    virtual.readers[0].pull()
    lay(virtual, VirtualCard(ONE, CPU, Fault("no-uid")), 1)
    assert readers.listed()[1].problem == "no-uid"


@pytest.mark.slow
def test_a_reader_that_hangs_is_listed_as_such(virtual: PrivateService) -> None:
    lay(virtual, VirtualCard(ONE, fault=Fault("mute")))
    lay(virtual, VirtualCard(ONE), 1)
    first, second = readers.listed()
    assert (first.card, first.uid, first.problem) == (True, "", "unresponsive")
    assert (second.uid, second.problem) == ("04A1B2C3", None)


@pytest.mark.slow
def test_the_command_lists_them_in_both_languages(virtual: PrivateService) -> None:
    lay(virtual, VirtualCard(ONE))
    lay(virtual, VirtualCard(ONE, CPU, Fault("no-uid")), 1)
    done = cardledger("readers", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [
        {
            "reader": virtual.names[0],
            "card": True,
            "atr": M1_1K.hex().upper(),
            "type": "m1-1k",
            "uid": "04A1B2C3",
            "problem": None,
        },
        {
            "reader": virtual.names[1],
            "card": True,
            "atr": CPU.hex().upper(),
            "type": "cpu",
            "uid": None,
            "problem": "no-uid",
        },
    ]
    assert WRONG["no-uid"] in cardledger("--lang", "en", "readers").stdout
    done = cardledger("--lang", "zh", "readers")
    assert "MIFARE Classic 1K" in done.stdout
    assert "CPU 卡" in done.stdout
    assert translator("zh")(WRONG["no-uid"]) in done.stdout + done.stderr


@pytest.mark.parametrize(("language", "said"), [("en", "systemctl start"), ("zh", "没有运行")])
def test_without_the_service_it_says_what_to_start(
    tmp_path: Path, language: str, said: str
) -> None:
    pcsc.needed()
    done = cardledger("--lang", language, "readers", PCSCLITE_CSOCK_NAME=str(tmp_path / "nothing"))
    assert done.returncode == 1
    assert done.stdout == ""
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("language", "said"), [("en", "pip install"), ("zh", "这里用不了读卡器")])
def test_without_pyscard_it_says_what_to_install(tmp_path: Path, language: str, said: str) -> None:
    # As on a machine where it could not be built: importing it fails.
    (tmp_path / "smartcard").mkdir()
    (tmp_path / "smartcard" / "__init__.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'smartcard'\", name='smartcard')\n"
    )
    done = cardledger("--lang", language, "readers", PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert said in done.stderr
    assert "cardledger[reader]" in done.stderr
    assert "Traceback" not in done.stderr
