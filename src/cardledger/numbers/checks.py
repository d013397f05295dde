"""Check digits: the candidates for the last digit of a student number (HANDBOOK 3).

The office's algorithm is not public. The candidates are those of python-stdnum; from numbers that
are known to be right it can be said which of them fit. The default `unknown` never rejects.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from cardledger.policy import CheckDigit

#: Algorithms that compute a digit. `none` says that the last digit checks nothing.
ALGORITHMS: Final[tuple[CheckDigit, ...]] = ("mod-11-10", "mod-11-2", "luhn")


class Candidate(NamedTuple):
    """How an algorithm agrees with numbers that are known to be right.

    agreed: how many of them have the digit that it computes. fails_on: the first that has another
    one, and expected: what it computes there (X of MOD 11-2 is no digit, so that such a number
    cannot be). Both are empty where it fits all.
    """

    algorithm: CheckDigit
    agreed: int
    fails_on: str = ""
    expected: str = ""

    @property
    def fits(self) -> bool:
        """Whether no number contradicts it."""
        return not self.fails_on


def check_digit_of(algorithm: CheckDigit, digits: str) -> str:
    """Return the check character of the first 15 digits; empty where the algorithm has none.

    MOD 11-2 gives X for one number in eleven.
    """
    if algorithm not in ALGORITHMS:
        return ""
    # Start-up matters: only who computes a check digit loads the library.
    from stdnum import luhn
    from stdnum.iso7064 import mod_11_2, mod_11_10

    module = {"mod-11-10": mod_11_10, "mod-11-2": mod_11_2, "luhn": luhn}[algorithm]
    digit: str = module.calc_check_digit(digits)
    return digit


def candidates(numbers: Iterable[str]) -> list[Candidate]:
    """Return how every algorithm agrees with numbers of 16 digits that are known to be right.

    `none` comes last and always fits: nothing can contradict that a digit checks nothing.
    """
    known = list(dict.fromkeys(numbers))
    found = []
    for algorithm in ALGORITHMS:
        agreed, fails_on, expected = 0, "", ""
        for number in known:
            digit = check_digit_of(algorithm, number[:15])
            if digit == number[15:]:
                agreed += 1
            elif not fails_on:
                fails_on, expected = number, digit
        found.append(Candidate(algorithm, agreed, fails_on, expected))
    return [*found, Candidate("none", len(known))]


def only_fitting(found: Iterable[Candidate]) -> CheckDigit | None:
    """Return the one algorithm that fits, where exactly one does and was put to the test."""
    computing = (one for one in found if one.algorithm != "none")
    fitting = [one.algorithm for one in computing if one.fits and one.agreed]
    return fitting[0] if len(fitting) == 1 else None


def nearly_fitting(found: Iterable[Candidate], count: int) -> Candidate | None:
    """Return the algorithm that agrees with nine of ten numbers, though not with all.

    By chance it is one of ten: where so many agree, the others are likelier to be mistyped.
    """
    best = max(
        (one for one in found if one.algorithm != "none"), key=lambda one: one.agreed, default=None
    )
    return best if best is not None and not best.fits and 10 * best.agreed >= 9 * count else None
