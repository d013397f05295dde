"""`agenda` on the command line: columns, both languages, all schools, and its exit status."""

from __future__ import annotations

from cardledger.exchange.writing.widths import width
from tests.cli.conftest import SCHOOL, Run


def test_the_agenda_of_a_day_has_its_columns(cards: Run) -> None:
    ran = cards("agenda", "--at", "2010-03-10", "--json")
    assert ran.status == 0
    rows = ran.json()
    keys = ("school", "due", "state", "item", "detail", "todo", "count", "subjects", "positions")
    assert {tuple(row) for row in rows} == {keys}
    by_item = {row["item"]: row for row in rows}
    assert by_item["term-swipe"]["state"] == "due"
    assert by_item["backup"]["state"] == "unknown"
    assert by_item["term-swipe"]["due"] == "2010-03-20"
    assert f"Agenda of school {SCHOOL} on 2010-03-10:" in ran.err


def test_overdue_is_no_failure(cards: Run) -> None:
    ran = cards("agenda", "--at", "2010-03-25", "--json")
    assert "overdue" in {row["state"] for row in ran.json()}
    assert ran.status == 0


def test_a_table_has_room_in_a_terminal_in_both_languages(cards: Run) -> None:
    for language, words in (
        ("en", ("overdue", "Term swipe", "cardledger tool installed")),
        ("zh", ("逾期", "学期刷卡", "cardledger tool installed")),
    ):
        ran = cards("--lang", language, "agenda", "--at", "2010-03-25", COLUMNS="100")
        text = " ".join(ran.out.split())
        assert all(word in text for word in words), text
        assert max(width(line) for line in ran.out.splitlines()) <= 100


def test_all_schools_are_named_in_the_table(cards: Run) -> None:
    assert cards("school", "add", "01170012", "--name", "平谷二小").status == 0
    ran = cards("agenda", "--all-schools", "--at", "2010-03-10", COLUMNS="100")
    assert SCHOOL in ran.out
    assert "01170012" in ran.out
    assert "2 schools" in ran.err
    one = cards("agenda", "--school", "01170012", "--at", "2010-03-10", "--format", "csv")
    assert {line.split(",")[0] for line in one.out.splitlines()[1:]} == {"01170012"}


def test_a_school_or_a_day_that_is_none_is_said(cards: Run) -> None:
    assert cards("agenda", "--school", "01179999").status == 2
    assert cards("agenda", "--school", "first").status == 2
    assert cards("agenda", "--at", "soon").status == 2
