"""Check digits against the library and their definitions; and from numbers known to be right."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.iso7064 import mod_11_2, mod_11_10

from cardledger.numbers import ALGORITHMS, Candidate, candidates, check_digit_of
from cardledger.numbers.checks import nearly_fitting, only_fitting
from cardledger.policy import CheckDigit

DIGITS: Final = st.text("0123456789", min_size=15, max_size=15)


def by_definition(algorithm: CheckDigit, digits: str) -> str:
    """Return the check character, as the standards define it."""
    if algorithm == "luhn":
        # Every second digit counts double, the one beside the check digit first.
        doubled = [
            int(one) * (2 if place % 2 == 0 else 1) for place, one in enumerate(digits[::-1])
        ]
        total = sum(one if one < 10 else one - 9 for one in doubled)
        return str(-total % 10)
    if algorithm == "mod-11-2":
        # The sum of a(i) * 2^(i-1), the check character being a(1), is 1 modulo 11.
        total = sum(int(one) << place for place, one in enumerate(digits[::-1], 1))
        return "0123456789X"[(1 - total) % 11]
    product = 10
    for one in digits:
        product = 2 * ((product + int(one)) % 10 or 10) % 11
    return str((1 - product) % 10)


@given(DIGITS)
def test_a_check_digit_is_what_the_standard_defines(digits: str) -> None:
    for algorithm in ALGORITHMS:
        assert check_digit_of(algorithm, digits) == by_definition(algorithm, digits), algorithm


@given(DIGITS)
def test_the_library_validates_what_is_computed(digits: str) -> None:
    for algorithm, module in zip(ALGORITHMS, (mod_11_10, mod_11_2, luhn), strict=True):
        assert module.is_valid(digits + check_digit_of(algorithm, digits))


def test_what_is_no_algorithm_computes_nothing() -> None:
    for algorithm in ("unknown", "none"):
        assert check_digit_of(algorithm, "011700110151010") == ""


@given(DIGITS, st.integers(0, 14), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(digits: str, place: int, more: int) -> None:
    other = str((int(digits[place]) + more) % 10)
    wrong = digits[:place] + other + digits[place + 1 :]
    for algorithm in ALGORITHMS:
        assert check_digit_of(algorithm, wrong) != check_digit_of(algorithm, digits)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_numbers_that_are_right_leave_one_candidate(algorithm: CheckDigit) -> None:
    places = [f"0117001101501{index:02}" for index in range(1, 31)]
    checks = {place: check_digit_of(algorithm, place) for place in places}
    numbers = [place + check for place, check in checks.items() if check != "X"]
    found = candidates(numbers)
    assert [one.algorithm for one in found] == [*ALGORITHMS, "none"]
    assert only_fitting(found) == algorithm
    for one in found:
        assert one.fits == (one.algorithm in (algorithm, "none"))
        if not one.fits:
            first = next(
                number
                for number in numbers
                if by_definition(one.algorithm, number[:15]) != number[15]
            )
            assert one.fails_on == first
            assert one.expected == by_definition(one.algorithm, first[:15])
            assert 0 <= one.agreed < len(numbers)


def test_without_numbers_nothing_is_put_to_the_test() -> None:
    found = candidates([])
    assert all(one.fits and one.agreed == 0 for one in found)
    assert only_fitting(found) is None


def test_two_that_fit_are_not_one() -> None:
    both = [Candidate("mod-11-10", 1), Candidate("luhn", 1), Candidate("none", 1)]
    assert only_fitting(both) is None
    assert only_fitting([*both[1:], Candidate("mod-11-10", 0, "x", "1")]) == "luhn"


def test_one_wrong_number_among_many_does_not_hide_the_algorithm() -> None:
    places = [f"0117001101501{index:02}" for index in range(1, 31)]
    numbers = [place + check_digit_of("luhn", place) for place in places]
    wrong = numbers[7][:15] + str((int(numbers[7][15]) + 1) % 10)
    found = candidates([*numbers[:7], wrong, *numbers[8:]])
    assert only_fitting(found) is None
    nearly = nearly_fitting(found, 30)
    assert nearly == Candidate("luhn", 29, wrong, numbers[7][15])
    assert nearly_fitting(candidates(numbers), 30) is None
    assert nearly_fitting(candidates(f"{place}0" for place in places), 30) is None


def test_a_number_counts_once() -> None:
    number = "011700110150101" + check_digit_of("luhn", "011700110150101")
    assert {one.algorithm: one.agreed for one in candidates([number, number])}["luhn"] == 1
