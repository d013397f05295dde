"""Workbooks: read as they come, or held by the fast library: the same cells."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from cardledger.errors import UnreadableFile
from cardledger.exchange.containers.ooxml import column_of
from cardledger.exchange.formats import xlsx
from cardledger.exchange.reading.cells import Cell
from cardledger.exchange.reading.files import open_spreadsheet
from tests.exchange.making import with_sheet, with_texts, workbook

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FORMATS = [
    "General",
    "0",
    "0.00",
    "@",
    "yyyy-mm-dd",
    'yyyy"年"m"月"d"日"',
    "h:mm",
    "[h]:mm:ss",
    "[$-804]yyyy/m/d;@",
    '0"d"',
    "[Red]0;[Blue]-0",
    "mm:ss.0",
    "_-* 0_d",
    "0.00E+00",
]


def sheets(path: Path) -> list[tuple[str, list[tuple[int, list[Cell]]]]]:
    """Return all cells; empty ones, and what ends a row, are as a file happens to have them."""
    found = []
    for sheet in open_spreadsheet(path, "a").sheets:
        rows = []
        for number, cells in sheet.rows():
            row = [None] * sheet.first + [None if cell == "" else cell for cell in cells]
            while row and row[-1] is None:
                row.pop()
            if row:
                rows.append((number, row))
        found.append((sheet.name, rows))
    return found


@pytest.fixture
def both(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Read a file in both ways, see that they agree, and return the cells."""

    def read(path: Path) -> list[tuple[str, list[tuple[int, list[Cell]]]]]:
        held = sheets(path)
        with monkeypatch.context() as patch:
            patch.setattr(xlsx, "HELD_CELLS", -1)
            streamed = sheets(path)
        assert streamed == held
        assert repr(streamed) == repr(held)  # 1 and True are equal too
        return streamed

    return read


def first_sheet(book: Workbook) -> Worksheet:
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    return sheet


def test_all_kinds_of_cells_are_the_same_in_both_ways(tmp_path: Path, both: Any) -> None:
    book = Workbook()
    sheet = first_sheet(book)
    sheet.append(
        ["张三", " x ", "a\nb", "<&>", 1, 1.5, -3, 117001101010110, 1.10227e17, True, False]
    )
    moment = datetime(2010, 3, 1, 9, 30)  # noqa: DTZ001
    sheet.append([date(2010, 3, 1), moment, time(9, 30), timedelta(hours=30)])
    sheet.append(["", None, "=1+1", "x"])
    sheet["C7"] = "far"
    sheet.merge_cells("C7:E9")
    for place, form in enumerate(FORMATS, 1):
        for row, number in enumerate((40238, 40238.5, 0.25, 59, 60, 61, 1.5), 10):
            one = sheet.cell(row, place, number)
            one.number_format = form
    other = book.create_sheet("空")
    other.sheet_state = "hidden"
    third = book.create_sheet("后")
    third["D4"] = "x"
    third.row_dimensions[4].hidden = True
    book.save(tmp_path / "a.xlsx")
    read = both(tmp_path / "a.xlsx")
    assert read[0][1][0][1][:4] == ["张三", " x ", "a\nb", "<&>"]
    assert read[-1] == ("后", [(4, [None, None, None, "x"])])


@given(
    rows=st.lists(
        st.lists(
            st.one_of(
                st.none(),
                st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=10),
                st.integers(-(10**15), 10**15),
                st.floats(-1e9, 1e9),
                st.booleans(),
                st.datetimes(datetime(1901, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001
                    lambda moment: moment.replace(microsecond=0)
                ),
                st.dates(date(1901, 1, 1), date(2100, 1, 1)),
            ),
            max_size=6,
        ),
        max_size=8,
    )
)
def test_any_cells_are_the_same_in_both_ways(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[Any]]
) -> None:
    path = workbook(tmp_path_factory.mktemp("both") / "a.xlsx", rows)
    held = [content for _name, content in sheets(path)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xlsx, "HELD_CELLS", -1)
        assert [content for _name, content in sheets(path)] in (held, [*held, []], [[]])


