"""The data check as class teachers hand it back: what counts, what is put together, what is not."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardledger.batch import command_of_row
from cardledger.commands import Command
from cardledger.datacheck import FIELDS
from cardledger.errors import UnreadableFile
from cardledger.exchange.exports import EXPORTS
from cardledger.exchange.imports.data_check import Corrections, read_data_check
from cardledger.i18n import LANGUAGES, translator
from tests.exchange.making import text, workbook

HEAD = (
    "学校",
    "班级",
    "学籍号",
    "姓名",
    "项目",
    "问题",
    "现有值",
    "怎么办",
    "正确值",
    "备注",
    "学生编号",
)
FIRST, SECOND = "0117001101501010", "0117001101501020"
ID = "P0123456789"


def line(
    field: str, correct: Any, *, number: Any = FIRST, remark: str = "", student: str = ""
) -> tuple[Any, ...]:
    """Return a row of the sheet, with a correct value."""
    return ("01170011", "1班", number, "王小芳", field, "…", "", "…", correct, remark, student)


def read(path: Path, *rows: tuple[Any, ...], head: tuple[str, ...] = HEAD) -> Corrections:
    """Read a workbook of these rows."""
    return read_data_check(workbook(path / "check.xlsx", [head, *rows]))


def facts(row: Any) -> dict[str, Any]:
    """Return what a row changes."""
    aside = {"action", "evidence", "school", "student", "note"}
    return {name: value for name, value in row.values.items() if name not in aside}


def problems(found: Corrections) -> list[tuple[str, str]]:
    """Return the places and problems of the rows that cannot be used."""
    return [
        (fault.place, fault.text())
        for row in found.rows
        if not row.usable
        for fault in row.faults
        if fault.kind == "row"
    ]


def test_the_rows_of_one_pupil_become_one_change(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        line("性别", "女"),
        line("出生日期", "2003年5月12日", remark="户口簿"),
        line("民族", "满族", number=SECOND),
        line("是否寄宿", "是", remark="已核对"),
    )
    assert [facts(row) for row in found.rows] == [
        {"sex": "女", "birth": "2003-05-12", "boarding": "yes"},
        {"ethnic_group": "满族"},
    ]
    first = found.rows[0]
    assert (first.row, first.values["student"], first.values["school"]) == (2, FIRST, "01170011")
    assert first.values["note"] == "户口簿；已核对"
    assert (found.empty, found.joined) == (0, 2)
    assert all(isinstance(command_of_row(row.values), Command) for row in found.rows)


def test_rows_without_a_correct_value_are_counted_and_left_out(tmp_path: Path) -> None:
    found = read(tmp_path, line("性别", None), line("性别", "  "), line("民族", "汉族"))
    assert [facts(row) for row in found.rows] == [{"ethnic_group": "汉族"}]
    assert (found.empty, found.joined) == (2, 0)


def test_the_id_finds_the_pupil_whose_number_is_missing(tmp_path: Path) -> None:
    found = read(tmp_path, line("性别", "男", number=None, student=ID))
    assert found.rows[0].values["student"] == ID


def test_a_number_that_lost_its_zero_still_names_the_pupil(tmp_path: Path) -> None:
    found = read(tmp_path, line("性别", "男", number=int(FIRST)))
    assert found.rows[0].values["student"] == FIRST


def test_a_student_number_is_not_corrected_but_renumbered(tmp_path: Path) -> None:
    found = read(tmp_path, line("学籍号", SECOND), line("性别", "女"))
    ((place, problem),) = problems(found)
    assert place == "名册!I2"
    assert "renumbered" in problem
    assert "student renumber" in found.rows[0].faults[0].hint()
    assert facts(found.rows[1]) == {"sex": "女"}


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("性别", "女孩", "is not a sex"),
        ("出生日期", "12.5.2003", "is not a date"),
        ("身份证号", "1.10227E+17", "digits are lost"),
        ("鞋码", "38", "no field of the data check"),
        ("", "38", "Nothing says which field"),
        ("年级", "十三年级", "is not a grade"),
        ("借读", "也许", "neither yes nor no"),
    ],
)
def test_what_cannot_be_understood_is_said_with_its_cell(
    tmp_path: Path, field: str, value: str, problem: str
) -> None:
    found = read(tmp_path, line("民族", "汉族"), line(field, value), line("班级", "2班"))
    ((place, said),) = problems(found)
    assert place.startswith("名册!")
    assert place.endswith("3")
    assert problem in said
    assert facts(found.rows[0]) == {"ethnic_group": "汉族", "class": "2班"}


def test_a_row_without_a_pupil_is_of_no_use(tmp_path: Path) -> None:
    ((_place, said),) = problems(read(tmp_path, line("性别", "女", number=None)))
    assert "student number" in said


def test_two_values_for_one_field_contradict_each_other(tmp_path: Path) -> None:
    """Which is right would be a guess; what is said once of the pupil is taken."""
    found = read(tmp_path, line("性别", "女"), line("民族", "汉族"), line("性别", "男"))
    assert [facts(row) for row in found.rows if row.usable] == [{"ethnic_group": "汉族"}]
    assert problems(found) == [
        ("名册!I2", "Row 名册!4 gives another value for the same field of the same pupil."),
        ("名册!I4", "Row 名册!2 gives another value for the same field of the same pupil."),
    ]
    assert (len(found.rows), found.joined) == (3, 0)


def test_the_same_value_twice_is_one_change(tmp_path: Path) -> None:
    found = read(tmp_path, line("性别", "女"), line("性别", "女"))
    assert [facts(row) for row in found.rows] == [{"sex": "女"}]
    assert not problems(found)
    assert found.joined == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_export_writes_is_read_in_either_language(tmp_path: Path, language: str) -> None:
    say = translator(language)
    paper = EXPORTS["data-check"].PAPER
    samples = {"sex": "女", "birth": "2003-05-12", "identity": "E1234567", "cohort": "2015"}
    samples |= {"grade": "3", "guest": "是", "boarding": "no", "migrant": "否", "class": "2班"}
    rows = []
    for field, module in FIELDS.items():
        row = {"student_number": FIRST, "student": ID, "title": say(module.TITLE)}
        row["correct"] = samples.get(field, "010-69961234")
        rows.append(tuple(row.get(column.key) for column in paper))
    found = read(tmp_path, *rows, head=tuple(say(column.title) for column in paper))
    assert [sheet.unknown for sheet in found.table.sheets] == [()]
    assert [len(problems(found)), len(found.rows)] == [1, 2]
    (change,) = [row for row in found.rows if row.usable]
    assert set(facts(change)) == set(FIELDS) - {"student_number"}
    assert isinstance(command_of_row(change.values), Command)


def test_a_sheet_for_each_class_is_read_as_one(tmp_path: Path) -> None:
    sheets = {"1班": [HEAD, line("性别", "女")], "2班": [HEAD, line("民族", "汉族", number=SECOND)]}
    found = read_data_check(workbook(tmp_path / "check.xlsx", sheets))
    assert [row.sheet for row in found.rows] == ["1班", "2班"]


def test_a_title_and_totals_are_no_rows_of_data(tmp_path: Path) -> None:
    rows = [
        ("数据校验 平谷一小",),
        HEAD,
        line("性别", "女"),
        ("合计", "", "", "", "", "", "", "", "1"),
    ]
    found = read_data_check(workbook(tmp_path / "check.xlsx", rows))
    assert [row.usable for row in found.rows] == [True, False]
    assert found.rows[1].ignored


def test_a_roster_is_no_data_check(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no column is"):
        read_data_check(workbook(tmp_path / "roster.xlsx", [("学籍号", "姓名"), (FIRST, "王")]))


def test_without_a_column_for_the_pupil_nothing_is_read(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no column says which pupil"):
        read_data_check(
            workbook(tmp_path / "x.xlsx", [("姓名", "项目", "正确值"), ("王", "性别", "女")])
        )


FIELD_WORDS = st.sampled_from([translator("zh")(module.TITLE) for module in FIELDS.values()])
CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00"), max_size=12)


@given(st.lists(st.tuples(st.sampled_from([FIRST, SECOND, ""]), FIELD_WORDS | CELLS, CELLS)))
def test_every_row_is_accounted_for(rows: list[tuple[str, str, str]]) -> None:
    lines = ["学籍号,姓名,项目,正确值"]
    for number, field, value in rows:
        cells = (number, "王芳", field, value)
        lines.append(",".join('"{}"'.format(cell.replace('"', '""')) for cell in cells))
    found = read_data_check(io.BytesIO("\n".join(lines).encode()), name="check.csv")
    assert len(found.rows) + found.empty + found.joined == len(rows)
    usable = [row.values["student"] for row in found.rows if row.usable]
    assert len(usable) == len(set(usable))


def test_a_csv_in_the_encoding_of_the_office_is_read_too(tmp_path: Path) -> None:
    place = text(tmp_path / "check.csv", f"学籍号,项目,正确值\n{FIRST},性别,女\n", "gb18030")
    assert facts(read_data_check(place).rows[0]) == {"sex": "女"}
