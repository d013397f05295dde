"""Exit statuses (DESIGN 5), from real processes: 0 done, 1 failure, 2 usage, 3 refused, 4 differs,
5 broken, 130 interrupted."""

from __future__ import annotations

import os
import pty
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import PUPIL, SCHOOL, Run

pytestmark = pytest.mark.slow

PROGRAM = [sys.executable, "-m", "cardledger"]
Process = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def process(tmp_path: Path) -> Process:
    """Return a function that runs the program as a process of its own, in an empty folder."""

    def run(
        *arguments: object, input: str | None = None, **env: str
    ) -> subprocess.CompletedProcess[str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("CARDLEDGER_", "LC_", "LANG", "NO_COLOR"))
        }
        return subprocess.run(
            [*PROGRAM, *map(str, arguments)],
            cwd=tmp_path,
            env=kept | env,
            input=input,
            stdin=subprocess.DEVNULL if input is None else None,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    return run


def made(process: Process) -> None:
    """Make a ledger with a pupil."""
    assert process("init", "--school", SCHOOL).returncode == 0
    assert process("student", "add", PUPIL, "--name", "王小明", "--cohort", 2015).returncode == 0


def test_done_is_0(process: Process) -> None:
    made(process)
    for words in (("roster",), ("verify",), ("replay",), ("--help",), ("--version",)):
        ran = process(*words)
        assert (ran.returncode, ran.stderr) == (0, ""), words
    assert process("--version").stdout == "cardledger 0.1.0\n"
    assert process("--lang", "zh", "--version").stdout == "cardledger 0.1.0\n"


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("issue",),
        ("roster", "--format", "pdf"),
        ("roster", "--json", "--format", "csv"),
        ("roster", "--columns", "nothing"),
        ("roster", "--as-of", "yesterday"),
        ("roster", "--as-of", "@999"),
        ("trace", "C404"),
        ("issue", "C 1 !", "--student", PUPIL),
        ("history", "--after", "-1"),
        ("history", "--upto", "x"),
        ("box", "seal", "B1", "--count", "two", "--handler", "x"),
        ("box", "open", "B1", "--cohort", "15"),
        ("void", "1" * 30, "--reason", "x"),
        ("policy", "adopt", "nothing.json", "--from", "2010-01-01"),
        ("rebuild", "nothing"),
        ("init", "--school", SCHOOL),
        ("init", "--school", "abc"),
        (),
    ],
    ids=" ".join,
)
def test_usage_is_2(school: Run, words: tuple[str, ...]) -> None:
    ran = school(*words)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err


def test_a_ledger_that_is_not_there_is_2_and_says_how_to_make_one(process: Process) -> None:
    ran = process("roster")
    assert ran.returncode == 2
    assert ran.stderr == (
        "Error: There is no ledger at cardledger.db.\n"
        "  → Make one with: cardledger --ledger cardledger.db init --school CODE\n"
    )


def test_refused_is_3(process: Process) -> None:
    made(process)
    assert process("lost", "C404", "--at", "2010-03-05").returncode == 3
    assert process("issue", "C1", "--student", "0117", "--json").returncode == 3
    rows = '{"action": "lost", "card": "C404", "at": "2010-03-05"}\n'
    assert process("record", "-", input=rows).returncode == 3


def test_rows_that_somebody_changed_are_4_and_the_first_line_is_named(
    process: Process, tmp_path: Path
) -> None:
    made(process)
    assert process("roster").returncode == 0
    with closing(sqlite3.connect(tmp_path / "cardledger.db")) as database, database:
        database.execute("UPDATE row_roster SET data = replace(data, '2015', '2016')")
    database.close()
    ran = process("replay", "--check")
    assert ran.returncode == 4
    assert "line 3: roster" in ran.stdout
    assert "cohort: stored 2016, folded 2015" in ran.stdout
    told = process("replay", "--check", "--json")
    assert told.returncode == 4
    assert '"ok": false' in told.stdout
    assert process("rebuild").returncode == 0
    assert process("replay", "--check").returncode == 0


