from __future__ import annotations

from typing import Any, Final

from cardledger import Ledger
from cardledger.replay import Replay
from projections import Shown
from tests.support.given import ANNA, BORIS, NEIGHBOUR, PRIMARY, act, number, pupil
from tests.support.ledgers import student_id, tell

FREE: Final = number(9, cohort=2016)
OTHER: Final = number(10, cohort=2016)


def numbers(ledger: Ledger, as_of: str | None = None, **where: Any) -> dict[str, Shown]:
    return {row["number"]: row for row in Replay(ledger).rows("numbers", as_of=as_of, where=where)}


def allocate(ledger: Ledger) -> None:
    tell(
        ledger,
        pupil(ANNA, name="安娜", class_="1"),
        act(
            "number-allocate",
            number=FREE,
            student=ANNA,
            reason="repeated-year",
            class_="2",
            at="2010-03-01T09:00",
        ),
        act("number-allocate", number=OTHER, at="2010-03-02T09:00"),
    )


def test_a_number_on_its_way(ledger: Ledger) -> None:
    allocate(ledger)
    tell(
        ledger,
        act(
            "numbers-filed",
            accepted=[FREE],
            rejected=[OTHER],
            reasons=["twice"],
            at="2010-03-20T09:00",
        ),
    )
    anna = student_id(ledger, ANNA)
    assert list(numbers(ledger).values()) == [
        {
            "number": ANNA,
            "student": anna,
            "name": "安娜",
            "school": PRIMARY,
            "class": "1",
            "cohort": 2015,
            "state": "given",
            "why": None,
            "allocated_at": None,
            "filed_at": None,
            "reason": None,
        },
        {
            "number": FREE,
            "student": anna,
            "name": "安娜",
            "school": PRIMARY,
            "class": "2",
            "cohort": 2016,
            "state": "filed",
            "why": "repeated-year",
            "allocated_at": "2010-03-01T09:00:00.000+08:00",
            "filed_at": "2010-03-20T09:00:00.000+08:00",
            "reason": None,
        },
        {
            "number": OTHER,
            "student": None,
            "name": None,
            "school": PRIMARY,
            "class": None,
            "cohort": 2016,
            "state": "rejected",
            "why": None,
            "allocated_at": "2010-03-02T09:00:00.000+08:00",
            "filed_at": "2010-03-20T09:00:00.000+08:00",
            "reason": "twice",
        },
    ]
    before = numbers(ledger, as_of="2010-03-19")
    assert [row["state"] for row in before.values()] == ["given", "allocated", "allocated"]


def test_numbers_are_chosen_by_state_school_class_and_pupil(ledger: Ledger) -> None:
    allocate(ledger)
    tell(ledger, act("number-allocate", number=number(1, school=NEIGHBOUR), school=NEIGHBOUR))
    assert set(numbers(ledger, state="allocated", school=PRIMARY)) == {FREE, OTHER}
    assert set(numbers(ledger, student=ANNA)) == {ANNA, FREE}
    assert set(numbers(ledger, cohort="2016")) == {FREE, OTHER}
    assert set(numbers(ledger, **{"class": "2"})) == {FREE}


def test_a_number_that_nobody_allocated_is_filed_all_the_same(ledger: Ledger) -> None:
    tell(ledger, act("numbers-filed", accepted=[FREE], at="2010-03-20T09:00"))
    row = numbers(ledger)[FREE]
    assert (row["state"], row["allocated_at"], row["school"]) == ("filed", None, PRIMARY)


def test_a_former_number_has_no_class_of_today(ledger: Ledger) -> None:
    tell(ledger, pupil(BORIS, class_="1"))
    tell(ledger, act("student-renumber", student=BORIS, number=FREE, class_="2"))
    found = numbers(ledger)
    assert (found[BORIS]["class"], found[FREE]["class"]) == (None, "2")
    assert found[BORIS]["student"] == found[FREE]["student"]


def test_a_number_of_two_pupils_has_a_row_for_each(ledger: Ledger) -> None:
    tell(ledger, pupil(ANNA, name="A"), pupil(ANNA, name="B", evidence="imported"))
    rows = Replay(ledger).rows("numbers")
    assert [row["number"] for row in rows] == [ANNA, ANNA]
    assert {row["name"] for row in rows} == {"A", "B"}


def test_what_is_void_leaves_no_number(ledger: Ledger) -> None:
    (position,) = tell(ledger, act("number-allocate", number=FREE))
    assert set(numbers(ledger)) == {FREE}
    tell(ledger, act("void", position=position, reason="wrong class"))
    assert numbers(ledger) == {}
