from __future__ import annotations

from typing import Final

import pytest

from cardledger import Ledger
from cardledger.errors import BadValue, NotFound
from cardledger.replay import Replay
from projections import Shown
from tests.support.given import ANNA, BORIS, NEIGHBOUR, OUTSIDE, Row, act, number, pupil
from tests.support.ledgers import outcomes, row_of, tell


def card_row(ledger: Ledger, card: str, as_of: str | None = None) -> Shown:
    return row_of(ledger, "cards", {"card": card}, as_of)


def test_a_card_with_all_that_is_known_of_it(ledger: Ledger) -> None:
    tell(
        ledger,
        pupil(ANNA),
        act("issue", card="C1", student=ANNA, uid="04A1B2C3", at="2010-03-01T09:00"),
        act("upgrade", card="C1", at="2010-03-02T09:00"),
        act("recycle", card="C1", handler="Wang", reason="left", at="2010-06-01T09:00"),
        act("box-open", box="B1", cohort=2015, at="2010-06-02T09:00"),
        act("box-put", box="B1", card="C1", at="2010-06-03T09:00"),
    )
    row = card_row(ledger, "C1")
    assert row.pop("student").startswith("P")
    assert row == {
        "card": "C1",
        "kind": "record",
        "uid": "04A1B2C3",
        "state": "boxed",
        "format": "upgraded",
        "student_number": ANNA,
        "school": ANNA[:8],
        "cohort": 2015,
        "issued_at": "2010-03-01T09:00:00.000+08:00",
        "last_at": "2010-06-03T09:00:00.000+08:00",
        "last_action": "box-put",
        "replaces": None,
        "replaced_by": None,
        "recycled_at": "2010-06-01T09:00:00.000+08:00",
        "recycled_by": "Wang",
        "recycled_reason": "left",
        "box": "B1",
    }


_ISSUED: Final = act("issue", card="C1", student=ANNA, at="2010-03-01")
_LOST: Final = act("lost", card="C1", at="2010-03-02")
_REPLACED: Final = act("reissue", card="C2", student=ANNA, reason="lost", at="2010-03-03")
_LEFT: Final = act("leave-swipe", card="C1", reason="transfer", at="2010-03-02")


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        ([_ISSUED], "live"),
        ([_ISSUED, _LOST], "lost"),
        ([_ISSUED, _LOST, act("found", card="C1", at="2010-03-03")], "live"),
        ([_ISSUED, _LEFT], "left"),
        ([_ISSUED, _LEFT, act("student-resume", student=ANNA, at="2010-03-03")], "live"),
        ([_ISSUED, _LOST, _REPLACED], "replaced-lost"),
        ([_ISSUED, _LOST, _REPLACED, act("found", card="C1", at="2010-03-04")], "outstanding"),
        ([_ISSUED, act("recycle", card="C1", handler="Wang")], "recycled"),
        ([act("term-swipe", card="C1", student=ANNA, evidence="imported")], "unknown"),
    ],
)
def test_every_state_of_the_handbook(ledger: Ledger, rows: list[Row], state: str) -> None:
    tell(ledger, pupil(ANNA), *rows)
    assert card_row(ledger, "C1")["state"] == state


def test_a_card_of_the_opening_stock_has_no_dates(ledger: Ledger) -> None:
    tell(ledger, pupil(ANNA), act("register", card="C1", student=ANNA))
    row = card_row(ledger, "C1", "2000-01-01")
    assert (row["state"], row["issued_at"], row["last_at"]) == ("live", None, None)


def test_old_and_new_card_name_each_other(ledger: Ledger) -> None:
    tell(ledger, pupil(ANNA), _ISSUED, _LOST, _REPLACED)
    assert card_row(ledger, "C1")["replaced_by"] == "C2"
    assert card_row(ledger, "C2")["replaces"] == "C1"


def test_a_card_is_where_its_holder_is(ledger: Ledger) -> None:
    tell(
        ledger,
        pupil(ANNA),
        act("register", card="C1", student=ANNA, upgraded=True),
        act("register", card="I1", student=ANNA, kind="identity"),
        act("leave-swipe", card="C1", reason="transfer", at="2010-03-02"),
        act("transfer-swipe", card="C1", school=NEIGHBOUR, at="2010-03-03"),
        act("student-renumber", student=ANNA, number=number(5, school=NEIGHBOUR, cohort=2016)),
    )
    for card in ("C1", "I1"):
        row = card_row(ledger, card)
        assert row["school"] == NEIGHBOUR
        assert row["cohort"] == 2016
        assert row["student_number"] == number(5, school=NEIGHBOUR, cohort=2016)


def test_a_card_that_was_taken_back_stays_with_school_and_cohort(ledger: Ledger) -> None:
    tell(
        ledger,
        pupil(ANNA),
        _ISSUED,
        act("recycle", card="C1", handler="Wang", at="2010-03-05"),
        act("student-repeat-year", student=ANNA, cohort=2016, at="2010-03-06"),
        act("student-transfer-out", student=ANNA, at="2010-03-07"),
        act("student-transfer-in", student=ANNA, school=NEIGHBOUR, at="2010-03-08"),
    )
    row = card_row(ledger, "C1")
    assert (row["school"], row["cohort"]) == (ANNA[:8], 2015)


def test_a_number_that_was_only_mistyped_is_no_card(ledger: Ledger) -> None:
    tell(ledger, pupil(ANNA), _ISSUED)
    (outcome,) = outcomes(ledger, act("term-swipe", card="C11"))
    assert outcome.positions
    assert [row["card"] for row in Replay(ledger).rows("cards")] == ["C1"]


def test_a_card_from_elsewhere_begins_with_its_transfer_swipe(ledger: Ledger) -> None:
    tell(
        ledger,
        pupil(ANNA),
        act(
            "transfer-swipe",
            card="C9",
            student=ANNA,
            from_school=OUTSIDE,
            upgraded=True,
            leave_swiped=True,
            at="2010-03-02T10:00",
        ),
    )
    row = card_row(ledger, "C9")
    assert (row["state"], row["issued_at"]) == ("live", "2010-03-02T10:00:00.000+08:00")


def test_cards_can_be_chosen(ledger: Ledger) -> None:
    tell(
        ledger,
        pupil(ANNA),
        pupil(BORIS),
        act("register", card="C1", student=ANNA, uid="04A1B2C3"),
        act("register", card="C2", student=BORIS),
        act("reissue", card="C3", student=BORIS, reason="lost"),
        act("recycle", card="C1", handler="Wang"),
        act("box-open", box="B1", cohort=2015),
        act("box-put", box="B1", card="C1"),
    )

    def chosen(**where: str) -> list[str]:
        return [row["card"] for row in Replay(ledger).rows("cards", where=where)]

    assert chosen(card="uid:04A1B2C3") == ["C1"]
    assert chosen(student=BORIS) == ["C2", "C3"]
    assert chosen(box="b1") == ["C1"]
    assert chosen(box="B2") == []
    with pytest.raises(NotFound):
        chosen(card="C99")
    with pytest.raises(NotFound):
        chosen(student=number(77))
    with pytest.raises(BadValue, match="term"):
        chosen(term="2010-spring")
