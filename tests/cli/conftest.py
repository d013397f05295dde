"""Running the command line in tests: in this process, as `cardledger …` would in a folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from cardledger.cli.program import PROGRAM

SCHOOL = "01170011"
PUPIL = "0117001101510101"
OTHER = "0117001101510102"


class Ran(NamedTuple):
    """What a command gave: its exit status, and what it said where."""

    status: int
    out: str
    err: str

    def json(self) -> Any:
        """Read the answer as JSON."""
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs `cardledger` with arguments, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE", "COLUMNS", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name in ("LEDGER", "KEYS", "LANG", "HANDLER", "DEBUG"):
        monkeypatch.delenv(f"CARDLEDGER_{name}", raising=False)

    def call(*arguments: object, input: str | bytes | None = None, **env: str) -> Ran:
        result = CliRunner().invoke(
            PROGRAM, [str(one) for one in arguments], input=input, env=env, prog_name="cardledger"
        )
        return Ran(result.exit_code, result.stdout, result.stderr)

    return call


@pytest.fixture
def school(run: Run) -> Run:
    """Return `run` in a folder with a ledger of one school and two first-year pupils."""
    assert run("init", "--school", SCHOOL, "--name", "平谷一小").status == 0
    for number, name in ((PUPIL, "王小明"), (OTHER, "李红")):
        added = run(
            *("student", "add", number, "--name", name, "--class", "1班"),
            *("--cohort", 2015, "--entered", "2009-09-01"),
        )
        assert added.status == 0, added.err
    return run


@pytest.fixture
def cards(school: Run) -> Run:
    """Return `run` in that ledger, with an upgraded card for each pupil."""
    for card, number in (("C001", PUPIL), ("C002", OTHER)):
        assert school("issue", card, "--student", number, "--at", "2009-10-01").status == 0
        assert school("upgrade", card, "--at", "2010-03-01").status == 0
    return school
