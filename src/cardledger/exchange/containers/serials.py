"""Days as spreadsheets count them: from 1900, or, in workbooks that began on a Macintosh, 1904."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from cardledger.exchange.reading.cells import Cell

#: Serial numbers of the days from 1930 to 2064, in the date system that counts from 1900.
SERIALS: Final = range(10959, 60268)
#: Days by which a serial number is lower in the system that counts from 1904.
DAYS_OF_1904: Final = 1462

_ZERO: Final = date(1899, 12, 30)
_MIDNIGHT: Final = datetime.combine(_ZERO, time())
#: Spreadsheets believe that 1900 had a 29 February, of this number; days before it are one off.
_FALSE_LEAP_DAY: Final = 60


class Serial1904(float):
    """A number of a workbook that counts days from 1904: as a day it is another one."""

    __slots__ = ()


def is_serial(number: int | float) -> bool:
    """Tell whether a number can be a day of a pupil's life, in the system that it belongs to."""
    return SERIALS.start <= _since_1900(number) < SERIALS.stop


def day_of(number: int | float) -> date:
    """Return the day of a serial number, by the system that it belongs to."""
    return _ZERO + timedelta(days=int(_since_1900(number)))


def _since_1900(number: int | float) -> float:
    return number + DAYS_OF_1904 if isinstance(number, Serial1904) else number


#: What a number format makes of a number.
Kind = Literal["number", "moment", "period"]

#: Formats that spreadsheet programs know by number. Those from 27 on are used in East Asia.
_MOMENTS: Final = frozenset({*range(14, 23), 45, 47, *range(27, 37), *range(50, 59)})
_PERIODS: Final = frozenset({46})
#: Parts of a format that are shown as they are, or say how: text, colours, conditions, blanks.
_FIXED: Final = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]?', re.IGNORECASE)
_PERIOD: Final = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
#: Days after which dates have five digits of years.
_LAST: Final = 2_958_466
_DAY: Final = 86_400_000


def kind_of(number: int, form: str | None) -> Kind:
    """Tell what a number format shows: by its number, or by its text where it has one."""
    if form is None:
        return "period" if number in _PERIODS else "moment" if number in _MOMENTS else "number"
    bare = _FIXED.sub("", form).split(";")[0]
    if _PERIOD.search(bare):
        return "period"
    return "moment" if re.search("[dmhys]", re.sub("(?i)general", "", bare), re.I) else "number"


def value_of(number: float, kind: Kind, since_1904: bool) -> Cell:
    """Return what a number of a cell means: a day, a time, a period, or a number.

    A number that can be no date stays one. A time of day has no day; midnight has no time.
    """
    if kind == "number" or not 0 <= number < _LAST:
        return Serial1904(number) if since_1904 else number
    if kind == "period":
        return timedelta(milliseconds=round(number * _DAY))
    if number < 1 and not since_1904:
        return (_MIDNIGHT + timedelta(milliseconds=round(number * _DAY) % _DAY)).time()
    if since_1904:
        number += DAYS_OF_1904
    elif number < _FALSE_LEAP_DAY:
        number += 1
    moment = _MIDNIGHT + timedelta(milliseconds=round(number * _DAY))
    return moment.date() if moment.time() == time() else moment
