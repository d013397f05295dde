"""What all projections share: keys, discovery, and rows that are pure folds."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

import projections
from cardledger import Ledger
from cardledger.book import fold
from cardledger.events import Line
from cardledger.replay import Replay
from cardledger.replay.folding import decoded, encoded, fold_subject
from projections import (
    PROJECTIONS,
    Projection,
    boxes,
    cards,
    filings,
    leavers,
    numbers,
    roster,
    terms,
)
from tests.support.anything import BEGINNING, histories
from tests.support.given import ANNA, BORIS, Row, act
from tests.support.given import given as begin
from tests.support.ledgers import tell

#: DESIGN 5, "at least these keys, in this order".
KEYS: Final = {
    "roster": "student student_number name school class grade cohort status guest card card_state"
    " identity_card identity_card_state last_term",
    "cards": "card kind uid state format student student_number school cohort issued_at last_at"
    " last_action replaces replaced_by recycled_at recycled_by box recycled_reason",
    "boxes": "box school cohort state count handler sealed_on cards stocktake_on stocktake_by found"
    " missing unexpected elsewhere",
    "terms": "school term class pupils registered missing percent",
    "leavers": "student student_number name school cohort left_at reason leave_swiped_at card"
    " recycled_at recycled_by box",
    "filings": "position kind school filed_at handler digest count accepted rejected",
    "numbers": "number student name school class cohort state why allocated_at filed_at reason",
}

#: The types say that each module is one.
MODULES: Final[tuple[Projection, ...]] = (boxes, cards, filings, leavers, numbers, roster, terms)


def test_every_file_is_a_projection() -> None:
    files = {path.stem for path in Path(projections.__file__).parent.glob("[!_]*.py")}
    assert set(PROJECTIONS) == files == set(KEYS)
    assert list(PROJECTIONS.values()) == list(MODULES)


@pytest.mark.parametrize("name", KEYS)
def test_columns_are_those_that_scripts_rely_on(name: str) -> None:
    assert [column.key for column in PROJECTIONS[name].COLUMNS] == KEYS[name].split()


def test_shown_rows_have_the_columns_in_their_order(ledger: Ledger) -> None:
    tell(
        ledger,
        *BEGINNING,
        act("term-swipe", card="C1", at="2010-03-10"),
        act("leave-swipe", card="C1", reason="transfer", at="2010-04-10"),
        act("cards-filed", cards=["C2"]),
    )
    for name in PROJECTIONS:
        shown = Replay(ledger).rows(name)
        assert shown, name
        for row in shown:
            assert list(row) == KEYS[name].split()


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(histories(40))
def test_a_row_is_the_fold_of_the_lines_of_its_subject_alone(
    history: list[tuple[str, Row]],
) -> None:
    story = begin(*BEGINNING)
    for clock, row in history:
        story.passes(clock).when(row)
    by_tag: dict[str, list[Line]] = {}
    for line in story.lines:
        for tag in dict.fromkeys(line.event.tags()):
            by_tag.setdefault(tag, []).append(line)
    whole = fold(story.lines)
    for tag, lines in by_tag.items():
        subject, _colon, key = tag.partition(":")
        names = [name for name, one in PROJECTIONS.items() if subject == one.SUBJECT]
        for name, alone in fold_subject(key, lines, names).items():
            if alone is not None:
                assert alone == PROJECTIONS[name].fold(whole, key), tag
                data = encoded(alone)
                assert data is not None
                assert decoded(name, data) == alone
                assert msgspec.json.encode(msgspec.json.decode(data)) == data


def test_what_does_not_count_makes_no_row(ledger: Ledger) -> None:
    tell(ledger, *BEGINNING)
    ledger.record_many([])
    (position,) = tell(ledger, act("box-open", box="B7", cohort=2010))
    (added,) = tell(ledger, act("register", card="C7", student=BORIS, kind="identity"))
    tell(ledger, act("void", position=position, reason="a mistake"))
    tell(ledger, act("void", position=added, reason="a mistake"))
    assert "B7" not in {row["box"] for row in Replay(ledger).rows("boxes")}
    assert "C7" not in {row["card"] for row in Replay(ledger).rows("cards")}


def test_rows_come_in_the_order_in_which_people_read_them(ledger: Ledger) -> None:
    tell(ledger, *BEGINNING)
    numbers = [row["student_number"] for row in Replay(ledger).rows("roster")]
    assert numbers[0] == ANNA
    assert numbers == sorted(numbers)
