"""The station in a real terminal: typed at, resized, ended; and what is left of it there."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from cardledger.exchange.writing.widths import width
from tests.station.conftest import School
from tests.support.tmux import Terminal

pytestmark = pytest.mark.slow


def station(school: School, *arguments: str, language: str, **environ: str) -> Terminal:
    """Begin a shift in a terminal."""
    command = [
        *(sys.executable, "-m", "cardledger", "--ledger", school.place, "--keys", str(school.keys)),
        *("--lang", language, "--handler", "李老师"),
        *("station", "term-swipe", "--no-reader", "--sound", "bell"),
        *("--queue", str(school.queue), *arguments),
    ]
    return Terminal(command, {"LC_ALL": "C.UTF-8"} | environ, Path(school.place).parent)


def reaches(edge: int, shown: str) -> bool:
    """Whether the first line goes to an edge of the terminal."""
    return width(shown.split("\n")[0]) == edge


def test_a_shift_from_the_first_card_to_the_summary(file_school: School) -> None:
    with station(file_school, language="zh") as terminal:
        terminal.wait_for("准备就绪")
        terminal.type("C1", "Enter")
        shown = terminal.wait_for("✓ 已登记")
        assert "Anna" in shown
        assert "李老师" in shown
        terminal.type("C99", "Enter")
        shown = terminal.wait_for("✗ 不能登记")
        assert all(width(line) <= 80 for line in shown.splitlines())
        terminal.type("F2")
        terminal.wait_for("撤销 Anna")
        terminal.type("Enter")
        terminal.wait_for("↶ 已撤销")
        terminal.type("F10")
        terminal.wait_for("exit status 0")
        left = terminal.everything()
    assert "不能登记：1" in left
    # Names of pupils and numbers of cards do not stay for whoever scrolls back.
    assert "Anna" not in left
    assert "C99" not in left
    assert len(file_school.events("line.voided/1")) == 1


@pytest.mark.parametrize("name", ["TERM", "HUP", "INT"])
def test_a_signal_ends_it_cleanly_and_says_what_waits(file_school: School, name: str) -> None:
    with station(file_school, language="en") as terminal:
        terminal.wait_for("READY")
        with closing(sqlite3.connect(file_school.place)) as other:
            other.execute("BEGIN IMMEDIATE")
            terminal.type("C1", "Enter")
            terminal.wait_for("KEPT FOR LATER")
            terminal.signal(name)
            shown = terminal.wait_for("exit status 0")
            other.rollback()
    assert "Not yet written: 1" in shown
    with station(file_school, language="en") as terminal:
        terminal.wait_for("All written")
        terminal.type("C-q")
        terminal.wait_for("exit status 0")
    assert len(file_school.events("term.swiped/1")) == 1


def test_without_colours_signs_and_words_say_it(file_school: School) -> None:
    with station(file_school, language="en", NO_COLOR="1", TERM="screen") as terminal:
        terminal.wait_for("READY")
        terminal.type("C1", "Enter")
        terminal.wait_for("✓ RECORDED")
        terminal.type("C1", "Enter")
        terminal.wait_for("= ALREADY RECORDED")
        terminal.type("F10")
        terminal.wait_for("exit status 0")


def test_whoever_changes_the_size_of_the_window_sees_everything(file_school: School) -> None:
    with station(file_school, language="en") as terminal:
        terminal.wait_for("READY")
        terminal.type("C1", "Enter")
        terminal.wait_for("✓ RECORDED")
        for columns, rows in ((120, 40), (50, 20), (100, 30)):
            terminal.resize(columns, rows)
            # The handler stands at the right edge of the first line.
            terminal.wait(partial(reaches, columns - 1))
            assert "✓ RECORDED" in terminal.shown()
        terminal.type("F10")
        terminal.wait_for("exit status 0")


def test_without_a_terminal_it_says_how_to_go_on(file_school: School) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "cardledger",
            "--ledger",
            file_school.place,
            "station",
            "term-swipe",
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "--plain" in done.stderr
