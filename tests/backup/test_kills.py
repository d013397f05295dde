"""Killed half-way: nothing is half made, and the same command can simply be given again."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from cardledger.backup import backup
from tests.support.processes import uncounted
from tests.verify.making import make_ledger

ROOT = Path(__file__).resolve().parents[2]

#: Every step takes minutes; some of them show whether anything has changed.
SOME = 12
EVERY = [
    pytest.param(SOME, marks=pytest.mark.slow),
    pytest.param(1, marks=pytest.mark.long),
]


def kill(every: int, *arguments: str | Path) -> dict[str, int]:
    """Run the killing program; returns how often nothing and how often all was there."""
    command = [sys.executable, "-m", "tests.backup.killing", str(every), *map(str, arguments)]
    done = subprocess.run(
        command, cwd=ROOT, env=uncounted(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = ast.literal_eval(done.stdout)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("every", EVERY)
def test_a_backup_killed_at_any_step_leaves_nothing_or_all(
    ledger_url: str, tmp_path: Path, every: int
) -> None:
    make_ledger(ledger_url, tmp_path / "keys.db", 20).close()
    folder = tmp_path / "disk"
    folder.mkdir()
    found = kill(every, "backup", ledger_url, tmp_path / "keys.db", folder / "monday.backup")
    assert found["nothing"] * every > 20
    assert found["all"] >= 1 or every > 1


@pytest.mark.parametrize("every", EVERY)
def test_a_restore_killed_at_any_step_leaves_nothing_or_all(
    ledger_url: str, tmp_path: Path, every: int
) -> None:
    with make_ledger(tmp_path / "a.db", tmp_path / "a.keys.db", 20) as ledger:
        backup(ledger, tmp_path / "monday.backup")
    folder = tmp_path / "restored"
    folder.mkdir()
    place = ledger_url if ledger_url.startswith("postgres") else str(folder / "ledger.db")
    found = kill(every, "restore", tmp_path / "monday.backup", place, folder / "keys.db")
    assert found["nothing"] * every > 20
    assert found["all"] >= 1 or every > 1
