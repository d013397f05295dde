from __future__ import annotations

from cardledger import Ledger
from cardledger.replay import Replay
from projections import Shown
from tests.support.given import ANNA, BORIS, DAVID, NEIGHBOUR, PRIMARY, Row, act, number, pupil
from tests.support.ledgers import tell

FOURTH = number(4)


def swipe(card: str, at: str, **fields: str) -> Row:
    return act("term-swipe", card=card, at=at, **fields)


def begun(ledger: Ledger) -> None:
    """Three pupils of one class with upgraded cards, and one at the other school."""
    tell(
        ledger,
        *(pupil(one, class_="一1") for one in (ANNA, BORIS, FOURTH, DAVID)),
        act("register", card="C1", student=ANNA, upgraded=True),
        act("register", card="C2", student=BORIS, upgraded=True),
        act("register", card="C4", student=FOURTH, upgraded=True),
        act("register", card="CD", student=DAVID, upgraded=True, school=NEIGHBOUR),
    )


def spring(last: str) -> dict[str, object]:
    """Return the rule that the window of the spring term ends on this day."""
    return {"windows": {"spring": ["03-01", last]}}


def terms(ledger: Ledger, as_of: str | None = None, **where: str) -> list[Shown]:
    return Replay(ledger).rows("terms", as_of=as_of, where=where)


def test_who_is_registered_and_who_is_missing(ledger: Ledger) -> None:
    begun(ledger)
    tell(ledger, swipe("C1", "2010-03-05"), swipe("C2", "2010-04-05"))
    assert terms(ledger, school=PRIMARY) == [
        {
            "school": PRIMARY,
            "term": "2010-spring",
            "class": "一1",
            "pupils": 3,
            "registered": 2,
            "missing": 1,
            "percent": 66.7,
        }
    ]
    (other,) = terms(ledger, school=NEIGHBOUR)
    assert (other["pupils"], other["missing"], other["percent"]) == (1, 1, 0.0)


def test_pupils_are_those_in_school_when_the_window_closed(ledger: Ledger) -> None:
    begun(ledger)
    tell(
        ledger,
        swipe("C1", "2010-03-05"),
        act("student-suspend", student=BORIS, at="2010-03-10"),
        act("student-transfer-out", student=FOURTH, at="2010-03-21"),
    )
    (row,) = terms(ledger, school=PRIMARY)
    assert (row["pupils"], row["registered"]) == (2, 1)


def test_a_pupil_counts_where_the_window_closed(ledger: Ledger) -> None:
    begun(ledger)
    tell(
        ledger,
        swipe("C1", "2010-03-05"),
        act("leave-swipe", card="C1", reason="transfer", at="2010-03-08"),
        act("transfer-swipe", card="C1", school=NEIGHBOUR, class_="一9", at="2010-03-09"),
    )
    by_class = {(row["school"], row["class"]): row["registered"] for row in terms(ledger)}
    assert by_class == {(PRIMARY, "一1"): 0, (NEIGHBOUR, "一1"): 0, (NEIGHBOUR, "一9"): 1}


def test_before_the_window_closes_the_asked_day_counts(ledger: Ledger) -> None:
    begun(ledger)
    tell(
        ledger,
        swipe("C1", "2010-03-05"),
        act("student-transfer-out", student=BORIS, at="2010-03-10"),
    )
    (before,) = terms(ledger, "2010-03-09", school=PRIMARY)
    (after,) = terms(ledger, "2010-03-10", school=PRIMARY)
    assert (before["pupils"], after["pupils"]) == (3, 2)


def test_the_term_of_a_day_is_shown_before_anybody_swiped(ledger: Ledger) -> None:
    begun(ledger)
    assert terms(ledger) == []
    (row,) = terms(ledger, "2010-03-01", school=PRIMARY)
    assert (row["term"], row["registered"], row["missing"]) == ("2010-spring", 0, 3)


def test_the_policy_of_the_day_says_when_the_window_closes(ledger: Ledger) -> None:
    begun(ledger)
    tell(
        ledger,
        act(
            "policy-adopt",
            changes={"windows": {"spring": ["03-01", "03-31"], "autumn": ["09-01", "09-20"]}},
            from_="2010-03-10",
        ),
        swipe("C1", "2010-03-05"),
        act("student-transfer-out", student=BORIS, at="2010-03-25"),
    )
    (row,) = terms(ledger, school=PRIMARY)
    assert row["pupils"] == 2


def test_a_later_policy_does_not_move_a_window_that_closed(ledger: Ledger) -> None:
    begun(ledger)
    tell(
        ledger,
        act(
            "policy-adopt", changes={"windows": {"spring": ["05-01", "05-31"]}}, from_="2010-04-01"
        ),
        swipe("C1", "2010-03-05"),
        act("student-transfer-out", student=BORIS, at="2010-03-25"),
    )
    (row,) = terms(ledger, school=PRIMARY)
    assert row["pupils"] == 3


def test_a_circular_may_close_a_window_after_the_fact(ledger: Ledger) -> None:
    begun(ledger)
    tell(
        ledger,
        act(
            "policy-adopt", changes={"windows": {"spring": ["03-01", "03-31"]}}, from_="2010-02-01"
        ),
        act(
            "policy-adopt", changes={"windows": {"spring": ["03-01", "03-10"]}}, from_="2010-03-25"
        ),
        swipe("C1", "2010-03-05"),
        act("student-transfer-out", student=BORIS, at="2010-03-15"),
    )
    (row,) = terms(ledger, school=PRIMARY)
    assert row["pupils"] == 3


def test_terms_come_in_the_order_of_time(ledger: Ledger) -> None:
    begun(ledger)
    tell(
        ledger,
        swipe("C1", "2009-10-05"),
        swipe("C1", "2009-05-05"),
        swipe("C1", "2010-03-05"),
    )
    shown = [row["term"] for row in terms(ledger, school=PRIMARY)]
    assert shown == ["2009-spring", "2009-autumn", "2010-spring"]
    assert len(terms(ledger, term="2009-autumn", school=PRIMARY)) == 1
