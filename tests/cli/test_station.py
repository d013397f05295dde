"""`cardledger station`: from the words on the command line to the exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from cardledger import init_ledger
from cardledger.batch import command_of_row
from cardledger.station.acts import ACTS
from tests.cli.conftest import Run
from tests.support.given import ANNA, PRIMARY, act, pupil

PATIENCE: Final = 120


@pytest.fixture
def ledger(ledger_url: str, tmp_path: Path) -> list[str]:
    """Return the words that name a ledger with a pupil and her card."""
    keys = tmp_path / "keys.db"
    with init_ledger(ledger_url, school=PRIMARY, keys=keys) as made:
        rows = [
            pupil(ANNA, name="张小明", class_="一(1)班"),
            act("register", card="C1", student=ANNA, uid="04A1B2C3", upgraded=True),
        ]
        outcomes = made.record_many([command_of_row(row) for row in rows])
        assert [one.outcome for one in outcomes] == ["recorded", "recorded"]
    return ["--ledger", ledger_url, "--keys", str(keys)]


def station(
    ledger: list[str], folder: Path, *arguments: str, typed: str
) -> tuple[int, list[dict[str, Any]], str]:
    """Run a station as a process of its own; return its status, its answers and what it said."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "cardledger", *ledger, "--lang", "en", "--handler", "Wang"),
            *("station", *arguments, "--plain", "--no-reader", "--queue", str(folder / "queue")),
        ],
        input=typed,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        env=os.environ | {"PYTHONUTF8": "1"},
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_lines_in_answers_out_and_the_exit_status(ledger: list[str], tmp_path: Path) -> None:
    status, answers, said = station(ledger, tmp_path, "term-swipe", typed="C1\nC1\n")
    assert [one["verdict"] for one in answers] == ["recorded", "repeated"]
    assert answers[0]["name"] == "张小明"
    assert status == 0
    # What is said at the end names nobody.
    assert "Recorded: 1" in said
    assert "张小明" not in said
    status, answers, said = station(ledger, tmp_path, "term-swipe", typed="C9\n")
    assert (status, answers[0]["code"]) == (3, "unknown-card")
    status, answers, said = station(ledger, tmp_path, "who-is-this", typed="04A1B2C3\n")
    assert (status, answers[0]["verdict"], answers[0]["card"]) == (0, "shown", "C1")
    status, answers, said = station(
        ledger, tmp_path, "recycle", "--reason", "found", typed="C1\nundo\n"
    )
    assert [one["action"] for one in answers] == ["recycle", "void"]
    assert status == 0


def test_every_act_is_a_command_with_its_options(run: Run) -> None:
    for one in ACTS.values():
        shown = run("station", *one.path, "--help")
        assert shown.status == 0
        for field in one.fields():
            word = field.column if field.name in one.arguments else f"--{field.column}"
            assert word.replace("_", "-").lower() in shown.out.lower(), (one.name, word)


def test_a_ledger_that_is_not_there_is_said_before_the_first_card(run: Run) -> None:
    ran = run("station", "term-swipe", "--plain", "--no-reader", input="C1\n")
    assert ran.status == 2
    assert "init" in ran.err
