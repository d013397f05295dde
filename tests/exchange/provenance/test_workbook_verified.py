"""What was altered in a workbook is named; what was not is left in peace."""

from __future__ import annotations

import io
import subprocess
import sys
from copy import copy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from cardledger import Ledger
from cardledger.exchange.provenance import verify_workbook
from tests.exchange.provenance.workbooks import (
    COLUMNS,
    FIRST,
    ROWS,
    altered,
    told,
    workbook,
)


def test_a_workbook_is_what_was_written(ledger: Ledger, written: Path, tmp_path: Path) -> None:
    verdict = altered(written, tmp_path, lambda book: None, ledger)
    assert verdict.ok, verdict
    assert (len(verdict.altered), len(verdict.unchecked)) == (0, 0)
    assert verdict.position == ledger.log.size()
    assert verdict.ledger == ledger.id
    assert verdict.checkpoint == ledger.log.checkpoint()


def test_looks_are_no_alteration(ledger: Ledger, written: Path, tmp_path: Path) -> None:
    def alter(book: Any) -> None:
        sheet = book.worksheets[0]
        sheet.column_dimensions["B"].width = 80
        sheet.column_dimensions["C"].hidden = True
        sheet["B5"].font = copy(sheet["A1"].font)
        sheet.freeze_panes = None

    assert altered(written, tmp_path, alter, ledger).ok


VALUES = st.one_of(
    st.text(st.characters(min_codepoint=32, exclude_categories=("Cs", "Cn", "Co")), max_size=6),
    st.integers(-(10**9), 10**9),
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 4)),
    st.integers(-(10**8), 4 * 10**9).map(
        lambda seconds: datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    ),
    st.booleans(),
    st.none(),
)


def in_a_spreadsheet(value: Any) -> object:
    """Return what a value is to a spreadsheet: nothing, a text, a number, a moment, yes or no."""
    if value is None or value == "":
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return type(value).__name__, value


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=120)
@given(
    row=st.integers(1, FIRST + len(ROWS)),
    column=st.integers(1, len(COLUMNS) + 2),
    value=VALUES,
    sheet=st.sampled_from([0, 0, 0, 1]),
)
def test_every_altered_cell_is_named_and_no_other(
    ledger: Ledger, written: Path, tmp_path: Path, row: int, column: int, value: Any, sheet: int
) -> None:
    changed: list[bool] = []
    if sheet == 1:
        # Below stand the statement and the list, whose alteration is told otherwise.
        row, column = min(row, 10), min(column, 2)
    elif row < FIRST - 1:
        column = 1

    def alter(book: Any) -> None:
        cell = book.worksheets[sheet].cell(row, column)
        before = cell.value
        cell.value = value
        if isinstance(value, str) and value.startswith("="):
            cell.data_type = "s"
        changed.append(in_a_spreadsheet(before) != in_a_spreadsheet(value))

    verdict = altered(written, tmp_path, alter, ledger)
    place = f"{get_column_letter(column)}{row}"
    if changed[0]:
        assert [(one.problem, one.cell) for one in verdict.altered] == [("cell-altered", place)]
        assert not verdict.ok
    else:
        assert verdict.ok, verdict


def test_a_number_for_a_text_is_an_alteration(
    ledger: Ledger, written: Path, tmp_path: Path
) -> None:
    def alter(book: Any) -> None:
        book.worksheets[0]["A6"].value = 117001101510102

    verdict = altered(written, tmp_path, alter, ledger)
    assert told(verdict) == [("cell-altered", "A6", "117001101510102")]
    assert verdict.problem is not None
    assert verdict.problem.text() == "Cells altered since the workbook was written: 1."
    assert verdict.altered[0].text() == "Cards!A6 was altered; now: “117001101510102”"


def test_a_formula_is_named_even_where_it_gives_the_same(
    ledger: Ledger, written: Path, tmp_path: Path
) -> None:
    import zipfile

    file, source = tmp_path / "formula.xlsx", io.BytesIO(written.read_bytes())
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith("sheet1.xml"):
                assert data.count(b"<v>7</v>") == 1
                data = data.replace(b"<v>7</v>", b"<f>3+4</f><v>7</v>")
            new.writestr(name, data)
    assert told(verify_workbook(file, ledger)) == [("cell-is-formula", f"E{FIRST + 7}", "=3+4")]


def row_values(sheet: Any, number: int) -> list[Any]:
    """Return the values of a row."""
    return [cell.value for cell in sheet[number]]


def test_a_row_that_was_removed_is_named_and_no_row_below(
    ledger: Ledger, written: Path, tmp_path: Path
) -> None:
    verdict = altered(written, tmp_path, lambda book: book.worksheets[0].delete_rows(7), ledger)
    assert told(verdict) == [("row-removed", "7:7", None)]


def test_a_row_that_was_inserted_is_named_with_what_is_in_it(
    ledger: Ledger, written: Path, tmp_path: Path
) -> None:
    def alter(book: Any) -> None:
        sheet = book.worksheets[0]
        sheet.insert_rows(7)
        sheet["A7"], sheet["B7"] = "0117001101519999", "多出来的"
        sheet["B9"] = "改了"

    verdict = altered(written, tmp_path, alter, ledger)
    assert told(verdict) == [
        ("row-inserted", "7:7", "0117001101519999 | 多出来的"),
        ("cell-altered", "B9", "改了"),
    ]


