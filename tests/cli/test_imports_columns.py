"""Which column is which field: found, told, corrected, saved; what is unclear stops the import."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import PUPIL, Run

THIRD = "0117001101510103"


def csv(name: str, *lines: str) -> str:
    Path(name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return name


def names(run: Run) -> dict[str, str]:
    return {row["student_number"]: row["name"] for row in run("roster", "--json").json()}


def test_columns_are_told_in_short_and_with_a_dry_run_whole(school: Run) -> None:
    file = csv("a.csv", "学籍号,姓名,宿舍,血型", f"{THIRD},张三丰,3号,", "0117001101510104,赵六,,")
    dry = school("import", "roster", file, "--dry-run", "--partial")
    assert "columns read: A 学籍号 = Student number, B 姓名 = Name\n" in dry.err
    ran = school("import", "roster", file, "--partial")
    assert "a.csv “a”: 2 of 4 columns read; --dry-run shows as what." in ran.err
    for told in (dry.err, ran.err):
        assert "columns not used: C 宿舍 (filled cells: 1), D 血型 (filled cells: 0)" in told


def test_what_stands_in_unknown_columns_is_kept_in_the_report(school: Run) -> None:
    file = csv("a.csv", "学籍号,姓名,宿舍", f"{THIRD},张三丰,3号", "0117001101510104,赵六,")
    rows = school("import", "roster", file, "--json").json()
    assert [row["unused"] for row in rows] == [{"宿舍": "3号"}, {}]


def test_all_problems_of_all_files_are_named_at_once_and_nothing_is_written(school: Run) -> None:
    csv("a.csv", "编号,姓名,学生姓名,班级", f"{THIRD},张三丰,张三丰,1班")
    csv("b.csv", "学籍号,名,性别", f"{THIRD},张三丰,男")
    before = names(school)
    ran = school("import", "roster", "a.csv", "b.csv")
    assert (ran.status, ran.out) == (2, "")
    assert "a.csv “a”: several columns are “name”: B “姓名”, C “学生姓名”." in ran.err
    assert "a.csv “a”: no column is “number”. Columns that nobody knows: A “编号”." in ran.err
    assert "b.csv “b”: no column is “name”. Columns that nobody knows: B “名”." in ran.err
    assert '--map "编号=number"' in ran.err
    assert names(school) == before
    told = school("import", "roster", "a.csv", "b.csv", CARDLEDGER_LANG="zh").err
    assert "a.csv “a”：没有“number”列。不认识的列：A “编号”。" in told


@pytest.mark.parametrize(
    "right", ["student_number", "number", "学籍号", "Student Number", "student number"]
)
@pytest.mark.parametrize("left", ["编号", "编 号", "A", "a"])
def test_a_column_is_assigned_by_heading_or_letter_and_any_word_for_the_field(
    school: Run, left: str, right: str
) -> None:
    csv("a.csv", "编号,姓名,性别", f"{THIRD},张三丰,男")
    ran = school("import", "roster", "a.csv", "--map", f"{left}={right}")
    assert ran.status == 0, ran.err
    assert names(school)[THIRD] == "张三丰"


def test_an_assigned_column_takes_the_place_of_one_that_was_found(school: Run) -> None:
    csv("a.csv", "学籍号,姓名,曾用名,备注,备注2", f"{THIRD},旧名,新名,甲,乙")
    ran = school(
        *("import", "roster", "a.csv", "--dry-run"),
        *("--map", "曾用名=姓名", "--map", "备注2="),
    )
    assert "A 学籍号 = Student number, C 曾用名 = Name, D 备注 = Note" in ran.err
    assert "columns not used: B 姓名 (filled cells: 1)" in ran.err
    assert "columns left out as asked: E 备注2" in ran.err
    school("import", "roster", "a.csv", "--map", "曾用名=姓名")
    assert names(school)[THIRD] == "新名"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            ["编码=number"],
            "There is no column “编码”. The columns are: A “编号”, B “姓名”, C “宿舍”",
        ),
        (["编号=学籍"], "There is no field “学籍”. The fields are: number (学籍号), name (姓名)"),
        (["编号=number", "宿舍=number"], "several columns are “number”: A “编号”, C “宿舍”"),
        (["编号"], "“编号” does not say which column is which field."),
        (["ZZZ=number"], "There is no column “ZZZ”."),
    ],
)
def test_a_wrong_assignment_is_an_error_of_usage_that_lists_what_there_is(
    school: Run, given: list[str], message: str
) -> None:
    csv("a.csv", "编号,姓名,宿舍,性别", f"{THIRD},张三丰,3号,男")
    before = names(school)
    ran = school("import", "roster", "a.csv", *(part for one in given for part in ("--map", one)))
    assert ran.status == 2
    assert message in ran.err
    assert names(school) == before


def test_a_heading_that_is_there_twice_is_assigned_by_letter(school: Run) -> None:
    csv("a.csv", "学籍号,姓名,内容,内容", f"{THIRD},张三丰,1班,x")
    ran = school("import", "roster", "a.csv", "--map", "内容=class")
    assert ran.status == 2
    assert "“内容” is the heading of 2 columns. Name the column by its letter." in ran.err
    assert school("import", "roster", "a.csv", "--map", "C=class").status == 0
    (row,) = (one for one in school("roster", "--json").json() if one["student_number"] == THIRD)
    assert row["class"] == "1班"


def test_an_assignment_need_only_fit_one_of_several_files(school: Run) -> None:
    csv("a.csv", "编号,姓名", f"{THIRD},张三丰")
    csv("b.csv", "学籍号,姓名", "0117001101510104,赵六")
    assert school("import", "roster", "a.csv", "b.csv", "--map", "编号=number").status == 0
    assert len(names(school)) == 4


def test_a_mapping_is_saved_edited_and_used_again(school: Run) -> None:
    csv("a.csv", "编号,姓名,宿舍,备注2", f"{THIRD},张三丰,3号,x")
    given = ("--map", "编号=number", "--map", "备注2=")
    ran = school("import", "roster", "a.csv", "--dry-run", *given, "--save-mapping", "m.json")
    assert ran.status == 0
    saved = json.loads(Path("m.json").read_text(encoding="utf-8"))
    assert saved == {"columns": {"编号": "number", "姓名": "name", "宿舍": None, "备注2": ""}}
    saved["columns"]["宿舍"] = "note"
    Path("m.json").write_text(json.dumps(saved), encoding="utf-8")
    # It may be used for files that lack some of its columns, and --map goes before it.
    csv("b.csv", "编号,姓名,宿舍", "0117001101510104,赵六,4号")
    again = school("import", "roster", "b.csv", "--mapping", "m.json", "--dry-run")
    assert "A 编号 = Student number, B 姓名 = Name, C 宿舍 = Note" in again.err
    other = school(*("import", "roster", "b.csv", "--mapping", "m.json", "--map", "宿舍="))
    assert "columns left out as asked: C 宿舍" in other.err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "m.json is no saved mapping"),
        ("[]", "m.json is no saved mapping: there are no columns in it."),
        ('{"columns": {"编号": 3}}', "m.json is no saved mapping"),
        ('{"columns": {"编号": "学籍"}}', "There is no field “学籍”."),
    ],
)
def test_a_saved_mapping_that_is_none_is_told(school: Run, content: str, message: str) -> None:
    csv("a.csv", "学籍号,姓名", f"{THIRD},张三丰")
    Path("m.json").write_text(content, encoding="utf-8")
    ran = school("import", "roster", "a.csv", "--mapping", "m.json")
    assert ran.status == 2
    assert message in ran.err
    assert THIRD not in names(school)


def test_a_saved_mapping_that_is_missing_is_told(school: Run) -> None:
    csv("a.csv", "学籍号,姓名", f"{THIRD},张三丰")
    ran = school("import", "roster", "a.csv", "--mapping", "none.json")
    assert (ran.status, "none.json cannot be read" in ran.err) == (2, True)


def test_lists_of_actions_are_mapped_in_the_same_way(cards: Run) -> None:
    csv("a.csv", "刷的卡,学生,何时", f"C001,{PUPIL},2010-03-08")
    given = ("--map", "刷的卡=card", "--map", "学生=student_number", "--map", "何时=at")
    ran = cards("import", "actions", "a.csv", "--action", "term-swipe", *given)
    assert ran.status == 0, ran.err
    assert cards("trace", "C001", "--json").json()[-1]["at"].startswith("2010-03-08")


def test_record_maps_and_tells_the_columns_of_tables_too(cards: Run) -> None:
    csv("a.csv", "做了什么,刷的卡,何时,谁看见", "挂失,C001,2010-03-08,王敏")
    given = ("--map", "做了什么=操作", "--map", "刷的卡=card", "--map", "何时=at")
    ran = cards("record", "a.csv", *given)
    assert ran.status == 0, ran.err
    assert "columns not used: D 谁看见 (filled cells: 1)" in ran.err
    wrong = cards("record", "a.csv", *given, "--map", "哪里=school")
    assert (wrong.status, "There is no column “哪里”." in wrong.err) == (2, True)
    csv("a.jsonl", '{"action": "lost", "card": "C002"}')
    lines = cards("record", "a.jsonl", "--map", "A=card")
    assert (lines.status, "JSON lines have no columns" in lines.err) == (2, True)
