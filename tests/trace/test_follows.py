"""What follows from what, told as stories: each relation once, and what must not be related."""

from __future__ import annotations

import pytest

from cardledger import Ledger
from cardledger.trace import RELATIONS, trace
from tests.support.given import ANNA, BORIS, NEIGHBOUR, Row, act, number, pupil
from tests.support.ledgers import outcomes, set_clock, tell

Links = list[tuple[int, str]]


@pytest.fixture
def ledger(sqlite_ledger: Ledger) -> Ledger:
    """Return a ledger with two pupils: what follows from what does not depend on the database."""
    tell(sqlite_ledger, pupil(ANNA), pupil(BORIS))
    return sqlite_ledger


def links(ledger: Ledger, what: str, position: int) -> Links:
    (row,) = (row for row in trace(ledger, what) if row["position"] == position)
    return [(link["position"], link["relation"]) for link in row["follows"]]


def issue(card: str, student: str = ANNA, at: str = "2010-01-01") -> Row:
    return act("issue", card=card, student=student, at=at)


def test_a_lost_card_is_replaced_found_and_taken_back(ledger: Ledger) -> None:
    issued, lost, new, found, back = tell(
        ledger,
        issue("C1"),
        act("lost", card="C1", at="2010-01-02"),
        act("reissue", card="C2", student=ANNA, reason="lost", at="2010-01-03"),
        act("found", card="C1", at="2010-01-04"),
        act("recycle", card="C1", handler="Wang", reason="found", at="2010-01-05"),
    )
    for what in ("C1", ANNA):
        assert links(ledger, what, issued) == []
        assert links(ledger, what, new) == [(lost, "lost"), (issued, "old-card")]
        assert links(ledger, what, found) == [(lost, "lost"), (new, "replaced")]
        assert links(ledger, what, back) == [(new, "replaced"), (found, "found")]
    # The loss is no line of the new card; that it was lost is why there is one all the same.
    assert links(ledger, "C2", new) == [(lost, "lost"), (issued, "old-card")]


def test_a_card_found_before_it_is_lost_again_answers_the_first_loss_only(ledger: Ledger) -> None:
    _issued, first, found, second, again = tell(
        ledger,
        issue("C1"),
        act("lost", card="C1", at="2010-01-02"),
        act("found", card="C1", at="2010-01-03"),
        act("lost", card="C1", at="2010-01-04"),
        act("found", card="C1", at="2010-01-05"),
    )
    assert links(ledger, "C1", found) == [(first, "lost")]
    assert links(ledger, "C1", again) == [(second, "lost")]


def test_a_renumbered_pupil_gets_both_cards_anew(ledger: Ledger) -> None:
    new_number = number(9)
    allocated, filed, issued, changed, back, new = tell(
        ledger,
        act("number-allocate", number=new_number, at="2010-02-01"),
        act("numbers-filed", accepted=[new_number], at="2010-02-02"),
        issue("C1"),
        act("student-renumber", student=ANNA, number=new_number, at="2010-03-01"),
        act("recycle", card="C1", handler="Wang", reason="replaced", at="2010-03-02"),
        act("reissue", card="C2", student=ANNA, reason="renumbered", at="2010-03-03"),
    )
    assert links(ledger, ANNA, filed) == [(allocated, "allocated")]
    assert links(ledger, ANNA, changed) == [(allocated, "allocated"), (filed, "number-filed")]
    assert links(ledger, "C1", back) == []
    assert links(ledger, "C2", new) == [
        (changed, "renumbered"),
        (back, "taken-back"),
        (issued, "old-card"),
    ]


def test_a_transfer_swipe_follows_the_leave_swipe(ledger: Ledger) -> None:
    issued, upgraded, swiped, left, out, arrived = tell(
        ledger,
        issue("C1"),
        act("upgrade", card="C1", at="2010-03-01"),
        act("term-swipe", card="C1", at="2010-03-02"),
        act("leave-swipe", card="C1", reason="transfer", at="2010-03-15"),
        act("student-transfer-out", student=ANNA, at="2010-03-16"),
        act("transfer-swipe", card="C1", school=NEIGHBOUR, at="2010-03-17"),
    )
    (filed,) = tell(ledger, act("cards-filed", cards=["C1"], school=NEIGHBOUR, at="2010-04-01"))
    assert links(ledger, "C1", swiped) == [(upgraded, "upgraded")]
    assert links(ledger, ANNA, out) == [(left, "swiped-out")]
    assert links(ledger, "C1", arrived) == [(left, "swiped-out")]
    assert links(ledger, "C1", filed) == [(issued, "made")]


