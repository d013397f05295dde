"""Terms, school days and moments. Everything is Beijing time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Final

BEIJING: Final = timezone(timedelta(hours=8))
DAY: Final = timedelta(days=1)


def moment(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """Return a moment of a day."""
    return datetime.combine(day, time(hour, minute, second), BEIJING)


def end_of(day: date) -> datetime:
    """Return the last millisecond of a day: what a bare date means (handbook, section 4)."""
    return datetime.combine(day, time(23, 59, 59, 999000), BEIJING)


def text_of(when: datetime) -> str:
    """Return a moment in the fixed form 2010-03-20T23:59:59.999+08:00."""
    return when.isoformat(timespec="milliseconds")


def school_year(day: date) -> int:
    """Return the year in which the school year of a day began; it begins on 1 September."""
    return day.year if day.month >= 9 else day.year - 1


def weekday_from(day: date) -> date:
    """Return the day itself, or the Monday after a weekend."""
    while day.weekday() > 4:
        day += DAY
    return day


def month_ends(first: date, last: date) -> Iterator[date]:
    """Yield the last day of every month that ends between two days."""
    day = first
    while day <= last:
        if (day + DAY).day == 1:
            yield day
        day += DAY


@dataclass(frozen=True, slots=True)
class Term:
    """A term: spring runs from late February to the end of August, autumn to the end of January.

    The months in between belong to the term before, so that every month end lies in one term.
    """

    year: int
    season: str

    @property
    def name(self) -> str:
        return f"{self.year}-{self.season}"

    @property
    def is_spring(self) -> bool:
        return self.season == "spring"

    @property
    def first(self) -> date:
        """The day of the roster export."""
        return weekday_from(date(self.year, 2, 22)) if self.is_spring else date(self.year, 9, 1)

    @property
    def last(self) -> date:
        return date(self.year, 8, 31) if self.is_spring else date(self.year + 1, 1, 31)

    @property
    def window(self) -> tuple[date, date]:
        """First and last day of the term swipes: the first three weeks of March or September."""
        month = 3 if self.is_spring else 9
        return date(self.year, month, 1), date(self.year, month, 20)

    @property
    def closes(self) -> datetime:
        """The last moment of the window."""
        return end_of(self.window[1])

    def school_day(self, number: int) -> date:
        """Return the `number`-th weekday of the window, from 0; there are at least 13."""
        day = weekday_from(self.window[0])
        for _step in range(number):
            day = weekday_from(day + DAY)
        return day

    @property
    def filing_day(self) -> date:
        """When all cards of a school are filed, after the window."""
        return weekday_from(self.window[1] + 4 * DAY)

    @property
    def later(self) -> tuple[date, date]:
        """First and last day of what happens after the filing."""
        if self.is_spring:
            return date(self.year, 3, 29), date(self.year, 6, 11)
        return date(self.year, 9, 28), date(self.year, 12, 10)

    @property
    def leaving_day(self) -> date:
        """When cards are swiped out and collected: before graduation, or before winter."""
        day = date(self.year, 6, 23) if self.is_spring else date(self.year + 1, 1, 8)
        return weekday_from(day)

    @property
    def boxing_day(self) -> date:
        day = date(self.year, 7, 1) if self.is_spring else date(self.year + 1, 1, 12)
        return weekday_from(day)

    @property
    def graduation_day(self) -> date:
        return weekday_from(date(self.year, 7, 5))

    @property
    def supplement_day(self) -> date:
        """When the cards made since the filing are filed."""
        day = date(self.year, 7, 12) if self.is_spring else date(self.year + 1, 1, 18)
        return weekday_from(day)

    def next(self) -> Term:
        return Term(self.year, "autumn") if self.is_spring else Term(self.year + 1, "spring")

    @property
    def title(self) -> str:
        """The term as a Chinese heading writes it."""
        return f"{self.year}年{'春' if self.is_spring else '秋'}季学期"


def terms_from(start: str, count: int) -> list[Term]:
    """Return `count` terms from one such as 2010-spring. Raises `ValueError` for other texts."""
    year, _dash, season = start.partition("-")
    if season not in ("spring", "autumn") or len(year) != 4 or not year.isdigit():
        raise ValueError(f"“{start}” is not a term; write it as 2010-spring or 2010-autumn")
    terms = [Term(int(year), season)]
    while len(terms) < count:
        terms.append(terms[-1].next())
    return terms
