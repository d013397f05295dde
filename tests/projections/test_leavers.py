from __future__ import annotations

from cardledger import Ledger
from cardledger.replay import Replay
from projections import Shown
from tests.support.given import ANNA, BORIS, NEIGHBOUR, PRIMARY, act, pupil
from tests.support.ledgers import tell


def begun(ledger: Ledger) -> None:
    tell(
        ledger,
        pupil(ANNA, name="安娜"),
        pupil(BORIS),
        act("register", card="C1", student=ANNA, upgraded=True),
        act("register", card="C2", student=BORIS, upgraded=True),
        act("register", card="I1", student=ANNA, kind="identity"),
    )


def leavers(ledger: Ledger, as_of: str | None = None) -> list[Shown]:
    return Replay(ledger).rows("leavers", as_of=as_of)


def test_a_leaver_with_swipe_card_and_box(ledger: Ledger) -> None:
    begun(ledger)
    tell(
        ledger,
        act("leave-swipe", card="C1", reason="graduation", at="2010-05-01T09:00"),
        act("recycle", card="C1", handler="Wang", at="2010-05-02T09:00"),
        act("box-open", box="B1", cohort=2015, at="2010-05-02"),
        act("box-put", box="B1", card="C1", at="2010-05-03"),
    )
    (row,) = leavers(ledger)
    assert row.pop("student").startswith("P")
    assert row == {
        "student_number": ANNA,
        "name": "安娜",
        "school": PRIMARY,
        "cohort": 2015,
        "left_at": "2010-05-01T09:00:00.000+08:00",
        "reason": "graduation",
        "leave_swiped_at": "2010-05-01T09:00:00.000+08:00",
        "card": "C1",
        "recycled_at": "2010-05-02T09:00:00.000+08:00",
        "recycled_by": "Wang",
        "box": "B1",
    }


def test_a_transfer_out_without_a_swipe_is_a_leaving(ledger: Ledger) -> None:
    begun(ledger)
    tell(ledger, act("student-transfer-out", student=BORIS, at="2010-05-01"))
    (row,) = leavers(ledger)
    assert (row["card"], row["leave_swiped_at"], row["recycled_at"]) == ("C2", None, None)


def test_the_school_that_a_pupil_left_for_another_of_the_ledger_lists_the_pupil(
    ledger: Ledger,
) -> None:
    begun(ledger)
    tell(
        ledger,
        act("leave-swipe", card="C1", reason="transfer", at="2010-03-02"),
        act("transfer-swipe", card="C1", school=NEIGHBOUR, at="2010-03-05"),
    )
    (row,) = leavers(ledger)
    assert (row["school"], row["left_at"][:10], row["reason"]) == (
        PRIMARY,
        "2010-03-02",
        "transfer",
    )


def test_who_came_back_is_no_leaver(ledger: Ledger) -> None:
    begun(ledger)
    tell(
        ledger,
        act("leave-swipe", card="C1", reason="dropout", at="2010-03-02"),
        act("student-resume", student=ANNA, at="2010-03-10"),
    )
    assert leavers(ledger) == []
    assert len(leavers(ledger, "2010-03-09")) == 1


def test_who_left_twice_is_listed_once_with_the_last_leaving(ledger: Ledger) -> None:
    begun(ledger)
    tell(
        ledger,
        act("leave-swipe", card="C1", reason="dropout", at="2010-03-02"),
        act("student-resume", student=ANNA, at="2010-03-10"),
        act("leave-swipe", card="C1", reason="transfer", at="2010-04-02"),
    )
    (row,) = leavers(ledger)
    assert (row["reason"], row["left_at"][:10]) == ("transfer", "2010-04-02")


def test_a_card_that_was_taken_back_before_graduation_is_listed(ledger: Ledger) -> None:
    begun(ledger)
    tell(ledger, act("recycle", card="C1", handler="Wang", reason="graduation", at="2010-05-02"))
    (row,) = leavers(ledger)
    assert (row["left_at"], row["recycled_by"], row["school"]) == (None, "Wang", PRIMARY)


def test_a_replaced_card_says_nothing_about_leaving(ledger: Ledger) -> None:
    begun(ledger)
    tell(ledger, act("recycle", card="C1", handler="Wang", reason="replaced", at="2010-05-02"))
    assert leavers(ledger) == []
    tell(ledger, act("recycle", card="C2", handler="Wang", reason="left", at="2010-05-02"))
    tell(ledger, act("reissue", card="C3", student=BORIS, reason="returned", at="2010-05-03"))
    assert leavers(ledger) == []


def test_a_forgotten_leaver_has_no_name(ledger: Ledger) -> None:
    begun(ledger)
    tell(
        ledger,
        act("student-transfer-out", student=ANNA, at="2010-05-01"),
        act("student-forget", student=ANNA),
    )
    (row,) = leavers(ledger)
    assert row["name"] is None