def test_a_broken_ledger_is_5_and_the_first_bad_position_is_named(
    process: Process, tmp_path: Path
) -> None:
    made(process)
    with closing(sqlite3.connect(tmp_path / "cardledger.db")) as database, database:
        for (trigger,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute(
            "UPDATE line SET data = CAST(replace(data, '2015', '2016') AS BLOB) WHERE position = 3"
        )
    database.close()
    ran = process("verify")
    assert ran.returncode == 5
    assert ran.stdout.startswith("✗ Broken: ")
    assert "First bad position: 3" in ran.stdout
    told = process("--lang", "zh", "verify", "--json")
    assert told.returncode == 5
    assert '"ok": false' in told.stdout
    assert '"first_bad_position": 3' in told.stdout


def test_a_ledger_whose_end_was_cut_off_is_5_at_every_opening(
    process: Process, tmp_path: Path
) -> None:
    made(process)
    copy = tmp_path / "old"
    copy.mkdir()
    for name in ("db", "keys.db"):
        shutil.copy(tmp_path / f"cardledger.{name}", copy / f"x.{name}")
    assert process("student", "change", PUPIL, "--class", "2班").returncode == 0
    shutil.copy(tmp_path / "cardledger.checkpoint", copy / "x.checkpoint")
    ran = process("roster", CARDLEDGER_LEDGER=str(copy / "x.db"))
    assert ran.returncode == 5
    assert "The ledger has 3 lines, but its checkpoint outside the database says 4." in ran.stderr


def test_a_checkpoint_of_another_ledger_is_2(process: Process, tmp_path: Path) -> None:
    made(process)
    other = tmp_path / "other.db"
    assert process("init", "--school", SCHOOL, CARDLEDGER_LEDGER=str(other)).returncode == 0
    shutil.copy(tmp_path / "other.checkpoint", tmp_path / "cardledger.checkpoint")
    ran = process("roster")
    assert ran.returncode == 2
    assert "belongs to another ledger" in ran.stderr


@pytest.mark.skipif(os.geteuid() == 0 and sys.platform != "linux", reason="needs /dev/full")
def test_a_disk_that_is_full_is_1(process: Process) -> None:
    made(process)
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [*PROGRAM, "--ledger", "cardledger.db", "--help"],
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            check=False,
        )
    assert ran.returncode == 1
    assert "No space left on device" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_folder_that_is_not_there_is_1(process: Process) -> None:
    made(process)
    ran = process("roster", "--output", "nowhere/roster.csv")
    assert ran.returncode == 1
    assert "nowhere" in ran.stderr


def test_what_the_system_says_is_in_the_language_of_the_run(school: Run) -> None:
    for words in (
        ("record", "nowhere.csv"),
        ("policy", "adopt", "nowhere.json", "--from", "2010-01-01"),
        ("roster", "--output", "nowhere/roster.csv"),
    ):
        assert "没有这个文件或文件夹" in school("--lang", "zh", *words).err
        assert "No such file or directory" in school(*words).err


