"""Files that a real program wrote: LibreOffice turns one workbook into every format that it has."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from cardledger.exchange.imports.roster import read_roster
from cardledger.exchange.reading.cells import Cell
from cardledger.exchange.reading.files import open_spreadsheet
from scripts.benchmarks.rows.reading import rows as roster_rows
from scripts.district.workbooks import ROSTER_HEAD, save
from tests.exchange.formats import biff5, samples
from tests.exchange.formats.test_same_rows import ROSTER, read
from tests.support import office

pytestmark = pytest.mark.slow

#: What LibreOffice writes, and what the file is then called by those who pass it on.
WRITTEN = {"xlsx": "xlsx", "xls": "xls", "ods": "ods", "xml": "xls", "html": "xls", "csv": "csv"}
NUMBER = "0117001101010110"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with what spreadsheets do: styles, formulas with errors, merged cells."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "名册"
    for number, row in enumerate(ROSTER, 1):
        for place, cell in enumerate(row, 1):
            if cell is not None:
                # An error is written as the formula that has it.
                formula = {"#N/A": "=NA()", "#REF!": "=INDIRECT(\"'x'!Z\")"}.get(str(cell))
                one = sheet.cell(number, place, formula or cell)
                one.number_format = "yyyy-mm-dd" if isinstance(cell, date) else one.number_format
    sheet.merge_cells("A1:H1")
    sheet.column_dimensions["A"].width = 30
    path = tmp_path_factory.mktemp("office") / "roster.xlsx"
    book.save(path)
    return path


@pytest.fixture(scope="module")
def expected(source: Path) -> list[Any]:
    """What the plain table says."""
    return read(samples.xlsx(source.with_name("plain.xlsx"), ROSTER))


@pytest.mark.parametrize("kind", WRITTEN)
def test_the_rows_are_the_same_in_every_format_that_libreoffice_writes(
    kind: str, source: Path, expected: list[Any]
) -> None:
    made = office.convert(source, kind)
    path = made.rename(made.with_name(f"{kind}-roster.{WRITTEN[kind]}"))
    assert open_spreadsheet(path, "a").format == {"xml": "xml2003"}.get(kind, kind)
    assert _without_errors(read(path)) == _without_errors(expected)


def _without_errors(told: list[Any]) -> list[Any]:
    """Leave out which error it is: programs differ in that (#REF!, #NAME?, Err:502)."""
    return [
        (row, values, [(kind, letter) for kind, letter, *_more in faults])
        for row, values, faults in told
    ]


def test_a_whole_roster_is_the_same_in_every_format_that_libreoffice_writes(
    tmp_path: Path,
) -> None:
    save(tmp_path / "a.xlsx", "学生信息", ROSTER_HEAD, roster_rows(300), "基本信息表")
    expected = [(row.row, row.values) for row in read_roster(tmp_path / "a.xlsx").rows()]
    assert len(expected) == 300
    for kind in ("xls", "ods", "xml"):
        made = office.convert(tmp_path / "a.xlsx", kind)
        assert [(row.row, row.values) for row in read_roster(made).rows()] == expected


def test_libreoffice_sees_the_same_cells_in_our_biff5(tmp_path: Path) -> None:
    """So that what we call BIFF5 is what others call it; LibreOffice reads but never writes it."""
    rows: list[list[Cell]] = [
        ["学籍号", "姓名", "出生日期", "班级", "是否"],
        [NUMBER, "张三", date(2003, 4, 5), 3.0, True],
        ["合计", "#N/A", None, -1.5, False],
    ]
    for since_1904 in (False, True):
        path = biff5.workbook(tmp_path / f"a{since_1904}.xls", rows, since_1904=since_1904)
        seen = office.convert(path, "csv").read_text("utf-8")
        first, second, third = csv.reader(seen.splitlines())
        assert first == rows[0]
        assert [*second[:2], *second[3:]] == [NUMBER, "张三", "3", "1"]
        assert sorted(map(int, re.split(r"\D", second[2]))) == [4, 5, 2003]
        assert third == ["合计", "#N/A", "", "-1.5", "0"]


@pytest.mark.parametrize("kind", ["xls", "ods", "xml"])
def test_hidden_rows_and_sheets_are_read_like_others(kind: str, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    hidden = book.create_sheet("二班")
    for one in (sheet, hidden):
        one.append(["学籍号", "姓名"])
        one.append([NUMBER, "张三"])
        one.row_dimensions[2].hidden = True
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    made = office.convert(tmp_path / "a.xlsx", kind)
    rows = [*read_roster(made).rows()]
    assert [(row.sheet, row.row, row.values["name"]) for row in rows] == [
        ("Sheet", 2, "张三"),
        ("二班", 2, "张三"),
    ]


@pytest.mark.parametrize("kind", ["xls", "ods", "xml"])
def test_days_of_a_workbook_that_counts_from_1904_stay_what_they_are(
    kind: str, tmp_path: Path
) -> None:
    rows: list[list[Cell]] = [
        ["学籍号", "姓名", "出生日期", "入学日期"],
        [NUMBER, "张三", date(2003, 4, 5), 37716.0 - 1462],
    ]
    made = office.convert(samples.xlsx(tmp_path / "a.xlsx", rows, since_1904=True), kind)
    (row,) = read_roster(made).rows()
    assert not row.faults
    assert row.values["birth"] == "2003-04-05"
    if kind != "xml":  # there LibreOffice does not write from when days are counted
        assert row.values["entered"] == "2003-04-05"
