"""Binary workbooks, BIFF5 and BIFF8: what their records say, and records that lie."""

from __future__ import annotations

import struct
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlwt
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from cardledger.errors import UnreadableFile
from cardledger.exchange.containers import markup
from cardledger.exchange.formats import xls
from cardledger.exchange.reading.files import open_file
from tests.exchange.formats.biff5 import container, formula, record, stream

STYLES = {
    "yyyy-mm-dd": date(2010, 3, 1),
    'yyyy"年"m"月"d"日"': date(2010, 3, 1),
    "yyyy-mm-dd hh:mm": datetime(2010, 3, 1, 9, 30),  # noqa: DTZ001
    "hh:mm": time(9, 30),
    "[h]:mm": timedelta(hours=30),
}


def rows(data: bytes, sheet: int = 0) -> list[tuple[int, list[Any]]]:
    raw = open_file(data, "a.xls")
    return [(number, [*cells]) for number, cells in raw.sheets[sheet].rows()]


def saved(book: xlwt.Workbook) -> bytes:
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def test_every_kind_of_cell_of_biff8_is_read() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("名册")
    values = ["张三", "x" * 3000, "", 1, -5, 1.5, 0.01, 117001101010110, 1.10227e17, True, False]
    for place, value in enumerate(values):
        sheet.write(0, place, value)
    for place, (form, value) in enumerate(STYLES.items()):
        style = xlwt.XFStyle()
        style.num_format_str = form
        # It writes no periods, only the numbers that they are.
        sheet.write(1, place, 1.25 if isinstance(value, timedelta) else value, style)
    sheet.row(2).set_cell_error(0, 42)
    sheet.row(2).set_cell_error(3, 23)
    sheet.write_merge(4, 4, 0, 3, "合并")
    ((_1, first), (_2, second), (_3, third), (number, fifth)) = rows(saved(book))
    assert first == [None if value == "" else value for value in values]
    assert second == [*STYLES.values()]
    assert third == ["#N/A", None, None, "#REF!"]
    assert (number, fifth) == (5, ["合并"])


@given(
    texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), max_size=30),
    long=st.integers(0, 9000),
)
def test_shared_texts_are_read_over_the_borders_of_records(texts: list[str], long: int) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("a")
    expected = ["x" * long, "张" * long, *texts]
    for place, text in enumerate(expected):
        sheet.write(place, 0, text)
    read = dict(rows(saved(book))) if any(expected) else {}
    assert [read.get(place, [None])[0] for place in range(1, len(expected) + 1)] == [
        text or None for text in expected
    ]