def test_a_reader_who_has_seen_enough_is_no_crash(process: Process, tmp_path: Path) -> None:
    made(process)
    rows = "".join(
        f'{{"action": "sync-sent", "at": "2010-03-{day:02}T{hour:02}:00"}}\n'
        for day in range(1, 29)
        for hour in range(24)
    )
    assert process("record", "-", input=rows).returncode == 0
    with subprocess.Popen(
        [*PROGRAM, "history", "--format", "jsonl"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as reading:
        assert reading.stdout is not None
        assert reading.stderr is not None
        reading.stdout.readline()
        reading.stdout.close()
        assert reading.stderr.read() == b""
    assert reading.returncode == 1


def wait_until_open(process: int, name: str) -> None:
    """Wait until a process has a file open, where the system tells, else long enough."""
    folder = Path(f"/proc/{process}/fd")
    for _attempt in range(300):
        time.sleep(0.1 if folder.exists() else 3)
        if not folder.exists() or any(
            one.is_symlink() and one.readlink().name == name for one in folder.iterdir()
        ):
            return
    raise AssertionError(f"{name} was never opened")


def test_ctrl_c_is_130_and_nothing_is_half_written(process: Process, tmp_path: Path) -> None:
    made(process)
    before = process("checkpoint").stdout
    with subprocess.Popen(
        [*PROGRAM, "record", "-"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as recording:
        assert recording.stdin is not None
        assert recording.stderr is not None
        recording.stdin.write(b'{"action": "sync-sent", "at": "2010-03-05"}\n')
        recording.stdin.flush()
        wait_until_open(recording.pid, "cardledger.db")
        recording.send_signal(signal.SIGINT)
        said = recording.stderr.read().decode()
    assert recording.returncode == 130
    assert "Interrupted." in said
    assert "Nothing is half-written" in said
    assert "Traceback" not in said
    assert process("checkpoint").stdout == before
    assert process("verify").returncode == 0


def test_a_bug_is_one_sentence_and_shows_nothing_of_what_was_in_a_row(
    school: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object, **_options: object) -> None:
        raise ZeroDivisionError("the key is 5f5f5f")

    monkeypatch.setattr("cardledger.replay.Replay.rows", broken)
    ran = school("roster")
    assert ran.status == 1
    assert ran.err.splitlines() == [
        "Error: Something unexpected went wrong (ZeroDivisionError).",
        "  → Nothing is half-written. Run it again with --debug and report what it shows.",
    ]
    for traced in (school("roster", "--debug"), school("roster", CARDLEDGER_DEBUG="1")):
        assert traced.status == 1
        assert "ZeroDivisionError: the key is 5f5f5f" in traced.err


def test_forgetting_asks_on_a_terminal(process: Process, tmp_path: Path) -> None:
    made(process)
    for answer, status, names in (("n\n", 0, True), ("y\n", 0, False)):
        master, slave = pty.openpty()
        with subprocess.Popen(
            [*PROGRAM, "forget", PUPIL],
            cwd=tmp_path,
            stdin=slave,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as asking:
            os.write(master, answer.encode())
            _out, err = asking.communicate(timeout=60)
        os.close(slave)
        os.close(master)
        assert asking.returncode == status
        assert "Forget pupil 王小明 0117001101510101 for good?".encode() in err
        assert b"for good? Names can never be read again. [y/N]" in err
        assert ("王小明" in process("roster", "--json").stdout) is names


def test_forgetting_without_a_terminal_needs_yes(school: Run) -> None:
    ran = school("forget", PUPIL)
    assert ran.status == 2
    assert "--yes" in ran.err
    assert "王小明" in school("roster", "--json").out
    assert school("forget", PUPIL, "--yes").status == 0
    assert "王小明" not in school("roster", "--json").out
    assert "王小明" not in school("trace", PUPIL, "--json").out
    assert school("verify").status == 0


def test_a_terminal_that_lacks_a_sign_gets_another(process: Process) -> None:
    made(process)
    ran = process("student", "change", PUPIL, "--class", "2", PYTHONIOENCODING="ascii")
    assert ran.returncode == 0
    assert ran.stdout.startswith("+ recorded (line 4)")


def test_the_version_costs_no_more_than_twice_an_import_of_click(process: Process) -> None:
    def seconds(*command: str) -> float:
        start = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        return time.perf_counter() - start

    script = str(Path(sys.executable).with_name("cardledger"))
    ours = theirs = 9.0
    # In turns, and more often where something else takes the processor from one of them.
    for attempt in range(40):
        theirs = min(theirs, seconds(sys.executable, "-c", "import click"))
        ours = min(ours, seconds(script, "--version"))
        if attempt >= 2 and ours <= 2 * theirs:
            return
    pytest.fail(f"{ours:.3f} s are more than twice {theirs:.3f} s")
