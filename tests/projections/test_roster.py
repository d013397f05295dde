from __future__ import annotations

from pathlib import Path

import pytest

from cardledger import Ledger, open_ledger
from cardledger.replay import Replay
from projections import Shown
from tests.support.given import ANNA, BORIS, CLARA, DAVID, NEIGHBOUR, act, number, pupil
from tests.support.ledgers import row_of, set_clock, tell


def roster_row(ledger: Ledger, student: str, as_of: str | None = None) -> Shown:
    return row_of(ledger, "roster", {"student": student}, as_of)


def test_a_pupil_with_all_that_the_roster_says(ledger: Ledger) -> None:
    tell(
        ledger,
        pupil(ANNA, name="安娜", class_="一1", grade=1, guest=True),
        act("issue", card="C1", student=ANNA, at="2010-03-01"),
        act("register", card="I1", student=ANNA, kind="identity"),
        act("upgrade", card="C1", at="2010-03-02"),
        act("term-swipe", card="C1", at="2010-03-05"),
    )
    row = roster_row(ledger, ANNA)
    assert row.pop("student").startswith("P")
    assert row == {
        "student_number": ANNA,
        "name": "安娜",
        "school": ANNA[:8],
        "class": "一1",
        "grade": 1,
        "cohort": 2015,
        "status": "in-school",
        "guest": True,
        "card": "C1",
        "card_state": "live",
        "identity_card": "I1",
        "identity_card_state": "live",
        "last_term": "2010-spring",
    }


def test_the_name_that_was_said_last_is_shown(ledger: Ledger) -> None:
    tell(
        ledger,
        pupil(ANNA, name="安那"),
        act("student-change", student=ANNA, name="安娜"),
        act("student-change", student=ANNA, telephone="69901234"),
    )
    assert roster_row(ledger, ANNA)["name"] == "安娜"


def test_a_forgotten_pupil_has_no_name_also_not_in_the_past(ledger: Ledger) -> None:
    tell(ledger, pupil(ANNA), pupil(BORIS), act("student-forget", student=ANNA))
    assert roster_row(ledger, ANNA)["name"] is None
    assert roster_row(ledger, ANNA, "@4")["name"] is None
    assert roster_row(ledger, BORIS)["name"] is not None


def test_without_the_key_store_names_are_closed(
    ledger: Ledger, ledger_url: str, tmp_path: Path
) -> None:
    tell(ledger, pupil(ANNA))
    with open_ledger(ledger_url, keys=tmp_path / "elsewhere.db") as closed:
        assert roster_row(closed, ANNA)["name"] is None


@pytest.mark.parametrize(
    ("day", "grade"),
    [
        ("2010-06-30", 1),
        ("2010-09-01", 2),
        ("2015-08-31", 6),
        ("2016-09-01", 8),
        ("2030-01-01", None),
    ],
)
def test_the_grade_of_the_roster_advances_every_september(
    ledger: Ledger, day: str, grade: int | None
) -> None:
    tell(ledger, pupil(ANNA, grade=1))
    set_clock(ledger, "2040-01-01")
    assert roster_row(ledger, ANNA, day)["grade"] == grade


def test_without_a_roster_grade_the_cohort_tells_it(ledger: Ledger) -> None:
    tell(ledger, pupil(ANNA), pupil(CLARA))
    assert roster_row(ledger, ANNA)["grade"] == 1
    assert roster_row(ledger, CLARA)["grade"] == 6


def test_who_left_has_no_grade(ledger: Ledger) -> None:
    tell(ledger, pupil(ANNA, grade=1), act("student-transfer-out", student=ANNA, at="2010-04-01"))
    row = roster_row(ledger, ANNA)
    assert (row["status"], row["grade"]) == ("left", None)
    assert roster_row(ledger, ANNA, "2010-03-31")["grade"] == 1


def test_a_renumbered_pupil_is_found_by_either_number_and_keeps_the_card(ledger: Ledger) -> None:
    new = number(8, cohort=2016)
    tell(
        ledger,
        pupil(ANNA),
        act("issue", card="C1", student=ANNA, at="2010-03-01"),
        act("student-renumber", student=ANNA, number=new, at="2010-04-01"),
    )
    assert roster_row(ledger, ANNA) == roster_row(ledger, new)
    row = roster_row(ledger, new)
    assert (row["student_number"], row["cohort"], row["card"]) == (new, 2016, "C1")


