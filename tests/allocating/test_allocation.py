"""The next free number of a class: which it is; that it is never given twice."""

from __future__ import annotations

from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cardledger import Ledger
from cardledger.allocating import Wanted, accepted_numbers, allocate
from cardledger.book import fold
from cardledger.errors import BadValue
from cardledger.numbers import check_digit_of
from cardledger.numbers.places import MOST, next_in_class
from cardledger.outcomes import Outcome
from tests.support.given import (
    ANNA,
    BORIS,
    COMBINED,
    NEIGHBOUR,
    PRIMARY,
    act,
    number,
    pupil,
    school,
)
from tests.support.ledgers import outcomes, student_id, tell

#: Class 1 of 2016 at the first school; the last digit is said, because the policy does not know it.
HERE: Final = Wanted(cohort=2016, class_number=1, check_digit="0", context={"at": "2010-03-01"})


def wanted(**changes: Any) -> Wanted:
    given_: dict[str, Any] = {"cohort": 2016, "class_number": 1, "check_digit": "0"}
    return Wanted(**(given_ | changes))


def taken(ledger: Ledger, asked: Wanted = HERE, **more: Any) -> list[str]:
    found = allocate(ledger, asked, **more)
    assert {one.outcome.outcome for one in found} == {"recorded"}
    return [one.number for one in found]


def refusal(ledger: Ledger, asked: Wanted, **more: Any) -> Outcome:
    ((_number, outcome),) = allocate(ledger, asked, **more)
    assert outcome.outcome == "refused"
    return outcome


def adopt(ledger: Ledger, algorithm: str) -> None:
    tell(ledger, act("policy-adopt", changes={"check_digit": algorithm}, from_="2010-01-01"))


def n(index: int, category: int = 0) -> str:
    return number(index, cohort=2016, category=category)


def test_numbers_of_a_class_are_counted_through(ledger: Ledger) -> None:
    assert [taken(ledger) for _three in range(3)] == [[n(1)], [n(2)], [n(3)]]
    assert taken(ledger, wanted(class_number=2)) == [number(1, cohort=2016, class_=2)]
    assert taken(ledger, wanted(cohort=2017)) == [number(1, cohort=2017)]
    assert fold(ledger.lines()).number_state(n(3)).state == "allocated"


def test_whatever_anybody_ever_had_is_taken(ledger: Ledger) -> None:
    tell(ledger, pupil(n(1)), act("student-renumber", student=n(1), number=ANNA))
    assert taken(ledger) == [n(2)]
    tell(ledger, act("numbers-filed", accepted=[n(3)], rejected=[n(4)], at="2010-03-01"))
    assert taken(ledger) == [n(5)]
    (void,) = tell(ledger, act("number-allocate", number=f"{n(6)[:15]}7"))
    tell(ledger, act("void", position=void, reason="a mistake"))
    assert taken(ledger) == [n(7)]
    tell(ledger, pupil(n(9), evidence="imported", entered="2010-05-01"))
    assert taken(ledger) == [n(10)]


def test_guests_and_locals_of_a_class_are_counted_together(ledger: Ledger) -> None:
    assert taken(ledger) == [n(1)]
    assert taken(ledger, wanted(guest=True)) == [n(2, category=4)]
    assert taken(ledger, wanted(guest=True, treated_as_local=True)) == [n(3, category=7)]
    assert taken(ledger, wanted(treated_as_local=True)) == [n(4, category=7)]
    assert taken(ledger, wanted(category="4")) == [n(5, category=4)]
    assert taken(ledger) == [n(6)]


def test_levels_of_a_combined_school_are_counted_apart(ledger: Ledger) -> None:
    tell(ledger, school(COMBINED))
    for level, category in (("primary", 0), ("junior", 1), ("junior", 1)):
        last = 1 if category == 0 else None
        (got,) = taken(ledger, wanted(school=COMBINED, level=level))
        assert got.startswith(number(1, school=COMBINED, category=category, cohort=2016)[:13])
        assert last is None or got[13:15] == "01"
    assert taken(ledger, wanted(school=COMBINED, level="junior"))[0][13:15] == "03"


