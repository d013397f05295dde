"""Telephone numbers: mobile ones of 11 digits, landlines with their area code."""

from __future__ import annotations

import re
from typing import Final, Literal

Judgement = Literal["", "no-area-code", "malformed"]

_MOBILE: Final = re.compile(r"(?:\+?86-?)?1[3-9]\d{9}")
_LANDLINE: Final = re.compile(
    r"(?:\+?86-?)?\(?0(?:10|2\d|[3-9]\d{2})\)?-?[2-9]\d{6,7}(?:[-转]\d{1,6})?"
)
_LOCAL: Final = re.compile(r"[2-9]\d{6,7}(?:[-转]\d{1,6})?")
#: What is no part of a number: signs between numbers, and words that say whose it is.
_BETWEEN: Final = re.compile(r"[^\d()+转\s-]+|\n")
_DASHES: Final = re.compile(r"[—–－]")
#: So many digits are meant as a telephone number; no number has more than the second.
_LEAST: Final = 5
_MOST: Final = 14


def parts_of(text: str) -> list[str]:
    """Return the numbers of a text that may hold several, each with nothing around it."""
    found = []
    for part in _BETWEEN.split(_DASHES.sub("-", text)):
        # A space may be inside a number (010 6996 1234) or between two.
        whole = "".join(part.split())
        pieces = [whole] if _digits(whole) <= _MOST else part.split()
        # 王某(父亲)138…: a bracket that closes a word is none of the number's.
        found += [one.strip("-转").lstrip(")").rstrip("(") for one in pieces]
    return [one for one in found if _digits(one)]


def numbers_in(text: str) -> list[str]:
    """Return what is meant as a telephone number in a text of words and numbers."""
    return [one for one in parts_of(text) if _digits(one) >= _LEAST]


def _digits(text: str) -> int:
    return sum(char.isdigit() for char in text)


def judged(number: str) -> Judgement:
    """Return what is wrong with a telephone number; empty where nothing is."""
    if _MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number):
        return ""
    return "no-area-code" if _LOCAL.fullmatch(number) else "malformed"
