"""What a file is, by its bytes; and the refusal of what cannot or must not be read."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardledger.errors import UnreadableFile
from cardledger.exchange.containers import package, raw
from cardledger.exchange.containers.encoding import encoding_of
from cardledger.exchange.containers.raw import Source
from cardledger.exchange.formats import xlsx
from cardledger.exchange.headings import ROSTER
from cardledger.exchange.reading import files
from cardledger.exchange.reading.cells import Cell
from cardledger.exchange.reading.files import open_file, read_bytes
from cardledger.exchange.reading.table import read_table
from tests.exchange.making import text, with_sheet, workbook
from tests.support.reader import patience

HEAD = ["学籍号", "姓名", "性别"]
ROW = ["0117001101010110", "张三", "男"]
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def all_cells(path: Path) -> list[list[Cell]]:
    return [list(row.cells) for row in read_table(path, ROSTER).rows()]


def refusal(path: Path) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as refused:
        all_cells(path)
    assert path.name in refused.value.text()
    assert refused.value.hint
    assert refused.value.exit_status == 2
    return refused.value


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_an_invisible_sign_makes_no_text_something_else(encoding: str) -> None:
    """A zero-width space comes with what was copied from a web page."""
    data = "学籍号,姓名\n0117001101010110,张三\u200b\n".encode(encoding)
    (sheet,) = open_file(data, "a.csv").sheets
    assert [*sheet.rows()][1] == (2, ["0117001101010110", "张三\u200b"])


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le-bom", "utf-16-be-bom"]
)
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("name", ["list.csv", "list.xls", "list.xlsx", "list"])
def test_a_text_table_is_read_in_every_encoding_whatever_its_name(
    tmp_path: Path, encoding: str, delimiter: str, end: str, name: str
) -> None:
    content = end.join(delimiter.join(row) for row in (HEAD, ROW, ["", "李四", "女"])) + end
    if encoding.endswith("-bom"):
        content, encoding = "\ufeff" + content, encoding.removesuffix("-bom")
    path = text(tmp_path / name, content, encoding)
    assert all_cells(path) == [ROW, ["", "李四", "女"]]


@pytest.mark.parametrize("name", ["list.xlsx", "list.xls", "list.csv"])
def test_a_workbook_is_read_whatever_its_name(tmp_path: Path, name: str) -> None:
    made = workbook(tmp_path / "made.xlsx", [HEAD, ROW])
    path = made.rename(tmp_path / name)
    assert all_cells(path) == [ROW]


def test_quoted_cells_may_hold_separators_quotes_and_lines(tmp_path: Path) -> None:
    content = '学籍号,姓名,备注\n1,"张, ""三""","一\n二"\n2,李四,x\n'
    table = read_table(text(tmp_path / "a.csv", content), ROSTER)
    assert [(row.number, list(row.cells)) for row in table.rows()] == [
        (2, ["1", '张, "三"', "一\n二"]),
        (3, ["2", "李四", "x"]),
    ]


@given(content=st.text(min_size=1, max_size=200).filter(lambda one: "\0" not in one))
def test_what_is_utf8_is_never_taken_for_gb18030(content: str) -> None:
    assert encoding_of(Source(content.encode(), "a.csv")) in {"utf-8", "utf-8-sig"}


def test_a_long_text_is_checked_to_its_end_and_the_wrong_byte_is_named(tmp_path: Path) -> None:
    start = "学籍号,姓名,性别\n".encode() + "一二三,四五六,七八九\n".encode() * 90_000
    assert len(start) > 2 << 20
    path = tmp_path / "a.csv"
    path.write_bytes(start + b"\xff\xff\n")
    assert f"byte {len(start) + 1} " in refusal(path).text()
    path.write_bytes(start)
    assert len(all_cells(path)) == 90_000


