"""`import`: rosters and lists of acts, looked at first, taken in, taken in again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.cli.conftest import OTHER, PUPIL, Run

ROSTER = (
    "平谷一小学生名册,,,,,\n"
    "学籍号,姓名,班级,届别,入学日期,备用\n"
    f"{PUPIL},王小明,2班,2015,2009-09-01,\n"
    "117001101510103,张三丰,1班,2015,2009-09-01,x\n"
    "01170011015101,赵六,1班,2015,2009-09-01,\n"
    "合计,3,,,,\n"
)


def test_a_dry_run_shows_columns_and_changes_and_writes_nothing(school: Run) -> None:
    Path("roster.csv").write_text(ROSTER, encoding="utf-8")
    before = school("checkpoint").out
    ran = school("import", "roster", "roster.csv", "--dry-run")
    assert ran.status == 3
    rows = [re.split(r"\s{2,}", line.strip()) for line in ran.out.splitlines()]
    mended = (
        "roster!A4: The student number had lost its leading zero; it was read as 0117001101510103."
    )
    wrong = "bad-student-number: roster!A5: “01170011015101” is not a student number."
    assert rows == [
        ["Row", "Outcome", "About", "Line", "Message", "Kind", "Changes"],
        ["3", "would be recorded", PUPIL, "-", "-", "changed", "Class: 1班 → 2班"],
        ["4", "would be recorded", "0117001101510103", "-", mended, "new pupil", "-"],
        ["5", "would be refused", "-", "-", wrong, "-", "-"],
        ["-", "-", f"李红 {OTHER}, 1班", "-", "-", "gone", "-"],
    ]
    assert "columns read: A 学籍号 = Student number, B 姓名 = Name" in ran.err
    assert "columns not used: F 备用 (filled cells: 1)" in ran.err
    assert "Left out roster!6: A row of totals." in ran.err
    assert "rows: 4 = 2 would be recorded + 0 repeated + 1 refused + 1 ignored" in ran.err
    assert school("checkpoint").out == before


def test_a_dry_run_gives_changes_as_data(school: Run) -> None:
    Path("roster.csv").write_text(ROSTER, encoding="utf-8")
    rows = school("import", "roster", "roster.csv", "--dry-run", "--json").json()
    assert [(row["row"], row["outcome"], row["kind"], row["changes"]) for row in rows] == [
        (3, "recorded", "changed", {"class": ["1班", "2班"]}),
        (4, "recorded", "new", {"new": [False, True]}),
        (5, "refused", None, None),
        (6, "ignored", None, None),
        (None, "ignored", "gone", None),
    ]


def test_the_same_roster_again_changes_nothing(school: Run) -> None:
    Path("roster.csv").write_text(ROSTER, encoding="utf-8")
    first = school("import", "roster", "roster.csv", "--on-refusal", "skip")
    assert "rows: 4 = 2 recorded + 0 repeated + 1 refused + 1 ignored" in first.err
    names = {row["name"]: row["class"] for row in school("roster", "--json").json()}
    assert names == {"王小明": "2班", "李红": "1班", "张三丰": "1班"}
    again = school("import", "roster", "roster.csv", "--on-refusal", "skip")
    assert "rows: 4 = 0 recorded + 2 repeated + 1 refused + 1 ignored" in again.err


def test_a_sheet_without_a_table_is_named(school: Run) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("学籍号", "姓名", "届别"), ("0117001101510109", "钱七", "2015")):
        sheet.append(row)
    book.create_sheet("说明").append(["请勿修改"])
    book.save("roster.xlsx")
    ran = school("import", "roster", "roster.xlsx")
    assert ran.status == 0
    assert "roster.xlsx: sheets without a table: 说明" in ran.err


def test_several_rosters_say_from_which_file_a_row_is(school: Run) -> None:
    for number, name in ((3, "张三丰"), (4, "赵六")):
        Path(f"class{number}.csv").write_text(
            f"学籍号,姓名,班级,届别\n011700110151010{number},{name},1班,2015\n", encoding="utf-8"
        )
    ran = school("import", "roster", "class3.csv", "class4.csv", "--format", "jsonl")
    assert [line.split(",")[0] for line in ran.out.splitlines()] == [
        '{"file":"class3.csv"',
        '{"file":"class4.csv"',
    ]


def test_what_happened_elsewhere_is_recorded_and_contested(cards: Run) -> None:
    Path("paper.csv").write_text(
        "操作,卡号,学籍号,时间,经手人\n"
        f"发卡,C009,{PUPIL},2009-11-02,王敏\n"
        f"学期刷卡注册,C002,{OTHER},2010-03-08,王敏\n"
        "学期刷卡注册,C002,0117001101519999,2010-03-08,王敏\n",
        encoding="gb18030",
    )
    ran = cards("import", "actions", "paper.csv", "--on-refusal", "skip")
    assert ran.status == 3
    assert "student-holds-card: 王小明" in ran.out
    assert "unknown-student" in ran.out
    assert "rows: 3 = 2 recorded + 0 repeated + 1 refused" in ran.err
    assert "Of those recorded, 1 break a rule and are contested." in ran.err
    assert cards("trace", "C009", "--json").json()[0]["evidence"] == "imported"


def test_a_roster_from_standard_input(school: Run) -> None:
    ran = school("import", "roster", "-", input=ROSTER.encode(), CARDLEDGER_LANG="zh")
    assert ran.status == 3
    assert "共 4 行 = 已记录 0 + 已在册 0 + 被拒绝 3 + 略过 1" in ran.err
    assert "什么都没有写入" in ran.err


def test_a_file_without_headings_is_unreadable_input(school: Run) -> None:
    Path("roster.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    ran = school("import", "roster", "roster.csv")
    assert ran.status == 2
    assert "no row of headings" in ran.err


def test_an_older_roster_is_of_its_own_day(school: Run) -> None:
    Path("old.csv").write_text("学籍号,姓名,年级,届别\n0117001101510199,小明,1,2015\n", "utf-8")
    assert school("import", "roster", "old.csv", "--at", "2010-03-01").status == 0
    issued = school("issue", "A9", "--student", "0117001101510199", "--at", "2010-03-20")
    assert issued.status == 0
    later = school("issue", "A8", "--student", "0117001101510199", "--at", "2011-03-20")
    assert "student-holds-card" in later.err


def test_a_wrong_grade_is_named_in_the_refusal(school: Run) -> None:
    Path("new.csv").write_text("学籍号,姓名,年级,届别\n0117001101510199,小明,3,2015\n", "utf-8")
    assert school("import", "roster", "new.csv", "--at", "2010-03-01").status == 0
    refused = school("issue", "A9", "--student", "0117001101510199", "--at", "2010-03-20")
    assert refused.status == 3
    assert "is taken to be 3" in refused.err


def test_a_roster_of_today_says_nothing_of_the_grade_years_ago(school: Run) -> None:
    """Then the cohort does: nobody is in grade -15."""
    Path("new.csv").write_text(
        "学籍号,姓名,班级,届别\n"
        "0117001101510199,小明,一年级1班,2015\n0117001101510198,小红,一年级1班,\n",
        "utf-8",
    )
    assert school("import", "roster", "new.csv", "--at", "2026-03-01").status == 0
    issued = school("issue", "A9", "--student", "0117001101510199", "--at", "2010-03-20")
    assert issued.status == 0, issued.err
    refused = school("issue", "A8", "--student", "0117001101510198", "--at", "2010-03-20")
    assert refused.status in (0, 3)
    assert "taken to be -" not in refused.err


@pytest.mark.parametrize(
    "command",
    [
        ("import", "roster"),
        ("import", "filing"),
        ("import", "data-check"),
        ("record",),
        ("reconcile", "--cards"),
    ],
)
def test_columns_are_assigned_only_where_the_command_can(
    school: Run, command: tuple[str, ...]
) -> None:
    """A hint names no option that the command does not have."""
    Path("a.csv").write_text("班级,姓名,操作,卡号,卡号,甲\n1班,小明,挂失,C2,C3,王敏\n", "utf-8")
    ran = school(*command, "a.csv")
    assert ran.status == 2, ran.err
    assert "column" in ran.err
    can = "--map " in school(*command[:2], "--help").out
    assert ("--map " in ran.err) == can == (command[0] != "reconcile")


def test_the_folder_where_one_is_has_a_name_in_messages(school: Run) -> None:
    ran = school("import", "roster", ".")
    assert ran.status == 2
    assert "Error: . cannot be read: Is a directory" in ran.err


def test_a_default_moment_that_is_none_is_told_before_anything_is_read(school: Run) -> None:
    Path("a.csv").write_text("学籍号,姓名\n0117001101510199,小明\n", "utf-8")
    for command in (("import", "roster"), ("import", "actions", "--action", "lost"), ("record",)):
        ran = school(*command, "a.csv", "--at", "spring")
        assert (ran.status, ran.out) == (2, "")
        assert "spring" in ran.err
