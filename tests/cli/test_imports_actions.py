"""Swipe lists and exports of card managers: what was done comes in, all rows accounted for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.cli.conftest import OTHER, PUPIL, Run


def csv(name: str, *lines: str) -> str:
    Path(name).write_text("\n".join(lines) + "\n", encoding="gb18030")
    return name


def told(run: Run, what: str) -> list[tuple[str, str]]:
    return [(line["name"], line["at"][:16]) for line in run("trace", what, "--json").json()]


def cards_of(run: Run) -> dict[str, tuple[str, str | None]]:
    return {row["card"]: (row["state"], row["uid"]) for row in run("cards", "--json").json()}


SKIP = ("--on-refusal", "skip")
SWIPES = (
    "平谷一小刷卡记录,,,,,,",
    "卡号,学籍号,姓名,刷卡时间,学校代码,终端,结果",
    f"C001,{PUPIL},王小明,2010-03-08 08:01,01170011,3号机,成功",
    f"C002,{OTHER},李红,2010-03-08 08:02,01170011,3号机,刷卡失败",
    f"C002,{OTHER},李红,2010-03-08 08:03,01170011,3号机,成功",
    f"C001,{PUPIL},王小明,2010-03-09 08:00,01170011,3号机,成功",
    "C001,0117001101519999,谁,2010-03-09 08:00,01170011,3号机,成功",
    f"C002,{OTHER},李红,昨天,01170011,3号机,成功",
    f"C002,{OTHER},李红,2010-03-09,01170011,3号机,不详",
    "合计,6,,,,,",
)


def test_a_swipe_list_of_another_tool(cards: Run) -> None:
    ran = cards(
        *("import", "actions", csv("s.csv", *SWIPES), "--action", "term-swipe"),
        *("--on-refusal", "skip", "--json"),
    )
    assert ran.status == 3
    assert [(row["row"], row["outcome"], row["code"]) for row in ran.json()] == [
        (3, "recorded", None),
        (4, "ignored", None),
        (5, "recorded", None),
        (6, "repeated", None),
        (7, "refused", "unknown-student"),
        (8, "refused", "bad-input"),
        (9, "refused", "bad-input"),
        (10, "ignored", None),
    ]
    assert "rows: 8 = 2 recorded + 1 repeated + 3 refused + 2 ignored" in ran.err
    assert "Left out s!4: No act: the tool reports “刷卡失败”." in ran.err.replace("G4", "4")
    faults = {row["row"]: row["faults"] for row in ran.json()}
    assert [(one["place"], one["column"], one["value"]) for one in faults[8]] == [
        ("s!D8", "D", "昨天")
    ]
    assert [(one["heading"], one["value"]) for one in faults[9]] == [("结果", "不详")]
    (swipe,) = (one for one in cards("trace", "C001", "--json").json() if "term" in one["name"])
    assert swipe["evidence"] == "imported"
    assert swipe["data"]["tool"] == "3号机"


def test_all_faults_of_a_row_are_reported_together(cards: Run) -> None:
    rows = ("操作,卡号,学籍号,时间,原因", "离校刷卡,C001,0117,昨天,心情", "跳舞,C002,,,")
    ran = cards("import", "actions", csv("a.csv", *rows), "--json")
    assert ran.status == 3
    places = [[fault["place"] for fault in row["faults"]] for row in ran.json()]
    assert places == [["a!D2", "a!E2"], ["a!A3"]]
    table = cards("import", "actions", "a.csv")
    assert "a!D2: “昨天” is not a date." in table.out
    assert "a!E2: “心情” is none of" in table.out
    assert "a!A3: There is no action “跳舞”." in table.out
    assert cards("import", "actions", "a.csv", CARDLEDGER_LANG="zh").out.count("a!") == 3


MANAGER = (
    "卡号,学籍号,姓名,卡类型,芯片号,卡状态,发卡日期,挂失日期,注销日期",
    f"A1,{PUPIL},王小明,学籍卡,04A1B2C3,正常,2009-10-01,,",
    f"A2,{OTHER},李红,学籍卡,04A1B2C4,挂失,2009-10-01,2010-01-05,",
    f"A3,{OTHER},李红,证件卡,,已回收,2009-10-01,,2010-01-06",
    f"A4,{PUPIL},王小明,证件卡,,冻结,2009-10-01,,",
    f"A5,{PUPIL},王小明,证件卡,,已注销,2009-10-01,,",
)


def test_an_export_of_a_card_manager_says_what_was_done_with_each_card(school: Run) -> None:
    ran = school(
        *("--handler", "王敏", "import", "actions", csv("c.csv", *MANAGER)),
        *("--on-refusal", "skip", "--json"),
    )
    assert ran.status == 3
    rows = ran.json()
    assert [(row["row"], row["outcome"], len(row["positions"])) for row in rows] == [
        (2, "recorded", 1),
        (3, "recorded", 2),
        (4, "recorded", 2),
        (5, "refused", 0),
        (6, "refused", 0),
    ]
    assert "“冻结” is not the state of a card" in rows[3]["faults"][0]["message"]
    assert "does not say since when" in rows[4]["faults"][0]["message"]
    assert "rows: 5 = 3 recorded + 0 repeated + 2 refused" in ran.err
    assert told(school, "A2") == [
        ("card.registered/1", "2009-10-01T23:59"),
        ("card.lost/1", "2010-01-05T23:59"),
    ]
    assert told(school, "A3") == [
        ("card.registered/1", "2009-10-01T23:59"),
        ("card.recycled/1", "2010-01-06T23:59"),
    ]
    assert cards_of(school) == {
        "A1": ("live", "04A1B2C3"),
        "A2": ("lost", "04A1B2C4"),
        "A3": ("recycled", None),
    }
    again = school("--handler", "王敏", "import", "actions", "c.csv", "--on-refusal", "skip")
    assert "rows: 5 = 0 recorded + 3 repeated + 2 refused" in again.err


def test_the_day_of_the_list_stands_in_for_a_day_that_a_row_lacks(school: Run) -> None:
    given: tuple[Any, ...] = ("--handler", "王敏", "import", "actions", "c.csv")
    csv("c.csv", MANAGER[0], MANAGER[-1])
    ran = school(*given, "--at", "2010-02-01", "--action", "issue")
    assert ran.status == 0, ran.err
    assert told(school, "A5") == [
        ("card.issued/1", "2009-10-01T23:59"),
        ("card.recycled/1", "2010-02-01T23:59"),
    ]


def test_a_card_is_not_taken_in_by_halves(school: Run) -> None:
    # Nobody says who took the card back.
    ran = school("import", "actions", csv("c.csv", MANAGER[0], MANAGER[3]), *SKIP, "--json")
    assert ran.status == 3
    assert "The handler is missing." in ran.json()[0]["message"]
    assert cards_of(school) == {}


def test_a_list_of_recycled_cards_takes_the_day_of_that(cards: Run) -> None:
    rows = ("卡号,发卡日期,回收日期,回收原因,经手人", "C001,2009-10-01,2010-05-05,毕业,王敏")
    assert cards("import", "actions", csv("r.csv", *rows), "--action", "recycle").status == 0
    assert told(cards, "C001")[-1] == ("card.recycled/1", "2010-05-05T23:59")


def test_a_card_that_the_ledger_issued_is_no_news_in_an_export_of_cards(cards: Run) -> None:
    """Whose it is and of which kind is known; a list of cards does not say how it came to be."""
    lines = ("卡号,学籍号", f"C001,{PUPIL}", f"C002,{PUPIL}")
    ran = cards("import", "actions", csv("k.csv", *lines), "--action", "register", "--json")
    assert [(row["outcome"], row["contested"]) for row in ran.json()] == [
        ("repeated", []),
        ("recorded", ["card-number-used", "student-holds-card"]),
    ]
    typed = cards("register", "C001", "--student", PUPIL, "--json")
    assert (typed.status, typed.json()["code"]) == (3, "card-number-used")
