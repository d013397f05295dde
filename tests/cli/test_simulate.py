"""`readers simulate`: a training with real names, on a real pcscd; what is said where it fails."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from cardledger.station.simulator import service
from tests.cli.conftest import PUPIL, Run
from tests.support import pcsc

#: A station that is none: it tells every UID that it reads, and ends after so many.
STATION = """
import sys
from smartcard.scard import *
_, context = SCardEstablishContext(SCARD_SCOPE_USER)
name, state, told = "Virtual PCD 00 00", SCARD_STATE_UNAWARE, 0
while told < int(sys.argv[1]):
    _, [(_, state, _)] = SCardGetStatusChange(context, 10_000, [(name, state)])
    if not state & SCARD_STATE_PRESENT:
        continue
    failed, card, protocol = SCardConnect(context, name, SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_ANY)
    if failed:
        continue
    for _turn in range(2):
        _, answer = SCardTransmit(card, SCARD_PCI_T1, [0xFF, 0xCA, 0, 0, 0])
    with open(sys.argv[2], "a") as file:
        print(bytes(answer).hex(), file=file)
    SCardDisconnect(card, SCARD_LEAVE_CARD)
    told += 1
"""


@pytest.fixture
def with_pcscd() -> None:
    pcsc.needed()
    if service.missing():
        pytest.skip(service.missing())


@pytest.mark.usefixtures("with_pcscd")
def test_the_cards_of_the_ledger_are_played_with_names(school: Run, tmp_path: Path) -> None:
    card = "C0000001"
    issued = school("issue", card, "--student", PUPIL, "--uid", "8A3F11C2", "--at", "2009-09-10")
    assert issued.status == 0, issued.err
    script = tmp_path / "training"
    script.write_text("say 开始\nlay next\nwait for reading\n", encoding="utf-8")
    seen = tmp_path / "seen"
    program = ("--", sys.executable, "-c", STATION, 1, seen)
    played = school("readers", "simulate", script, "--own-cards", *program)
    assert played.status == 0, played.err
    assert seen.read_text() == "8a3f11c29000\n"
    assert "开始" in played.err
    assert f"lay next  {card} 1班 王小明 8A3F11C2" in played.err
    assert "Cards laid on: 1. Waits in vain: 0." in played.err


@pytest.mark.usefixtures("with_pcscd")
def test_cards_of_a_file_and_a_wait_in_vain(run: Run, tmp_path: Path) -> None:
    cards = tmp_path / "cards.csv"
    cards.write_text("Card,UID\nA,01020304\nB,\nC,04A1B2C3D4E5F6\n", encoding="utf-8-sig")
    script = "lay 2\nwait for reading\npull\nlay 1\nwait for reading within 1 ms"
    seen = tmp_path / "seen"
    program = ("--", sys.executable, "-c", STATION, 1, seen)
    played = run("readers", "simulate", "-", "--cards", cards, *program, input=script)
    assert played.status == 4, played.err
    assert seen.read_text() == "04a1b2c3d4e5f69000\n"
    assert "Line 5: it did not happen in time." in played.err
    assert "Waits in vain: 1." in played.err


@pytest.mark.usefixtures("with_pcscd")
def test_a_program_that_is_no_station_is_told_so(run: Run) -> None:
    played = run("readers", "simulate", "-", "--", "true", input="pull")
    assert (played.status, "true did not look for card readers." in played.err) == (2, True)
    played = run("readers", "simulate", "-", "--", "/no/such", input="pull")
    assert played.status == 2
    assert "/no/such cannot be started: No such file or directory" in played.err


def test_where_no_virtual_reader_listens_it_is_said_how_to_have_one(run: Run) -> None:
    played = run("readers", "simulate", "-", "--port", 1, input="lay 1")
    assert played.status == 1
    assert "No virtual reader (vpcd) can be reached on port 1." in played.err
    assert "readers simulate --help" in played.err
    told = run("--lang", "zh", "readers", "simulate", "-", "--port", 1, input="lay 1")
    assert "端口 1 上没有可用的虚拟读卡器" in told.err


def test_who_is_not_root_is_told_what_to_do(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    for language, what in (("en", "apt install pcscd"), ("zh", "以 root 身份运行")):
        played = run("--lang", language, "readers", "simulate", "-", input="pull")
        assert played.status == 1
        assert what in played.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "No script was given."),
        (("missing.txt",), "missing.txt cannot be read: No such file or directory"),
        (("-", "--cards", "missing.csv"), "missing.csv cannot be read"),
        (("-", "--cards", "x", "--own-cards"), "--cards and --own-cards cannot both be given."),
        (("-", "--readers", 17), "17"),
        (("-", "--own-cards"), "There is no ledger"),
    ],
)
def test_what_is_missing_is_named(run: Run, arguments: tuple[str, ...], said: str) -> None:
    played = run("readers", "simulate", *arguments, input="pull")
    assert played.status == 2
    assert said in played.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("card\nC1\n", "has no column “uid”"),
        ("uid\nxyz\n", "“xyz” is not a UID."),
        ("uid,type\n01020304,m2\n", "line 2: there is no type of card “m2”"),
        ("uid\n\n", "There is no card with a UID there."),
    ],
)
def test_a_bad_file_of_cards_is_named(run: Run, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "cards.csv").write_text(text)
    played = run("readers", "simulate", "-", "--cards", "cards.csv", input="pull")
    assert (played.status, said in played.err) == (2, True), played.err


def test_a_script_that_cannot_be_played_starts_nothing(run: Run) -> None:
    played = run("readers", "simulate", "-", input="reader 3\nlay 1")
    assert (played.status, "Line 1: there is no reader 3, only 2." in played.err) == (2, True)
    played = run("--lang", "zh", "readers", "simulate", "-", input="lya 1")
    assert "第 1 行“lya 1”：那里不能写“lya”。" in played.err


def test_an_example_is_printed(run: Run) -> None:
    assert "# Five pupils" in run("readers", "simulate", "--example").out
    assert "# 五名学生" in run("--lang", "zh", "readers", "simulate", "--example").out
