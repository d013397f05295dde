"""What goes out: JSON, CSV, workbooks and tables for people, from the same columns."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cardledger.exchange.writing import tables_out
from cardledger.exchange.writing.tables_out import Column
from cardledger.exchange.writing.text_table import LeftOut, Look, render
from cardledger.exchange.writing.widths import cut, pad, width, wrap

COLUMNS = (
    Column("card", "Card", "id"),
    Column("name", "Name"),
    Column("at", "When", "moment"),
    Column("day", "Day", "day", 1),
    Column("count", "Count", "count"),
    Column("percent", "Percent", "percent"),
    Column("guest", "Guest", "yesno", 2),
    Column("cards", "Cards", "list", 1),
    Column("message", "What was said", "long"),
)
ROWS: list[dict[str, Any]] = [
    {
        "card": "0117",
        "name": "王小明",
        "at": "2010-03-05T09:30:12.345+08:00",
        "day": "2010-03-05",
        "count": 3,
        "percent": 66.7,
        "guest": True,
        "cards": ["C1", "C2"],
        "message": "Card C1 was recycled and is never used again.",
        "more": "is no column",
    },
    {
        "card": "0118",
        "name": None,
        "at": "2010-03-20T23:59:59.999+08:00",
        "day": None,
        "count": 12,
        "percent": 100.0,
        "guest": False,
        "cards": [],
        "message": None,
    },
]
KEYS = [column.key for column in COLUMNS]


def text(rows: list[dict[str, Any]], columns: Any = COLUMNS, look: Look | None = None) -> list[str]:
    """Return the lines of a table."""
    return "".join(render(rows, columns, str, look or Look())).splitlines()


def test_json_has_exactly_the_keys_of_the_columns_in_their_order() -> None:
    array = "".join(tables_out.json_array(ROWS, COLUMNS))
    lines = "".join(tables_out.json_lines(ROWS, COLUMNS)).splitlines()
    assert json.loads(array) == [json.loads(line) for line in lines]
    assert [list(one) for one in json.loads(array)] == [KEYS, KEYS]
    assert array.splitlines()[1].startswith('{"card":"0117","name":"王小明"')


def test_no_rows_are_an_empty_array() -> None:
    assert json.loads("".join(tables_out.json_array([], COLUMNS))) == []
    assert list(tables_out.json_lines([], COLUMNS)) == []


def test_csv_is_for_programs() -> None:
    lines = "".join(tables_out.csv_lines(ROWS, COLUMNS)).splitlines()
    assert lines[0].split(",") == KEYS
    assert lines[1] == (
        "0117,王小明,2010-03-05T09:30:12.345+08:00,2010-03-05,3,66.7,true,C1 C2,"
        "Card C1 was recycled and is never used again."
    )
    assert lines[2] == "0118,,2010-03-20T23:59:59.999+08:00,,12,100.0,false,,"
    assert "".join(tables_out.csv_lines([], COLUMNS)).splitlines() == [",".join(KEYS)]
    assert tables_out.plain({"a": [1, None]}) == '{"a":[1,null]}'


def test_a_table_shows_moments_to_the_minute_and_nothing_as_a_dash() -> None:
    assert text(ROWS) == [
        "Card  Name    When              Day         Count  Percent  Guest  Cards  What was said",
        "0117  王小明  2010-03-05 09:30  2010-03-05      3    66.7%  yes    C1 C2  Card C1 was"
        " recycled and is never used again.",
        "0118  -       2010-03-20        -              12   100.0%  no     -      -",
    ]


def test_on_a_terminal_headings_are_underlined_and_a_percentage_has_a_bar() -> None:
    lines = text(ROWS, COLUMNS[:1] + COLUMNS[5:6], Look(80, drawn=True))
    assert lines[1] == "────  ─────────────────"
    assert lines[2] == "0117  ██████░░░░  66.7%"
    assert lines[3] == "0118  ██████████ 100.0%"


@pytest.mark.parametrize("columns", range(20, 130))
def test_a_table_is_never_wider_than_the_terminal(columns: int) -> None:
    told: list[LeftOut] = []
    lines = "".join(render(ROWS, COLUMNS, str, Look(columns), told.append)).splitlines()
    if columns >= 40:
        assert max(map(width, lines)) <= columns
    shown = set(lines[0].split())
    missing = {one.key for left_out in told for one in left_out.columns}
    assert ("Card" in shown) != ("card" in missing)


def test_what_is_the_same_in_every_row_goes_first_and_is_told() -> None:
    rows = [row | {"name": "平谷第一小学" * 3} for row in ROWS]
    told: list[LeftOut] = []
    lines = "".join(render(rows, COLUMNS[:5], str, Look(60), told.append)).splitlines()
    assert lines[0].split() == ["Card", "When", "Day", "Count"]
    assert [(one.key, value) for one, value in told[0].constant] == [("name", "平谷第一小学" * 3)]
    assert told[0].columns == []


def test_moments_lose_their_times_before_columns_go() -> None:
    lines = text(ROWS, COLUMNS[:5], Look(44))
    assert lines[1].split() == ["0117", "王小明", "2010-03-05", "2010-03-05", "3"]


def test_columns_go_by_their_rank_and_lists_are_cut() -> None:
    rows = [row | {"cards": [f"C{number}" for number in range(30)]} for row in ROWS]
    lines = text(rows, (COLUMNS[0], COLUMNS[7], COLUMNS[6]), Look(30))
    assert lines[0].split() == ["Card", "Cards", "Guest"]
    assert lines[1] == "0117  C0 C1 C2 C3 C4 C…  yes"
    narrow = text(rows, (COLUMNS[0], COLUMNS[1], COLUMNS[4], COLUMNS[6]), Look(24))
    assert narrow[0].split() == ["Card", "Name", "Count"]


def test_a_long_text_is_wrapped_in_its_column() -> None:
    assert text(ROWS, (COLUMNS[0], COLUMNS[8]), Look(40)) == [
        "Card  What was said",
        "0117  Card C1 was recycled and is never",
        "      used again.",
        "0118  -",
    ]


def test_a_single_row_that_does_not_fit_stands_upright() -> None:
    lines = text(ROWS[:1], look=Look(40))
    assert lines[0] == "Card           0117"
    assert lines[-2:] == [
        "What was said  Card C1 was recycled and is",
        "               never used again.",
    ]


def test_what_says_nothing_of_a_single_row_does_not_stand_it_upright() -> None:
    seen = Column("seen", "Seen-by-somebody-at-last", rank=1)
    columns = (COLUMNS[0], COLUMNS[1], Column("box", "Box"), seen)
    row = {"card": "0117", "name": "王小明", "box": "B1"}
    assert text([row], columns, Look(20)) == ["Card  Name    Box", "0117  王小明  B1"]
    assert text([row], columns, Look(60))[0].endswith("Box  Seen-by-somebody-at-last")
    upright = text([row | {"seen": "王敏"}], columns, Look(20))
    assert upright[0].split() == ["Card", "0117"]


def test_rows_beyond_the_sample_are_shown_too() -> None:
    rows = [{"card": f"{number:05}"} for number in range(2500)]
    lines = text(rows, COLUMNS[:1])
    assert len(lines) == 2501
    assert lines[-1] == "02499"


def test_what_somebody_typed_cannot_move_the_cursor() -> None:
    assert text([{"name": "a\x1b[2Jb\r\nc"}], COLUMNS[1:2]) == ["Name", "a [2Jb  c"]


def test_a_heading_is_wrapped_only_between_words() -> None:
    columns = (Column("x", "State of the record card"), Column("y", "学籍卡状态", "id"))
    rows = [{"x": state, "y": state} for state in ("live", "lost")]
    assert text(rows, columns)[0] == "State of the record card  学籍卡状态"
    assert text(rows, columns, Look(24)) == [
        "State of",
        "the",
        "record",
        "card      学籍卡状态",
        "live      live",
        "lost      lost",
    ]


def test_widths_count_the_columns_of_a_terminal() -> None:
    assert [width(one) for one in ("box", "箱号", "é", "e\u0301", "")] == [3, 4, 1, 1, 0]
    assert pad("箱", 4) == "箱  "
    assert pad("12", 4, right=True) == "  12"
    assert pad("too long", 3) == "too long"
    assert cut("平谷一小", 5) == "平谷"
    assert cut("平谷", 1) == "平"


@pytest.mark.parametrize(
    ("given", "columns", "expected"),
    [
        ("", 5, [""]),
        ("one two three", 7, ["one two", "three"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("first\nsecond", 10, ["first", "second"]),
        ("卡号（旧）已用。", 6, ["卡号", "（旧）", "已用。"]),
        ("用 --reason 说明", 9, ["用", "--reason", "说明"]),
    ],
)
def test_texts_are_wrapped_in_both_languages(given: str, columns: int, expected: list[str]) -> None:
    assert wrap(given, columns) == expected