def test_the_present_card_is_the_live_one(ledger: Ledger) -> None:
    tell(
        ledger,
        pupil(ANNA),
        act("issue", card="C1", student=ANNA, at="2010-03-01"),
        act("lost", card="C1", at="2010-03-02"),
    )
    assert (r := roster_row(ledger, ANNA))["card"] == "C1"
    assert r["card_state"] == "lost"
    tell(
        ledger,
        act("reissue", card="C2", student=ANNA, reason="lost", at="2010-03-03"),
        act("found", card="C1", at="2010-03-04"),
    )
    row = roster_row(ledger, ANNA)
    assert (row["card"], row["card_state"]) == ("C2", "live")


def test_of_two_live_cards_the_later_one_is_shown(ledger: Ledger) -> None:
    tell(
        ledger,
        pupil(ANNA),
        act("register", card="C1", student=ANNA),
        act("register", card="C2", student=ANNA, evidence="imported"),
    )
    assert roster_row(ledger, ANNA)["card"] == "C2"
    tell(ledger, act("lost", card="C2", at="2010-05-01"))
    assert roster_row(ledger, ANNA)["card"] == "C1"


def test_a_card_that_another_pupil_has_now_is_not_shown(ledger: Ledger) -> None:
    tell(
        ledger,
        pupil(ANNA),
        pupil(BORIS),
        act("register", card="C1", student=ANNA),
        act("register", card="C1", student=BORIS, evidence="imported"),
    )
    assert roster_row(ledger, ANNA)["card"] is None
    assert roster_row(ledger, BORIS)["card"] == "C1"


def test_a_card_that_was_taken_back_is_shown_until_there_is_another(ledger: Ledger) -> None:
    tell(
        ledger,
        pupil(ANNA),
        act("register", card="C1", student=ANNA),
        act("recycle", card="C1", handler="Wang", at="2010-05-01"),
    )
    row = roster_row(ledger, ANNA)
    assert (row["card"], row["card_state"]) == ("C1", "recycled")


def test_autumn_is_later_than_spring(ledger: Ledger) -> None:
    tell(
        ledger,
        pupil(ANNA),
        act("register", card="C1", student=ANNA, upgraded=True),
        act("term-swipe", card="C1", term="2009-autumn", at="2009-09-10"),
        act("term-swipe", card="C1", term="2009-spring", at="2009-09-11"),
    )
    assert roster_row(ledger, ANNA)["last_term"] == "2009-autumn"


def test_before_the_day_of_entry_a_pupil_is_in_no_table(ledger: Ledger) -> None:
    tell(
        ledger,
        pupil(ANNA, entered="2010-03-01"),
        act("register", card="C1", student=ANNA, upgraded=True),
        act("recycle", card="C1", handler="Wang", reason="left", at="2010-01-15"),
    )
    replay = Replay(ledger)
    for name in ("roster", "leavers", "terms"):
        assert replay.rows(name, as_of="2010-02-28") == []
    assert replay.rows("roster", as_of="2010-03-01")
    (row,) = replay.rows("cards", as_of="2010-02-28")
    assert (row["state"], row["student"][0], row["student_number"]) == ("recycled", "P", None)


def test_rows_can_be_chosen(ledger: Ledger) -> None:
    tell(
        ledger,
        pupil(ANNA, class_="一1"),
        pupil(BORIS, class_="一2"),
        pupil(DAVID, class_="一1"),
        act("register", card="C1", student=ANNA, uid="04A1B2C3"),
    )

    def numbers(**where: str) -> list[str]:
        chosen = {key.rstrip("_"): value for key, value in where.items()}
        return [row["student_number"] for row in Replay(ledger).rows("roster", where=chosen)]

    assert numbers(school=NEIGHBOUR) == [DAVID]
    assert numbers(class_="一1") == [ANNA, DAVID]
    assert numbers(class_="一1", school=ANNA[:8]) == [ANNA]
    assert numbers(cohort="2015届") == [ANNA, BORIS, DAVID]
    assert numbers(card="C1") == [ANNA]
    assert numbers(card="C3B2A104") == [ANNA]
    assert numbers(card="C1", student=BORIS) == []
