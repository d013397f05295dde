"""One cell: what a spreadsheet may have made of a value, and what is read of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardledger.errors import BadStudentNumber, BadValue
from cardledger.exchange.reading import cells
from cardledger.exchange.reading.cells import Cell

FULL_WIDTH = {ord(digit): 0xFF10 + int(digit) for digit in "0123456789"}
spaces = st.text(" \t\u3000\u00a0\u200b\ufeff", max_size=3)
numbers = st.integers(min_value=10**13, max_value=10**15 - 1).map(lambda one: f"0{one:015}")
anything: st.SearchStrategy[Cell] = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.integers(min_value=-(10**20), max_value=10**20),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)
READERS = (
    *(cells.text, cells.label, cells.student_number, cells.student_reference, cells.identity),
    *(cells.class_name, cells.cohort, cells.count, cells.yes_no, cells.sex, cells.grade),
)


def read_or_problem(reader: Callable[[Cell], Any], cell: Cell) -> Any:
    try:
        return reader(cell)
    except BadValue as problem:
        return problem


@given(cell=anything)
def test_every_cell_is_read_or_refused_by_every_reader_and_can_be_shown(cell: Cell) -> None:
    assert isinstance(cells.shown(cell), str)
    assert isinstance(cells.is_empty(cell), bool)
    for reader in READERS:
        value = read_or_problem(reader, cell)
        if isinstance(value, BadValue):
            assert value.text()
            assert value.hint


@given(number=numbers, before=spaces, after=spaces)
def test_a_student_number_is_read_in_every_form_that_keeps_its_digits(
    number: str, before: str, after: str
) -> None:
    for cell in (
        number,
        f"{before}{number}{after}",
        number.translate(FULL_WIDTH),
        f"'{number}",
        f'="{number}"',
        f"{number[:8]} {number[8:]}",
    ):
        assert cells.student_number(cell) == number
        assert not cells.zero_was_lost(cell)


@given(number=numbers.filter(lambda number: number[1] != "0"))
def test_a_student_number_that_lost_its_leading_zero_is_restored(number: str) -> None:
    for cell in (int(number), float(number), number[1:], f" {number[1:]} "):
        assert cells.student_number(cell) == number
        assert cells.student_reference(cell) == number
        assert cells.zero_was_lost(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "1.17001E+14",
        1170011010101101.0,
        1.17001e30,
        float("nan"),
        float("inf"),
        117001.5,
        "17001101010110",
        "01170011010101101",
        "0117001101010X10",
        "〇117001101010110",
        date(2010, 3, 1),
        True,
        "",
    ],
)
def test_a_student_number_that_cannot_be_known_is_refused(cell: Cell) -> None:
    with pytest.raises(BadStudentNumber) as refused:
        cells.student_number(cell)
    assert refused.value.hint


def test_a_pupils_own_key_is_left_as_it_is() -> None:
    assert cells.student_reference(" P0123456789 ") == "P0123456789"


@given(digits=st.from_regex(r"[1-9][0-9]{16}[0-9Xx]", fullmatch=True))
def test_an_identity_number_kept_as_text_is_read(digits: str) -> None:
    assert cells.identity(digits) == digits.upper()
    assert cells.identity(digits.translate(FULL_WIDTH)) == digits.upper()


@given(digits=st.integers(min_value=10**17, max_value=10**18 - 1))
def test_an_identity_number_that_became_a_number_is_reported_and_never_repaired(
    digits: int,
) -> None:
    for cell in (float(digits), digits, f"{float(digits):.5E}", "1.10227E+17"):
        with pytest.raises(BadValue, match="digits are lost"):
            cells.identity(cell)


def test_an_identity_number_in_scientific_notation_is_shown_as_people_see_it() -> None:
    with pytest.raises(BadValue, match=r"1\.10227E\+17"):
        cells.identity(110227200001011234.0)


def test_an_old_identity_number_of_15_digits_is_read_from_a_number_too() -> None:
    assert cells.identity(110227800101123.0) == "110227800101123"


@pytest.mark.parametrize("cell", ["有", "1234", "护照丢了", "1" * 25, "1102<27"])
def test_what_can_be_no_identity_number_is_refused(cell: str) -> None:
    with pytest.raises(BadValue, match="not the number of an identity document"):
        cells.identity(cell)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (" 张三\u3000", "张三"),
        ("'00123", "00123"),
        ('="00123"', "00123"),
        (3.0, "3"),
        (3, "3"),
        (1.5, "1.5"),
        (True, "TRUE"),
        (None, ""),
        ("３班", "３班"),
    ],
)
def test_a_text_is_kept_as_it_is_written(cell: Cell, expected: str) -> None:
    assert cells.text(cell) == expected


@pytest.mark.parametrize(
    "cell",
    [date(2010, 1, 2), datetime.combine(date(2010, 1, 2), time(3)), time(1, 2), timedelta(hours=1)],
)
def test_a_class_that_became_a_date_is_refused(cell: Cell) -> None:
    with pytest.raises(BadValue, match="made the date or time"):
        cells.class_name(cell)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("一年级3班", "一年级3班"),
        ("３班", "3班"),
        ("03", "03"),
        (3.0, "3"),
        (" 初一(2)班 ", "初一(2)班"),
    ],
)
def test_the_name_of_a_class_stays_a_text(cell: Cell, expected: str) -> None:
    assert cells.class_name(cell) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("是", "有", "Y", "yes", " YES ", "Ｙ", "1", 1.0, 1, True, "√", "true", "TRUE"), True),
        (("否", "无", "N", "no", "No", "0", 0.0, 0, False, "×", "false", "FALSE"), False),
    ],
)
def test_yes_and_no_are_read_in_the_words_and_signs_that_people_use(
    words: tuple[Cell, ...], expected: bool
) -> None:
    assert [cells.yes_no(word) for word in words] == [expected] * len(words)


@pytest.mark.parametrize("cell", ["", "大概", "2", 2.0, "是否", None, date(2010, 1, 1)])
def test_what_is_neither_yes_nor_no_is_refused(cell: Cell) -> None:
    with pytest.raises(BadValue):
        cells.yes_no(cell)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("一年级 小学一年级 1 １ 1年级 Grade1", 1),
        ("六年级 小学六年级 6", 6),
        ("初一 七年级 初中一年级 初中七年级 初一年级 7", 7),
        ("初三 九年级 初中三年级 9", 9),
        ("高一 十年级 高中一年级 10", 10),
        ("高三 十二年级 高中三年级 12", 12),
    ],
)
def test_a_grade_is_read_in_every_wording(words: str, expected: int) -> None:
    assert {cells.grade(word) for word in words.split()} == {expected}


@pytest.mark.parametrize(
    "cell", ["初四", "高四", "小学七年级", "0", "13", "十三年级", "2010届", "", 0.0]
)
def test_what_is_no_grade_is_refused(cell: Cell) -> None:
    with pytest.raises(BadValue, match="not a grade"):
        cells.grade(cell)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("一年级3班", 1),
        ("初一(3)班", 7),
        ("七年级2班", 7),
        ("高中二年级1班", 11),
        ("3班", None),
        ("03", None),
        ("小2010届1班", None),
        ("十三年级1班", None),
    ],
)
def test_the_grade_in_the_name_of_a_class_is_found(name: str, expected: int | None) -> None:
    assert cells.grade_of_class(name) == expected


@pytest.mark.parametrize("cell", ["2010", "2010届", "２０１０届", "10届", 2010.0, 2010])
def test_a_cohort_is_read_in_every_form(cell: Cell) -> None:
    assert cells.cohort(cell) == 2010


@pytest.mark.parametrize("cell", ["10", "2004级", "1900", "", 10.0, date(2010, 1, 1)])
def test_what_is_no_cohort_is_refused(cell: Cell) -> None:
    with pytest.raises(BadValue):
        cells.cohort(cell)


@pytest.mark.parametrize(
    ("cell", "expected"), [("男", "男"), ("女性", "女"), ("M", "男"), ("female", "女"), (2.0, "女")]
)
def test_a_sex_is_read_in_both_languages(cell: Cell, expected: str) -> None:
    assert cells.sex(cell) == expected


@given(number=st.integers(min_value=0, max_value=10**14))
def test_a_count_is_read_from_text_and_number(number: int) -> None:
    for cell in (number, float(number), str(number), str(number).translate(FULL_WIDTH)):
        assert cells.count(cell) == number


@pytest.mark.parametrize("cell", [-1.0, 1.5, "12人", "", "-3", "²"])
def test_what_is_no_count_is_refused(cell: Cell) -> None:
    if cell == "²":
        # A raised 2 is a 2 to people too.
        assert cells.count(cell) == 2
        return
    with pytest.raises(BadValue, match="not a whole number"):
        cells.count(cell)


@pytest.mark.parametrize("cell", [None, "", "  ", "\u3000\u200b\ufeff", "\n", "'", '=""'])
def test_a_cell_in_which_nothing_can_be_seen_is_empty(cell: Cell) -> None:
    assert cells.is_empty(cell)


@pytest.mark.parametrize("cell", [0, 0.0, False, "0", "无", "-", date(2010, 1, 1)])
def test_a_cell_in_which_something_can_be_seen_is_not_empty(cell: Cell) -> None:
    assert not cells.is_empty(cell)
