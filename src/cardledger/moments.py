"""Moments of time, as text.

A moment is text of one fixed form, always Beijing time and milliseconds,
`2010-03-20T23:59:59.999+08:00`, so that the order of the texts is the order of the moments and
nothing has to be parsed to compare them. The empty text sorts first and means "always".

Rules of HANDBOOK 4: a time without offset is Asia/Shanghai; a bare date is now if it is today,
else the end of that day.
"""

from __future__ import annotations

import functools
import re
from datetime import date, datetime, timedelta, timezone
from typing import Final, NewType

from cardledger.errors import BadValue
from cardledger.i18n import _

Moment = NewType("Moment", str)

#: Asia/Shanghai has had no daylight saving since 1991; the cards are younger than that.
BEIJING: Final = timezone(timedelta(hours=8))
ALWAYS: Final = Moment("")
END_OF_DAY: Final = "T23:59:59.999+08:00"

_DATE = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")


def moment_of(when: datetime) -> Moment:
    """Return the moment of a datetime; one without offset is taken as Beijing time."""
    local = when.astimezone(BEIJING) if when.tzinfo else when.replace(tzinfo=BEIJING)
    return Moment(local.isoformat(timespec="milliseconds"))


def now() -> Moment:
    """Return the present moment, by the machine's clock."""
    return moment_of(datetime.now(BEIJING))


def day_of(moment: str) -> date:
    """Return the Beijing day on which a moment lies."""
    return date.fromisoformat(moment[:10])


def end_of(day: date) -> Moment:
    """Return the last millisecond of a day."""
    return Moment(day.isoformat() + END_OF_DAY)


def parse_date(text: str) -> date:
    """Read a day: 2010-03-20, 2010-3-1, 2010/03/01, 20100301 or 2010年3月1日.

    Raises `BadValue` for anything else, and for days that no calendar has.
    """
    found = _DATE.fullmatch(text.strip()) or _COMPACT.fullmatch(text.strip())
    if found:
        try:
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            pass
    raise BadValue(
        _("“{value}” is not a date."), hint=_("Write it as 2010-03-20."), value=text
    ) from None


def parse_moment(text: str, present: Moment) -> Moment:
    """Read a moment: a date, or an ISO time with or without offset.

    A bare date is `present` if it is today, else the end of that day (HANDBOOK 4).
    Raises `BadValue` where neither can be read.
    """
    moment, is_day = _read(text)
    return present if is_day and moment[:10] == present[:10] else moment


@functools.lru_cache(1 << 12)
def check_moment(text: str) -> str:
    """Return a text that `parse_moment` can read, without space around it; else `BadValue`."""
    _read(text)
    return text.strip()


@functools.lru_cache(1 << 12)
def _read(text: str) -> tuple[Moment, bool]:
    """Return the moment that a text names, of a bare date its end, and whether it is a date."""
    stripped = text.strip()
    try:
        return end_of(parse_date(stripped)), True
    except BadValue:
        try:
            return moment_of(datetime.fromisoformat(stripped)), False
        except (ValueError, OverflowError):
            raise BadValue(
                _("“{value}” is not a time."),
                hint=_("Write a date as 2010-03-20, or a time as 2010-03-20T09:30."),
                value=text,
            ) from None


def school_year(day: date) -> int:
    """Return the year in which the school year of a day began; it begins on 1 September."""
    return day.year if day.month >= 9 else day.year - 1


def term_of(day: date) -> str:
    """Return the term of a day, `2010-spring` or `2010-autumn`.

    February to August is the spring term; January still belongs to the autumn before.
    """
    if day.month == 1:
        return f"{day.year - 1:04}-autumn"
    return f"{day.year:04}-spring" if day.month < 9 else f"{day.year:04}-autumn"
