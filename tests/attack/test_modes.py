"""Whatever the umask, nobody but its owner may read or write what a ledger is made of.

Commands run as processes of their own under umask 0, with a hook that looks at every file of the
folder, half-written ones too, each time Python is about to do something to a file.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.given import PRIMARY, number
from tests.support.processes import uncounted

#: Runs a command; a file that others may touch, at any moment of it, is told on stderr.
HOOKED = """
import os, stat, sys

folder, busy = os.getcwd(), []
def look():
    for top, folders, files in os.walk(folder):
        for name in (*folders, *files):
            try:
                mode = os.lstat(os.path.join(top, name)).st_mode
            except FileNotFoundError:
                continue
            if stat.S_IMODE(mode) & 0o077 and not name.startswith("given"):
                os.write(2, f"OPEN TO OTHERS {os.path.join(top, name)} {mode:o}\\n".encode())
def hook(event, _arguments):
    if not busy and event.split(".")[0] in ("open", "os", "shutil", "sqlite3", "tempfile"):
        busy.append(event)
        look()
        busy.clear()
sys.addaudithook(hook)
os.umask(0)
from cardledger.cli import main
try:
    main()
finally:
    busy.append("end")
    look()
"""

STORY = (
    ("init", "--school", PRIMARY),
    ("student", "add", number(1), "--name", "王小明", "--class", "1班", "--cohort", "2015"),
    ("roster", "--output", "roster.xlsx"),
    ("roster", "--output", "roster.csv"),
    ("history", "--raw", "--output", "history.jsonl"),
    ("checkpoint", "--output", "note.txt"),
    ("prove", number(1), "--output", "pupil.proof", "--with-verifier"),
    ("export", "tiles", "tiles"),
    ("audit", "report", "--output", "report.html"),
    ("rebuild",),
    ("backup", "copy.backup"),
    ("--ledger", "second.db", "restore", "copy.backup"),
    ("--ledger", "second.db", "forget", number(1), "--yes"),
    ("--ledger", "second.db", "verify"),
)


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, watched."""
    return subprocess.run(
        [sys.executable, "-c", HOOKED, *arguments],
        cwd=folder,
        env=uncounted(CARDLEDGER_LANG="en"),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
def test_no_file_is_ever_open_to_others_whatever_the_umask(tmp_path: Path) -> None:
    for command in STORY:
        ran = run(tmp_path, *command)
        assert ran.returncode in (0, 4), (command, ran.stderr)
        assert "OPEN TO OTHERS" not in ran.stderr, (command, ran.stderr)
    made = {file.name for file in tmp_path.iterdir()}
    assert {"cardledger.db", "cardledger.keys.db", "cardledger.checkpoint", "copy.backup"} <= made


def test_the_watch_sees_a_file_that_is_open(tmp_path: Path) -> None:
    """A test of the test: without it a hook that sees nothing would be content."""
    (tmp_path / "open").touch()
    (tmp_path / "open").chmod(0o644)
    assert "OPEN TO OTHERS" in run(tmp_path, "--version").stderr


def test_an_empty_file_that_was_put_there_becomes_its_owner_s(tmp_path: Path) -> None:
    for name in ("cardledger.db", "cardledger.keys.db"):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(0o666)
    assert run(tmp_path, "init", "--school", PRIMARY).returncode == 0
    modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    assert set(modes.values()) == {0o600}, modes


@pytest.mark.parametrize("language", ["en", "zh"])
def test_keys_that_others_may_read_are_told_of(tmp_path: Path, language: str) -> None:
    assert run(tmp_path, "init", "--school", PRIMARY).returncode == 0
    (tmp_path / "cardledger.keys.db").chmod(0o640)
    said = run(tmp_path, "--lang", language, "history").stderr
    assert "chmod 600 cardledger.keys.db" in said
    assert ("Others may read" if language == "en" else "他人") in said
    (tmp_path / "cardledger.keys.db").chmod(0o600)
    assert "chmod" not in run(tmp_path, "--lang", language, "history").stderr
