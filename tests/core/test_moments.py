"""Moments: one form, in which the order of texts is the order of time (HANDBOOK 4)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardledger import moments
from cardledger.errors import BadValue
from cardledger.moments import Moment

PRESENT = Moment("2010-03-20T10:00:00.000+08:00")

datetimes = st.integers(631_152_000_000, 4_102_444_800_000).map(
    lambda milliseconds: datetime.fromtimestamp(milliseconds / 1000, UTC)
)


@given(datetimes, datetimes)
def test_the_order_of_texts_is_the_order_of_moments(first: datetime, second: datetime) -> None:
    first, second = (
        one.replace(microsecond=one.microsecond // 1000 * 1000) for one in (first, second)
    )
    texts = moments.moment_of(first), moments.moment_of(second)
    assert (texts[0] < texts[1]) == (first < second)
    assert len(texts[0]) == len(PRESENT)
    assert texts[0] > moments.ALWAYS


@given(datetimes, st.integers(-11, 13))
def test_a_moment_is_the_same_in_every_zone(when: datetime, hours: int) -> None:
    elsewhere = when.astimezone(timezone(timedelta(hours=hours)))
    assert moments.parse_moment(elsewhere.isoformat(), PRESENT) == moments.moment_of(when)
    assert moments.parse_moment(moments.moment_of(when), PRESENT) == moments.moment_of(when)


def test_a_time_without_offset_is_beijing_time() -> None:
    assert moments.parse_moment("2010-03-19T09:30", PRESENT) == "2010-03-19T09:30:00.000+08:00"
    assert moments.moment_of(datetime(2010, 3, 19)) == "2010-03-19T00:00:00.000+08:00"  # noqa: DTZ001


def test_a_bare_date_is_now_if_it_is_today_else_the_end_of_that_day() -> None:
    assert moments.parse_moment("2010-03-20", PRESENT) == PRESENT
    assert moments.parse_moment("2010-03-19", PRESENT) == "2010-03-19T23:59:59.999+08:00"
    assert moments.parse_moment("2010-03-21", PRESENT) > PRESENT


@pytest.mark.parametrize(
    "text",
    [
        "2010-03-05",
        "2010-3-5",
        "2010/03/05",
        "2010.3.5",
        "20100305",
        "2010年3月5日",
        " 2010-03-05 ",
    ],
)
def test_dates_are_read_as_people_write_them(text: str) -> None:
    assert moments.parse_date(text) == date(2010, 3, 5)


@pytest.mark.parametrize(
    "text", ["", "2010-02-30", "2010-13-01", "05.03.2010", "2010-3", "201035", "20103-5", "gestern"]
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(BadValue, match="is not a date"):
        moments.parse_date(text)
    with pytest.raises(BadValue, match="is not a time"):
        moments.parse_moment(text, PRESENT)
    with pytest.raises(BadValue):
        moments.check_moment(text)


def test_a_moment_beyond_the_calendar_is_no_time() -> None:
    with pytest.raises(BadValue):
        moments.parse_moment("0001-01-01T00:00+14:00", PRESENT)


def test_a_moment_that_can_be_read_is_kept_as_it_was_typed() -> None:
    assert moments.check_moment(" 2010-03-19 ") == "2010-03-19"


def test_the_present_is_the_machines() -> None:
    before, now, after = moments.now(), moments.now(), moments.now()
    assert before <= now <= after
    assert now.endswith("+08:00")
    assert moments.day_of(now) == datetime.now(moments.BEIJING).date()


@pytest.mark.parametrize(
    ("day", "year", "term"),
    [
        ("2010-01-31", 2009, "2009-autumn"),
        ("2010-02-01", 2009, "2010-spring"),
        ("2010-08-31", 2009, "2010-spring"),
        ("2010-09-01", 2010, "2010-autumn"),
        ("2010-12-31", 2010, "2010-autumn"),
    ],
)
def test_a_school_year_begins_in_september_and_has_two_terms(
    day: str, year: int, term: str
) -> None:
    assert moments.school_year(date.fromisoformat(day)) == year
    assert moments.term_of(date.fromisoformat(day)) == term
