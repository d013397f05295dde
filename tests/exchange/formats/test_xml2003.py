"""XML Spreadsheet 2003: places, types, several sheets, remarks."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest

from cardledger.errors import UnreadableFile
from cardledger.exchange.containers import markup
from cardledger.exchange.containers.raw import RawFile
from cardledger.exchange.reading.files import open_file

SPACE = "urn:schemas-microsoft-com:office:spreadsheet"
EXCEL = "urn:schemas-microsoft-com:office:excel"


def opened(*sheets: str, encoding: str = "utf-8", declared: str = "utf-8") -> RawFile:
    content = "".join(
        f'<ss:Worksheet ss:Name="表{number}"><Table>{rows}</Table></ss:Worksheet>'
        for number, rows in enumerate(sheets, 1)
    )
    text = (
        f'<?xml version="1.0" encoding="{declared}"?>\n<?mso-application progid="Excel.Sheet"?>'
        f'<!-- x --><Workbook xmlns="{SPACE}" xmlns:ss="{SPACE}" xmlns:x="{EXCEL}"'
        f' xmlns:html="http://www.w3.org/TR/REC-html40">{content}</Workbook>'
    )
    return open_file(text.encode(encoding), "a.xls")


def rows(*sheets: str, sheet: int = 0) -> list[tuple[int, list[Any]]]:
    return [(number, [*cells]) for number, cells in opened(*sheets).sheets[sheet].rows()]


def cell(value: str, kind: str = "String", more: str = "") -> str:
    return f'<Cell{more}><Data ss:Type="{kind}">{value}</Data></Cell>'


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        ("String", "0117001101010110", "0117001101010110"),
        ("String", " 张&#10;三&amp; ", " 张\n三& "),
        ("String", "<html:B>张</html:B><html:Font html:Color='#f00'>三</html:Font>", "张三"),
        ("String", "<![CDATA[<张>]]>", "<张>"),
        ("Number", "117001101010110", 117001101010110.0),
        ("Number", "1.10227E+17", 1.10227e17),
        ("Number", "abc", "abc"),
        ("Boolean", "1", True),
        ("Boolean", "0", False),
        ("Error", "#N/A", "#N/A"),
        ("DateTime", "2010-03-01T00:00:00.000", date(2010, 3, 1)),
        ("DateTime", "2010-03-01T09:30:00.000", datetime(2010, 3, 1, 9, 30)),  # noqa: DTZ001
        ("DateTime", "1899-12-31T09:30:00.000", time(9, 30)),
        ("DateTime", "2010-03-01T09:30:00Z", "2010-03-01T09:30:00Z"),
        ("DateTime", "soon", "soon"),
    ],
)
def test_a_cell_is_what_its_type_says(kind: str, value: str, read: object) -> None:
    ((_number, cells),) = rows(f"<Row>{cell(value, kind)}</Row>")
    assert cells == [read]
    assert type(cells[0]) is type(read)


def test_indexes_and_merged_cells_say_where_cells_are() -> None:
    far, wide = cell("b", more=" ss:Index='4'"), cell("t", more=" ss:MergeAcross='2'")
    table = (
        f"<Column/><Row ss:Index='3'>{cell('a')}{far}{cell('c')}</Row><Row/>"
        f"<Row>{wide}{cell('u')}</Row><Row ss:Span='4'/><Row>{cell('v')}<Cell/></Row>"
    )
    assert rows(table) == [
        (3, ["a", None, None, "b", "c"]),
        (5, ["t", None, None, "u"]),
        (11, ["v"]),
    ]


def test_a_remark_on_a_cell_is_no_cell() -> None:
    remark = '<Comment ss:Author="x"><ss:Data ss:Type="String">no</ss:Data></Comment>'
    content = f'<Cell>{remark}<Data ss:Type="String">a</Data>{remark}</Cell>'
    assert rows(f"<Row>{content}{cell('b')}</Row>") == [(1, ["a", "b"])]


@pytest.mark.parametrize("kept", [0, 10**6])
def test_several_worksheets_are_several_sheets(kept: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "KEPT_CELLS", kept)
    first, second = f"<Row>{cell('a')}</Row>", f"<Row/><Row>{cell('b')}</Row>"
    raw = opened(first, "", second)
    assert [sheet.name for sheet in raw.sheets] == ["表1", "表3"]
    assert [[*sheet.rows()] for sheet in raw.sheets] == [[(1, ["a"])], [(2, ["b"])]]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-8", "utf-8"), ("gb18030", "GB2312"), ("utf-16", "utf-16"), ("utf-8", "gb2312")],
)
def test_it_is_read_in_the_encoding_that_the_bytes_are_in(encoding: str, declared: str) -> None:
    raw = opened(f"<Row>{cell('张三')}</Row>", encoding=encoding, declared=declared)
    assert [*raw.sheets[0].rows()] == [(1, ["张三"])]


@pytest.mark.parametrize(
    "row",
    [
        "<Row ss:Index='x'/>",
        "<Row ss:Index='0'/>",
        f"<Row><Cell ss:Index='-1'/>{cell('a')}</Row>",
        f"<Row>{cell('a')}{cell('b')}<Cell ss:Index='1'><Data>c</Data></Cell></Row>",
        "<Row ss:Index='9999999999'/>",
        "<Row><Cell></Row>",
        "<Row ss:Index='1048577'/>",
        f"<Row><Cell ss:Index='501'/>{cell('a')}</Row>",
    ],
)
def test_places_that_cannot_be_are_refused(row: str) -> None:
    with pytest.raises(UnreadableFile):
        opened(row)


def test_without_a_worksheet_it_is_an_empty_workbook() -> None:
    assert opened().sheets == ()