def test_a_character_cut_in_half_at_the_end_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("学籍号,姓名\n1,张".encode()[:-1] + b"\xff")
    assert "byte 20 " in refusal(path).text()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xef\xbb\xbf\xff", "UTF-8: its byte 4 "),
        (b"\xef\xbb\xbfab\xe5", "UTF-8: its byte 6 "),
        (b"\xff\xfea\0\0\xdc", "UTF-16-LE: its byte 5 "),
        (b"\xfe\xff\0a\0", "UTF-16-BE: its byte 5 "),
    ],
)
def test_a_mark_that_lies_is_named(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert says in refusal(path).text()


def test_a_quotation_mark_that_is_not_closed_swallows_no_rows(tmp_path: Path) -> None:
    path = text(tmp_path / "a.csv", '学籍号,姓名\n1,张三\n2,"李四\n3,王五\n')
    assert "row 3" in refusal(path).text()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b" \n\n ", "empty"),
        (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n\0\0", "not a spreadsheet"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not a spreadsheet"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "no row of headings"),
        (b"<html><p>404: Not Found</p></html>", "without a table"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "no row of headings"),
        (b"<?xml version='1.0'?><Document/>", "without a table"),
        (b"\n  <TABLE>", "without a table"),
        (OLE + bytes(600) + "Workbook".encode("utf-16-le"), "damaged or was cut off"),
        (b"PK\x03\x04" + bytes(40), "damaged or was cut off"),
        ("今天天气很好。\n明天也是。\n".encode(), "no row of headings"),
    ],
)
def test_what_is_no_table_is_refused_by_what_it_is(
    tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(content)
    assert says in refusal(path).text()


def test_another_kind_of_package_is_not_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "letter.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("word/document.xml", "<w:document/>")
    assert "not a spreadsheet" in refusal(path).text()


def test_a_workbook_that_was_cut_anywhere_is_refused(tmp_path: Path) -> None:
    data = workbook(tmp_path / "a.xlsx", [HEAD, ROW]).read_bytes()
    path = tmp_path / "cut.xlsx"
    for length in range(5, len(data), 97):
        path.write_bytes(data[:length])
        refusal(path)


def test_a_workbook_in_which_a_byte_changed_is_read_or_refused(tmp_path: Path) -> None:
    data = workbook(tmp_path / "a.xlsx", [HEAD, ROW]).read_bytes()
    path = tmp_path / "changed.xlsx"
    read = 0
    for place in range(0, len(data), 23):
        changed = bytearray(data)
        changed[place] ^= 0xFF
        path.write_bytes(changed)
        try:
            assert all_cells(path) == [ROW]
            read += 1
        except UnreadableFile as refused:
            problem = refused
    assert problem.hint
    assert read < len(data) / 23 / 2


def test_a_workbook_whose_xml_is_broken_is_refused(tmp_path: Path) -> None:
    made = workbook(tmp_path / "a.xlsx", [HEAD, ROW])
    path = with_sheet(tmp_path / "broken.xlsx", made, b"<worksheet><sheetData><row r='1'><c")
    assert "damaged" in refusal(path).text()


def test_a_file_that_is_not_there_or_is_a_folder_is_reported(tmp_path: Path) -> None:
    assert "No such file" in refusal(tmp_path / "absent.xlsx").text()
    assert "directory" in refusal(tmp_path).text()


# Limits


def sheet_xml(*references: str) -> bytes:
    cells = "".join(f'<row><c r="{one}"><v>1</v></c></row>' for one in references)
    return f"<worksheet><sheetData>{cells}</sheetData></worksheet>".encode()


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("XFD1", "XFD"),
        ("TZ5", "TZ"),
        ("A1048576", "Z1048576"),
        ("xfd1048576", "XFD"),
        ("ZZ99999999", "ZZ"),
        ("A99999999999999999999", "too far out"),
        ("AZ200000", "AZ200000"),
    ],
)
def test_a_cell_far_out_is_refused_before_memory_is_taken_for_it(
    tmp_path: Path, reference: str, says: str
) -> None:
    made = workbook(tmp_path / "a.xlsx", [HEAD, ROW])
    path = with_sheet(tmp_path / "far.xlsx", made, sheet_xml("A1", reference))
    start = time.monotonic()
    assert says in refusal(path).text()
    assert time.monotonic() - start < patience(5)


