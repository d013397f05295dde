"""`trace --html` on the command line."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.cli.conftest import PUPIL, Run


def test_a_page_is_written_in_the_language_of_the_run(cards: Run) -> None:
    ran = cards("trace", "C001", "--html", "c001.html")
    assert (ran.status, ran.out, ran.err) == (0, "", "Written: c001.html\n")
    page = Path("c001.html").read_text(encoding="utf-8")
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert "Trace of card C001" in page
    assert stat.S_IMODE(Path("c001.html").stat().st_mode) == 0o600
    chinese = cards("--lang", "zh", "trace", "王小明", "--html", "-")
    assert '<html lang="zh-CN">' in chinese.out
    assert f"学生 王小明 {PUPIL} 的来龙去脉" in chinese.out


def test_a_page_of_the_past(cards: Run) -> None:
    page = cards("trace", "C001", "--as-of", "2009-12-31", "--html", "-").out
    assert "A first card was handed to a pupil." in page
    assert "upgraded" not in page


def test_several_pupils_of_one_name_are_told_apart(cards: Run) -> None:
    other = "0117001101510203"
    cards("student", "add", other, "--name", "王小明", "--class", "2班", "--cohort", 2015)
    ran = cards("trace", "王小明")
    assert (ran.status, ran.out) == (2, "")
    assert f"{PUPIL} (01170011 1班); {other} (01170011 2班)" in ran.err
    assert cards("trace", "name:李红").status == 0
    assert cards("history", "--about", "李红", "--json").json()


@pytest.mark.parametrize(
    "words",
    [("--json",), ("--output", "x.csv"), ("--columns", "at"), ("--wide",), ("--known", "@99")],
)
def test_a_page_is_no_table(cards: Run, words: tuple[str, ...]) -> None:
    assert cards("trace", "C001", "--html", "x.html", *words).status == 2
    assert not Path("x.html").exists()


def test_an_unknown_thing_leaves_the_file_as_it_was(cards: Run) -> None:
    Path("x.html").write_text("what was there")
    assert cards("trace", "C404", "--html", "x.html").status == 2
    assert Path("x.html").read_text() == "what was there"
