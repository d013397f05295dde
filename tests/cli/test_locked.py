"""While another program holds the ledger: a clear error and its exit status, no wait for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cardledger import open_ledger, opening
from cardledger.cli import edge
from cardledger.log import Log
from cardledger.places import Places
from tests.cli.conftest import PUPIL, SCHOOL, Run

#: Seconds that a command waits here, instead of a minute.
SHORT = 0.3


@contextmanager
def locked(place: str) -> Iterator[None]:
    """Hold the lock of the writers, as a program does that is stopped in its transaction."""
    with Log.open(place) as log, log.writing():
        yield


@pytest.fixture
def place(ledger_url: str, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Return a ledger with a pupil and a card."""
    monkeypatch.setenv("CARDLEDGER_LEDGER", ledger_url)
    monkeypatch.setenv("CARDLEDGER_KEYS", str(tmp_path / "keys.db"))
    assert run("init", "--school", SCHOOL).status == edge.DONE
    assert run("student", "add", PUPIL, "--name", "王小明").status == edge.DONE
    assert run("register", "C001", "--student", PUPIL).status == edge.DONE
    return ledger_url


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands lose their patience soon."""
    waiting = opening.open_log

    def shortly(places: Places, _timeout: float) -> Log:
        return waiting(places, SHORT)

    monkeypatch.setattr(opening, "open_log", shortly)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "command",
    [("lost", "C001"), ("rebuild",), ("roster",)],
    ids=lambda command: str(command[0]),
)
def test_a_command_says_that_the_ledger_is_busy(
    run: Run, place: str, command: tuple[str, ...]
) -> None:
    begun = time.monotonic()
    with locked(place):
        said = run(*command)
        chinese = run("--lang", "zh", *command)
    assert time.monotonic() - begun < 30
    assert (said.status, chinese.status) == (edge.FAILED, edge.FAILED)
    assert said.err.startswith("Error: Another program is writing to the ledger")
    assert "Nothing was written. Try again in a moment." in said.err
    assert "另一个程序正在写台账" in chinese.err
    assert said.out == chinese.out == ""
    assert run(*command).status == edge.DONE


def test_a_command_that_is_patient_goes_on_when_the_other_one_ends(run: Run, place: str) -> None:
    with Log.open(place) as log:
        writing = log.writing()
        writing.__enter__()
        timer = threading.Timer(SHORT, lambda: writing.__exit__(None, None, None))
        timer.start()
        try:
            assert run("lost", "C001").status == edge.DONE
        finally:
            timer.join()
    with open_ledger(place, check=False) as ledger:
        assert [line.name for line in ledger.raw_lines()][-1] == "card.lost/1"
