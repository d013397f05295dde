"""Rows for `record`: JSON lines, CSV and workbooks, from files and standard input."""

from __future__ import annotations

import json
import os
import sys
from io import BufferedReader, BytesIO
from pathlib import Path

import pytest

from cardledger.errors import UnreadableFile
from cardledger.exchange.reading import rows as rows_module
from cardledger.exchange.reading.rows import JsonLines, read_rows
from tests.exchange.making import text, workbook

ACT = {"action": "term-swipe", "card": "10001", "student": "P0123456789", "at": "2010-03-04"}


def lines(*values: object) -> str:
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)


def test_json_lines_csv_and_a_workbook_give_the_same_rows(tmp_path: Path) -> None:
    head, cells = list(ACT), list(ACT.values())
    places = (
        text(tmp_path / "a.jsonl", lines(ACT, ACT)),
        text(tmp_path / "a.csv", ",".join(head) + "\n" + 2 * (",".join(cells) + "\n")),
        workbook(tmp_path / "a.xlsx", [head, cells, cells]),
    )
    for place in places:
        opened = read_rows(place)
        assert [row.values for row in opened.rows()] == [ACT, ACT]
        # A path can be read again.
        assert [row.values for row in opened.rows()] == [ACT, ACT]


def test_options_for_tables_are_handed_on(tmp_path: Path) -> None:
    path = text(tmp_path / "a.csv", "卡号,时间\n1,2010-3-4\n")
    opened = read_rows(path, default_action="lost", evidence="imported")
    assert [row.values["action"] for row in opened.rows()] == ["lost"]
    assert [row.values["evidence"] for row in opened.rows()] == ["imported"]


def test_json_keeps_lists_numbers_and_nesting(tmp_path: Path) -> None:
    act = {"action": "cards-filed", "cards": ["1", "2"], "digest": "中文", "count": 3}
    (row,) = read_rows(text(tmp_path / "a", lines(act))).rows()
    assert row.values == act
    assert (row.sheet, row.row) == ("", 1)


def test_a_mark_blank_lines_and_windows_line_ends_do_not_matter(tmp_path: Path) -> None:
    content = "\ufeff\r\n" + lines(ACT).replace("\n", "\r\n") + "  \n\n" + lines(ACT).rstrip()
    read = list(read_rows(text(tmp_path / "a", content)).rows())
    assert [(row.row, row.values) for row in read] == [(2, ACT), (5, ACT)]


@pytest.mark.parametrize(
    "line",
    [
        '{"action":',
        '{"a": "\\ud800"}',
        '{"a":' + "[" * 5000,
        "[1]",
        "12",
        '"x"',
        "null",
        "{}",
        "{'a': 1}",
        "甲",
    ],
)
def test_a_line_that_is_no_object_is_reported_and_hides_no_other(tmp_path: Path, line: str) -> None:
    path = text(tmp_path / "a", lines(ACT) + line + "\n" + lines(ACT))
    first, bad, last = read_rows(path).rows()
    assert (first.values, last.values) == (ACT, ACT)
    assert not bad.usable
    (fault,) = bad.faults
    assert (fault.kind, fault.row, fault.place, fault.value) == ("row", 2, "2", line[:200])
    assert fault.text()
    assert "term-swipe" in fault.hint()


def test_bytes_that_are_no_text_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(lines(ACT).encode() + b'{"note": "\xff"}\n')
    first, bad = read_rows(path).rows()
    assert first.usable
    assert not bad.usable


def test_a_line_without_end_is_refused_in_bounded_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows_module, "LINE_LIMIT", 100)
    path = text(tmp_path / "a.jsonl", lines(ACT) + lines({"note": "x" * 100}))
    opened = read_rows(path).rows()
    assert next(opened).usable
    with pytest.raises(UnreadableFile, match="line 2 is longer than 100 bytes"):
        next(opened)


def test_a_stream_of_json_lines_is_read_as_it_comes() -> None:
    ours, theirs = os.pipe()
    with os.fdopen(ours, "rb") as stream:
        os.write(theirs, lines(ACT).encode())
        opened = read_rows(stream)
        assert isinstance(opened, JsonLines)
        rows = opened.rows()
        assert next(rows).values == ACT
        os.write(theirs, lines(ACT | {"card": "2"}).encode())
        assert next(rows).values["card"] == "2"
        os.close(theirs)
        assert list(rows) == []


@pytest.mark.parametrize("kind", ["jsonl", "csv", "xlsx"])
@pytest.mark.parametrize("buffered", [True, False])
def test_standard_input_may_be_any_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, buffered: bool
) -> None:
    place = {
        "jsonl": lambda: text(tmp_path / "a", lines(ACT)),
        "csv": lambda: text(tmp_path / "a", ",".join(ACT) + "\n" + ",".join(ACT.values())),
        "xlsx": lambda: workbook(tmp_path / "a", [list(ACT), list(ACT.values())]),
    }[kind]()
    stream = BytesIO(place.read_bytes())

    class Input:
        buffer = BufferedReader(stream) if buffered else stream

    monkeypatch.setattr(sys, "stdin", Input)
    assert [row.values for row in read_rows(None).rows()] == [ACT]


@pytest.mark.parametrize("content", ["", "今天天气很好\n"])
def test_what_is_neither_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(UnreadableFile):
        read_rows(text(tmp_path / "a", content))


def test_a_file_that_is_not_there_is_reported(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="No such file"):
        read_rows(tmp_path / "absent.jsonl")
