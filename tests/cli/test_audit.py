"""`audit` on the command line: findings, exit statuses, formats, acceptance, explanation."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.cli.conftest import OTHER, PUPIL, Run

KEYS = ["id", "rule", "severity", "subjects", "positions", "message", "todo", "accepted"]


@pytest.fixture
def audited(cards: Run) -> Run:
    """Return `run` in a ledger with a card that was taken back and lies in no box."""
    taken = cards("recycle", "C001", "--handler", "王老师", "--at", "2010-05-01")
    assert taken.status == 0, taken.err
    return cards


def _boxed(run: Run, *more: str) -> list[dict[str, object]]:
    ran = run("audit", "recycled-not-boxed", "--json", *more)
    found: list[dict[str, object]] = ran.json()
    assert ran.status == (4 if any(not one["accepted"] for one in found) else 0)
    return found


def test_findings_are_listed_and_the_exit_status_says_that_there_are_some(audited: Run) -> None:
    (one,) = _boxed(audited)
    assert list(one)[: len(KEYS)] == KEYS
    assert (one["rule"], one["subjects"]) == ("recycled-not-boxed", ["card:C001"])
    ran = audited("audit", "recycled-not-boxed")
    assert ran.status == 4
    assert "C001" in ran.out
    assert "Findings: 1 (notice 1)." in ran.err
    chinese = audited("--lang", "zh", "audit", "recycled-not-boxed")
    assert "卡 C001 于 2010-05-01 由 王老师 回收" in chinese.out


def test_without_findings_the_exit_status_is_0(audited: Run) -> None:
    ran = audited("audit", "two-live-cards")
    assert (ran.status, ran.err.strip()) == (0, "No findings.")
    assert audited("audit", "two-live-cards", "--json").json() == []


def test_all_rules_are_audited_by_default(audited: Run) -> None:
    rules = {one["rule"] for one in audited("audit", "--json").json()}
    assert {"not-filed", "recycled-not-boxed", "made-before-filing"} <= rules


def test_findings_are_chosen_by_school_cohort_date_and_moment(audited: Run) -> None:
    assert len(_boxed(audited, "--school", "01170011", "--cohort", "2015")) == 1
    assert _boxed(audited, "--school", "01170012") == []
    assert _boxed(audited, "--cohort", "2014届") == []
    assert _boxed(audited, "--since", "2010-05-02") == []
    assert len(_boxed(audited, "--since", "2010-05-01")) == 1
    assert _boxed(audited, "--as-of", "2010-04-30") == []
    assert len(_boxed(audited, "--as-of", "2010-05-01")) == 1


def test_a_rule_explains_itself_in_both_languages(run: Run) -> None:
    ran = run("audit", "--explain", "two-live-cards")
    assert ran.status == 0
    assert "more than one live card of a kind" in ran.out
    assert "What to do:" in ran.out
    assert (
        "学生有一张以上同类的在用卡"
        in run("--lang", "zh", "audit", "--explain", "two-live-cards").out
    )


def test_what_is_no_rule_is_a_typing_error(audited: Run) -> None:
    for words in (("audit", "two-lives"), ("audit", "--explain", "two-lives")):
        ran = audited(*words)
        assert ran.status == 2
        assert "There is no rule “two-lives”." in ran.err
        assert "two-live-cards" in ran.err


def test_an_accepted_finding_stays_marked_and_can_be_hidden(audited: Run) -> None:
    (one,) = _boxed(audited)
    finding = str(one["id"])
    ran = audited("audit", "accept", finding.lower(), "--reason", "放在保险柜里", "--json")
    assert (ran.status, ran.json()["outcome"]) == (0, "recorded")
    (marked,) = _boxed(audited)
    assert marked == one | {"accepted": True}
    assert _boxed(audited, "--hide-accepted") == []
    assert "accepted 1" in audited("audit", "recycled-not-boxed").err
    again = audited("audit", "accept", finding, "--reason", "once more", "--json")
    assert (again.status, again.json()["outcome"]) == (0, "repeated")
    story = audited("trace", "C001").out
    assert "accepted it" in story
    assert "放在保险柜里" in story


def test_only_what_is_found_can_be_accepted(audited: Run) -> None:
    unknown = audited("audit", "accept", "F00000000000000", "--reason", "x")
    assert unknown.status == 2
    assert "There is no finding F00000000000000 now." in unknown.err
    wrong = audited("audit", "accept", "C001", "--reason", "x")
    assert "is not the id of a finding" in wrong.err
    assert wrong.status == 2
    assert audited("audit", "accept", "F00000000000000").status == 2
    assert audited("history", "--json").json()[-1]["name"] == "card.recycled/1"


def test_a_finding_of_an_earlier_day_is_accepted_with_that_day(audited: Run) -> None:
    put = audited("box", "open", "B1", "--cohort", 2015, "--at", "2010-05-02")
    assert put.status == 0, put.err
    assert audited("box", "put", "B1", "C001", "--at", "2010-05-03").status == 0
    (one,) = _boxed(audited, "--as-of", "2010-05-01")
    assert audited("audit", "accept", one["id"], "--reason", "x").status == 2
    earlier = audited("audit", "accept", one["id"], "--reason", "x", "--as-of", "2010-05-01")
    assert earlier.status == 0, earlier.err


def test_every_format_has_the_same_findings(audited: Run, tmp_path: Path) -> None:
    lines = audited("audit", "--format", "jsonl").out.splitlines()
    table = audited("audit", "--format", "csv").out.splitlines()
    assert len(table) == len(lines) + 1
    assert table[0].split(",")[: len(KEYS)] == KEYS
    ran = audited("--lang", "zh", "audit", "--output", "findings.xlsx")
    assert ran.status == 4, ran.err
    sheet = load_workbook(tmp_path / "findings.xlsx").worksheets[0]
    cells = {str(cell.value) for row in sheet.iter_rows() for cell in row}
    assert {"严重程度", "发现的情况", "已认可"} <= cells
    assert any(PUPIL in cell for cell in cells)
    assert any(OTHER in cell for cell in cells)


def test_the_help_lists_the_commands_of_the_group(run: Run) -> None:
    text = run("audit", "--help").out
    assert "--explain" in text
    assert "accept" in text
    assert "[RULE]" in text