@pytest.mark.parametrize(
    "row",
    [
        '<row r="1"><c r="A1" t="inlineStr"><is><t> a </t></is></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t xml:space="preserve"> a </t></is></c></row>',
        '<row r="1"><c r="B1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r>'
        '<rPh sb="0" eb="1"><t>no</t></rPh></is></c></row>',
        '<row r="1"><c r="A1" t="str"><f>x</f><v>a_x000D_b_x005F_</v></c></row>',
        '<row r="2"><c><v>1</v></c><c r="D2"><v>2</v></c><c><v>3</v></c></row>'
        "<row><c><v>4</v></c></row>",
        '<row r="1"><c r="A1" t="d"><v>2010-03-01</v></c>'
        '<c r="B1" t="d"><v>2010-03-01T09:30:00</v></c><c r="C1" t="d"><v>09:30:00</v></c></row>',
        '<row r="1"><c r="A1" t="b"><v>1</v></c><c r="B1"/><c r="C1"><v></v></c>'
        '<c r="D1"><v>1e5</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="900"/><row r="901"><c r="Z901"/></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t><![CDATA[<a>]]>&#65;<!-- x --></t></is>'
        "</c></row>",
    ],
)
def test_forms_that_few_programs_write_are_the_same_in_both_ways(
    tmp_path: Path, both: Any, row: str
) -> None:
    made = workbook(tmp_path / "made.xlsx", [["a"]])
    content = f'<worksheet xmlns="{NAMESPACE}"><sheetData>{row}</sheetData></worksheet>'
    ((_name, rows),) = both(with_sheet(tmp_path / "a.xlsx", made, content.encode()))
    assert rows


def test_shared_texts_are_the_same_in_both_ways(tmp_path: Path, both: Any) -> None:
    texts = (
        "<si><t>张三</t></si><si/><si><t> a </t></si><si><t xml:space='preserve'> b </t></si>"
        "<si><r><rPr><b/></rPr><t>李</t></r><r><t>四</t></r><rPh sb='0' eb='1'><t>no</t></rPh></si>"
        "<si><t>a_x000D_b &amp; &#65;<![CDATA[<c>]]></t></si>"
    )
    cells = "".join(f'<c r="{letter}1" t="s"><v>{n}</v></c>' for n, letter in enumerate("ABCDEF"))
    path = with_texts(
        tmp_path / "a.xlsx",
        workbook(tmp_path / "made.xlsx", [["a"]]),
        [f'<worksheet xmlns="{NAMESPACE}"><sheetData><row r="1">{cells}</row>'.encode(),
         b"</sheetData></worksheet>"],
        [f'<sst xmlns="{NAMESPACE}">{texts}</sst>'.encode()],
    )  # fmt: skip
    expected = ["张三", None, "a", " b ", "李四", "a\rb & A<c>"]
    assert both(path) == [("名册", [(1, expected)])]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('<c r="A1" t="e"><v>#N/A</v></c>', "#N/A"),
        ("<c r='A1' t='e'><v>#REF!</v></c>", "#REF!"),
        ('<c t = "e" r = "A1"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
    ],
)
def test_errors_are_not_lost(tmp_path: Path, cell: str, expected: str) -> None:
    made = workbook(tmp_path / "made.xlsx", [["a"]])
    for prefix in ("", "x:"):
        inner = cell.replace("<", f"<{prefix}").replace(f"<{prefix}/", f"</{prefix}")
        space = f' xmlns:x="{NAMESPACE}"' if prefix else f' xmlns="{NAMESPACE}"'
        row = f"<{prefix}sheetData><{prefix}row r='1'>{inner}</{prefix}row></{prefix}sheetData>"
        content = f"<{prefix}worksheet{space}>{row}</{prefix}worksheet>"
        path = with_sheet(tmp_path / f"a{len(prefix)}.xlsx", made, content.encode())
        assert [rows for _name, rows in sheets(path)] == [[(1, [expected])]]


