"""Tables in files: where they begin, where each cell stands, what is skipped."""

from __future__ import annotations

from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from cardledger.errors import UnreadableFile
from cardledger.exchange.headings import ROSTER
from cardledger.exchange.reading.table import HEADER_ROWS, read_table
from tests.exchange.making import text, workbook

HEAD = ["学籍号", "姓名", "班级"]
ROW = ["0117001101010110", "张三", "03"]


def test_merged_titles_and_blank_rows_above_the_header_are_skipped(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "一年级"
    sheet["B2"] = "平谷区青松小学学生名册"
    sheet.merge_cells("B2:D2")
    sheet["B3"] = "班级"
    sheet["C3"] = "2010年3月1日"
    for place, (heading, cell) in enumerate(zip(HEAD, ROW, strict=True), 2):
        sheet.cell(6, place, heading)
        sheet.cell(8, place, cell)
    book.save(tmp_path / "a.xlsx")
    table = read_table(tmp_path / "a.xlsx", ROSTER)
    (found,) = table.sheets
    assert (found.name, found.header) == ("一年级", 6)
    assert [(one.letter, one.field) for one in found.columns] == [
        ("B", "number"),
        ("C", "name"),
        ("D", "class"),
    ]
    (row,) = table.rows()
    assert (row.sheet, row.number, list(row.cells)) == ("一年级", 8, [None, *ROW])


def test_every_sheet_with_a_header_is_read_by_its_own_columns(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        {
            "说明": [["请逐项填写"], ["谢谢"]],
            "一班": [HEAD, ROW],
            "空": [],
            "二班": [["标题"], HEAD[::-1], ROW[::-1]],
        },
    )
    table = read_table(path, ROSTER)
    assert table.format == "xlsx"
    assert table.skipped == ("说明",)
    assert [(one.name, one.header) for one in table.sheets] == [("一班", 1), ("二班", 2)]
    read = [
        (row.sheet, {name: row.cells[sheet.fields[name][0].index] for name in sheet.fields})
        for sheet in table.sheets
        for row in sheet.rows()
    ]
    expected = {"number": ROW[0], "name": ROW[1], "class": ROW[2]}
    assert read == [("一班", expected), ("二班", expected)]


def test_numbers_dates_and_times_keep_their_kind(tmp_path: Path) -> None:
    values = [
        117001101010110,
        1.5,
        True,
        date(2010, 3, 1),
        datetime.combine(date(2010, 3, 1), time(9, 30)),
        "0117",
    ]
    path = workbook(tmp_path / "a.xlsx", [[*HEAD, "宿舍", "床", "柜"], values])
    (row,) = read_table(path, ROSTER).rows()
    assert list(row.cells) == values


def test_short_rows_have_empty_cells_and_long_ones_are_kept(tmp_path: Path) -> None:
    path = text(tmp_path / "a.csv", "学籍号,姓名,班级\n1\n1,2,3,4\n")
    assert [list(row.cells) for row in read_table(path, ROSTER).rows()] == [
        ["1", None, None],
        ["1", "2", "3", "4"],
    ]


def test_rows_of_nothing_but_spaces_are_blank(tmp_path: Path) -> None:
    path = text(tmp_path / "a.csv", "学籍号,姓名\n , \n\n\u3000,\n1,张三\n,,\n")
    assert [row.number for row in read_table(path, ROSTER).rows()] == [5]


def test_rows_can_be_read_again(tmp_path: Path) -> None:
    for path in (
        workbook(tmp_path / "a.xlsx", [HEAD, ROW]),
        text(tmp_path / "a.csv", "学籍号,姓名\n1,张三\n"),
    ):
        table = read_table(path, ROSTER)
        assert [row.number for row in table.rows()] == [row.number for row in table.rows()] == [2]


def test_a_stream_is_read_under_the_name_that_is_given() -> None:
    table = read_table(BytesIO("学籍号,姓名\n1,张三\n".encode()), ROSTER, name="名册.csv")
    assert (table.file, table.format, table.encoding) == ("名册.csv", "csv", "utf-8")
    assert read_table(BytesIO("学籍号,姓名\n".encode()), ROSTER).file == "-"


def test_the_fullest_row_is_the_header_and_the_first_of_equals(tmp_path: Path) -> None:
    rows = [["班级", "姓名"], ["学籍号", "姓名", "班级"], ["学籍号", "姓名", "班级"], ROW]
    (found,) = read_table(workbook(tmp_path / "a.xlsx", rows), ROSTER).sheets
    assert found.header == 2


def test_a_header_too_far_down_is_not_looked_for(tmp_path: Path) -> None:
    near = workbook(tmp_path / "near.xlsx", [["x"]] * (HEADER_ROWS - 1) + [HEAD])
    assert read_table(near, ROSTER).sheets[0].header == HEADER_ROWS
    far = workbook(tmp_path / "far.xlsx", [["x"]] * HEADER_ROWS + [HEAD])
    with pytest.raises(UnreadableFile, match=f"first {HEADER_ROWS} rows"):
        read_table(far, ROSTER)


def test_unknown_columns_are_listed(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["序号", *HEAD, "宿舍"], [1, *ROW, "A"]])
    (found,) = read_table(path, ROSTER).sheets
    assert [(one.letter, one.heading) for one in found.unknown] == [("A", "序号"), ("E", "宿舍")]


def test_an_ambiguous_sheet_stops_the_whole_file(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"一": [HEAD, ROW], "二": [[*HEAD, "学生姓名"], ROW]})
    with pytest.raises(UnreadableFile, match="“二”"):
        read_table(path, ROSTER)


cells = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff"), max_size=8
)


@given(rows=st.lists(st.lists(cells, min_size=3, max_size=3), max_size=8))
def test_csv_gives_back_what_was_written(rows: list[list[str]]) -> None:
    import csv
    from io import StringIO

    out = StringIO()
    csv.writer(out).writerows([["学籍号", "姓名", "班级"], *rows])
    for encoding in ("utf-8", "utf-8-sig"):
        table = read_table(BytesIO(out.getvalue().encode(encoding)), ROSTER)
        read = {row.number: list(row.cells) for row in table.sheets[0].rows()}
        for number, row in enumerate(rows, 2):
            if number in read:
                assert read[number] == row
            else:
                assert not "".join(row).strip(" \u200b\u200c\u200d\u2060'=\"\u3000\xa0") or not any(
                    char.isprintable() and not char.isspace() for char in "".join(row)
                )