def test_many_at_once_are_all_or_none(ledger: Ledger) -> None:
    adopt(ledger, "luhn")
    asked = wanted(check_digit="")
    places = [n(index)[:15] for index in range(1, 31)]
    expected = [place + check_digit_of("luhn", place) for place in places]
    before = ledger.head()
    assert [one.number for one in allocate(ledger, asked, count=30, dry_run=True)] == expected
    assert ledger.head() == before
    assert taken(ledger, asked, count=30) == expected
    assert refusal(ledger, asked, count=70).code == "class-full"
    assert ledger.head() == before + 30
    assert len(taken(ledger, asked, count=69)) == 69
    full = refusal(ledger, asked)
    assert full.code == "class-full"
    assert "Class 01 of cohort 2016" in full.message()


def test_a_class_that_reached_ninety_nine_looks_back(ledger: Ledger) -> None:
    tell(ledger, pupil(n(99)), pupil(n(1)))
    assert [taken(ledger) for _two in range(2)] == [[n(2)], [n(3)]]


@given(st.sets(st.integers(1, MOST)))
def test_next_in_class_gives_every_free_number_once(used: set[int]) -> None:
    free = next_in_class(used)
    assert sorted(free) == [one for one in range(1, MOST + 1) if one not in used]
    later = [one for one in free if one > max(used, default=0)]
    assert free[: len(later)] == later == sorted(later)


def test_where_the_check_is_no_digit_there_is_no_number(ledger: Ledger) -> None:
    adopt(ledger, "mod-11-2")
    numbers = taken(ledger, wanted(check_digit=""), count=9)
    # 09 would need an X.
    assert [one[13:15] for one in numbers] == ["01", "02", "03", "04", "05", "06", "07", "08", "10"]
    assert all(check_digit_of("mod-11-2", one[:15]) == one[15] for one in numbers)


def test_without_an_algorithm_the_refusal_says_what_the_ledger_knows(ledger: Ledger) -> None:
    asked = wanted(check_digit="")
    nothing = refusal(ledger, asked)
    assert nothing.code == "check-digit-unknown"
    assert "number check --known-right" in nothing.hint()
    places = [number(index)[:15] for index in range(1, 6)]
    right = [place + check_digit_of("mod-11-10", place) for place in places]
    tell(ledger, act("numbers-filed", accepted=right, rejected=[n(1)], at="2010-02-01"))
    assert accepted_numbers(ledger) == right
    hint = refusal(ledger, asked).hint()
    assert "only mod-11-10 fits all 5" in hint
    assert '{"check_digit": "mod-11-10"}' in hint
    more = [place + check_digit_of("mod-11-10", place) for place in (n(i)[:15] for i in range(20))]
    tell(ledger, act("numbers-filed", accepted=[*more, BORIS], digest="ab", at="2010-02-02"))
    hint = refusal(ledger, asked).hint()
    assert f"mod-11-10 fits 25 of the 26 accepted numbers here; {BORIS}" in hint
    tell(ledger, act("numbers-filed", rejected=[*more, *right[:2]], at="2010-03-01"))
    assert accepted_numbers(ledger) == [*right[2:], BORIS]
    assert "these fit all 4 accepted numbers here: none" in refusal(ledger, asked).hint()


def test_a_pupil_gets_the_category_of_the_roster_and_the_cohort_of_the_class(
    ledger: Ledger,
) -> None:
    tell(ledger, pupil(ANNA, class_="小2015届1班", guest=True), pupil(BORIS, class_="小2015届1班"))
    asked = wanted(student=ANNA, reason="wrong-category", cohort=0, class_number=0)
    assert taken(ledger, asked) == [number(3, category=4)]
    line = list(ledger.lines())[-1].event
    assert (line.student, line.reason, line.class_) == (  # type: ignore[attr-defined]
        *(student_id(ledger, ANNA), "wrong-category", "小2015届1班"),
    )


def test_a_pupil_who_waits_for_a_number_of_this_class_keeps_it(ledger: Ledger) -> None:
    tell(ledger, pupil(ANNA))
    asked = wanted(student=ANNA)
    (first,) = taken(ledger, asked)
    head = ledger.head()
    ((again, outcome),) = allocate(ledger, asked)
    assert (again, outcome.outcome, ledger.head()) == (first, "repeated", head)
    assert taken(ledger, wanted(student=ANNA, class_number=2)) != [first]
    # One that was rejected is of no use, one that the pupil has got is the former one.
    tell(ledger, act("numbers-filed", rejected=[first], at="2010-03-05"))
    (second,) = taken(ledger, asked)
    assert second == n(2)
    tell(ledger, act("student-renumber", student=ANNA, number=second))
    assert taken(ledger, asked) == [n(3)]