def test_an_error_far_down_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever two pieces of the package meet."""
    from cardledger.exchange.containers import package, raw

    book = Workbook()
    first_sheet(book)["B40"] = "#REF!"
    first_sheet(book)["B40"].data_type = "e"
    book.save(tmp_path / "a.xlsx")
    for size in range(1, 70):
        monkeypatch.setattr(package, "CHUNK", size)
        monkeypatch.setattr(raw, "CHUNK", size)
        assert sheets(tmp_path / "a.xlsx")[0][1] == [(40, [None, "#REF!"])]


@pytest.mark.parametrize(
    "row",
    [
        '<row r="2"/><row r="1"/>',
        '<row r="x"/>',
        '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A7"><v>1</v></c></row>',
        '<row r="1"><c r="1A"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>99</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>-1</v></c></row>',
        '<row r="1"><c r="A1"><v>abc</v></c></row>',
        '<row r="1"><c r="A1" s="99"><v>1</v></c></row>',
        '<row r="1048577"><c r="A1048577"><v>1</v></c></row>',
        f'<row r="1">{"<c><v>1</v></c>" * 501}</row>',
        "<row>",
    ],
)
def test_places_that_cannot_be_are_refused_where_it_is_read_as_it_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: str
) -> None:
    made = workbook(tmp_path / "made.xlsx", [["a"]])
    content = f'<worksheet xmlns="{NAMESPACE}"><sheetData>{row}</sheetData></worksheet>'
    path = with_sheet(tmp_path / "a.xlsx", made, content.encode())
    monkeypatch.setattr(xlsx, "HELD_CELLS", -1)
    with pytest.raises(UnreadableFile):
        sheets(path)


def test_what_only_ends_like_a_reference_is_none(tmp_path: Path) -> None:
    """LibreOffice writes pageOrder="downThenOver" into every sheet."""
    made = workbook(tmp_path / "made.xlsx", [["a"]])
    content = (
        f'<worksheet xmlns="{NAMESPACE}"><sheetData><row r="1"><c r="A1" t="str"><v>x</v></c></row>'
        '</sheetData><pageSetup pageOrder="downThenOver" other="999999"/></worksheet>'
    )
    path = with_sheet(tmp_path / "a.xlsx", made, content.encode())
    assert [rows for _name, rows in sheets(path)] == [[(1, ["x"])]]


def test_a_row_may_leave_its_number_to_its_first_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = workbook(tmp_path / "made.xlsx", [["a"]])
    rows = '<row><c r="B4"><v>1</v></c></row><row/><row><c r="A9"><v>2</v></c></row>'
    for space in ("", f' xmlns="{NAMESPACE}"'):
        content = f"<worksheet{space}><sheetData>{rows}</sheetData></worksheet>"
        path = with_sheet(tmp_path / "a.xlsx", made, content.encode())
        with monkeypatch.context() as patch:
            patch.setattr(xlsx, "HELD_CELLS", -1)
            assert [found for _name, found in sheets(path)] == [[(4, [None, 1.0]), (9, [2.0])]]


def test_a_binary_workbook_in_a_package_is_named_so(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsb", "w") as package:
        package.writestr("xl/workbook.bin", b"")
    with pytest.raises(UnreadableFile, match="xlsb"):
        sheets(tmp_path / "a.xlsb")


def test_chart_sheets_are_no_tables(tmp_path: Path, both: Any) -> None:
    book = Workbook()
    first_sheet(book)["A1"] = "x"
    book.create_chartsheet("图")
    book.save(tmp_path / "a.xlsx")
    assert both(tmp_path / "a.xlsx") == [("Sheet", [(1, ["x"])])]


def test_a_panic_of_the_library_is_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such a panic is no Exception, so that it would end the program."""
    import python_calamine

    panic = type("PanicException", (BaseException,), {})

    class Workbooks:
        @staticmethod
        def from_filelike(_stream: object) -> None:
            raise panic("index out of bounds")

    monkeypatch.setattr(python_calamine, "CalamineWorkbook", Workbooks)
    with pytest.raises(UnreadableFile, match="damaged"):
        sheets(workbook(tmp_path / "a.xlsx", [["a"]]))


def test_places_of_columns() -> None:
    assert [column_of(letters) for letters in ("A", "z", "AA", "XFD")] == [0, 25, 26, 16383]
