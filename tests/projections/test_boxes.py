from __future__ import annotations

from cardledger import Ledger
from cardledger.replay import Replay
from projections import Shown
from tests.support.given import ANNA, BORIS, CLARA, act, pupil
from tests.support.ledgers import tell


def packed(ledger: Ledger) -> None:
    tell(
        ledger,
        pupil(ANNA),
        pupil(BORIS),
        pupil(CLARA),
        act("register", card="C2", student=BORIS),
        act("register", card="C1", student=ANNA),
        act("register", card="C3", student=CLARA),
        act("recycle", card="C1", handler="Wang", at="2010-05-01"),
        act("recycle", card="C2", handler="Wang", at="2010-05-01"),
        act("recycle", card="C3", handler="Wang", at="2010-05-01"),
        act("box-open", box="B1", cohort=2015, at="2010-05-02"),
        act("box-open", box="B0", cohort=2016, at="2010-05-02"),
        act("box-put", box="B1", card="C2", at="2010-05-03"),
        act("box-put", box="B1", card="C1", at="2010-05-04"),
    )


def box_row(ledger: Ledger, name: str) -> Shown:
    (row,) = Replay(ledger).rows("boxes", where={"box": name})
    return row


def test_an_open_box_says_how_many_cards_are_in_it(ledger: Ledger) -> None:
    packed(ledger)
    assert box_row(ledger, "B1") == {
        "box": "B1",
        "school": ANNA[:8],
        "cohort": 2015,
        "state": "open",
        "count": 2,
        "handler": None,
        "sealed_on": None,
        "cards": ["C1", "C2"],
        "stocktake_on": None,
        "stocktake_by": None,
        "found": None,
        "missing": None,
        "unexpected": None,
        "elsewhere": None,
    }
    assert [row["box"] for row in Replay(ledger).rows("boxes")] == ["B1", "B0"]


def test_a_sealed_box_says_who_counted_what_and_when(ledger: Ledger) -> None:
    packed(ledger)
    tell(ledger, act("box-seal", box="B1", count=2, handler="Li", at="2010-05-05"))
    row = box_row(ledger, "B1")
    assert (row["state"], row["count"], row["handler"], row["sealed_on"]) == (
        "sealed",
        2,
        "Li",
        "2010-05-05",
    )


def test_a_reported_count_that_is_off_is_shown_as_it_was_reported(ledger: Ledger) -> None:
    packed(ledger)
    tell(
        ledger,
        act("box-seal", box="B1", count=3, handler="Li", at="2010-05-05", evidence="imported"),
    )
    row = box_row(ledger, "B1")
    assert (row["count"], len(row["cards"])) == (3, 2)


def test_a_reopened_box_is_as_it_stands(ledger: Ledger) -> None:
    packed(ledger)
    tell(
        ledger,
        act("box-seal", box="B1", count=2, handler="Li", at="2010-05-05"),
        act("box-reopen", box="B1", reason="one more", at="2010-05-06"),
        act("box-put", box="B1", card="C3", at="2010-05-07", evidence="imported"),
    )
    row = box_row(ledger, "B1")
    assert (row["state"], row["count"], row["sealed_on"]) == ("open", 3, None)


def test_boxes_can_be_chosen_by_what_is_in_them(ledger: Ledger) -> None:
    packed(ledger)
    assert [row["box"] for row in Replay(ledger).rows("boxes", where={"card": "C2"})] == ["B1"]
    assert [row["box"] for row in Replay(ledger).rows("boxes", where={"cohort": "2016"})] == ["B0"]


def test_a_box_shows_its_last_stocktake(ledger: Ledger) -> None:
    packed(ledger)
    tell(
        ledger,
        act("box-stocktake", box="B1", found=2, handler="Li", at="2010-05-05"),
        act(
            "box-stocktake",
            box="B1",
            found=1,
            missing=["C2"],
            unexpected=["C3", "uid:04A1B2C3"],
            handler="Wu",
            at="2010-05-06",
        ),
    )
    row = box_row(ledger, "B1")
    assert list(row)[:8] == [
        *("box", "school", "cohort", "state", "count", "handler", "sealed_on", "cards"),
    ]
    assert (row["count"], row["cards"]) == (2, ["C1", "C2"])
    assert {name: row[name] for name in list(row)[8:]} == {
        "stocktake_on": "2010-05-06",
        "stocktake_by": "Wu",
        "found": 1,
        "missing": ["C2"],
        "unexpected": ["C3", "uid:04A1B2C3"],
        "elsewhere": [],
    }
    (before,) = Replay(ledger).rows("boxes", where={"box": "B1"}, as_of="2010-05-05")
    assert (before["found"], before["missing"]) == (2, [])
