"""`diff` and `replay --without` on the command line."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.cli.conftest import PUPIL, Run
from tests.support.sheets import sheet_of, table_of

KEYS = [
    *("table", "change", "subject", "student_number", "name", "school", "class"),
    *("field", "old", "new", "positions"),
]


@pytest.fixture
def spring(cards: Run) -> Run:
    """Return `run` in a ledger in which a card is lost and found again."""
    assert cards("lost", "C001", "--at", "2010-04-01").status == 0
    assert cards("student", "change", PUPIL, "--class", "2班", "--at", "2010-04-03").status == 0
    return cards


def test_every_form_has_the_same_changes_and_says_so_by_its_status(spring: Run) -> None:
    asked = ("diff", "--from", "2010-03-20", "--to", "2010-04-30")
    answer = spring(*asked, "--json")
    assert answer.status == 4
    rows = answer.json()
    assert [list(row) for row in rows] == [KEYS] * len(rows)
    state = next(row for row in rows if (row["subject"], row["field"]) == ("C001", "state"))
    assert (state["old"], state["new"], state["positions"]) == ("live", "lost", [9])
    lines = spring(*asked, "--format", "jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == rows
    table = list(csv.DictReader(io.StringIO(spring(*asked, "--format", "csv").out)))
    assert len(table) == len(rows)
    told = spring(*asked)
    assert (told.status, len(told.out.splitlines())) == (4, len(rows) + 1)
    assert "roster: changed 1" in told.err
    assert spring(*asked, "--output", "diff.xlsx").status == 4
    assert len(table_of(sheet_of("diff.xlsx"))) == len(rows) + 1
    chinese = spring("--lang", "zh", *asked)
    assert "1班" in chinese.out
    assert "有变更" in chinese.out


def test_no_difference_is_said_and_is_status_0(spring: Run) -> None:
    same = spring("diff", "--from", "2010-03-20", "--to", "2010-03-20")
    assert (same.status, same.out, same.err) == (0, "", "No difference.\n")
    nothing = spring("diff", "--from", "@9", "--to", "@9", "--json")
    assert (nothing.status, nothing.json()) == (0, [])
    assert spring("diff", "boxes", "--from", "2010-03-20").status == 0


def test_what_was_known_is_compared_too(spring: Run) -> None:
    found = spring("diff", "cards", "--from", "2010-04-30", "--known-from", "@8", "--json")
    assert {row["field"] for row in found.json()} == {"state", "last_at", "last_action"}
    alone = spring("diff", "cards", "--known-from", "@8", "--known-to", "@9", "--json")
    assert {row["positions"][0] for row in alone.json()} == {9}
    assert {row["field"] for row in alone.json()} == {"state", "last_at", "last_action"}


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--to", "2010-03-20"),
        ("--from", "yesterday"),
        ("--from", "@99"),
        ("terms", "--from", "@1"),
        ("--from", "@1", "--school", "x"),
        ("--from", "@1", "--columns", "colour"),
    ],
)
def test_what_cannot_be_understood_is_said(spring: Run, words: tuple[str, ...]) -> None:
    wrong = spring("diff", *words)
    assert (wrong.status, wrong.out) == (2, "")
    assert wrong.err


def test_without_a_line_rows_and_later_lines_are_told(spring: Run) -> None:
    before = spring("history", "--format", "jsonl").out
    found = spring("replay", "--without", "5", "--json")
    assert found.status == 4
    answer = found.json()
    assert list(answer) == ["positions", "same", "changes", "lines", "all_decided"]
    assert [list(row) for row in answer["changes"]] == [KEYS] * len(answer["changes"])
    assert [(line["position"], line["would_be"], line["codes"]) for line in answer["lines"]] == [
        (6, "refused", ["unknown-card"]),
        (9, "refused", ["unknown-card"]),
    ]
    told = spring("replay", "--without", "5")
    assert told.status == 4
    assert "Rows that would be different without 5:" in told.out
    assert "unknown-card" in told.out
    assert "Without" not in spring("--lang", "zh", "replay", "--without", "5").out
    assert spring("history", "--format", "jsonl").out == before


def test_lines_that_do_not_matter(spring: Run) -> None:
    spring("sync", "sent", "--at", "2010-04-30")
    same = spring("replay", "--without", "11")
    assert (same.status, same.out) == (0, "Without 11, everything would be as it is.\n")
    assert spring("replay", "--without", "11", "--json").json()["same"] is True


@pytest.mark.parametrize(
    ("text", "positions"),
    [("5", [5]), ("5,9", [5, 9]), ("5-7", [5, 6, 7]), ("@5，9", [5, 9]), ("5 7-8", [5, 7, 8])],
)
def test_positions_are_read_in_several_forms(spring: Run, text: str, positions: list[int]) -> None:
    assert spring("replay", "--without", text, "--json").json()["positions"] == positions
    twice = spring("replay", "--without", text, "--without", "6", "--json").json()["positions"]
    assert twice == sorted({*positions, 6})


@pytest.mark.parametrize(
    "words", [("x",), ("",), ("1",), ("99",), ("7-5",), ("5-99999",), ("5", "--check")]
)
def test_positions_that_are_none_are_refused(spring: Run, words: tuple[str, ...]) -> None:
    wrong = spring("replay", "--without", *words)
    assert (wrong.status, wrong.out) == (2, "")
