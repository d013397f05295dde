"""A workbook going out: how it looks, what its cells are, how it prints."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from cardledger.exchange.writing.paper import Paper
from cardledger.exchange.writing.tables_out import Column, Row
from cardledger.exchange.writing.workbook_out import write_workbook
from cardledger.i18n import translator
from tests.exchange.writing.test_tables_out import COLUMNS, ROWS
from tests.support.sheets import table_of

SCHOOLS = {"01170011": "平谷一小"}


def book_of(
    rows: Iterable[Row], columns: Any = COLUMNS, language: Any = "en", **fields: Any
) -> Any:
    """Write a paper and read it again."""
    file = io.BytesIO()
    fields = {"title": "Cards", "schools": SCHOOLS} | fields
    paper = Paper(columns=columns, rows=rows, **fields)
    write_workbook(paper, translator(language), file)
    return load_workbook(file)


def test_a_paper_has_a_title_what_it_is_of_and_headings_that_stay_in_sight() -> None:
    sheet = book_of(ROWS, facts=[("As of", "2010-03-20")]).worksheets[0]
    assert sheet["A1"].value == "平谷一小 Cards"
    assert sheet["A2"].value == "School 01170011    As of 2010-03-20    Rows 2"
    assert sheet["A3"].value == "Card"
    assert sheet.freeze_panes == "A4"
    assert sheet.print_title_rows == "$3:$3"
    assert {str(area) for area in sheet.merged_cells.ranges} == {"A1:I1", "A2:I2"}
    assert sheet.auto_filter.ref == "A3:I5"


def test_a_paper_is_printed_on_a4_with_the_school_and_the_page() -> None:
    sheet = book_of(ROWS, language="zh").worksheets[0]
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.oddFooter.left.text == "平谷一小"
    assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"
    narrow = book_of(ROWS, COLUMNS[:3]).worksheets[0]
    assert narrow.page_setup.orientation == "portrait"
    assert narrow.oddFooter.center.text == "Page &P of &N"


def test_no_cell_of_a_workbook_becomes_a_formula() -> None:
    evil = ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\x00\x0bhidden\ufffe", "0117"]
    rows: list[Row] = [{"card": text, "name": text} for text in evil]
    columns = [Column("card", "=Card", "id"), Column("name", "+Name")]
    fields = {"title": "=a/b:c", "facts": [("=label", "=value")], "schools": {"1": "=school"}}
    book = book_of(rows, columns, **fields)
    sheet = book.worksheets[0]
    assert sheet.title == "=abc"
    for each in book.worksheets:
        assert {cell.data_type for row in each.iter_rows() for cell in row} <= {"s", "n"}
        assert all(
            cell.value is None for row in each.iter_rows() for cell in row if cell.data_type == "n"
        )
        assert not any(cell.quotePrefix for row in each.iter_rows() for cell in row)
    table = table_of(sheet)
    assert table[0] == ("=Card", "+Name")
    assert [row[0] for row in table[1:]] == [*evil[:5], "hidden", "0117"]
    formats = {cell.number_format for row in sheet.iter_rows() for cell in row if cell.value}
    assert formats == {"@"}


def test_identifiers_are_not_marked_as_numbers_that_were_stored_as_text() -> None:
    file = io.BytesIO()
    write_workbook(Paper(title="Cards", columns=COLUMNS, rows=ROWS), str, file)
    with zipfile.ZipFile(file) as package:
        text = package.read("xl/worksheets/sheet1.xml").decode()
    ignored = re.search(r"<ignoredErrors><ignoredError ([^>]*)/></ignoredErrors>", text)
    assert ignored is not None
    assert 'sqref="A1:I5"' in ignored[1]
    assert 'numberStoredAsText="1"' in ignored[1]
    # Excel takes a sheet for damaged whose parts are in another order.
    order = ["<sheetData>", "<autoFilter", "<mergeCells", "<pageMargins", "<pageSetup"]
    order += ["<headerFooter", "<ignoredErrors"]
    places = [text.index(part) for part in order]
    assert places == sorted(places)


def test_dates_counts_and_percentages_are_what_they_are() -> None:
    sheet = book_of(ROWS).worksheets[0]
    _top, first, second = table_of(sheet)
    assert first[0] == "0117"
    assert str(first[2]) == "2010-03-05 09:30:12"
    assert str(first[3]) == "2010-03-05 00:00:00"
    assert (first[4], first[5], first[6], first[7]) == (3, 0.667, "yes", "C1 C2")
    assert (second[1], second[3], second[8]) == (None, None, None)
    # The end of a day is the day.
    assert (str(second[2]), sheet["C5"].number_format) == ("2010-03-20 00:00:00", "yyyy-mm-dd")


def test_a_day_that_spreadsheets_do_not_know_is_a_text() -> None:
    rows: list[Row] = [{"day": "1899-12-31", "at": "0001-01-01T00:00:00.000+08:00"}]
    sheet = book_of(rows, COLUMNS[2:4]).worksheets[0]
    assert table_of(sheet)[1] == ("0001-01-01 00:00", "1899-12-31")


def test_columns_are_as_wide_as_what_is_in_them_also_in_chinese() -> None:
    rows: list[Row] = [{"card": "12345678901234567890", "name": "阿卜杜拉·买买提艾力"}]
    sheet = book_of(rows * 3, COLUMNS[:2]).worksheets[0]
    assert 20 < sheet.column_dimensions["A"].width <= 24
    assert 19 < sheet.column_dimensions["B"].width <= 23
    long = book_of([{"message": "很长的说明" * 40}], COLUMNS[:1] + COLUMNS[8:]).worksheets[0]
    assert long.column_dimensions["B"].width == 48
    assert long["B4"].alignment.wrap_text
    assert long.row_dimensions[4].height >= 7 * 15


def test_a_heading_that_is_wider_than_its_values_is_wrapped() -> None:
    columns = [Column("card", "State of the record card", "code"), Column("name", "Name")]
    sheet = book_of([{"card": "live", "name": "王小明" * 9}], columns).worksheets[0]
    assert sheet.column_dimensions["A"].width <= 14
    assert sheet["A3"].alignment.wrap_text
    assert sheet.row_dimensions[3].height >= 30


def test_totals_are_added_up_or_counted() -> None:
    sheet = book_of(ROWS, totals=("count", "card", "day", "name")).worksheets[0]
    last = table_of(sheet)[-1]
    assert last == ("Total", 1, None, 1, 15, None, None, None, None)
    assert sheet.auto_filter.ref == "A3:I5", "the row of totals is not sorted with the others"


def test_totals_can_be_completed() -> None:
    def with_percent(sums: Row) -> Row:
        return {**sums, "percent": 100 * sums["count"] / 20}

    rows = table_of(book_of(ROWS, totals=("count",), totals_of=with_percent).worksheets[0])
    assert rows[-1][4:6] == (15, 0.75)


def test_rows_go_to_sheets_of_their_own() -> None:
    rows: list[Row] = [
        {"school": school, "class": name, "card": f"C{school}{name}"}
        for school in ("1", "2")
        for name in ("1班", "2班")
    ]
    columns = [Column("school", "School"), Column("class", "Class"), Column("card", "Card")]
    names = {"1": "平谷一小", "2": "Second school"}
    split = book_of(rows, columns, apart=("school", "class"), schools=names, totals=("card",))
    assert split.sheetnames == ["平谷一小", "Second school", "Provenance"]
    assert split.worksheets[1]["A1"].value == "Second school Cards"
    assert [row[2] for row in table_of(split.worksheets[1])] == ["Card", "C21班", "C22班", 2]
    one = book_of(rows[:2], columns, apart=("school", "class"), schools=names)
    assert one.sheetnames == ["1班", "2班", "Provenance"]
    assert one.worksheets[0]["A1"].value == "平谷一小 Cards 1班"


def test_names_of_sheets_are_kept_apart_and_short() -> None:
    rows: list[Row] = [
        {"card": name} for name in ("a/b", "ab", "AB", "x" * 40, "x" * 41, "//", "Provenance")
    ]
    book = book_of(rows, COLUMNS[:1], apart=("card",))
    names = book.sheetnames
    assert names[:3] == ["ab", "ab-2", "AB-3"]
    assert names[3:5] == ["x" * 31, "x" * 29 + "-2"]
    assert names[5:] == ["cardledger", "Provenance-2", "Provenance"]


def test_a_sheet_has_no_name_that_excel_keeps_for_itself() -> None:
    assert book_of(ROWS, title="History").sheetnames == ["History_", "Provenance"]


def test_a_paper_without_rows_is_a_paper() -> None:
    sheet = book_of([], totals=("count",), apart=("card",)).worksheets[0]
    assert table_of(sheet)[1:] == [("Total", None, None, None, 0, None, None, None, None)]
    assert sheet.auto_filter.ref is None


def test_rows_may_come_one_by_one() -> None:
    rows: Iterable[Row] = ({"card": f"{number:05}"} for number in range(5000))
    table = table_of(book_of(rows, COLUMNS[:1]).worksheets[0])
    assert [row[0] for row in table[1:]] == [f"{number:05}" for number in range(5000)]


@pytest.mark.parametrize("text", ["_x0041_", "a_x005F_b", "_x0041", " a ", "a\nb"])
def test_a_text_is_read_as_it_was_written(text: str) -> None:
    from python_calamine import CalamineWorkbook

    file = io.BytesIO()
    write_workbook(Paper(title="T", columns=COLUMNS[1:2], rows=[{"name": text}]), str, file)
    file.seek(0)
    sheet = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0)
    assert sheet.to_python()[-1] == [text]


def test_a_text_longer_than_a_cell_is_cut() -> None:
    sheet = book_of([{"name": "字" * 40_000}], COLUMNS[1:2]).worksheets[0]
    assert len(table_of(sheet)[1][0]) == 32_767


def test_a_workbook_that_fails_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def rows() -> Iterator[Row]:
        yield from ROWS * 2000
        assert list(tmp_path.iterdir()), "openpyxl collects a sheet in a file"
        raise KeyError("somebody pulled the plug")

    with pytest.raises(KeyError, match="plug"):
        write_workbook(Paper(title="T", columns=COLUMNS, rows=rows()), str, io.BytesIO())
    assert list(tmp_path.iterdir()) == []
