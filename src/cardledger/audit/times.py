"""Time as the rules count it: spans, month ends, windows. Nothing here raises."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from cardledger.moments import ALWAYS, Moment, day_of, moment_of, term_of

_LATEST: Final = Moment("9999-12-31T23:59:59.999+08:00")


def later(moment: str, span: timedelta) -> Moment:
    """Return the moment a span after another one; `ALWAYS` stays as it is."""
    if not moment:
        return ALWAYS
    try:
        return moment_of(datetime.fromisoformat(moment) + span)
    except OverflowError:
        return _LATEST


def elapsed(first: str, last: str) -> timedelta:
    """Return the time between two moments; none where one of them is `ALWAYS`."""
    if not first or not last:
        return timedelta(0)
    return datetime.fromisoformat(last) - datetime.fromisoformat(first)


def month_ends(first: str, last: str) -> Iterator[date]:
    """Yield the last day of every month from the month of one moment to that of another."""
    if not first or not last:
        return
    year, month = int(first[:4]), int(first[5:7])
    while (year, month) <= (int(last[:4]), int(last[5:7])):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        if year > date.max.year:
            return
        yield date(year, month, 1) - timedelta(days=1)


@functools.lru_cache(1 << 10)
def terms(first: str, last: str) -> tuple[str, ...]:
    """Return the terms from that of one day to that of another, such as 2010-spring."""
    found = []
    term, end = term_of(date.fromisoformat(first)), term_of(date.fromisoformat(last))
    while _place(term) <= _place(end):
        found.append(term)
        year, _dash, season = term.partition("-")
        term = f"{year}-autumn" if season == "spring" else f"{int(year) + 1:04}-spring"
    return tuple(found)


def _place(term: str) -> tuple[int, bool]:
    year, _dash, season = term.partition("-")
    return int(year), season == "autumn"


def day(moment: str) -> str:
    """Return the day of a moment, for a sentence."""
    return moment[:10]


def term_at(moment: str) -> str:
    """Return the term in which a moment lies."""
    return term_of(day_of(moment))
