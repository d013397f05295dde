"""Days and times as people and spreadsheets write them.

A day: 2010-3-1, 2010/03/01, 2010.3.1, 2010年3月1日, 20100301, a date cell, or the serial number
that a date cell becomes when its format is lost. Days lie in the years 1900 to 2100; a year of two
digits, or a day before its month, is not guessed at.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, TypeGuard

from cardledger.errors import BadValue
from cardledger.exchange.containers.serials import SERIALS, day_of, is_serial
from cardledger.exchange.reading.cells import Cell, label, shown, text
from cardledger.i18n import _
from cardledger.moments import Moment, parse_moment

_YEARS: Final = range(1900, 2101)
_DAY: Final = re.compile(r"(\d{4})([-/.年])(\d{1,2})([-/.月])(\d{1,2})日?|(\d{4})(\d{2})(\d{2})")
_MONTH: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})月?|(\d{4})(\d{2})")
_TIME: Final = re.compile(
    r"(上午|下午)?\s*(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})(\.\d{1,6})?)?[分秒]?"
)
_PRESENT: Final = Moment("2000-01-01T00:00:00.000+08:00")


def day(cell: Cell) -> str:
    """Read a day; returns it as 2010-03-01. A time beside it is left out."""
    return _day_of(cell).isoformat()


def day_or_month(cell: Cell) -> str:
    """Read a day, or a month (2004年9月, 2004-09, 200409) as its first day."""
    # As a number 2004.1 may have been 2004.10: only whole numbers are months.
    readable = isinstance(cell, str) or (isinstance(cell, (int, float)) and cell % 1 == 0)
    written = _joined(text(cell)) if readable else ""
    found = _MONTH.fullmatch(written)
    if found:
        year, month = found[1] or found[3], found[2] or found[4]
        return _made(int(year), int(month), 1, written).isoformat()
    return day(cell)


def moment(cell: Cell) -> str:
    """Read a moment: a day as 2010-03-01, or a time as 2010-03-01T09:30:00 (no offset: Beijing).

    Midnight to the second of a date cell is a bare day: that is how a spreadsheet stores a day.
    """
    if _is_serial(cell):
        seconds = round((cell - int(cell)) * 86400)
        return _shortest(day_of(cell), timedelta(seconds=seconds))
    if isinstance(cell, datetime):
        return _shortest(cell.date(), cell - datetime.combine(cell.date(), time()))
    written = unicodedata.normalize("NFKC", text(cell)) if isinstance(cell, str) else ""
    found = re.fullmatch(r"(\S+?)(?:\s+|(?<=日)|T)(\S.*)", written)
    clock = _TIME.fullmatch(found[2]) if found else None
    if found and clock:
        return _shortest(_day_of(found[1]), _clock(clock, written), bare_midnight=False)
    if "T" in written:
        parse_moment(written, _PRESENT)
        return written
    return day(cell)


def _clock(found: re.Match[str], written: str) -> timedelta:
    half, hour, minute, second = found[1], int(found[2]), int(found[3]), int(found[4] or 0)
    if half == "下午" and hour < 12:
        hour += 12
    if hour > 23 or minute > 59 or second > 59:
        raise _not_a_time(written)
    return timedelta(hours=hour, minutes=minute, seconds=second + float(found[5] or 0))


def _shortest(on: date, clock: timedelta, *, bare_midnight: bool = True) -> str:
    if bare_midnight and not clock:
        return on.isoformat()
    when = datetime.combine(on, time()) + clock
    return when.isoformat(timespec="milliseconds" if when.microsecond else "seconds")


def _day_of(cell: Cell) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool) or not isinstance(cell, (str, int, float)):
        raise _not_a_day(shown(cell))
    if _is_serial(cell):
        return day_of(cell)
    return _day_of_text(label(cell) if not isinstance(cell, str) else text(cell))


@lru_cache(maxsize=4096)
def _day_of_text(given: str) -> date:
    written = unicodedata.normalize("NFKC", given).strip()
    bare = re.fullmatch(r"(.*\S)(?:\s+|T)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?", written)
    found = _DAY.fullmatch(_joined(bare[1] if bare else written))
    if found and (found[6] or (found[2] == "年") == (found[4] == "月")):
        year, month, on = found.group(6, 7, 8) if found[6] else found.group(1, 3, 5)
        return _made(int(year), int(month), int(on), given)
    if written.isascii() and written.isdigit() and len(written) == 5 and int(written) in SERIALS:
        return day_of(int(written))
    raise _not_a_day(given)


def _joined(written: str) -> str:
    return re.sub(r"\s*([-/.年月日])\s*", r"\1", unicodedata.normalize("NFKC", written)).strip()


def _made(year: int, month: int, on: int, written: str) -> date:
    try:
        if year in _YEARS:
            return date(year, month, on)
    except ValueError:
        pass
    raise _not_a_day(written)


def _is_serial(cell: Cell) -> TypeGuard[int | float]:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool) and is_serial(cell)


def _not_a_day(written: str) -> BadValue:
    return BadValue(_("“{value}” is not a date."), hint=_("Write it as 2010-03-20."), value=written)


def _not_a_time(written: str) -> BadValue:
    return BadValue(
        _("“{value}” is not a time."),
        hint=_("Write a date as 2010-03-20, or a time as 2010-03-20T09:30."),
        value=written,
    )