@pytest.mark.parametrize(
    "xml",
    [
        b'<row><c r = "XFD1048576"><v>1</v></c></row>',
        b"<row><c\nr\n=\n'XFD1048576'><v>1</v></c></row>",
        b'<row r="1048576"><c><v>1</v></c></row>',
        b'<row r="1048576"><c r="A1"><v>1</v></c></row>',
    ],
)
def test_a_far_cell_is_found_however_it_is_written(tmp_path: Path, xml: bytes) -> None:
    made = workbook(tmp_path / "a.xlsx", [HEAD, ROW])
    content = sheet_xml("A1").replace(b"</sheetData>", xml + b"</sheetData>")
    assert "1048576" in refusal(with_sheet(tmp_path / "far.xlsx", made, content)).text() or (
        "XFD" in refusal(tmp_path / "far.xlsx").text()
    )


def test_a_far_cell_is_found_where_two_pieces_meet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = workbook(tmp_path / "a.xlsx", [HEAD, ROW])
    path = with_sheet(tmp_path / "far.xlsx", made, sheet_xml("A1", "XFD1048576"))
    for size in range(1, 64):
        monkeypatch.setattr(raw, "CHUNK", size)
        monkeypatch.setattr(package, "CHUNK", size)
        assert "XFD" in refusal(path).text()


def test_a_long_table_is_not_far_out(tmp_path: Path) -> None:
    made = workbook(tmp_path / "a.xlsx", [HEAD, ROW])
    rows = sheet_xml("A1", "C250000")
    path = with_sheet(tmp_path / "long.xlsx", made, rows)
    assert open_file(path.read_bytes(), "long.xlsx").sheets[0].first == 0


def test_many_sheets_are_measured_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path / "a.xlsx", {"一": [HEAD, ROW], "二": [HEAD, ROW]})
    monkeypatch.setattr(xlsx, "CELL_LIMIT", 11)
    assert "cells" in refusal(path).text()


def test_a_package_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = workbook(tmp_path / "a.xlsx", [HEAD, ROW])
    bomb = with_sheet(tmp_path / "bomb.xlsx", made, sheet_xml("A1") + b" " * (64 << 20))
    assert bomb.stat().st_size < 1 << 20
    monkeypatch.setattr(package, "UNPACKED_LIMIT", 32 << 20)
    assert "more than 32 MiB" in refusal(bomb).text()


def test_a_package_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    made = workbook(tmp_path / "a.xlsx", [HEAD, ROW])
    path = with_sheet(tmp_path / "lie.xlsx", made, sheet_xml("A1") + b" " * 5000)
    data = bytearray(path.read_bytes())
    size = len(sheet_xml("A1")) + 5000
    # The directory at the end says how large the sheet is; say a tenth of it.
    place = data.rindex(size.to_bytes(4, "little"))
    data[place : place + 4] = (size // 10).to_bytes(4, "little")
    path.write_bytes(data)
    assert "damaged" in refusal(path).text()


def test_a_file_that_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw, "UNPACKED_LIMIT", 1 << 20)
    monkeypatch.setattr(files, "FILE_LIMIT", 1 << 20)
    path = tmp_path / "a.csv"
    path.write_bytes(b"1,2\n" * (1 << 18) + b"\n")
    assert "more than 1 MiB" in refusal(path).text()
    assert len(read_bytes(io.BytesIO(b"x" * (1 << 20)), "-")) == 1 << 20
    with pytest.raises(UnreadableFile):
        read_bytes(io.BytesIO(b"x" * ((1 << 20) + 1)), "-")


def test_too_many_columns_of_text_are_refused(tmp_path: Path) -> None:
    path = text(tmp_path / "a.csv", "学籍号,姓名" + ",x" * 20_000 + "\n")
    assert "500 columns" in refusal(path).text()


def test_a_million_blank_lines_are_read_over_quickly(tmp_path: Path) -> None:
    path = text(tmp_path / "a.csv", "学籍号,姓名\n" + "\n" * 1_000_000 + "1,张三\n")
    start = time.monotonic()
    (row,) = read_table(path, ROSTER).rows()
    assert time.monotonic() - start < patience(10)
    assert row.number == 1_000_002
