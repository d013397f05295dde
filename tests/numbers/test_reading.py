"""What the digits of a student number say, and what is wrong with them (HANDBOOK 3)."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardledger.numbers import Facts, Reading, check_digit_of, read_number
from cardledger.numbers.reading import CATEGORY, CHECK, MALFORMED
from cardledger.policy import DEFAULT, Policy, amended
from tests.support.given import NEIGHBOUR, PRIMARY, number

SCHOOLS: Final = (PRIMARY, NEIGHBOUR)

#: HANDBOOK 3, by school type: which categories pupils of that school may have.
ALLOWED: Final = {
    "0": "047",
    "1": "158",
    "2": "047158",
    "3": "047158269",
    "4": "158269",
    "5": "269",
    "6": "3",
    "7": "3269",
}


def codes(reading: Reading) -> list[str]:
    return [fault.code for fault in reading.faults]


def test_a_number_is_read_digit_by_digit() -> None:
    reading = read_number("0117001141501070", DEFAULT, schools=SCHOOLS)
    assert [(part.first, part.last, part.digits, part.text()) for part in reading.parts] == [
        (1, 2, "01", "Beijing"),
        (3, 4, "17", "Pinggu"),
        (5, 5, "0", "primary school"),
        (6, 8, "011", "school 01170011"),
        (9, 9, "4", "primary pupil, guest"),
        (10, 11, "15", "graduates in 2015"),
        (12, 13, "01", "class 1"),
        (14, 15, "07", "number 7"),
        (16, 16, "0", "check digit; the policy does not say how it is computed"),
    ]
    assert (reading.school, reading.level, reading.kind) == (PRIMARY, "primary", "guest")
    assert (reading.cohort, reading.class_number, reading.in_class) == (2015, 1, 7)
    assert (reading.check, reading.faults, reading.wrong) == ("unknown", (), False)


@given(st.text("0123456789", min_size=16, max_size=16))
def test_the_parts_of_any_number_are_the_number(text: str) -> None:
    reading = read_number(text, DEFAULT)
    assert "".join(part.digits for part in reading.parts) == text
    ends = [0, *(part.last for part in reading.parts)]
    assert [part.first for part in reading.parts] == [end + 1 for end in ends[:-1]]
    for fault in reading.faults:
        assert (fault.first, fault.last) in {(part.first, part.last) for part in reading.parts}
        assert fault.text()


@given(st.text(max_size=20))
def test_whatever_is_typed_is_read_or_malformed(text: str) -> None:
    reading = read_number(text, DEFAULT)
    assert bool(reading.parts) == (codes(reading) != ["malformed"])
    if not reading.parts:
        assert reading.number == text
        assert reading.findings == (MALFORMED,)
        assert reading.faults[0].text()


def test_a_lost_zero_is_told_from_other_lengths() -> None:
    lost = read_number("117001101501070", DEFAULT).faults[0].text()
    short = read_number("1170", DEFAULT).faults[0].text()
    assert "leading zero" in lost
    assert short == "A student number has 16 digits."


@pytest.mark.parametrize("school_type", "01234567")
def test_the_category_fits_the_type_of_the_school(school_type: str) -> None:
    for category in "0123456789":
        text = f"0117{school_type}011{category}1501010"
        fits = "category-not-of-school" not in codes(read_number(text, DEFAULT))
        assert fits == (category in ALLOWED[school_type]), category


def test_what_no_rule_book_knows_is_malformed() -> None:
    for text, code in (
        ("0117801101501010", "type-unknown"),
        ("0117001101500010", "class-zero"),
        ("0117001101501000", "number-zero"),
    ):
        reading = read_number(text, DEFAULT)
        assert codes(reading) == [code]
        assert reading.findings == (MALFORMED,)
    fewer = amended([{"levels": {"senior": "26"}}])
    assert codes(read_number("0117501191501010", fewer)) == ["category-unknown"]


@pytest.mark.parametrize(
    ("facts", "allowed"),
    [
        (Facts(guest=False), "0"),
        (Facts(guest=True), "4"),
        (Facts(guest=True, treated_as_local=False), "4"),
        (Facts(guest=True, treated_as_local=True), "7"),
        # Whoever is no guest is not treated as a local: it is one.
        (Facts(guest=False, treated_as_local=True), "0"),
        (Facts(), "047"),
    ],
)
def test_the_category_fits_what_the_roster_says(facts: Facts, allowed: str) -> None:
    for category in "047":
        reading = read_number(number(category=int(category)), DEFAULT, facts=facts)
        wrong = codes(reading) == ["category-not-of-pupil"]
        assert wrong == (category not in allowed), category
        assert reading.findings == ((CATEGORY,) if wrong else ())


def test_guests_in_vocational_schools_are_never_a_finding() -> None:
    text = number(school="01176011", category=3)
    for treated in (False, True):
        facts = Facts(guest=True, treated_as_local=treated)
        assert not read_number(text, DEFAULT, facts=facts).faults


def test_another_cohort_than_the_rosters_is_worth_a_look() -> None:
    reading = read_number(number(cohort=2015), DEFAULT, facts=Facts(cohort=2016))
    assert codes(reading) == ["cohort-differs"]
    assert "2016" in reading.faults[0].text()
    assert not reading.wrong
    assert not read_number(number(cohort=2015), DEFAULT, facts=Facts(cohort=2015)).faults


def test_a_school_that_nobody_knows_is_worth_a_look() -> None:
    away = number(school="01120055")
    assert codes(read_number(away, DEFAULT, schools=SCHOOLS)) == ["district-unknown"]
    assert codes(read_number(number(school="01170099"), DEFAULT, schools=SCHOOLS)) == [
        "school-unknown"
    ]
    assert not read_number(away, DEFAULT).faults
    assert codes(read_number("9" + away[1:], DEFAULT)) == ["province-unknown"]
    # A ledger of that district knows it, and its schools.
    assert codes(read_number(away, DEFAULT, schools=["01120001"])) == ["school-unknown"]
    assert not read_number(away, DEFAULT, schools=["01120001"]).wrong


@given(st.text("0123456789", min_size=16, max_size=16))
def test_a_check_digit_is_judged_only_by_a_policy_that_knows_it(text: str) -> None:
    for algorithm in ("unknown", "none"):
        assert CHECK not in read_number(text, Policy(check_digit=algorithm)).findings
    reading = read_number(text, Policy(check_digit="luhn"))
    right = check_digit_of("luhn", text[:15]) == text[15]
    assert reading.check == ("right" if right else "wrong")
    assert (CHECK in reading.findings) == (not right)


def test_a_later_rule_book_reads_digit_nine_otherwise() -> None:
    later = amended([{"levels": {"primary": "01"}, "guests": "1", "treated_as_local": ""}])
    reading = read_number(number(category=1), later)
    assert (reading.level, reading.kind, reading.faults) == ("primary", "guest", ())
    assert read_number(number(category=1), DEFAULT).wrong
