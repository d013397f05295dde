"""Dates at the edge of the calendar: one of them must not make a table unreadable."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardledger import Ledger, Outcome, init_ledger
from cardledger.batch import command_of_row
from cardledger.replay import Replay
from projections import PROJECTIONS
from tests.support.given import ANNA, PRIMARY, Row, act, pupil


def told(ledger: Ledger, row: Row) -> Outcome:
    """Return what becomes of a row."""
    (outcome,) = ledger.record_many([command_of_row(row)], atomic=False)
    return outcome


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """Return a ledger of one pupil with a card."""
    ledger = init_ledger(tmp_path / "ledger.db", school=PRIMARY)
    for row in (pupil(ANNA), act("issue", card="C1", student=ANNA, at="2010-03-01")):
        assert told(ledger, row).outcome == "recorded"
    return ledger


@pytest.mark.parametrize("term", ["0000-spring", "9999-autumn", "٢٠١٠-spring", "2010-winter"])
def test_a_term_that_nobody_had_is_refused(ledger: Ledger, term: str) -> None:
    row = act("term-swipe", card="C1", student=ANNA, evidence="imported", term=term)
    outcome = told(ledger, row)
    assert (outcome.outcome, outcome.code) == ("refused", "bad-input")
    ledger.close()


@pytest.mark.parametrize("at", ["0001-01-01", "0001-03-01", "0999-12-31", "9999-12-31"])
def test_a_report_of_an_impossible_year_leaves_every_table_readable(
    ledger: Ledger, at: str
) -> None:
    row = act("term-swipe", card="C1", student=ANNA, evidence="imported", at=at)
    assert told(ledger, row).outcome == "recorded"
    replay = Replay(ledger)
    for name in PROJECTIONS:
        replay.rows(name)
        for edge in ("0001-01-01", "9999-12-31", "@1"):
            replay.rows(name, as_of=edge)
            replay.rows(name, known=edge)
    assert replay.check().ok
    ledger.close()
