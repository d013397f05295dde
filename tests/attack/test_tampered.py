"""A database that somebody edited by hand: commands say so, and end with status 5."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from cardledger import init_ledger
from cardledger.batch import command_of_row
from cardledger.cli.edge import BROKEN
from cardledger.cli.program import PROGRAM
from cardledger.replay import Replay
from tests.support.given import PRIMARY, act, number, pupil

PUPILS = 5
#: Position of a line that issues a card.
ISSUED = 2 + PUPILS + 1


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a ledger with a few pupils and cards, and with rows that are up to date."""
    place = tmp_path / "ledger.db"
    with init_ledger(place, school=PRIMARY) as ledger:
        rows = [pupil(number(index), name=f"Pupil {index}") for index in range(1, PUPILS + 1)]
        rows += [
            act("issue", card=f"C{index}", student=number(index), at="2010-03-01")
            for index in range(1, PUPILS + 1)
        ]
        outcomes = ledger.record_many([command_of_row(row) for row in rows])
        assert {one.outcome for one in outcomes} == {"recorded"}
        Replay(ledger).catch_up()
    return place


def edit(place: Path, statement: str) -> None:
    """Change the database behind the ledger's back."""
    with closing(sqlite3.connect(place)) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)
        connection.commit()


def run(place: Path, *arguments: str) -> tuple[int, str, str]:
    """Run a command on a ledger; returns its status, its answer and its messages."""
    result = CliRunner().invoke(PROGRAM, ["--ledger", str(place), "--lang", "en", *arguments])
    return result.exit_code, result.stdout, result.stderr


READING = (["history"], ["replay", "--check"], ["rebuild"], ["cards", "--as-of", "@9"])


@pytest.mark.parametrize(
    "change",
    [
        "data = x'00ff'",
        "data = ''",
        "name = 'card.lost/1'",
        "name = 'ledger.created/1'",
    ],
)
def test_a_line_that_cannot_be_read_is_named_by_whoever_meets_it(place: Path, change: str) -> None:
    edit(place, f"UPDATE line SET {change} WHERE seq = {ISSUED}")
    for command in (*READING, ["void", str(ISSUED), "--reason", "wrong"]):
        status, _out, err = run(place, *command)
        assert status == BROKEN, (command, err)
        assert f"Line {ISSUED} cannot be read" in err
    status, out, _err = run(place, "verify", "--json")
    assert (status, json.loads(out)["first_bad_position"]) == (BROKEN, ISSUED)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE line SET data = '{}' WHERE seq = 1",
        "DELETE FROM line",
        "DROP TABLE tile",
        "DROP TABLE line",
    ],
)
def test_what_was_a_ledger_is_not_taken_for_something_else(place: Path, statement: str) -> None:
    edit(place, statement)
    for command in (["cards"], ["history"], ["lost", "C1"], ["verify"]):
        status, out, err = run(place, *command)
        assert status == BROKEN, (command, out, err)
    assert run(place, "init", "--school", PRIMARY)[0] != 0


@pytest.mark.parametrize("value", ["5", "'text'", "x'ff'", "''", "1.5"])
def test_a_row_that_is_no_row_is_a_difference_and_is_folded_anew(place: Path, value: str) -> None:
    edit(place, f"UPDATE row_cards SET data = {value} WHERE subject = 'C2'")
    assert run(place, "cards")[0] == BROKEN
    status, out, _err = run(place, "replay", "--check", "--json")
    assert (status, json.loads(out)["found"]) == (4, 1)
    assert run(place, "receipt")[0] == 0
    assert run(place, "rebuild")[0] == 0
    assert run(place, "replay", "--check")[0] == 0
