"""OpenDocument spreadsheets: repeated cells and rows, kinds of values, texts of several parts."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

import pytest

from cardledger.errors import UnreadableFile
from cardledger.exchange.containers.raw import RawFile
from cardledger.exchange.reading.files import open_file

OASIS = "urn:oasis:names:tc:opendocument:xmlns"
CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
TYPE = "application/vnd.oasis.opendocument.spreadsheet"


def opened(rows: str, manifest: str = "<manifest/>") -> RawFile:
    content = (
        f'<d:document-content xmlns:d="{OASIS}:office:1.0" xmlns:t="{OASIS}:table:1.0"'
        f' xmlns:x="{OASIS}:text:1.0" xmlns:c="{CALC}"><t:table t:name="表">{rows}</t:table>'
        "</d:document-content>"
    )
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", TYPE, zipfile.ZIP_STORED)
        package.writestr("content.xml", content)
        package.writestr("META-INF/manifest.xml", manifest)
    return open_file(kept.getvalue(), "a.ods")


def rows(content: str) -> list[tuple[int, list[Any]]]:
    sheets = opened(content).sheets
    return [(number, [*cells]) for sheet in sheets for number, cells in sheet.rows()]


def cell(attributes: str, text: str = "") -> str:
    return f"<t:table-cell {attributes}>{text}</t:table-cell>"


@pytest.mark.parametrize(
    ("content", "read"),
    [
        (cell('d:value-type="string"', "<x:p>0117</x:p>"), "0117"),
        (cell('d:value-type="string" d:string-value="0117"'), "0117"),
        (cell("", "<x:p>a<x:s x:c='2'/>b<x:tab/>c<x:line-break/>d</x:p><x:p>e</x:p>"),
         "a  b\tc\nd\ne"),
        (cell("", "<x:p><x:span>张</x:span><x:a>三</x:a></x:p>"), "张三"),
        (cell("", "<d:annotation><x:p>no</x:p></d:annotation><x:p>张三</x:p>"), "张三"),
        (cell('d:value-type="float" d:value="117001101010110"', "<x:p>1.17E+14</x:p>"),
         117001101010110.0),
        (cell('d:value-type="percentage" d:value="0.5"'), 0.5),
        (cell('d:value-type="float" d:value="?"', "<x:p>?</x:p>"), "?"),
        (cell('d:value-type="boolean" d:boolean-value="true"'), True),
        (cell('d:value-type="boolean" d:boolean-value="false"'), False),
        (cell('d:value-type="date" d:date-value="2010-03-01"'), date(2010, 3, 1)),
        (cell('d:value-type="date" d:date-value="2010-03-01T09:30:00"'),
         datetime(2010, 3, 1, 9, 30)),  # noqa: DTZ001
        (cell('d:value-type="date" d:date-value="1899-12-30T09:30:00"'), time(9, 30)),
        (cell('d:value-type="date" d:date-value="x"', "<x:p>x</x:p>"), "x"),
        (cell('d:value-type="time" d:time-value="PT09H30M00S"'), time(9, 30)),
        (cell('d:value-type="time" d:time-value="PT30H00M00S"'), timedelta(hours=30)),
        (cell('d:value-type="string" c:value-type="error" d:string-value=""', "<x:p>#N/A</x:p>"),
         "#N/A"),
        (cell('d:value-type="string" c:value-type="error"', "<x:p>#N/A</x:p>"), "#N/A"),
        (cell('d:value-type="float" d:value="0" c:value-type="error"', "<x:p>#REF!</x:p>"),
         "#REF!"),
    ],
)  # fmt: skip
def test_a_cell_is_what_its_type_says(content: str, read: object) -> None:
    assert rows(f"<t:table-row>{content}</t:table-row>") == [(1, [read])]


def times(count: object, kind: str = "columns") -> str:
    return f't:number-{kind}-repeated="{count}"'


def test_repeated_and_covered_cells_take_their_places() -> None:
    first, twice = cell("", "<x:p>a</x:p>"), cell(times(2), "<x:p>b</x:p>")
    covered = f"<t:covered-table-cell {times(2)}><x:p>no</x:p></t:covered-table-cell>"
    header = f"<t:table-row {times(2, 'rows')}>{cell('', '<x:p>c</x:p>')}</t:table-row>"
    content = (
        f"<t:table-row>{first}{covered}{twice}{cell(times(2))}</t:table-row>"
        f"<t:table-row {times(3, 'rows')}>{cell(times(16384))}</t:table-row>"
        f"<t:table-header-rows>{header}</t:table-header-rows>"
    )
    assert rows(content) == [(1, ["a", None, None, "b", "b"]), (5, ["c"]), (6, ["c"])]


@pytest.mark.parametrize(
    "content",
    [
        f"<t:table-row {times('x', 'rows')}/>",
        f"<t:table-row {times(0, 'rows')}/>",
        f"<t:table-row {times(10**6, 'rows')}>{cell('', '<x:p>a</x:p>')}</t:table-row>",
        f"<t:table-row>{cell(times(600), '<x:p>a</x:p>')}</t:table-row>",
        f"<t:table-row>{cell('', '<t:table/>')}</t:table-row>",
        "<t:table-row>",
    ],
)
def test_what_claims_too_much_or_is_broken_is_refused(content: str) -> None:
    with pytest.raises(UnreadableFile):
        opened(content)


def test_a_document_with_a_password_says_so() -> None:
    with pytest.raises(UnreadableFile, match="password"):
        opened("", "<manifest><encryption-data/></manifest>")
