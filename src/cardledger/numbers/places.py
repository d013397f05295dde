"""Places: the first 15 digits of a number, which nobody else ever has.

The last digit only checks the others, so that two numbers that differ in nothing else would be one
number twice.
"""

from __future__ import annotations

from typing import Final

from cardledger.numbers.checks import check_digit_of
from cardledger.policy import Policy

#: A class has at most so many numbers, a cohort so many classes: two digits, from 01.
MOST: Final = 99


def cohort_of_number(number: str) -> int:
    """Return the cohort that digits 10-11 of a student number show (HANDBOOK 3): 1980 to 2079."""
    year = int(number[9:11])
    return year + (1900 if year >= 80 else 2000)


def place_of(school: str, category: str, cohort: int, class_number: int, in_class: int) -> str:
    """Return the first 15 digits of a number.

    Raises `ValueError` for a class or a number in class that has no two digits.
    """
    if not (1 <= class_number <= MOST and 1 <= in_class <= MOST):
        raise ValueError(f"class {class_number}, number {in_class}: both are 1 to {MOST}")
    return f"{school}{category}{cohort % 100:02}{class_number:02}{in_class:02}"


def whole_number(policy: Policy, place: str) -> str:
    """Return a place with the last digit that a policy computes; the place where it cannot.

    A last digit that checks nothing is 0. MOD 11-2 computes X for one place in eleven: no digit,
    so that there can be no such number.
    """
    algorithm = policy.check_digit
    digit = "0" if algorithm == "none" else check_digit_of(algorithm, place)
    return place + digit if digit.isdigit() else place


def prefixes_of(
    policy: Policy, school: str, category: str, cohort: int, class_number: int
) -> list[str]:
    """Return the first 13 digits that the numbers of one class may have, that of `category` first.

    Guests and locals sit in one class and are counted through, whatever their category.
    """
    same_level = next((digits for digits in policy.levels.values() if category in digits), category)
    digits = dict.fromkeys((category, *same_level))
    return [f"{school}{digit}{cohort % 100:02}{class_number:02}" for digit in digits]


def next_in_class(taken: set[int]) -> list[int]:
    """Return the free numbers in class: first those after the last one, then what was left out.

    A number that somebody had is never given again, so that the list is counted on; only a class
    that has reached 99 looks back for numbers that nobody ever had.
    """
    last = max(taken, default=0)
    return [*range(last + 1, MOST + 1), *(one for one in range(1, last) if one not in taken)]
