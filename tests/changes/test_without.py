"""What would follow if some lines were false; nothing is written."""

from __future__ import annotations

import pytest

from cardledger import Ledger
from cardledger.changes import what_if, without
from cardledger.changes.without import Anew
from cardledger.errors import BadValue
from tests.support.given import ANNA, BORIS, act, pupil
from tests.support.ledgers import outcomes, student_id, tell


@pytest.fixture
def told(ledger: Ledger) -> tuple[Ledger, list[int]]:
    """Return a ledger with a card that was issued, lost, replaced, found and taken back."""
    tell(ledger, pupil(ANNA), pupil(BORIS))
    lines = tell(
        ledger,
        act("issue", card="C1", student=ANNA, at="2010-01-01"),
        act("lost", card="C1", at="2010-01-02"),
        act("reissue", card="C2", student=ANNA, reason="lost", at="2010-01-03"),
        act("found", card="C1", at="2010-01-04"),
        act("recycle", card="C1", handler="Wang", reason="found", at="2010-01-05"),
    )
    return ledger, lines


def codes(lines: list[Anew]) -> dict[int, tuple[str, list[str]]]:
    return {line.position: (line.would_be, line.codes) for line in lines}


def test_without_a_loss_a_replaced_card_is_as_it_was(told: tuple[Ledger, list[int]]) -> None:
    ledger, (_issued, lost, _new, _found, _back) = told
    head, root = ledger.head(), ledger.log.root(ledger.head())
    found = what_if(ledger, [lost])
    # The card was replaced as a lost one all the same: its find is still that of a lost card.
    assert codes(found.lines) == {}
    assert found.same
    assert (ledger.head(), ledger.log.root(head)) == (head, root)


def test_without_the_new_card_the_old_one_is_another(told: tuple[Ledger, list[int]]) -> None:
    ledger, (_issued, _lost, new, _found, _back) = told
    found = what_if(ledger, [new])
    assert {(one.table, one.subject, one.field, one.change) for one in found.changes} == {
        ("roster", student_id(ledger, ANNA), "card", "changed"),
        ("roster", student_id(ledger, ANNA), "card_state", "changed"),
        ("cards", "C1", "replaced_by", "changed"),
        ("cards", "C2", "", "removed"),
    }
    assert all(one.positions == [new] for one in found.changes)
    assert found.lines == []
    assert not found.same


def test_without_a_card_nothing_after_it_could_be_done(told: tuple[Ledger, list[int]]) -> None:
    ledger, (issued, lost, new, found_again, back) = told
    found = what_if(ledger, [issued])
    assert codes(found.lines) == {
        lost: ("refused", ["unknown-card"]),
        new: ("refused", ["no-card-to-replace"]),
        found_again: ("refused", ["unknown-card"]),
        back: ("refused", ["unknown-card"]),
    }
    assert all((line.was, line.was_codes) == ("recorded", []) for line in found.lines)


def test_several_lines_together_and_a_void_among_them(told: tuple[Ledger, list[int]]) -> None:
    ledger, (issued, lost, _new, found_again, _back) = told
    both = what_if(ledger, [lost, found_again, lost])
    assert both.positions == [lost, found_again]
    wrong, void = (
        *tell(ledger, act("lost", card="C2", at="2010-02-01")),
        *tell(ledger, act("void", position=issued + 5, reason="another card")),
    )
    found = what_if(ledger, [void])
    (state,) = (one for one in found.changes if (one.subject, one.field) == ("C2", "state"))
    assert (state.old, state.new, state.positions) == ("live", "lost", [void])
    assert wrong == issued + 5


def test_what_breaks_a_rule_because_of_a_false_line_would_break_none(ledger: Ledger) -> None:
    tell(ledger, pupil(ANNA))
    wrong, right = tell(
        ledger,
        act("issue", card="C1", student=ANNA, at="2010-01-01"),
        act("issue", card="C2", student=ANNA, at="2010-01-02", evidence="imported"),
    )
    (line,) = what_if(ledger, [wrong]).lines
    assert (line.position, line.was, line.was_codes) == (right, "contested", ["student-holds-card"])
    assert (line.would_be, line.codes) == ("recorded", [])
    assert what_if(ledger, [right]).lines == []


def test_a_void_that_is_refused_is_what_the_replay_names(told: tuple[Ledger, list[int]]) -> None:
    ledger, (issued, *_later) = told
    first = what_if(ledger, [issued]).lines[0]
    (outcome,) = outcomes(ledger, act("void", position=issued, reason="a mistake"))
    assert outcome.codes == ("not-voidable",)
    assert f"line {first.position} would be refused ({first.codes[0]})" in outcome.message()


@pytest.mark.parametrize("position", [0, 1, -3, 99])
def test_what_is_no_line_is_refused(told: tuple[Ledger, list[int]], position: int) -> None:
    ledger, _lines = told
    with pytest.raises(BadValue, match=str(position)):
        what_if(ledger, [position])


def test_it_says_where_it_stopped(
    told: tuple[Ledger, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, (issued, *_later) = told
    assert what_if(ledger, [issued]).all_decided
    monkeypatch.setattr(without, "LIMIT", 2)
    found = what_if(ledger, [issued])
    assert (len(found.lines), found.all_decided) == (2, False)