def test_a_refused_swipe_names_what_stands_in_its_way(ledger: Ledger) -> None:
    _issued, _upgraded, lost = tell(
        ledger,
        issue("C1"),
        act("upgrade", card="C1", at="2010-03-01"),
        act("lost", card="C1", at="2010-03-05"),
    )
    (tried,) = outcomes(ledger, act("term-swipe", card="C1", at="2010-03-06"))
    assert links(ledger, "C1", tried.positions[0]) == [(lost, "lost")]
    (back,) = tell(ledger, act("recycle", card="C1", handler="Wang", at="2010-03-07"))
    (again,) = outcomes(ledger, act("term-swipe", card="C1", at="2010-03-08"))
    assert links(ledger, "C1", again.positions[0]) == [(back, "taken-back")]


def test_who_comes_back_had_left_or_was_suspended(ledger: Ledger) -> None:
    away, back, out, resumed = tell(
        ledger,
        act("student-suspend", student=ANNA, at="2010-01-05"),
        act("student-resume", student=ANNA, at="2010-02-05"),
        act("student-transfer-out", student=ANNA, at="2010-03-05"),
        act("student-resume", student=ANNA, at="2010-04-05"),
    )
    assert links(ledger, ANNA, back) == [(away, "suspended")]
    assert links(ledger, ANNA, resumed) == [(out, "left")]


def test_a_box_tells_of_what_lies_in_it(ledger: Ledger) -> None:
    _one, _two, back, _opened, put, sealed, reopened = tell(
        ledger,
        issue("C1"),
        act("student-transfer-out", student=ANNA, at="2010-05-01"),
        act("recycle", card="C1", handler="Wang", reason="left", at="2010-05-02"),
        act("box-open", box="B1", cohort=2015, at="2010-05-03"),
        act("box-put", box="B1", card="C1", at="2010-05-04"),
        act("box-seal", box="B1", count=1, handler="Wang", at="2010-05-05"),
        act("box-reopen", box="B1", reason="one more", handler="Wang", at="2010-05-06"),
    )
    assert links(ledger, "box:B1", put) == [(back, "taken-back")]
    assert links(ledger, "C1", back) == [(back - 1, "left")]
    assert links(ledger, "box:B1", sealed) == [(put, "packed")]
    assert links(ledger, "box:B1", reopened) == [(sealed, "sealed")]


def test_a_void_corrects_and_what_is_recorded_anew_says_so(ledger: Ledger) -> None:
    issued, wrong = tell(ledger, issue("C1"), act("lost", card="C1", at="2010-01-02"))
    (void,) = tell(ledger, act("void", position=wrong, reason="another day", at="2010-01-09"))
    (right,) = tell(ledger, act("lost", card="C1", at="2010-01-05"))
    assert links(ledger, "C1", void) == [(wrong, "corrects")]
    assert links(ledger, "C1", right) == [(wrong, "anew")]
    rows = {row["position"]: row for row in trace(ledger, "C1")}
    assert (rows[wrong]["voided_by"], rows[wrong]["void_reason"]) == (void, "another day")
    assert rows[wrong]["follows"] == []
    assert rows[issued]["void_reason"] is None


def test_what_is_void_is_no_cause(ledger: Ledger) -> None:
    _issued, wrong = tell(ledger, issue("C1"), act("lost", card="C1", at="2010-01-02"))
    tell(ledger, act("void", position=wrong, reason="it was another card"))
    (right,) = tell(ledger, act("lost", card="C1", at="2010-01-05"))
    (new,) = tell(ledger, act("reissue", card="C2", student=ANNA, reason="lost", at="2010-01-06"))
    assert (right, "lost") in links(ledger, "C1", new)
    assert wrong not in dict(links(ledger, "C1", new))


def test_a_sync_is_confirmed_once(ledger: Ledger) -> None:
    sent, failed, again, confirmed = tell(
        ledger,
        act("sync-sent", at="2010-03-20T10:00"),
        act("sync-failed", at="2010-03-20T16:00"),
        act("sync-sent", at="2010-03-21T10:00", by="disk"),
        act("sync-confirmed", at="2010-03-21T16:00"),
    )
    school = "school:01170011"
    assert links(ledger, school, failed) == [(sent, "sent")]
    assert links(ledger, school, confirmed) == [(again, "sent")]


def test_what_was_written_later_than_it_happened_says_how_much(ledger: Ledger) -> None:
    set_clock(ledger, "2010-03-10T10:00")
    issued, upgraded, lost = tell(
        ledger,
        issue("C1", at="2010-03-01"),
        act("upgrade", card="C1", at="2010-03-09T23:00"),
        act("lost", card="C1", at="2010-03-10T09:00"),
    )
    late = {row["position"]: row["days_late"] for row in trace(ledger, "C1")}
    assert late == {issued: 9, upgraded: 1, lost: None}


def test_every_relation_has_a_sentence_that_names_the_line() -> None:
    assert all("{line}" in text for text in RELATIONS.values())