def test_an_allocation_that_is_void_does_not_wait(ledger: Ledger) -> None:
    tell(ledger, pupil(ANNA))
    taken(ledger, wanted(student=ANNA))
    tell(ledger, act("void", position=ledger.head(), reason="a mistake"))
    assert taken(ledger, wanted(student=ANNA)) == [n(2)]


def test_who_is_meant_must_be_clear(ledger: Ledger) -> None:
    tell(ledger, pupil(ANNA, name="A"), pupil(ANNA, name="B", evidence="imported"))
    assert refusal(ledger, wanted(student=ANNA)).code == "ambiguous-student"
    assert refusal(ledger, wanted(student=BORIS)).code == "unknown-student"
    assert refusal(ledger, wanted(student="PZZZZZZZZZZ")).code == "unknown-student"
    for text in ("0117", "安娜"):
        assert refusal(ledger, wanted(student=text)).code == "bad-student-number"


def test_the_office_refuses_what_does_not_fit_the_pupil(ledger: Ledger) -> None:
    tell(ledger, pupil(ANNA, guest=True))
    outcome = refusal(ledger, wanted(student=ANNA, category="0"))
    assert outcome.code == "number-category-mismatch"
    assert "The roster says “guest”" in outcome.message()
    assert refusal(ledger, wanted(school="01170077")).code == "unknown-school"
    late = wanted(context={"at": "2010-07-01"})
    assert refusal(ledger, late).code == "happened-in-future"


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({}, 0),
        ({}, 100),
        ({"check_digit": "5"}, 2),
        ({"check_digit": "", "student": ANNA}, 2),
        ({"check_digit": "10"}, 1),
        ({"check_digit": "X"}, 1),
        ({"class_number": 100}, 1),
        ({"category": "33"}, 1),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_written(
    ledger: Ledger, changes: dict[str, Any], count: int
) -> None:
    tell(ledger, pupil(ANNA))
    head = ledger.head()
    with pytest.raises(BadValue):
        allocate(ledger, wanted(**changes), count=count)
    assert ledger.head() == head


STEPS: Final = st.lists(
    st.sampled_from(["allocate", "guest", "add", "file", "reject", "void", "renumber"]), max_size=12
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_no_number_is_ever_allocated_twice(ledger: Ledger, steps: list[str]) -> None:
    before = ledger.head()
    cohort = 2016 + before % 60
    asked = wanted(cohort=cohort)
    for index, step in enumerate(steps):
        own = [
            line
            for line in ledger.lines(after=before)
            if type(line.event).__name__ == "NumberAllocated"
        ]
        last = own[-1] if own else None
        if step in ("allocate", "guest") or last is None:
            taken(ledger, wanted(cohort=cohort, guest=step == "guest"))
            continue
        text = last.event.number  # type: ignore[attr-defined]
        rows = {
            "add": pupil(text, name=f"N{index}", evidence="imported"),
            "file": act("numbers-filed", accepted=[text], digest=f"{before}.{index}"),
            "reject": act("numbers-filed", rejected=[text], digest=f"{before}.{index}"),
            "void": act("void", position=last.position, reason="a mistake"),
            "renumber": act("student-renumber", student=text, number=f"{text[:15]}9"),
        }
        outcomes(ledger, rows[step])
    taken(ledger, asked)
    events = [line.event for line in ledger.lines(after=before)]
    places = [one.number[:15] for one in events if type(one).__name__ == "NumberAllocated"]  # type: ignore[attr-defined]
    assert len(set(places)) == len(places)
    numbers = [place[13:15] for place in places]
    assert len(set(numbers)) == len(numbers)


def test_a_number_is_of_the_school_that_is_asked(ledger: Ledger) -> None:
    assert taken(ledger, wanted(school=NEIGHBOUR))[0][:8] == NEIGHBOUR
    assert taken(ledger)[0][:8] == PRIMARY
