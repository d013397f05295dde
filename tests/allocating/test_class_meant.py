"""Which class is meant: as said, as its pupils have it, as its name ends; else people are asked."""

from __future__ import annotations

from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardledger import Ledger
from cardledger.allocating import ClassOf, Wanted, class_meant
from cardledger.allocating.wanted import number_at_end
from cardledger.book import fold
from cardledger.errors import BadInput
from tests.support.given import ANNA, BORIS, CLARA, COMBINED, PRIMARY, act, number, pupil, school
from tests.support.ledgers import student_id, tell

ONE: Final = "小2015届1班"


def meant(ledger: Ledger, student: str = "", **wanted: Any) -> ClassOf:
    key = student_id(ledger, student) if student else ""
    known = fold(ledger.lines()).student(key) if key else None
    policy = ledger.reference().policy(ledger.clock())
    asked = Wanted(student=student, **wanted)
    return class_meant(ledger, asked, known, policy, ledger.clock())


def asks(ledger: Ledger, *said: str, student: str = "", **wanted: Any) -> None:
    with pytest.raises(BadInput) as caught:
        meant(ledger, student, **wanted)
    for word in said:
        assert word in f"{caught.value} {caught.value.hint}"


def test_a_class_by_its_name_alone(ledger: Ledger) -> None:
    assert meant(ledger, class_="小2016届3班") == ClassOf(PRIMARY, "0", 2016, 3, "小2016届3班")
    assert meant(ledger, class_="１６届（３）班").class_number == 3
    assert meant(ledger, class_="16届3班").cohort == 2016


def test_a_class_that_has_pupils_is_as_they_have_it(ledger: Ledger) -> None:
    tell(
        ledger,
        pupil(number(1, class_=7), class_="one"),
        pupil(number(2, class_=7), class_="one"),
    )
    assert meant(ledger, class_="one") == ClassOf(PRIMARY, "0", 2015, 7, "one")
    # A pupil who came from elsewhere keeps the digits of that school.
    tell(ledger, pupil(number(1, school="01120001", class_=3), school=PRIMARY, class_="one"))
    assert meant(ledger, class_="one").class_number == 7
    assert meant(ledger, class_="one", class_number=8).class_number == 8


def test_two_class_numbers_in_one_class_are_asked_about(ledger: Ledger) -> None:
    tell(ledger, pupil(number(1, class_=7), class_=ONE), pupil(number(1, class_=8), class_=ONE))
    asks(ledger, "07 (1), 08 (1)", "--class-number", class_=ONE)


def test_what_nobody_said_is_asked(ledger: Ledger) -> None:
    asks(ledger, "cohort", "--cohort")
    asks(ledger, "--cohort", class_="1班")
    asks(ledger, "--class-number", class_="阳光", cohort=2016)
    asks(ledger, "--class-number", cohort=2016)
    assert meant(ledger, class_="1班", cohort=2016).class_number == 1


def test_pupils_of_two_cohorts_in_a_class_do_not_tell_the_cohort(ledger: Ledger) -> None:
    tell(ledger, pupil(number(1), class_="1班"), pupil(number(1, cohort=2016), class_="1班"))
    asks(ledger, "--cohort", class_="1班")
    assert meant(ledger, class_="1班", cohort=2016).cohort == 2016


def test_a_pupil_stays_in_the_class_unless_another_is_named(ledger: Ledger) -> None:
    tell(ledger, pupil(ANNA, class_=ONE))
    assert meant(ledger, ANNA) == ClassOf(PRIMARY, "0", 2015, 1, ONE)
    assert meant(ledger, ANNA, class_="小2016届2班") == ClassOf(
        PRIMARY, "0", 2016, 2, "小2016届2班"
    )


def test_who_repeats_a_year_gets_the_cohort_of_the_new_class(ledger: Ledger) -> None:
    tell(ledger, pupil(ANNA, class_=ONE))
    asks(ledger, "--cohort", student=ANNA, reason="repeated-year")
    tell(ledger, act("student-repeat-year", student=ANNA, class_="小2016届2班"))
    assert meant(ledger, ANNA, reason="repeated-year")[2:] == (2016, 2, "小2016届2班")


def test_the_level_of_a_combined_school_is_not_guessed(ledger: Ledger) -> None:
    tell(ledger, school(COMBINED))
    here: dict[str, Any] = {"school": COMBINED, "cohort": 2016, "class_number": 1}
    asks(ledger, "--level", "--category", **here)
    assert meant(ledger, level="junior", **here).category == "1"
    assert meant(ledger, level="junior", guest=True, **here).category == "5"
    assert meant(ledger, category="8", **here).category == "8"
    assert meant(ledger, school=COMBINED, class_="初2016届1班").category == "1"
    junior = number(1, school=COMBINED, category=1, cohort=2011)
    tell(ledger, pupil(junior, class_="A1"))
    assert meant(ledger, class_="A1", school=COMBINED).category == "1"
    assert meant(ledger, junior).category == "1"
    young = number(1, school=COMBINED, cohort=2012)
    tell(ledger, pupil(young, class_="B1", grade=4))
    assert meant(ledger, young).category == "0"
    # Three years on it is another level, and which class that is nobody said.
    asks(ledger, "--level", student=young, cohort=2015, class_number=1)


def test_a_wrong_category_is_not_copied(ledger: Ledger) -> None:
    tell(ledger, pupil(ANNA, guest=True, class_=ONE), pupil(BORIS, class_=ONE))
    assert (meant(ledger, ANNA).category, meant(ledger, BORIS).category) == ("4", "0")
    tell(ledger, act("student-change", student=ANNA, treated_as_local=True))
    assert meant(ledger, ANNA).category == "7"


def test_a_pupil_who_is_away_is_asked_for_at_this_school(ledger: Ledger) -> None:
    tell(ledger, pupil(CLARA), act("student-transfer-out", student=CLARA))
    assert meant(ledger, CLARA, class_="小2016届1班").school == PRIMARY


@given(st.integers(1, 99), st.sampled_from(["{}", "{}班", "一年级{}班", "小2016届{}班", "({})班"]))
def test_names_end_with_their_number(value: int, form: str) -> None:
    assert number_at_end(form.format(value)) == value
    ones = "一二三四五六七八九"
    tens, rest = divmod(value, 10)
    numeral = ("" if tens < 1 else "十" if tens == 1 else f"{ones[tens - 1]}十") + (
        ones[rest - 1] if rest else ""
    )
    if form != "一年级{}班":
        assert number_at_end(form.format(numeral)) == value


@pytest.mark.parametrize("name", ["", "阳光", "2016届", "A", "2016", "班"])
def test_names_without_a_number_have_none(name: str) -> None:
    assert number_at_end(name) == 0
