"""Policy: the rules that change by circular, each in force from a date (HANDBOOK 6).

A policy is recorded as an event (`policy.adopted/1`). A decision uses the one that was in force
on the day of the act. A circular that changes only some rules leaves the others as they were.
The built-in default is spring 2010.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, Literal

import msgspec

from cardledger.moments import Moment, end_of

Level = str  # "primary", "junior", "senior" or "vocational"
CheckDigit = Literal["unknown", "mod-11-10", "mod-11-2", "luhn", "none"]
HandsIn = Literal["junior-not-continuing", "senior", "out-of-town"]

#: The handbook gives the window of the spring term; the autumn term's is the same three weeks.
WINDOWS: Final = {"spring": ("03-01", "03-20"), "autumn": ("09-01", "09-20")}
LOWEST_TOOLS: Final = {"cmis": 96, "card-manager": 54, "term-swipe": 19, "transfer": 12}
LEVELS: Final = {"primary": "047", "junior": "158", "senior": "269", "vocational": "3"}


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of one rule book.

    windows: first and last day (month-day) of the term swipes, by season.
    upgrade_required: whether a card must be upgraded before it is swiped.
    lowest_tools: lowest version of each tool; `cmis_optional_types` are the school types
    (digit 5 of a number) that may keep their CMIS.
    collect_from: who must hand the record card in; cards of `out-of-town` pupils are kept for
    inspection and boxed.
    levels: values of digit 9 for each level; guests and treated_as_local: those of guests.
    check_digit: the algorithm of the last digit.
    """

    windows: dict[str, tuple[str, str]] = msgspec.field(default_factory=lambda: dict(WINDOWS))
    upgrade_required: bool = True
    lowest_tools: dict[str, int] = msgspec.field(default_factory=lambda: dict(LOWEST_TOOLS))
    cmis_optional_types: str = "012"
    collect_from: tuple[HandsIn, ...] = ("junior-not-continuing", "senior", "out-of-town")
    levels: dict[str, str] = msgspec.field(default_factory=lambda: dict(LEVELS))
    guests: str = "456"
    treated_as_local: str = "789"
    check_digit: CheckDigit = "unknown"

    def window(self, term: str) -> tuple[date, date]:
        """Return the first and the last day of the swipe window of a term such as 2010-spring."""
        year, season = term.split("-")
        first, last = self.windows[season]
        return date.fromisoformat(f"{year}-{first}"), date.fromisoformat(f"{year}-{last}")

    def window_end(self, term: str) -> Moment:
        """Return the last moment of the swipe window of a term."""
        return end_of(self.window(term)[1])

    def level(self, number: str) -> Level:
        """Return the level that digit 9 of a student number shows; empty where it shows none."""
        digit = number[8:9]
        return next((name for name, digits in self.levels.items() if digit and digit in digits), "")


DEFAULT: Final = Policy()
_DEFAULTS: Final[dict[str, Any]] = msgspec.to_builtins(DEFAULT)


class Adopted(msgspec.Struct, frozen=True):
    """One circular: the day from which it holds, and the rules that it changes."""

    from_day: str
    position: int
    changes: dict[str, Any]


def in_force(adopted: list[Adopted], day: date) -> Policy:
    """Return the policy of a day: the default, changed by each circular in force, in their order.

    Of two circulars from the same day the one recorded later holds.
    """
    if not adopted:
        return DEFAULT
    circulars = sorted(adopted, key=lambda one: (one.from_day, one.position))
    return amended(one.changes for one in circulars if one.from_day <= day.isoformat())


def amended(circulars: Iterable[Mapping[str, Any]]) -> Policy:
    """Return the default policy with the rules that circulars change, one after the other.

    A rule with several parts (windows, lowest tools, levels) keeps the parts that a circular
    does not name. Raises `msgspec.ValidationError` where a rule has not the right form.
    """
    rules = dict(_DEFAULTS)
    for changes in circulars:
        for name, value in changes.items():
            parts = isinstance(value, dict) and isinstance(rules.get(name), dict)
            rules[name] = rules[name] | value if parts else value
    return msgspec.convert(rules, Policy)


def wrong_rules(changes: Mapping[str, Any]) -> list[str]:
    """Return the names and values of rules that no policy has, those in windows included."""
    names = {field.name for field in msgspec.structs.fields(Policy)}
    wrong = sorted(set(changes) - names)
    for season, window in amended([changes]).windows.items() if not wrong else ():
        if season not in WINDOWS or window[0] > window[1]:
            wrong.append(season)
        wrong += [day for day in window if not _is_day(day)]
    return wrong


def _is_day(text: str) -> bool:
    """Whether a month-day such as 03-20 is in every year."""
    try:
        return date.fromisoformat(f"2010-{text}").isoformat() == f"2010-{text}"
    except ValueError:
        return False
