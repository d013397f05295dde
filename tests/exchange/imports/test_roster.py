"""A roster becomes rows that add pupils; every row is accounted for, every fault has its place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardledger.batch import command_of_row
from cardledger.commands import Command
from cardledger.errors import UnreadableFile
from cardledger.exchange.imports.roster import Roster, read_roster
from cardledger.exchange.reading.source import SourceRow
from tests.exchange.making import text, workbook

NUMBER = "0117001101010110"


def roster(tmp_path: Path, head: Sequence[str], *rows: Sequence[Any]) -> list[SourceRow]:
    return list(read_roster(workbook(tmp_path / "roster.xlsx", [head, *rows])).rows())


def one(tmp_path: Path, **columns: Any) -> SourceRow:
    """Read a roster of one pupil with a number, a name and some further columns."""
    head = ["学籍号", "姓名", *columns]
    (row,) = roster(tmp_path, head, [NUMBER, "张三", *columns.values()])
    return row


def faults(row: SourceRow) -> list[tuple[str, str, str]]:
    return [(fault.kind, fault.place, fault.value) for fault in row.faults]


def test_a_full_row_becomes_a_pupil_with_every_field(tmp_path: Path) -> None:
    head = [
        *(
            "学籍号",
            "姓名",
            "性别",
            "出生日期",
            "身份证号",
            "民族",
            "籍贯",
            "户口所在地",
            "家庭住址",
        ),
        *(
            "现住址",
            "联系电话",
            "家庭成员",
            "是否寄宿",
            "随迁子女",
            "班级",
            "届别",
            "年级",
            "借读生",
        ),
        *("按本市户籍对待", "入学日期", "外省市转入", "学校代码", "备注"),
    ]
    row = [
        *(NUMBER, "张三", "男", "2003年9月1日", "11022620030901123x", "汉族", "河北", "东城派出所"),
        *("平谷区甲路1号", "平谷区乙路２号", 13800000000, "父亲 张大", "否", "是", "一年级3班"),
        *("2016届", "一年级", "是", "否", date(2010, 9, 1), "是", "01170011", "转自河北"),
    ]
    (read,) = roster(tmp_path, head, row)
    assert read.faults == ()
    assert read.values == {
        "action": "student-add",
        "evidence": "imported",
        "number": NUMBER,
        "name": "张三",
        "sex": "男",
        "birth": "2003-09-01",
        "identity": "11022620030901123X",
        "ethnic_group": "汉族",
        "native_place": "河北",
        "household": "东城派出所",
        "address": "平谷区甲路1号",
        "present_address": "平谷区乙路２号",
        "telephone": "13800000000",
        "family": "父亲 张大",
        "boarding": "no",
        "migrant": "yes",
        "class": "一年级3班",
        "cohort": 2016,
        "grade": 1,
        "guest": True,
        "treated_as_local": False,
        "entered": "2010-09-01",
        "from_outside_city": True,
        "school": "01170011",
        "note": "转自河北",
    }
    assert isinstance(command_of_row(read.values), Command)


def test_the_least_roster_has_numbers_and_names(tmp_path: Path) -> None:
    path = text(tmp_path / "a.csv", f"学籍号,姓名\n{NUMBER},张三\n", "gb18030")
    (row,) = read_roster(path).rows()
    assert row.values == {
        "action": "student-add",
        "evidence": "imported",
        "number": NUMBER,
        "name": "张三",
    }
    assert (row.sheet, row.row, row.usable, row.ignored) == ("a", 2, True, False)


def test_a_lost_leading_zero_is_restored_and_said_so(tmp_path: Path) -> None:
    rows = roster(
        tmp_path, ["学籍号", "姓名"], [117001101010110, "张三"], ["117001101010110", "李四"]
    )
    for place, row in enumerate(rows, 2):
        assert row.values["number"] == NUMBER
        assert faults(row) == [("restored", f"名册!A{place}", "117001101010110")]
        assert NUMBER in row.faults[0].text()
        assert row.faults[0].hint()


@pytest.mark.parametrize("cell", [110226200001011234, "1.10226E+17"])
def test_a_spoilt_identity_number_is_reported_and_the_pupil_comes_without_it(
    tmp_path: Path, cell: Any
) -> None:
    row = one(tmp_path, 身份证号=cell)
    assert "identity" not in row.values
    assert row.values["name"] == "张三"
    assert faults(row) == [("cell", "名册!C2", "1.10226E+17")]
    assert row.faults[0].heading == "身份证号"


def test_all_faults_of_a_row_are_reported_together(tmp_path: Path) -> None:
    row = one(tmp_path, 性别="?", 出生日期="2010-2-30", 年级="十三", 届别="2004级", 借读生="大概")
    assert sorted(fault.letter for fault in row.faults) == ["C", "D", "E", "F", "G"]
    assert {fault.kind for fault in row.faults} == {"cell"}
    assert set(row.values) == {"action", "evidence", "number", "name"}


@pytest.mark.parametrize(
    ("number", "name", "kinds"),
    [
        (None, "张三", ["row"]),
        (NUMBER, None, ["row"]),
        ("123", "张三", ["row"]),
        ("1.17001E+14", "张三", ["row"]),
        (NUMBER, date(2010, 3, 1), ["row"]),
        ("123", None, ["row", "row"]),
    ],
)
def test_a_row_without_a_readable_number_and_name_cannot_be_used(
    tmp_path: Path, number: Any, name: Any, kinds: list[str]
) -> None:
    (row,) = roster(tmp_path, ["学籍号", "姓名", "性别"], [number, name, "男"])
    assert not row.usable
    assert not row.ignored
    assert row.values == {}
    assert [fault.kind for fault in row.faults] == kinds


def test_a_school_that_cannot_be_read_is_not_taken_for_the_own_one(tmp_path: Path) -> None:
    row = one(tmp_path, 学校="青松小学")
    assert [fault.kind for fault in row.faults] == ["row"]
    assert one(tmp_path, 学校="01170011").values["school"] == "01170011"


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("合计", "totals"),
        ("总  计：120 人", "totals"),
        ("Total", "totals"),
        ("填表人：王老师", "note"),
    ],
)
def test_totals_and_notes_below_the_table_are_no_pupils(
    tmp_path: Path, cell: str, says: str
) -> None:
    second = 120 if says == "totals" else None
    for line in ([cell, None, second], [None, cell, second]):
        (row,) = roster(tmp_path, ["学籍号", "姓名", "性别"], line)
        assert row.ignored
        assert not row.usable
        assert says in row.faults[0].text()
        assert row.faults[0].place == "名册!2"
        assert cell in row.faults[0].value


def test_a_header_on_every_page_is_no_pupil(tmp_path: Path) -> None:
    for head in (["学籍号", "姓 名", "性别"], ["Student number", "Name", "Sex"]):
        rows = roster(tmp_path, head, [NUMBER, "张三", "男"], head, [NUMBER, "李四", "女"])
        assert [row.usable for row in rows] == [True, False, True]
        assert rows[1].ignored
        assert "header" in rows[1].faults[0].text()


def test_a_pupil_named_like_a_total_is_a_pupil(tmp_path: Path) -> None:
    (row,) = roster(tmp_path, ["学籍号", "姓名", "性别"], [NUMBER, "共计", "男"])
    assert row.usable


def test_a_yes_under_a_heading_of_the_same_word_is_no_header(tmp_path: Path) -> None:
    (row,) = roster(tmp_path, ["学籍号", "姓名", "借读"], [None, "张三", "借读"])
    assert not row.ignored
    assert [fault.kind for fault in row.faults] == ["row"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (
            {"借读生": "是", "按本市户籍对待": "父母一方为北京户籍"},
            (True, True, "父母一方为北京户籍"),
        ),
        ({"借读生": "借读", "本地生依据": "知青子女"}, (True, None, "知青子女")),
        ({"借读生": "是", "按本地生对待": "是", "备注": "甲"}, (True, True, "甲")),
        ({"借读生": "是", "按本地生对待": "随军家属", "备注": "甲"}, (True, True, "甲；随军家属")),
        ({"借读生": "否", "按本地生对待": "否"}, (False, None, None)),
        ({"借读生": "是", "按本地生对待": "否"}, (True, False, None)),
    ],
)
def test_guests_and_the_grounds_for_treating_them_as_locals_are_read(
    tmp_path: Path, cells: dict[str, str], expected: tuple[bool, bool | None, str | None]
) -> None:
    values = one(tmp_path, **cells).values
    assert (values.get("guest"), values.get("treated_as_local"), values.get("note")) == expected


def test_the_family_is_put_together_from_its_columns(tmp_path: Path) -> None:
    row = one(tmp_path, 父亲姓名="张大", 父亲电话=13900000000, 母亲姓名="李四", 监护人=None)
    assert row.values["family"] == "父亲 张大 13900000000；母亲 李四"
    numbered = {
        "家庭成员1姓名": "张大",
        "家庭成员1关系": "祖父",
        "家庭成员1电话": "1",
        "家庭成员2姓名": "李四",
    }
    assert one(tmp_path, **numbered).values["family"] == "祖父 张大 1；李四"


def test_several_telephones_are_kept_with_their_headings(tmp_path: Path) -> None:
    row = one(tmp_path, 家庭电话="010-69961234", 手机=13800000000)
    assert row.values["telephone"] == "家庭电话 010-69961234；手机 13800000000"
    row = one(tmp_path, 家庭电话=date(2010, 1, 1), 手机=13800000000)
    assert row.values["telephone"] == "手机 13800000000"
    assert faults(row) == [("cell", "名册!C2", "2010-01-01")]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"班级": "一年级3班"}, ("一年级3班", 1)),
        ({"班级": "初一(2)班"}, ("初一(2)班", 7)),
        ({"班级": "3班", "年级": "高一"}, ("3班", 10)),
        ({"班级": "03"}, ("03", None)),
        ({"班级": 3}, ("3", None)),
        ({"班级": "一年级3班", "年级": "二年级"}, ("一年级3班", 2)),
    ],
)
def test_classes_stay_text_and_grades_are_numbers(
    tmp_path: Path, cells: dict[str, Any], expected: tuple[str, int | None]
) -> None:
    values = one(tmp_path, **cells).values
    assert (values.get("class"), values.get("grade")) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [("寄宿", "yes"), ("走读", "no"), ("是", "yes"), ("N", "no"), (True, "yes")],
)
def test_boarding_is_read_in_its_own_words(tmp_path: Path, word: Any, expected: str) -> None:
    assert one(tmp_path, 是否寄宿=word).values["boarding"] == expected


def test_a_roster_without_its_columns_is_refused_before_a_row_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["姓名", "性别"], ["张三", "男"]])
    with pytest.raises(UnreadableFile, match="“number”"):
        read_roster(path)


cells = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=12),
    st.sampled_from(
        [NUMBER, NUMBER[1:], "张三", "合计", "男", "是", "2010-3-1", "1.1E+17", "学籍号"]
    ),
    st.integers(min_value=0, max_value=10**18),
    st.dates(date(1990, 1, 1), date(2020, 1, 1)),
    st.booleans(),
)


@given(rows=st.lists(st.lists(cells, min_size=6, max_size=6), max_size=6))
def test_every_row_that_is_not_blank_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[Any]]
) -> None:
    head = ["学籍号", "姓名", "出生日期", "身份证号", "班级", "借读生"]
    path = tmp_path_factory.mktemp("roster") / "a.xlsx"
    found: Roster = read_roster(workbook(path, [head, *rows]))
    read = list(found.rows())
    assert [row.row for row in read] == [row.number for row in found.table.rows()]
    for row in read:
        bad = [fault for fault in row.faults if fault.kind in {"row", "ignored"}]
        assert row.usable == (not bad)
        assert all(fault.text() and fault.row == row.row for fault in row.faults)
        if row.usable:
            assert isinstance(command_of_row(row.values), Command)
