"""Who had which card when."""

from __future__ import annotations

import pytest

from cardledger import Ledger
from cardledger.streams import Cut
from cardledger.trace.custody import custody
from tests.support.given import ANNA, BORIS, act, pupil
from tests.support.ledgers import student_id, tell

Spans = list[tuple[str, str, str]]


@pytest.fixture
def ledger(sqlite_ledger: Ledger) -> Ledger:
    """Return a ledger in which a card is lost, replaced, found, taken back and boxed."""
    tell(
        sqlite_ledger,
        pupil(ANNA, name="Anna", class_="1"),
        pupil(BORIS),
        act("issue", card="C1", student=ANNA, at="2010-01-01T08:00"),
        act("upgrade", card="C1", at="2010-01-02T08:00"),
        act("lost", card="C1", at="2010-01-03T08:00"),
        act("reissue", card="C2", student=ANNA, reason="lost", at="2010-01-04T08:00"),
        act("found", card="C1", at="2010-01-05T08:00"),
        act("recycle", card="C1", handler="Wang", reason="found", at="2010-01-06T08:00"),
        act("box-open", box="B1", cohort=2015, at="2010-01-07"),
        act("box-put", box="B1", card="C1", at="2010-01-08T08:00"),
        act("cards-filed", cards=["C1", "C2"], at="2010-01-09"),
    )
    return sqlite_ledger


def spans(ledger: Ledger, subject: str, cut: Cut | None = None) -> dict[str, Spans]:
    """Return the spans of each card: state, first and last day."""
    found = custody(ledger, subject, cut or Cut())
    return {
        lane.card: [(one.state, one.since[8:10], (one.until or "")[8:10]) for one in lane.spans]
        for lane in found.lanes
    }


C1: Spans = [
    ("live", "01", "03"),
    ("lost", "03", "04"),
    ("replaced-lost", "04", "05"),
    ("outstanding", "05", "06"),
    ("recycled", "06", "08"),
    ("boxed", "08", ""),
]


def test_a_card_goes_through_its_states(ledger: Ledger) -> None:
    assert spans(ledger, "card:C1") == {"C1": C1}


def test_a_pupil_has_all_cards_that_came(ledger: Ledger) -> None:
    anna = student_id(ledger, ANNA)
    assert spans(ledger, f"student:{anna}") == {"C1": C1, "C2": [("live", "04", "")]}
    found = custody(ledger, f"student:{anna}", Cut())
    assert found.people[anna] == ("Anna", ANNA, "1")
    assert {span.student for lane in found.lanes for span in lane.spans} == {anna}


def test_a_box_has_what_was_packed(ledger: Ledger) -> None:
    assert spans(ledger, "box:B1") == {"C1": C1}
    assert spans(ledger, "school:01170011") == {}


def test_it_ends_where_it_is_cut_and_forgets_what_is_void(ledger: Ledger) -> None:
    until = Cut(until="2010-01-03T12:00:00.000+08:00")  # type: ignore[arg-type]
    assert spans(ledger, "card:C1", until) == {"C1": [("live", "01", "03"), ("lost", "03", "")]}
    (back,) = (
        line.position
        for line in ledger.lines(("card:C2",))
        if type(line.event).__name__ == "CardReissued"
    )
    assert spans(ledger, "card:C2", Cut(back - 1)) == {}


def test_a_card_of_two_holders_says_whose_it_was_when(ledger: Ledger) -> None:
    anna, boris = (student_id(ledger, one) for one in (ANNA, BORIS))
    tell(
        ledger,
        act("issue", card="C2", student=BORIS, evidence="imported", at="2010-02-01T08:00"),
    )
    (lane,) = custody(ledger, "card:C2", Cut()).lanes
    assert lane.holders == [anna, boris]
    assert [(one.student, one.since[5:10]) for one in lane.spans] == [
        (anna, "01-04"),
        (boris, "02-01"),
    ]
