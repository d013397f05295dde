"""Commands that are killed at any moment: the ledger holds, and the same command completes it."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cardledger import open_ledger
from cardledger.replay import Replay
from cardledger.verify import verify
from tests.support.given import PRIMARY, act, number, pupil
from tests.support.processes import uncounted

PUPILS = 60
#: Two lines of the making, and for each pupil: added, issued, upgraded.
COMPLETE = 2 + 3 * PUPILS
#: `scripts/torture` kills at every call that matters; here it is whenever it happens to be.
KILLS = 6
INTERRUPTED = 130

CARDLEDGER = (sys.executable, "-c", "from cardledger.cli import main; main()")


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start a command on the ledger of a folder."""
    return subprocess.Popen(
        [*CARDLEDGER, "--ledger", str(folder / "ledger.db"), *arguments],
        env=uncounted(CARDLEDGER_LANG="en", PYTHONFAULTHANDLER="1"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run a command to its end; returns its status and its messages."""
    return ended(started(folder, *arguments))


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Wait for a command; returns its status and its messages. One that hangs has to say where."""
    try:
        _out, err = process.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGABRT)
        _out, err = process.communicate()
        pytest.fail(f"hung: {process.args!r}\n{err}")
    return process.returncode, err


def batch(folder: Path) -> Path:
    """Write a batch in which later rows need earlier ones."""
    rows = [pupil(number(index)) for index in range(1, PUPILS + 1)]
    for index in range(1, PUPILS + 1):
        rows.append(act("issue", card=f"C{index}", student=number(index), at="2010-03-01"))
        rows.append(act("upgrade", card=f"C{index}", at="2010-03-02"))
    file = folder / "batch.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    return file


def stopped(folder: Path, signal_: int, delay: float, *arguments: str) -> tuple[int, str]:
    """Start a command and send it a signal after a while; returns as `finished` does."""
    process = started(folder, *arguments)
    time.sleep(delay)
    process.send_signal(signal_)
    return ended(process)


def whole(folder: Path) -> int:
    """Verify the ledger and its rows; return how many lines there are."""
    with open_ledger(folder / "ledger.db") as ledger:
        verdict = verify(ledger)
        assert verdict.ok, verdict.problem
        replay = Replay(ledger)
        replay.catch_up()
        assert replay.check().ok
        return ledger.head()


def measured(folder: Path, *arguments: str) -> float:
    """Return how long a command takes when nobody disturbs it, in seconds."""
    start = time.monotonic()
    status, err = finished(folder, *arguments)
    assert status == 0, err
    return time.monotonic() - start


@pytest.mark.slow
def test_a_killed_making_is_finished_by_making_again(tmp_path: Path) -> None:
    chance = random.Random(1)
    first = tmp_path / "first"
    first.mkdir()
    length = measured(first, "init", "--school", PRIMARY)
    for round_ in range(KILLS):
        folder = tmp_path / str(round_)
        folder.mkdir()
        delay = chance.uniform(0.2, 1.1) * length
        stopped(folder, signal.SIGKILL, delay, "init", "--school", PRIMARY)
        # Status 2: it was there already.
        assert finished(folder, "init", "--school", PRIMARY)[0] in (0, 2)
        assert whole(folder) == 2


@pytest.mark.slow
@pytest.mark.parametrize("on_refusal", ["abort", "skip"])
def test_a_killed_batch_is_completed_by_the_same_file(tmp_path: Path, on_refusal: str) -> None:
    chance = random.Random(2)
    first = tmp_path / "first"
    first.mkdir()
    file = batch(tmp_path)
    command = ("record", str(file), "--on-refusal", on_refusal)
    finished(first, "init", "--school", PRIMARY)
    length = measured(first, *command)
    for round_ in range(KILLS):
        folder = tmp_path / str(round_)
        folder.mkdir()
        finished(folder, "init", "--school", PRIMARY)
        stopped(folder, signal.SIGKILL, chance.uniform(0.2, 1.1) * length, *command)
        assert whole(folder) in (2, COMPLETE)
        assert finished(folder, *command)[0] == 0
        assert whole(folder) == COMPLETE


@pytest.mark.slow
def test_an_interrupted_batch_says_so_and_writes_nothing_by_halves(tmp_path: Path) -> None:
    file = batch(tmp_path)
    first = tmp_path / "first"
    first.mkdir()
    finished(first, "init", "--school", PRIMARY)
    length = measured(first, "record", str(file))
    finished(tmp_path, "init", "--school", PRIMARY)
    rounds = interrupted = 0
    # Before Python has set up its own handling of signals there is nothing to be seen, and how
    # long that takes depends on what else the machine has to do.
    while rounds < KILLS or (not interrupted and rounds < 10 * KILLS):
        delay = length * (0.3 + 0.7 * (rounds % KILLS) / KILLS)
        status, err = stopped(tmp_path, signal.SIGINT, delay, "record", str(file))
        if "Interrupted." in err:
            assert status == INTERRUPTED
            interrupted += 1
        assert whole(tmp_path) in (2, COMPLETE)
        rounds += 1
    assert interrupted
    assert finished(tmp_path, "record", str(file))[0] == 0
    assert whole(tmp_path) == COMPLETE