def test_rows_that_changed_places_are_moved(ledger: Ledger, written: Path, tmp_path: Path) -> None:
    def swap(book: Any) -> None:
        sheet = book.worksheets[0]
        fifth, ninth = row_values(sheet, 5), row_values(sheet, 9)
        for row, values in ((5, ninth), (9, fifth)):
            for column, value in enumerate(values, 1):
                sheet.cell(row, column).value = value

    verdict = altered(written, tmp_path, swap, ledger)
    assert [(one.problem, one.cell, one.was) for one in verdict.altered] == [
        ("row-moved", "5:5", "9:9"),
        ("row-moved", "9:9", "5:5"),
    ]


def test_a_row_that_was_moved_and_altered_is_both(
    ledger: Ledger, written: Path, tmp_path: Path
) -> None:
    def move(book: Any) -> None:
        sheet = book.worksheets[0]
        values = row_values(sheet, 5)
        values[1] = "改了"
        sheet.delete_rows(5)
        sheet.insert_rows(12)
        for column, value in enumerate(values, 1):
            sheet.cell(12, column).value = value

    verdict = altered(written, tmp_path, move, ledger)
    assert told(verdict) == [("row-moved", "12:12", None), ("cell-altered", "B12", "改了")]


def test_columns_are_named_as_columns(ledger: Ledger, written: Path, tmp_path: Path) -> None:
    def insert(book: Any) -> None:
        sheet = book.worksheets[0]
        for row in range(1, 3):
            sheet.unmerge_cells(f"A{row}:F{row}")
        sheet.insert_cols(3)
        sheet["C3"] = "备注"
        sheet["C8"] = "看过"
        sheet["B8"] = "改了"

    verdict = altered(written, tmp_path, insert, ledger)
    assert told(verdict) == [("column-inserted", "C:C", "备注"), ("cell-altered", "B8", "改了")]

    def remove(book: Any) -> None:
        insert(book)
        book.worksheets[0].delete_cols(3)
        book.worksheets[0].delete_cols(5)

    assert told(altered(written, tmp_path, remove, ledger)) == [
        ("column-removed", "E:E", None),
        ("cell-altered", "B8", "改了"),
    ]


def test_sheets_are_named_as_sheets(ledger: Ledger, tmp_path: Path) -> None:
    data = workbook(ledger, apart=("name",))

    def alter(book: Any) -> None:
        del book["王小明1"]
        book["王小明2"].title = "另一个"
        book["另一个"]["B4"] = "改了"
        book.create_sheet("新的")["A1"] = "x"

    verdict = altered(data, tmp_path, alter, ledger)
    assert [(one.problem, one.sheet, one.cell) for one in verdict.altered] == [
        ("sheet-removed", "王小明1", ""),
        ("sheet-renamed", "另一个", ""),
        ("cell-altered", "另一个", "B4"),
        ("sheet-inserted", "新的", ""),
    ]
    assert verdict.problem is not None
    assert verdict.problem.text() == (
        "Altered since the workbook was written: cells 1; rows, columns and sheets 3."
    )


@pytest.mark.slow
def test_a_hundred_thousand_rows_are_written_and_verified_in_bounded_memory(
    tmp_path: Path,
) -> None:
    code = """
import sys
from pathlib import Path
from cardledger.exchange.writing.paper import Paper
from cardledger.exchange.provenance import verify_workbook
from cardledger.exchange.writing.tables_out import Column
from cardledger.exchange.writing.workbook_out import write_workbook
from tests.support.reader import peak
columns = [Column(key, key) for key in "abcdef"]
file = Path(sys.argv[1])
rows = ({key: f"{key}{place}" for key in "abcdef"} for place in range(100_000))
if sys.argv[2] == "write":
    with file.open("wb") as stream:
        write_workbook(Paper(title="T", columns=columns, rows=rows), str, stream)
else:
    assert verify_workbook(file).ok
print(peak())
"""
    for what, limit in (("write", 200), ("verify", 300)):
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "big.xlsx"), what],
            cwd=Path(__file__).parents[3],
            capture_output=True,
            text=True,
            check=True,
        )
        assert int(done.stdout) < limit, f"{what} took {done.stdout} MiB"


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["insert row", "delete row", "write", "insert column", "delete column"]),
        st.integers(1, FIRST + len(ROWS)),
        st.integers(1, len(COLUMNS)),
    ),
    min_size=1,
    max_size=5,
)


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(EDITS)
def test_whatever_is_done_to_a_sheet_is_seen_and_nothing_else_is(
    ledger: Ledger, written: Path, tmp_path: Path, edits: list[tuple[str, int, int]]
) -> None:
    def grid(sheet: Any) -> list[list[object]]:
        rows = [
            [in_a_spreadsheet(cell) for cell in row] for row in sheet.iter_rows(values_only=True)
        ]
        for row in rows:
            while row and row[-1] is None:
                row.pop()
        while rows and not rows[-1]:
            rows.pop()
        return rows

    def alter(book: Any) -> None:
        sheet = book.worksheets[0]
        before.extend(grid(sheet))
        for area in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(area))
        for what, row, column in edits:
            if what == "insert row":
                sheet.insert_rows(row)
            elif what == "delete row":
                sheet.delete_rows(row)
            elif what == "insert column":
                sheet.insert_cols(column)
            elif what == "delete column":
                sheet.delete_cols(column)
            else:
                sheet.cell(row, column).value = "written"
        now.extend(grid(sheet))

    before: list[list[object]] = []
    now: list[list[object]] = []
    verdict = altered(written, tmp_path, alter, ledger)
    assert verdict.ok == (before == now), verdict.altered
    assert len(verdict.altered) <= 200
