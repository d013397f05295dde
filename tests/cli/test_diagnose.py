"""`diagnose` on the command line: both languages, all formats, and what is no card."""

from __future__ import annotations

import json

import pytest

from cardledger.exchange.writing.widths import width
from tests.cli.conftest import OTHER, PUPIL, SCHOOL, Run

NEXT = "01170012"


@pytest.fixture
def transfer(cards: Run) -> Run:
    """Return `run` in a ledger where C001 is on its way to a school with an old transfer tool."""
    for words in (
        ("school", "add", NEXT, "--name", "平谷二小"),
        ("tool", "installed", "transfer", "11", "--school", NEXT, "--at", "2010-02-20"),
        ("leave-swipe", "C001", "--reason", "transfer", "--at", "2010-03-15"),
        ("student", "transfer-out", PUPIL, "--to-school", NEXT, "--at", "2010-03-15"),
    ):
        ran = cards(*words)
        assert ran.status == 0, ran.err
    return cards


def test_causes_come_in_order_with_verdict_lines_and_what_to_do(transfer: Run) -> None:
    ran = transfer("diagnose", "C001", "--at", "2010-03-16", "--json")
    assert ran.status == 0
    rows = ran.json()
    assert {tuple(row) for row in rows} == {("cause", "verdict", "positions", "message", "todo")}
    by_cause = {row["cause"]: row for row in rows}
    assert by_cause["not-upgraded"]["verdict"] == "ruled-out"
    assert by_cause["transfer-tool-outdated"]["verdict"] == "possible"
    (position,) = by_cause["transfer-tool-outdated"]["positions"]
    history = transfer("history", "--json", "--after", position - 1, "--upto", position).json()
    assert history[0]["name"] == "tool.installed/1"
    assert f"--school {NEXT}" in by_cause["transfer-tool-outdated"]["todo"]
    assert f"at school {NEXT}, as of 2010-03-16" in ran.err


def test_a_pupil_and_a_uid_stand_for_the_card_and_a_school_may_be_named(transfer: Run) -> None:
    by_card = transfer("diagnose", "C001", "--at", "2010-03-16", "--json").out
    assert transfer("diagnose", PUPIL, "--at", "2010-03-16", "--json").out == by_card
    here = transfer("diagnose", "C001", "--school", SCHOOL, "--json")
    assert f"at school {SCHOOL}" in here.err
    assert here.json() != json.loads(by_card)


def test_a_table_has_room_in_a_terminal_in_both_languages(transfer: Run) -> None:
    for language, words in (("en", ("possible", "Wrong steps")), ("zh", ("可能", "操作步骤有误"))):
        ran = transfer("--lang", language, "diagnose", "C001", "--at", "2010-03-16", COLUMNS="100")
        assert all(word in ran.out for word in words)
        assert "cardledger tool installed transfer" in " ".join(ran.out.split())
        assert max(width(line) for line in ran.out.splitlines()) <= 100
        assert "Not shown" not in ran.err
    # Of a terminal's table, too, columns may be chosen by their names.
    assert "not-upgraded" in transfer("diagnose", "C001", "--columns", "cause,verdict").out


def test_what_cannot_be_diagnosed_is_said(transfer: Run) -> None:
    unknown = transfer("diagnose", "C999")
    assert (unknown.status, "C999" in unknown.err) == (2, True)
    elsewhere = transfer("diagnose", "C001", "--school", "01179999")
    assert (elsewhere.status, "01179999" in elsewhere.err) == (2, True)
    assert transfer("diagnose", "C001", "--at", "yesterday").status == 2
    made = transfer("register", "I001", "--student", OTHER, "--kind", "identity")
    assert made.status == 0, made.err
    identity = transfer("diagnose", "I001")
    assert (identity.status, "identity card" in identity.err) == (2, True)


def test_a_box_is_no_card(transfer: Run) -> None:
    assert transfer("box", "open", "B2010", "--cohort", 2010).status == 0
    assert transfer("diagnose", "B2010").status == 2
    assert transfer("diagnose", "box:B2010").status == 2
