"""As of a moment or a position, and as it was known: `--as-of` and `--known`."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect

from cardledger import Ledger
from cardledger.errors import BadValue
from cardledger.replay import Replay
from projections import PROJECTIONS, Shown
from tests.support.given import ANNA, BORIS, act, pupil
from tests.support.ledgers import set_clock, tell


@pytest.fixture
def told(sqlite_ledger: Ledger) -> tuple[Ledger, dict[str, int]]:
    """Return a ledger with what happened in spring and was written on several days."""
    ledger = sqlite_ledger
    set_clock(ledger, "2010-03-01T12:00")
    tell(ledger, pupil(ANNA, grade=1), act("register", card="C1", student=ANNA, upgraded=True))
    set_clock(ledger, "2010-03-10T12:00")
    at = {}
    (at["lost"],) = tell(ledger, act("lost", card="C1", at="2010-03-05T12:00"))
    set_clock(ledger, "2010-03-20T12:00")
    (at["void"],) = tell(ledger, act("void", position=at["lost"], reason="a mistake"))
    (at["swipe"],) = tell(ledger, act("term-swipe", card="C1", at="2010-03-20T09:00"))
    set_clock(ledger, "2010-04-10T12:00")
    (at["left"],) = tell(
        ledger, act("leave-swipe", card="C1", reason="transfer", at="2010-04-01T12:00")
    )
    return ledger, at


def state(ledger: Ledger, as_of: str | None = None, known: str | None = None) -> str | None:
    rows = Replay(ledger).rows("cards", as_of=as_of, known=known)
    return rows[0]["state"] if rows else None


def status(ledger: Ledger, as_of: str | None = None, known: str | None = None) -> str:
    (row,) = Replay(ledger).rows("roster", as_of=as_of, known=known)
    answer: str = row["status"]
    return answer


def test_a_day_is_its_end_and_a_moment_is_itself(told: tuple[Ledger, dict[str, int]]) -> None:
    ledger, _at = told
    assert status(ledger, "2010-03-31") == "in-school"
    assert status(ledger, "2010-04-01T11:59") == "in-school"
    assert status(ledger, "2010-04-01T12:00") == "left"
    assert status(ledger, "2010-04-01") == "left"
    assert status(ledger, "2010-04-01T04:00Z") == "left"


def test_what_was_known_is_what_was_written_by_then(told: tuple[Ledger, dict[str, int]]) -> None:
    ledger, _at = told
    assert status(ledger, known="2010-04-09") == "in-school"
    assert status(ledger, known="2010-04-10") == "left"


def test_a_void_counts_once_it_is_known_whenever_that_was(
    told: tuple[Ledger, dict[str, int]],
) -> None:
    ledger, _at = told
    assert state(ledger, "2010-03-06") == "live"
    assert state(ledger, "2010-03-06", known="2010-03-15") == "lost"
    assert state(ledger, "2010-03-04", known="2010-03-15") == "live"
    assert state(ledger, known="2010-03-09") == "live"
    assert state(ledger, known="2010-03-10") == "lost"
    assert state(ledger, known="2010-03-20T12:00") == "live"


def test_a_position_is_what_was_written_up_to_it(told: tuple[Ledger, dict[str, int]]) -> None:
    ledger, at = told
    assert state(ledger, as_of=f"@{at['lost']}") == "lost"
    assert state(ledger, known=f" @ {at['lost']} ") == "lost"
    assert state(ledger, as_of=f"@{at['void']}") == "live"
    assert state(ledger, as_of="@1") is None
    assert status(ledger, as_of="2010-04-30", known=f"@{at['swipe']}") == "in-school"
    assert status(ledger, as_of=f"@{at['swipe']}", known=f"@{at['left']}") == "in-school"


def test_the_grade_is_that_of_the_asked_day(told: tuple[Ledger, dict[str, int]]) -> None:
    ledger, at = told
    set_clock(ledger, "2011-03-01")

    def grade(as_of: str | None = None, known: str | None = None) -> int | None:
        (row,) = Replay(ledger).rows("roster", as_of=as_of, known=known)
        answer: int | None = row["grade"]
        return answer

    tell(ledger, act("student-resume", student=ANNA, at="2010-09-02"))
    assert grade() == 2
    assert grade("2010-03-01") == 1
    assert grade(f"@{at['swipe']}") == 1
    assert grade(known="2010-03-31") == 1
    assert grade(known=f"@{at['swipe']}") == 1
    assert grade(f"@{ledger.head()}") == 2


def test_a_policy_counts_once_it_is_known(told: tuple[Ledger, dict[str, int]]) -> None:
    ledger, at = told
    set_clock(ledger, "2010-04-11T12:00")
    windows = {"spring": ["03-01", "04-05"], "autumn": ["09-01", "09-20"]}
    tell(ledger, act("policy-adopt", changes={"windows": windows}, from_="2010-03-01"))

    def pupils(known: str | None = None) -> int:
        return sum(row["pupils"] for row in Replay(ledger).rows("terms", known=known))

    assert pupils() == 0
    assert pupils(known="2010-04-10") == 1
    assert pupils(known=f"@{at['left']}") == 1


@pytest.mark.parametrize("text", ["@0", "@99", "@", "yesterday", "2010-02-30", "@-1"])
def test_what_is_no_moment_is_refused(told: tuple[Ledger, dict[str, int]], text: str) -> None:
    ledger, _at = told
    for as_of, known in ((text, None), (None, text)):
        with pytest.raises(BadValue) as raised:
            Replay(ledger).rows("cards", as_of=as_of, known=known)
        assert raised.value.hint


def test_the_past_is_answered_without_tables(told: tuple[Ledger, dict[str, int]]) -> None:
    ledger, _at = told
    for name in PROJECTIONS:
        Replay(ledger).rows(name, as_of="2010-03-15")
    with ledger.log.snapshot() as connection:
        there = inspect(connection).get_table_names()
    assert not [table for table in there if table.startswith(("row_", "projection_"))]


def test_the_last_position_is_the_present(ledger: Ledger) -> None:
    tell(
        ledger,
        pupil(ANNA),
        pupil(BORIS),
        act("issue", card="C1", student=ANNA, at="2010-03-01"),
        act("lost", card="C1", at="2010-03-02"),
        act("reissue", card="C2", student=ANNA, reason="lost", at="2010-03-03"),
        act("recycle", card="C2", handler="Wang", at="2010-05-02"),
        act("student-transfer-out", student=ANNA, at="2010-05-03"),
        act("box-open", box="B1", cohort=2015, at="2010-05-03"),
        act("box-put", box="B1", card="C2", at="2010-05-04"),
        act("cards-filed", cards=["C1", "C2"], at="2010-05-05"),
    )
    replay = Replay(ledger)
    for name in PROJECTIONS:
        rows: list[Shown] = replay.rows(name)
        if name != "terms":
            assert rows
            assert replay.rows(name, as_of=f"@{ledger.head()}") == rows
            assert replay.rows(name, as_of="2010-06-30", known="2010-06-30") == rows
