"""The same table in every format: the same rows, the same faults."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardledger.errors import UnreadableFile
from cardledger.exchange.containers.raw import Source
from cardledger.exchange.formats import FORMATS
from cardledger.exchange.imports.actions import read_actions
from cardledger.exchange.imports.roster import read_roster
from cardledger.exchange.reading.cells import Cell
from cardledger.exchange.reading.files import open_file, open_spreadsheet
from cardledger.exchange.reading.source import SourceRow
from tests.exchange.formats import samples

NUMBER = "0117001101010110"
HEAD: list[Cell] = ["学籍号", "姓名", "性别", "出生日期", "身份证号", "班级", "是否借读", "备注"]
#: A roster with all that happens to spreadsheets: a title, blank rows, full-width signs, numbers as
#: text and text as numbers, an error, digits lost, the header once more, totals, a note.
ROSTER: list[list[Cell]] = [
    ["平谷区青松小学学生名册"],
    [],
    [None, None, "2010年3月1日"],
    HEAD,
    [NUMBER, "张三", "男", date(2003, 4, 5), "110226200304050017", "03", "否", None],
    [117001101010129.0, "李四", "女", "2003年4月5日", "11022620030405002X", 3.0, "是", "a, b; c"],
    [
        "０１１７００１１０１０１０１３８",
        "　王五　",
        "M",
        "20030405",
        None,
        "一年级3班",
        True,
        '"x"',
    ],
    [],
    ["0117001101010147", "赵六", "#N/A", "2003/4/5", 1.10226e17, "3班", False, "#REF!"],
    ["0117001101010156", "钱七", "男", "2003-13-45", "1.10226E+17", None, None, "<b>&amp;"],
    HEAD,
    ["01170011", "孙八", "男", None, None, None, None, None],
    ["合计", 6.0],
    ["制表人：周老师"],
]


def told(rows: list[SourceRow]) -> list[Any]:
    """Return what rows say, but for the name of their sheet and how a cell was written."""
    return [
        (
            row.row,
            dict(row.values),
            [
                (one.kind, one.letter, one.row, one.heading, one.problem.template)
                for one in row.faults
            ],
        )
        for row in rows
    ]


def read(path: Path) -> list[Any]:
    return told(list(read_roster(path).rows()))


@pytest.mark.parametrize("kind", samples.ALL)
def test_a_roster_gives_the_same_rows_in_every_format(kind: str, tmp_path: Path) -> None:
    expected = read(samples.xlsx(tmp_path / "plain.xlsx", ROSTER))
    assert [row[0] for row in expected] == [5, 6, 7, 9, 10, 11, 12, 13, 14]
    assert expected[1][1]["number"] == NUMBER[:14] + "29"
    assert [fault[0] for fault in expected[1][2]] == ["restored"]
    assert [fault[:2] for fault in expected[3][2]] == [("cell", "C"), ("cell", "E"), ("cell", "H")]
    assert read(samples.make(kind, tmp_path / "other", ROSTER)) == expected


@pytest.mark.parametrize("kind", samples.ALL)
def test_a_list_of_actions_gives_the_same_rows_in_every_format(kind: str, tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["三月刷卡记录"],
        ["操作", "卡号", "学籍号", "时间", "经手人"],
        ["学期刷卡注册", "C0001", NUMBER, "2010-03-05", "周老师"],
        ["回收", 10002.0, 117001101010129.0, date(2010, 3, 6), "周老师"],
        ["补卡吗", "C3", NUMBER, "2010-03-05", ""],
    ]
    expected = told([*read_actions(samples.xlsx(tmp_path / "plain.xlsx", rows)).rows()])
    assert [bool(row[1]) for row in expected] == [True, True, False]
    made = samples.make(kind, tmp_path / "other", rows)
    assert told([*read_actions(made).rows()]) == expected


@pytest.mark.parametrize("kind", samples.ALL)
def test_each_file_is_claimed_by_one_format_whatever_its_name(kind: str, tmp_path: Path) -> None:
    made = samples.make(kind, tmp_path, ROSTER)
    for name in ("list.xlsx", "list.xls", "list.csv", "list"):
        path = made.rename(tmp_path / name)
        source = Source(path, name)
        assert len([one for one, form in FORMATS.items() if form.identify(source)]) == 1
        assert open_spreadsheet(path, name).name == name
        made = path


@given(
    data=st.binary(max_size=200),
    start=st.sampled_from(
        [
            b"",
            b"PK\x03\x04",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            b"<html>",
            b"<?xml ?><Workbook ",
            b"\xff\xfe",
            b"\xef\xbb\xbf",
            b"\x09\x08\x04\0",
            b"PK\x03\x04mimetype",
        ]
    ),
)
def test_no_two_formats_claim_the_same_bytes(data: bytes, start: bytes) -> None:
    source = Source(start + data, "a")
    claims = [name for name, form in FORMATS.items() if form.identify(source)]
    assert len(claims) <= 1
    with suppress(UnreadableFile):
        rows = [[*sheet.rows()] for sheet in open_file(start + data, "a").sheets]
        assert claims
        assert all(number > 0 for sheet in rows for number, _cells in sheet)


@pytest.mark.parametrize("kind", samples.TYPED)
def test_days_are_what_they_are_in_both_date_systems(kind: str, tmp_path: Path) -> None:
    """Also where the format of a cell was lost, so that only its number is left."""
    name, maker = samples.TYPED[kind]
    serial = 37716.0
    lost = [serial, serial - 1462]
    for since_1904 in (False, True):
        rows: list[list[Cell]] = [
            ["学籍号", "姓名", "出生日期", "入学日期"],
            [NUMBER, "张三", date(2003, 4, 5), lost[since_1904]],
        ]
        path = maker(tmp_path / name, rows, since_1904=since_1904)
        (row,) = read_roster(path).rows()
        assert not row.faults
        assert row.values["birth"] == row.values["entered"] == "2003-04-05"


@pytest.mark.parametrize("kind", samples.ALL)
def test_what_kind_of_file_it_is_and_in_which_encoding(kind: str, tmp_path: Path) -> None:
    raw = open_spreadsheet(samples.make(kind, tmp_path, ROSTER), "a")
    form, _dash, _variant = kind.partition("-")
    known = {"tsv": "csv", "semicolons": "csv"}.get(form, form)
    assert raw.format == known
    encodings = {
        "html": "gb18030", "xml2003": "utf-8", "csv-utf8": "utf-8", "csv-mark": "utf-8-sig",
        "csv-gb18030": "gb18030", "tsv-utf16": "utf-16", "tsv-utf16-bare": "utf-16-le",
        "semicolons-utf16-bare": "utf-16-be",
    }  # fmt: skip
    assert raw.encoding == encodings.get(kind, "")