def test_numbers_are_those_that_another_reader_sees(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("a")
    numbers = [0, 1, -1, 0.1, -0.01, 12.34, 2**29 - 1, 2**29, -(2**29), 1e300, 123456789.12]
    for place, number in enumerate(numbers):
        sheet.write(place, 0, number)
    data = saved(book)
    (tmp_path / "a.xls").write_bytes(data)
    theirs = CalamineWorkbook.from_path(tmp_path / "a.xls").get_sheet_by_index(0).iter_rows()
    assert [cells[0] for _number, cells in rows(data)] == [row[0] for row in theirs] == numbers


def test_cells_may_come_in_any_order() -> None:
    rk = struct.Struct("<HHHi").pack
    extra = b"".join(
        record(0x27E, rk(row, column, 15, (10 * row + column) << 2 | 2))
        for row, column in ((3, 1), (0, 2), (3, 0), (1, 1))
    )
    expected = [(1, [None, None, 2]), (2, [None, 11]), (4, [30, 31])]
    assert rows(container(stream([], extra=extra))) == expected


def test_many_numbers_in_one_record_and_results_of_formulas_are_read() -> None:
    many = struct.pack("<HH", 0, 0) + b"".join(
        struct.pack("<Hi", style, number << 2 | 2) for style, number in ((15, 7), (16, 40238))
    )
    text = formula(1, 0, "张三")
    number = record(0x06, struct.pack("<HHHd", 1, 1, 16, 40238) + bytes(8))
    flag, error, nothing = (
        record(0x06, struct.pack("<HHH", 1, 2 + place, 15) + bytes((kind, 0, value, 0, 0, 0))
               + b"\xff\xff" + bytes(8))
        for place, (kind, value) in enumerate(((1, 1), (2, 42), (3, 0)))
    )  # fmt: skip
    extra = record(0xBD, many + struct.pack("<H", 1)) + text + number + flag + error + nothing
    assert rows(container(stream([], extra=extra))) == [
        (1, [7, date(2010, 3, 1)]),
        (2, ["张三", date(2010, 3, 1), True, "#N/A"]),
    ]


def test_a_chart_inside_a_sheet_has_cells_of_its_own() -> None:
    cell = record(0x27E, struct.pack("<HHHi", 0, 0, 15, 9 << 2 | 2))
    chart = record(0x809, struct.pack("<HHHH", 0x500, 32, 0, 0)) + cell + record(0x0A)
    assert rows(container(stream([["a"]], extra=chart))) == [(1, ["a"])]


def test_several_sheets_hidden_or_not_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    book = xlwt.Workbook()
    for name in ("一班", "二班"):
        sheet = book.add_sheet(name)
        sheet.write(1, 1, name)
        sheet.row(1).hidden = True
    book.get_sheet(1).visibility = 1
    data = saved(book)
    for kept in (0, 10**6):
        monkeypatch.setattr(markup, "KEPT_CELLS", kept)
        raw = open_file(data, "a.xls")
        assert [sheet.name for sheet in raw.sheets] == ["一班", "二班"]
        assert [[*sheet.rows()] for sheet in raw.sheets] == [
            [(2, [None, "一班"])],
            [(2, [None, "二班"])],
        ]


def test_of_two_streams_the_newer_is_read() -> None:
    assert xls._STREAMS == ("Workbook", "Book")
    assert rows(container(stream([["a"]]), "Workbook")) == [(1, ["a"])]
    with pytest.raises(UnreadableFile, match="not a spreadsheet"):
        rows(container(stream([["a"]]), "WordDocument"))


@pytest.mark.parametrize("version", [5, 8])
def test_a_workbook_with_a_password_says_so(version: int) -> None:
    protection = record(0x2F, bytes(6))
    if version == 5:
        data = container(stream([["a"]], protection=protection))
    else:
        book = xlwt.Workbook()
        book.add_sheet("a").write(0, 0, "x")
        content = saved(book)
        # After the first record, whose length is 16 in all versions since.
        begin = content.index(struct.pack("<HHH", 0x809, 16, 0x600))
        length = len(content) - len(content) % 512
        data = container(
            content[begin : begin + 20] + protection + content[begin + 20 : length], "Workbook"
        )
    with pytest.raises(UnreadableFile, match="password"):
        rows(data)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        record(0x809, struct.pack("<HHHH", 0x400, 5, 0, 0)),
        record(0x809, struct.pack("<HHHH", 0x500, 5, 0, 0)),
        stream([["张三", 1.0]])[:-6],
        stream([["a"]], extra=record(0x204, b"\0\0\0\0\x0f\0\xff\xff")),
        stream([["a"]], extra=record(0x204, b"\0\0\0\0\x0f\0\2\0\xff\xff")),
        stream([["a"]], extra=record(0xFD, b"\0\0\0\0\x0f\0\x07\0\0\0")),
        stream([["a"]], extra=record(0x27E, b"\0\0")),
        stream([["a"]], extra=record(0x27E, struct.pack("<HHHi", 0, 600, 15, 0))),
        stream([["a"]], protection=record(0x42, b"\x39\x30")),
        stream([["a"]], protection=record(0xFC, b"\xff\xff\xff\xff\xff\xff\xff\xff\1\0\0x")),
    ],
)
def test_records_that_lie_are_refused(content: bytes) -> None:
    with pytest.raises(UnreadableFile) as refused:
        rows(container(content))
    assert refused.value.hint


def test_a_container_whose_chains_run_in_circles_is_refused() -> None:
    data = bytearray(container(stream([["张三" * 50]] * 400)))
    fat = (struct.unpack_from("<I", data, 76)[0] + 1) * 512
    for place in range(6):
        damaged = bytearray(data)
        struct.pack_into("<I", damaged, fat + 4 * place, 0)
        with pytest.raises(UnreadableFile):
            rows(bytes(damaged))
    for place, value in ((30, 40), (32, 9), (44, 10**6), (48, 10**6), (68, 0), (76, 10**6)):
        damaged = bytearray(data)
        struct.pack_into("<I" if value > 99 or place == 68 else "<H", damaged, place, value)
        with pytest.raises(UnreadableFile):
            rows(bytes(damaged))


def test_a_workbook_older_than_excel_5_is_named_so() -> None:
    for start in ("0900040002001000", "0902060000001000", "0904060000001000"):
        with pytest.raises(UnreadableFile, match="older than Excel 5"):
            rows(bytes.fromhex(start) + bytes(40))
