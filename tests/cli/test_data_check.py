"""`student check`, `export data-check`, and the filled-in workbook on its way back."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.cli.conftest import OTHER, PUPIL, SCHOOL, Run
from tests.support import office

RIGHT = {
    "sex": "女",
    "birth": "2003-05-12",
    "identity": "E12345678",
    "ethnic-group": "汉族",
    "native-place": "北京市",
    "household": "北京市平谷区云杉镇派出所",
    "address": "北京市平谷区云杉镇望山家园3号楼501室",
    "present-address": "北京市平谷区云杉镇望山家园3号楼501室",
    "telephone": "16112345678",
    "family": "父亲 王建国 16112345678",
    "boarding": "no",
    "migrant": "no",
    "grade": "1",
}
AS_OF = ("--as-of", "2010-06-30")


@pytest.fixture
def checked(school: Run) -> Run:
    """Return `run` in a ledger of two pupils: one is right, the other lacks sex and telephone."""
    for number, left_out in ((PUPIL, ()), (OTHER, ("sex", "telephone"))):
        facts = [
            word
            for name, value in RIGHT.items()
            if name not in left_out
            for word in (f"--{name}", value)
        ]
        assert school("student", "change", number, *facts, "--at", "2010-04-01").status == 0
    return school


def filled(file: Path, values: dict[str, str], *, student: str = OTHER) -> None:
    """Fill the correct values of a pupil into the workbook, by the titles of the fields."""
    book = load_workbook(file)
    for sheet in book.worksheets:
        if sheet.freeze_panes:
            fill_sheet(sheet, values, student)
    book.save(file)


def fill_sheet(sheet: Worksheet, values: dict[str, str], student: str) -> None:
    """Fill the correct values of a pupil into one sheet."""
    top = int(str(sheet.freeze_panes).removeprefix("A")) - 1
    heads = {str(cell.value): place for place, cell in enumerate(sheet[top], 1)}
    number = heads.get("学籍号") or heads["Student number"]
    field = heads.get("项目") or heads["Field"]
    correct = heads.get("正确值") or heads["Correct value"]
    for row in range(top + 1, sheet.max_row + 1):
        title = str(sheet.cell(row, field).value)
        if sheet.cell(row, number).value == student and title in values:
            sheet.cell(row, correct, values[title])


def test_the_check_has_status_4_where_there_are_faults(checked: Run) -> None:
    ran = checked("student", "check", *AS_OF, "--json")
    assert ran.status == 4
    assert [(row["student_number"], row["code"]) for row in ran.json()] == [
        (OTHER, "sex-missing"),
        (OTHER, "telephone-missing"),
    ]
    assert "Faults: 2, in 1 of 2 pupils." in ran.err
    fine = checked("student", "check", *AS_OF, "--student", PUPIL, "--json")
    assert (fine.status, fine.json()) == (0, [])


def test_an_export_with_faults_is_done_all_the_same(checked: Run) -> None:
    ran = checked("export", "data-check", *AS_OF, "--output", "check.xlsx")
    assert ran.status == 0
    assert "Faults: 2, in 1 of 2 pupils." in ran.err


def test_the_check_speaks_chinese(checked: Run) -> None:
    ran = checked("--lang", "zh", "student", "check", *AS_OF, "--field", "性别")
    assert ran.status == 4
    assert "缺少性别。" in ran.out
    assert "共 1 处问题，涉及 2 名学生中的 1 名。" in ran.err


def test_a_field_that_is_not_checked_is_told_with_those_that_are(checked: Run) -> None:
    ran = checked("student", "check", "--field", "shoes")
    assert ran.status == 2
    assert "“shoes” is not checked" in ran.err
    assert "ethnic_group" in ran.err


@pytest.mark.parametrize(
    ("language", "sex", "telephone"),
    [("en", "Sex", "Telephone"), ("zh", "性别", "联系电话")],
)
def test_what_teachers_fill_in_comes_back(
    checked: Run, tmp_path: Path, language: str, sex: str, telephone: str
) -> None:
    say = ("--lang", language)
    export = ("export", "data-check", *AS_OF, "--class", "1班", "--output", "check.xlsx")
    assert checked(*say, *export).status == 0
    filled(tmp_path / "check.xlsx", {sex: "男", telephone: "13800138000"})

    dry = checked(*say, "import", "data-check", "check.xlsx", "--dry-run", "--json")
    assert dry.status == 0
    (row,) = dry.json()
    assert row["changes"] == {"sex": ["", "男"], "telephone": ["", "13800138000"]}
    assert checked("student", "check", *AS_OF).status == 4

    took = checked(*say, "import", "data-check", "check.xlsx", "--at", "2010-05-01")
    assert took.status == 0, took.err
    assert checked("student", "check", *AS_OF).status == 0
    again = checked("import", "data-check", "check.xlsx", "--at", "2010-05-01", "--json")
    assert [row["outcome"] for row in again.json()] == ["repeated"]


def test_every_class_has_a_sheet_and_all_of_them_come_back(checked: Run, tmp_path: Path) -> None:
    change = ("student", "change", PUPIL, "--class", "2班", "--telephone", "69961234")
    assert checked(*change, "--at", "2010-05-01").status == 0
    export = ("--lang", "zh", "export", "data-check", *AS_OF, "--output", "check.xlsx")
    assert checked(*export).status == 0
    names = load_workbook(tmp_path / "check.xlsx").sheetnames
    assert names[:2] == ["1班", "2班"]
    filled(tmp_path / "check.xlsx", {"性别": "男", "联系电话": "13800138000"})
    filled(tmp_path / "check.xlsx", {"联系电话": "010-69961234"}, student=PUPIL)
    took = checked("import", "data-check", "check.xlsx", "--at", "2010-05-02", "--json")
    assert [row["outcome"] for row in took.json()] == ["recorded", "recorded"]
    assert checked("student", "check", *AS_OF).status == 0


@pytest.mark.slow
@pytest.mark.parametrize("form", ["xls", "ods", "html"])
def test_a_sheet_that_another_program_saved_comes_back(
    checked: Run, tmp_path: Path, form: str
) -> None:
    assert checked("export", "data-check", *AS_OF, "--output", "check.xlsx").status == 0
    filled(tmp_path / "check.xlsx", {"Sex": "男", "Telephone": "13800138000"})
    saved = office.convert(tmp_path / "check.xlsx", form)
    took = checked("import", "data-check", saved, "--at", "2010-05-02", "--json")
    assert took.status == 0, took.err
    assert [row["outcome"] for row in took.json()] == ["recorded"]
    assert checked("student", "check", *AS_OF).status == 0


def test_a_dry_run_shows_old_and_new(checked: Run, tmp_path: Path) -> None:
    assert checked("student", "change", PUPIL, "--telephone", "69961234").status == 0
    assert checked("export", "data-check", "--output", "check.xlsx").status == 0
    filled(tmp_path / "check.xlsx", {"Telephone": "010-69961234"}, student=PUPIL)
    before = checked("history", "--json").json()
    ran = checked("import", "data-check", "check.xlsx", "--dry-run")
    assert "69961234 → 010-69961234" in ran.out
    assert "Rows without a correct value, left out:" in ran.err
    assert checked("history", "--json").json() == before


def test_one_row_that_cannot_be_understood_keeps_all_from_being_written(
    checked: Run, tmp_path: Path
) -> None:
    assert checked("export", "data-check", *AS_OF, "--output", "check.xlsx").status == 0
    filled(tmp_path / "check.xlsx", {"Sex": "maybe", "Telephone": "13800138000"})
    ran = checked("import", "data-check", "check.xlsx")
    assert ran.status == 3
    assert "“maybe” is not a sex" in ran.out
    assert len(checked("student", "check", *AS_OF, "--json").json()) == 2
    skipped = checked("import", "data-check", "check.xlsx", "--on-refusal", "skip")
    assert skipped.status == 3
    (left,) = checked("student", "check", "--field", "telephone", "--json").json() or [None]
    assert left is None


def test_a_pupil_who_is_forgotten_is_counted_and_shown_nowhere(checked: Run) -> None:
    assert checked("forget", OTHER, "--yes").status == 0
    ran = checked("student", "check", *AS_OF)
    assert (ran.status, "李红" in ran.out + ran.err) == (0, False)
    assert "Not examined: 1 pupils" in ran.err


def test_what_is_no_data_check_is_refused(checked: Run, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("学籍号,姓名\n1,2\n", encoding="utf-8")
    ran = checked("import", "data-check", "x.csv")
    assert (ran.status, "no column is" in ran.err) == (2, True)
    assert checked("import", "data-check", "absent.xlsx").status == 2


def test_the_sheet_belongs_to_the_school_that_is_asked_for(checked: Run) -> None:
    assert checked("student", "check", "--school", SCHOOL, *AS_OF).status == 4
    assert checked("student", "check", "--cohort", "2014", *AS_OF).status == 0


def test_columns_of_a_check_are_shown_and_can_be_assigned(checked: Run, tmp_path: Path) -> None:
    head = "学籍号,姓名,要改什么,改成,老师"
    (tmp_path / "a.csv").write_text(f"{head}\n{OTHER},李红,性别,女,李老师\n", "utf-8")
    lost = checked("import", "data-check", "a.csv")
    assert lost.status == 2
    assert "no column is “field”. Columns that nobody knows: C “要改什么”" in lost.err
    given = ("--map", "要改什么=field", "--map", "改成=正确值")
    ran = checked("import", "data-check", "a.csv", *given, "--dry-run", "--json")
    assert ran.status == 0, ran.err
    assert "columns not used: E 老师 (filled cells: 1)" in ran.err
    (row,) = ran.json()
    assert row["changes"] == {"sex": ["", "女"]}
    assert row["unused"] == {"老师": "李老师"}
