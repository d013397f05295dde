"""A corrected file takes the place of one that was recorded: only what was corrected changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import OTHER, PUPIL, Ran, Run

SWIPE = ("--action", "term-swipe")
HEAD = "卡号,学籍号,刷卡时间"


def csv(name: str, *lines: str) -> str:
    Path(name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return name


def lines(run: Run) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run("history", "--json").json()
    return found


def counting(run: Run, name: str) -> list[dict[str, Any]]:
    """Return the lines of a name that are not void."""
    return [one for one in lines(run) if one["name"] == name and not one["voided_by"]]


def kinds(ran: Ran) -> list[tuple[str, int, str, str]]:
    return [(one["file"], one["row"], one["kind"], one["outcome"]) for one in ran.json()]


@pytest.fixture
def swiped(cards: Run) -> Run:
    """Return `run` where a swipe list was recorded, on which one day is wrong."""
    old = csv("old.csv", HEAD, f"C001,{PUPIL},2010-03-08", f"C002,{OTHER},2010-03-28")
    assert cards("import", "actions", old, *SWIPE).status == 0
    csv("new.csv", HEAD, f"C001,{PUPIL},2010-03-08", f"C002,{OTHER},2010-03-18")
    return cards


REPLACE = ("import", "actions", "new.csv", *SWIPE, "--replaces", "old.csv")


def test_only_what_was_corrected_changes(swiped: Run) -> None:
    before = len(lines(swiped))
    dry = swiped(*REPLACE, "--dry-run", "--json")
    assert kinds(dry) == [
        ("old.csv", 3, "voided", "recorded"),
        ("new.csv", 2, "kept", "repeated"),
        ("new.csv", 3, "added", "recorded"),
    ]
    assert len(lines(swiped)) == before
    ran = swiped(*REPLACE)
    assert ran.status == 0, ran.err
    assert "old.csv, replaced: rows 2 = 1 kept + 0 changed + 1 voided + 0 not" in ran.err
    assert "rows: 2 = 1 recorded + 1 repeated + 0 refused" in ran.err
    assert len(lines(swiped)) == before + 2
    days = {one["data"]["card"]: one["at"][:10] for one in counting(swiped, "term.swiped/1")}
    assert days == {"C001": "2010-03-08", "C002": "2010-03-18"}


def test_doing_it_again_changes_nothing(swiped: Run) -> None:
    assert swiped(*REPLACE).status == 0
    after = len(lines(swiped))
    for again in (REPLACE, REPLACE[:5], ("import", "actions", "old.csv", *SWIPE)):
        assert swiped(*again).status == 0
    assert len(lines(swiped)) == after


def test_what_was_corrected_can_be_corrected_back(swiped: Run) -> None:
    assert swiped(*REPLACE).status == 0
    ran = swiped("import", "actions", "old.csv", *SWIPE, "--replaces", "new.csv")
    assert ran.status == 0, ran.err
    (_one, other) = counting(swiped, "term.swiped/1")
    assert other["at"][:10] == "2010-03-28"
    assert swiped(*REPLACE).status == 0
    (_one, other) = counting(swiped, "term.swiped/1")
    assert other["at"][:10] == "2010-03-18"


def test_of_identical_rows_each_counts(cards: Run) -> None:
    # Lost and found twice on one day, which the list of the day does not tell apart.
    once = (f"挂失,C001,{PUPIL},2010-03-08", f"解挂,C001,{PUPIL},2010-03-08")
    csv("twice.csv", f"操作,{HEAD}", *once, *once)
    csv("once.csv", f"操作,{HEAD}", *once)
    assert cards("import", "actions", "twice.csv").status == 0
    for new, old, times in (("once", "twice", 1), ("twice", "once", 2), ("once", "twice", 1)):
        ran = cards("import", "actions", f"{new}.csv", "--replaces", f"{old}.csv")
        assert ran.status == 0, ran.err
        assert len(counting(cards, "card.lost/1")) == times
        assert len(counting(cards, "card.found/1")) == times


def test_a_file_of_which_nothing_is_there_is_refused(swiped: Run) -> None:
    before = len(lines(swiped))
    csv("other.csv", HEAD, f"C001,{PUPIL},2010-03-09")
    ran = swiped("import", "actions", "new.csv", *SWIPE, "--replaces", "other.csv")
    assert ran.status == 2
    assert "Nothing of the file that is to be replaced is in the ledger." in ran.err
    # Other options make other rows.
    ran = swiped(*REPLACE, "--school", "01170011")
    assert (ran.status, "the same options" in ran.err) == (2, True)
    assert len(lines(swiped)) == before


def test_lines_that_cannot_be_void_stop_everything_and_are_named(cards: Run) -> None:
    csv("old.jsonl", json.dumps({"action": "lost", "card": "C001", "at": "2010-03-02"}))
    assert cards("record", "old.jsonl").status == 0
    position = len(lines(cards))
    assert cards("found", "C001", "--at", "2010-03-03").status == 0
    csv("new.jsonl", json.dumps({"action": "lost", "card": "C002", "at": "2010-03-02"}))
    before = len(lines(cards))
    ran = cards("record", "new.jsonl", "--replaces", "old.jsonl", "--format", "jsonl")
    assert ran.status == 3
    void, row = map(json.loads, ran.out.splitlines())
    assert (void["kind"], void["code"]) == ("voided", "not-voidable")
    assert f"Line {position} cannot be void." in void["message"]
    assert f"line {position + 1} would be refused (card-not-lost)" in void["message"]
    assert row["code"] == "batch-aborted"
    assert len(lines(cards)) == before


def test_rows_that_build_on_each_other_are_voided_from_the_last(cards: Run) -> None:
    rows = [
        {"action": "lost", "card": "C001", "at": "2010-03-02"},
        {"action": "found", "card": "C001", "at": "2010-03-03"},
    ]
    csv("old.jsonl", *map(json.dumps, rows))
    assert cards("record", "old.jsonl").status == 0
    csv("new.jsonl", *(json.dumps({**row, "card": "C002"}) for row in rows))
    ran = cards("record", "new.jsonl", "--replaces", "old.jsonl")
    assert ran.status == 0, ran.err
    states = {one["card"]: one["last_action"] for one in cards("cards", "--json").json()}
    assert states == {"C001": "upgrade", "C002": "found"}


def test_rows_with_a_key_of_their_own_are_told_by_what_they_say(cards: Run) -> None:
    row = {"action": "lost", "card": "C001", "at": "2010-03-02", "key": "mine"}
    csv("old.jsonl", json.dumps(row))
    csv("new.jsonl", json.dumps({**row, "at": "2010-03-04"}))
    assert cards("record", "old.jsonl").status == 0
    assert cards("record", "new.jsonl", "--replaces", "old.jsonl").status == 0
    (lost,) = counting(cards, "card.lost/1")
    assert lost["at"][:10] == "2010-03-04"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_usage(swiped: Run, language: str) -> None:
    told = {"en": "all or nothing", "zh": "要么全部记录"}[language]
    one = {"en": "one corrected file", "zh": "一个更正后的文件"}[language]
    ran = swiped("--lang", language, *REPLACE, "--on-refusal", "skip")
    assert (ran.status, told in ran.err) == (2, True)
    two = ("import", "actions", "new.csv", "old.csv", *SWIPE, "--replaces", "old.csv")
    ran = swiped("--lang", language, *two)
    assert (ran.status, one in ran.err) == (2, True)


# Rosters

ROSTER = "学籍号,姓名,出生日期,班级,届别,身份证号"
DAY = ("--at", "2010-03-01", "--partial")


def number(place: int) -> str:
    return f"01170011015105{place:02}"


def pupil(place: int, name: str, class_: str = "1班", identity: str = "") -> str:
    return f"{number(place)},{name},2003-09-{place:02},{class_},2015,{identity}"


def names(run: Run) -> dict[str, str]:
    return {
        one["student_number"][-2:]: f"{one['name']} {one['class']}"
        for one in run("roster", "--json").json()
        if one["student_number"][12:14] == "05"
    }


def test_a_corrected_roster_corrects_by_changes_and_voids_who_never_was(school: Run) -> None:
    old = csv(
        "old.csv",
        ROSTER,
        pupil(1, "甲一"),
        pupil(2, "乙二"),
        pupil(3, "丙三"),
        pupil(4, "丁四"),
        "合计,4,,,,",
    )
    assert school("import", "roster", old, *DAY).status == 0
    # A name, a class, and a number were wrong; the number's pupil has no identity number.
    csv("new.csv", ROSTER, pupil(1, "甲壹"), pupil(2, "乙二", "2班"), pupil(3, "丙三"))
    with Path("new.csv").open("a", encoding="utf-8") as file:
        file.write(pupil(4, "丁四").replace(number(4), number(9)) + "\n")
    start = len(lines(school))
    given = ("import", "roster", "new.csv", *DAY, "--replaces", "old.csv")
    dry = school(*given, "--dry-run", "--json")
    assert [one[2:] for one in kinds(dry) if one[1]] == [
        ("voided", "recorded"),
        ("changed", "recorded"),
        ("changed", "recorded"),
        ("same", "repeated"),
        ("new", "recorded"),
    ]
    assert dry.json()[1]["changes"] == {"name": ["甲一", "甲壹"]}
    ran = school(*given)
    assert ran.status == 0, ran.err
    assert "rows 5 = 1 kept + 2 changed + 1 voided + 0 not in the ledger + 1 ignored" in ran.err
    assert names(school) == {"01": "甲壹 1班", "02": "乙二 2班", "03": "丙三 1班", "09": "丁四 1班"}
    assert [one["name"] for one in lines(school)[start:]] == [
        "line.voided/1",
        "student.changed/1",
        "student.changed/1",
        "student.added/1",
    ]
    after = len(lines(school))
    for again in (given, given[:-2]):
        assert school(*again).status == 0
    assert len(lines(school)) == after


def test_a_pupil_whose_identity_is_in_the_new_roster_keeps_the_history(school: Run) -> None:
    identity = "11022720030901002X"
    csv("old.csv", ROSTER, pupil(1, "甲一", identity=identity), pupil(2, "乙二"))
    assert school("import", "roster", "old.csv", *DAY).status == 0
    issued = ("--student", number(1), "--at", "2010-03-02")
    assert school("register", "K1", *issued).status == 0
    right = pupil(1, "甲一", identity=identity).replace(number(1), number(8))
    csv("new.csv", ROSTER, right, pupil(2, "乙二"))
    ran = school("import", "roster", "new.csv", *DAY, "--replaces", "old.csv", "--json")
    assert ran.status == 0, ran.err
    assert [one["kind"] for one in ran.json()] == ["renumbered", "same"]
    (card,) = school("cards", "--card", "K1", "--json").json()
    assert card["student_number"] == number(8)


def test_a_pupil_who_never_was_and_has_a_card_is_not_voided(school: Run) -> None:
    csv("old.csv", ROSTER, pupil(1, "甲一"), pupil(2, "乙二"))
    assert school("import", "roster", "old.csv", *DAY).status == 0
    assert school("register", "K1", "--student", number(2), "--at", "2010-03-02").status == 0
    csv("new.csv", ROSTER, pupil(1, "甲一"))
    before = len(lines(school))
    ran = school("import", "roster", "new.csv", *DAY, "--replaces", "old.csv")
    assert ran.status == 3
    assert "not-voidable" in ran.out
    assert f"line {before} would be refused (unknown-student)" in ran.out
    assert len(lines(school)) == before


def test_a_roster_that_was_never_imported_is_not_replaced(school: Run) -> None:
    csv("old.csv", ROSTER, pupil(1, "甲一"))
    csv("new.csv", ROSTER, pupil(1, "甲壹"))
    ran = school("import", "roster", "new.csv", *DAY, "--replaces", "old.csv")
    assert ran.status == 2
    assert "Nothing of the file that is to be replaced" in ran.err
