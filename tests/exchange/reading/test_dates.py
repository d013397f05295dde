"""Days and times in the forms that people and spreadsheets write."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardledger.errors import BadValue
from cardledger.exchange.reading import dates
from cardledger.exchange.reading.cells import Cell
from cardledger.moments import Moment, moment_of, parse_moment
from tests.exchange.reading.test_cells import FULL_WIDTH, anything, read_or_problem

days = st.dates(date(1930, 1, 1), date(2064, 12, 31))
seconds = st.builds(
    lambda on, second: datetime.combine(on, time()) + timedelta(seconds=second),
    days,
    st.integers(min_value=0, max_value=86399),
)


@given(on=days)
def test_a_day_is_read_in_every_form(on: date) -> None:
    serial = (on - date(1899, 12, 30)).days
    year, month, day = on.year, on.month, on.day
    forms: list[Cell] = [
        f"{year}-{month}-{day}",
        f"{year}-{month:02}-{day:02}",
        f"{year}/{month}/{day}",
        f"{year}.{month}.{day}",
        f"{year}年{month}月{day}日",
        f"{year} 年 {month} 月 {day} 日",
        f"{year}{month:02}{day:02}",
        f"{year}-{month}-{day}".translate(FULL_WIDTH),
        f"{year}-{month:02}-{day:02} 00:00:00",
        int(f"{year}{month:02}{day:02}"),
        float(f"{year}{month:02}{day:02}"),
        serial,
        float(serial),
        serial + 0.5,
        str(serial),
        on,
        datetime.combine(on, time(9, 30)),
    ]
    assert {dates.day(form) for form in forms} == {on.isoformat()}
    assert {dates.day_or_month(form) for form in forms} == {on.isoformat()}


@pytest.mark.parametrize(
    "cell",
    [
        *("", "2010", "10-3-1", "2010-13-1", "2010-2-30", "2010-311", "20100230", "2010年3/1日"),
        *("1-3-2010", "三月一日", "2010-3-1-1", "1899-12-31", "2101-1-1", "9999", "99999", "T"),
        *(0.0, 1.0, 99999.0, 20100230.0, float("nan"), float("inf"), -1, True, None),
        *(time(9, 30), timedelta(days=3)),
    ],
)
def test_what_is_no_day_is_refused(cell: Cell) -> None:
    with pytest.raises(BadValue) as refused:
        dates.day(cell)
    assert refused.value.hint


@given(cell=anything)
def test_every_cell_is_read_or_refused(cell: Cell) -> None:
    for reader in (dates.day, dates.day_or_month, dates.moment):
        value = read_or_problem(reader, cell)
        assert value.text() if isinstance(value, BadValue) else date.fromisoformat(value[:10])


@given(on=days)
def test_a_month_of_entry_is_its_first_day(on: date) -> None:
    first = on.replace(day=1).isoformat()
    year, month = on.year, on.month
    for form in (f"{year}年{month}月", f"{year}-{month:02}", f"{year}/{month}", f"{year}.{month}"):
        assert dates.day_or_month(form) == first
    for compact in (f"{year}{month:02}", int(f"{year}{month:02}"), float(f"{year}{month:02}")):
        assert dates.day_or_month(compact) == first


@pytest.mark.parametrize("cell", [2004.1, "200413", "2004年", "2004-0", None])
def test_a_month_that_cannot_be_told_is_refused(cell: Cell) -> None:
    with pytest.raises(BadValue):
        dates.day_or_month(cell)


@given(when=seconds)
def test_a_time_is_read_in_every_form(when: datetime) -> None:
    expected = when.isoformat(timespec="seconds")
    day = f"{when.year}-{when.month}-{when.day}"
    clock = f"{when.hour}:{when.minute:02}:{when.second:02}"
    half = "下午" if when.hour >= 12 else "上午"
    forms = [
        f"{day} {clock}",
        f"{day}T{clock}",
        f"{day}  {clock}",
        f"{when.year}/{when.month}/{when.day} {clock}",
        f"{when.year}年{when.month}月{when.day}日{clock}",
        f"{when.year}年{when.month}月{when.day}日 {when.hour}时{when.minute}分{when.second}秒",
        f"{day} {half}{when.hour % 12 or when.hour}:{when.minute:02}:{when.second:02}",
        f"{day} {clock}".translate(FULL_WIDTH),
    ]
    assert {dates.moment(form) for form in forms} == {expected}
    if when.time() != time():
        assert dates.moment(when) == expected
        past = (when - datetime.combine(date(1899, 12, 30), time())) / timedelta(days=1)
        assert dates.moment(past) == expected


@given(on=days)
def test_a_bare_day_stays_a_bare_day(on: date) -> None:
    for cell in (
        on,
        datetime.combine(on, time()),
        on.isoformat(),
        float((on - date(1899, 12, 30)).days),
    ):
        assert dates.moment(cell) == on.isoformat()


def test_midnight_that_somebody_wrote_stays_midnight() -> None:
    assert dates.moment("2010-03-20 00:00") == "2010-03-20T00:00:00"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2010-03-20T09:30+08:00", "2010-03-20T09:30+08:00"),
        ("2010-03-20T01:30:00.5Z", "2010-03-20T01:30:00.5Z"),
        ("2010-03-20 9:30:00.25", "2010-03-20T09:30:00.250"),
        ("2010-3-20 12:05", "2010-03-20T12:05:00"),
        ("2010-3-20 上午9时5分", "2010-03-20T09:05:00"),
    ],
)
def test_offsets_and_fractions_are_kept(cell: str, expected: str) -> None:
    assert dates.moment(cell) == expected


@pytest.mark.parametrize(
    "cell", ["2010-3-20 25:00", "2010-3-20 9:60", "9:30", "昨天", "2010-3-20T", "T9:30", "x 9:30"]
)
def test_what_is_no_time_is_refused(cell: str) -> None:
    with pytest.raises(BadValue):
        dates.moment(cell)


@given(when=st.one_of(seconds, days))
def test_what_is_read_can_be_decided_on(when: date) -> None:
    present = Moment("2070-01-01T00:00:00.000+08:00")
    read = parse_moment(dates.moment(when), present)
    if isinstance(when, datetime) and when.time() != time():
        assert read == moment_of(when)
    else:
        assert read.startswith(when.isoformat()[:10])
