"""HTML tables: spans, nesting, white space, entities, encodings, what a page leaves open."""

from __future__ import annotations

from typing import Any

import pytest

from cardledger.errors import UnreadableFile
from cardledger.exchange.containers import markup
from cardledger.exchange.containers.raw import RawFile
from cardledger.exchange.headings import ROSTER
from cardledger.exchange.reading.files import open_file
from cardledger.exchange.reading.table import table_of


def opened(page: str, encoding: str = "utf-8") -> RawFile:
    return open_file(page.encode(encoding), "a.xls")


def rows(page: str, table: int = 0) -> list[list[Any]]:
    return [[*cells] for _number, cells in opened(page).sheets[table].rows()]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("<td x:num>0117</td>", "0117"),
        ("<td style='mso-number-format:\"\\@\"'>0117</td>", "0117"),
        ("<td> 张 \r\n  三 </td>", "张 三"),
        ("<td>张&nbsp;三</td>", "张\xa0三"),
        ("<td>&lt;张&amp;三&gt; &#x5F20;&#19977;</td>", "<张&三> 张三"),
        ("<td>一<br>二<br/>三</td>", "一\n二\n三"),
        ("<td><p>一</p><p>二</p></td>", "一\n二"),
        ("<td><div>一<b>二</b><font color=red>三</font></div></td>", "一二三"),
        ("<td><!-- no -->张<script>no()</script><style>no</style>三</td>", "张三"),
        ("<th>张三</th>", "张三"),
        ("<TD ALIGN=left>张三</TD>", "张三"),
        ("<td><a href='x'>张三", "张三"),
    ],
)
def test_a_cell_is_the_text_that_the_page_shows(cell: str, shown: str) -> None:
    assert rows(f"<table><tr>{cell}</tr></table>") == [[shown]]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("<tr><td colspan=3>a<td>b<tr><td>1<td>2<td>3<td>4",
         [["a", None, None, "b"], ["1", "2", "3", "4"]]),
        ("<tr><td rowspan=2>a<td>b<tr><td>c<tr><td>d<td>e",
         [["a", "b"], [None, "c"], ["d", "e"]]),
        ("<tr><td>a<td rowspan=2 colspan=2>b<td>c<tr><td>d<td>e",
         [["a", "b", None, "c"], ["d", None, None, "e"]]),
        ("<tr><td rowspan=0>a<td colspan=x>b<td colspan=-1>c", [["a", "b", "c"]]),
        ("<tr><td>a<tr><tr><td><td><tr><td>b", [["a"], ["b"]]),
        ("<thead><tr><th>a</thead><tbody><tr><td>b</tbody><tfoot><tr><td>c</tfoot>",
         [["a"], ["b"], ["c"]]),
        ("<td>a<td>b<tr><td>c", [["a", "b"], ["c"]]),
        ("<caption>no</caption><tr>no<td>a</td>no</tr>", [["a"]]),
    ],
)  # fmt: skip
def test_cells_are_where_the_page_shows_them(table: str, expected: list[list[Any]]) -> None:
    assert rows(f"<html><body><table>{table}</table>") == expected


def test_rows_without_cells_count_as_rows() -> None:
    sheet = opened("<table><tr><td>a<tr><tr><td><tr><td>b</table>").sheets[0]
    assert [number for number, _cells in sheet.rows()] == [1, 4]


def test_each_table_is_a_sheet_also_one_inside_a_cell() -> None:
    page = (
        "<table><tr><td>layout<td>before<table><tr><td>学籍号<td>姓名<tr><td>1<td>张三</table>after"
        "<tr><td>below</table><p>between</p><table><tr><td>second</table>"
    )
    assert len(opened(page).sheets) == 3
    assert rows(page, 0) == [["layout", "beforeafter"], ["below"]]
    assert rows(page, 1) == [["学籍号", "姓名"], ["1", "张三"]]
    assert rows(page, 2) == [["second"]]
    table = table_of(opened(page), ROSTER)
    assert [sheet.name for sheet in table.sheets] == ["table 2"]
    assert table.skipped == ("table 1", "table 3")


@pytest.mark.parametrize(
    ("declared", "encoding", "found"),
    [
        ("<meta charset=gb2312>", "gb2312", "gb18030"),
        ("<meta charset='GBK'>", "gb18030", "gb18030"),
        ('<META content="text/html; charset=utf-8" http-equiv=Content-Type>', "utf-8", "utf-8"),
        ("<meta charset=gb2312>", "utf-8", "utf-8"),
        ("<meta charset=utf-8>", "gb18030", "gb18030"),
        ("<meta charset=iso-8859-1>", "gb18030", "gb18030"),
        ("<meta charset=big5>", "big5", "big5"),
        ("<meta charset=no-such>", "utf-8-sig", "utf-8-sig"),
        ("", "utf-16", "utf-16"),
    ],
)
def test_the_bytes_decide_the_encoding_before_what_the_page_says(
    declared: str, encoding: str, found: str
) -> None:
    page = f"<html><head>{declared}</head>\n<table><tr><td>張老師</table>"
    raw = opened(page, {"gb2312": "gb18030"}.get(encoding, encoding))
    assert raw.encoding == found
    assert [[*cells] for _number, cells in raw.sheets[0].rows()] == [["張老師"]]


@pytest.mark.parametrize("kept", [0, 5, 10**6])
def test_a_large_page_is_parsed_anew_for_its_rows(
    kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(markup, "KEPT_CELLS", kept)
    inner = "<table><tr><td>x</table>"
    page = f"<table><tr><td>a{inner}<tr><td>b<td>c</table><table><tr><td>d</table>"
    for _again in range(2):
        assert rows(page, 0) == [["a"], ["b", "c"]]
        assert rows(page, 1) == [["x"]]
        assert rows(page, 2) == [["d"]]


@pytest.mark.parametrize(
    "page",
    [
        "<table><tr><td>学籍号<td>姓名<tr><td>1<td>张",
        "<table><tr><td>a</table><table><tr><td>b</tr>",
        "<TABLE><TR><TH>a</TH></TR><TR",
    ],
)
def test_a_page_that_was_cut_off_inside_a_table_is_refused(page: str) -> None:
    for encoding in ("utf-8", "utf-16"):
        with pytest.raises(UnreadableFile, match="cut off"):
            opened(page + "\n", encoding)


def test_what_is_cut_off_after_the_last_table_is_no_loss() -> None:
    assert rows("<html><body><table><tr><td>a</table></bo") == [["a"]]


def test_a_table_that_is_too_wide_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="500 columns"):
        opened("<table><tr>" + "<td>x" * 501 + "</table>")
    with pytest.raises(UnreadableFile, match="500 columns"):
        opened("<table><tr><td colspan=65000>x<td>y</table>")
