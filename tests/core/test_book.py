"""The book: folds in the order in which things happened, total, local to each subject."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cardledger.actions.issue import CardIssued
from cardledger.actions.leave_swipe import LeaveSwiped
from cardledger.actions.student_renumber import StudentRenumbered
from cardledger.actions.term_swipe import TermSwiped
from cardledger.actions.transfer_swipe import TransferSwiped
from cardledger.book import Book, fold, in_order, order_of, voided
from cardledger.events import Event, Line
from cardledger.policy import DEFAULT, Policy
from tests.core.normal import normal
from tests.support.anything import BEGINNING
from tests.support.given import (
    ANNA,
    BORIS,
    CLARA,
    NEIGHBOUR,
    PRIMARY,
    act,
    given,
    moment,
    number,
    pupil,
)

READY = (
    pupil(ANNA),
    act("issue", card="C1", student=ANNA, at="2010-03-01"),
    act("upgrade", card="C1", at="2010-03-02"),
)


def test_lines_are_folded_by_when_they_happened_then_by_when_they_were_written() -> None:
    story = given(*READY, act("lost", card="C1", at="2010-03-05"))
    story.passes("2010-06-30T11:00").given(act("found", card="C1", at="2010-03-05"))
    lines = story.lines
    ordered = in_order(reversed(lines))
    assert [order_of(line) for line in ordered] == sorted(order_of(line) for line in lines)
    assert [type(line.event).__name__ for line in ordered[-2:]] == ["CardLost", "CardFound"]
    assert fold(reversed(lines)).card("C1").state == "live"


def test_what_was_always_so_comes_first() -> None:
    story = given(*READY)
    story.given(pupil(CLARA), act("register", card="C9", student=CLARA))
    whens = [line.event.when for line in in_order(story.lines)]
    assert whens == sorted(whens)
    assert whens[0] == ""


def test_a_fold_can_go_on_where_another_one_ended() -> None:
    lines = given(*BEGINNING).lines
    half = fold(lines[:6])
    assert normal(fold(lines[6:], into=half)) == normal(fold(lines))


def test_subjects_that_no_line_names_are_there_but_not_known() -> None:
    book = Book()
    assert not book.card("C1").known
    assert not book.student("P1").known
    assert not book.box("B1").known
    assert not book.school(PRIMARY).known
    assert book.student("P1").since() is None
    assert book.student("P1").departure() is None
    assert book.policy("2010-03-01T00:00:00.000+08:00") == DEFAULT


def test_an_event_that_no_action_writes_changes_nothing() -> None:
    story = given(*READY)
    refused = story.when(act("leave-swipe", card="C9", reason="dropout")).event
    before = normal(story.book())
    position = story.head + 1
    assert normal(fold([*story.lines, Line(position, refused)])) == before


def test_voided_lines_are_found_with_what_voids_them() -> None:
    story = given(*READY, act("void", position=6, reason="wrong"))
    assert voided(story.lines) == {6: 7}
    assert 6 not in [line.position for line in in_order(story.lines)]


def test_the_lines_of_a_card_alone_tell_its_state() -> None:
    """A line names every subject whose state it changes (DESIGN 1)."""
    story = given(
        *READY,
        act("leave-swipe", card="C1", reason="transfer", at="2010-03-05"),
        act("student-resume", student=ANNA, at="2010-03-06"),
        act("reissue", card="C2", student=ANNA, reason="other", at="2010-03-07"),
        act("cards-filed", cards=["C1", "C2"], at="2010-03-08"),
        act("recycle", card="C1", handler="Wang", at="2010-03-09"),
        act("box-open", box="B1", cohort=2015, at="2010-03-09"),
        act("box-put", box="B1", card="C1", at="2010-03-10"),
    )
    for card in ("C1", "C2"):
        alone = fold(story.desk.by_tag[f"card:{card}"]).card(card)
        assert alone == story.book().card(card)
    key = f"student:{story.key(ANNA)}"
    alone_student = fold(story.desk.by_tag[key]).student(story.key(ANNA))
    assert alone_student.stays == story.student(ANNA).stays
    assert fold(story.desk.by_tag["box:B1"]).box("B1") == story.box("B1")


def test_stays_tell_where_a_pupil_was() -> None:
    story = given(
        *READY,
        act("student-change", student=ANNA, class_="2", at="2010-03-03"),
        act("student-transfer-out", student=ANNA, at="2010-03-05"),
        act("student-transfer-in", student=ANNA, school=NEIGHBOUR, class_="5", at="2010-03-06"),
    )
    stays = story.student(ANNA).stays
    assert [(one.status, one.school, one.class_, one.by) for one in stays] == [
        ("in-school", PRIMARY, "", "add"),
        ("in-school", PRIMARY, "2", "change"),
        ("left", PRIMARY, "2", "transfer-out"),
        ("in-school", NEIGHBOUR, "5", "transfer-in"),
    ]
    assert story.student(ANNA).was_before_at(PRIMARY)
    assert not story.student(ANNA).was_before_at(NEIGHBOUR)


@pytest.mark.parametrize(
    ("student", "facts", "day", "grade"),
    [
        (number(1), {}, "2009-09-01", 1),
        (number(1), {}, "2010-08-31", 1),
        (number(1), {}, "2010-09-01", 2),
        (number(1, cohort=2010), {}, "2010-03-01", 6),
        (number(1, category=1, cohort=2012), {}, "2010-03-01", 7),
        (number(1, category=2, cohort=2012), {}, "2010-03-01", 10),
        (number(1, category=3, cohort=2010), {}, "2010-03-01", 12),
        (number(1), {"grade": 3, "at": "2010-03-01"}, "2010-03-01", 3),
        (number(1), {"grade": 3, "at": "2010-03-01"}, "2010-09-01", 4),
        (number(1), {"cohort": 2014}, "2010-03-01", 2),
    ],
)
def test_the_grade_is_the_rosters_else_it_follows_from_the_cohort(
    student: str, facts: dict[str, object], day: str, grade: int
) -> None:
    story = given(pupil(student, **facts))
    assert story.student(student).grade_on(date.fromisoformat(day), DEFAULT) == grade


def test_where_nothing_tells_the_grade_it_is_none() -> None:
    story = given(pupil(number(1)))
    assert story.student(number(1)).grade_on(date(2010, 3, 1), Policy(levels={})) == 0


def test_a_swipe_before_the_issue_is_borne() -> None:
    story = given(
        pupil(ANNA),
        act("issue", card="C1", student=ANNA, at="2010-03-05"),
        act("term-swipe", card="C1", evidence="imported", at="2010-03-01"),
    )
    assert story.card("C1").state == "live"
    assert story.student(ANNA).swipes
    assert story.card("C1", at="2010-03-02").known is False


def test_acts_of_which_nobody_knows_the_holder_are_borne() -> None:
    context: dict[str, Any] = {
        "at": moment("2010-03-01"),
        "recorded": moment("2010-03-02"),
        "school": PRIMARY,
    }
    events: list[Event] = [
        CardIssued(**context, card="C1"),
        TermSwiped(**context, card="C1", term="2010-spring"),
        LeaveSwiped(**context, card="C1", reason="transfer"),
        TransferSwiped(**context, card="C1"),
        StudentRenumbered(**context, student="P0000000001", number=""),
    ]
    book = fold(Line(position, event) for position, event in enumerate(events, 1))
    assert (book.card("C1").state, book.card("C1").student) == ("live", "")
    assert [key for key, one in book.students.items() if one.known] == []


def test_two_live_cards_and_two_holders_are_borne() -> None:
    story = given(
        *READY,
        pupil(BORIS),
        act("issue", card="C2", student=ANNA, evidence="imported", at="2010-03-03"),
        act("issue", card="C2", student=BORIS, evidence="imported", at="2010-03-04"),
    )
    assert story.card("C2").holders == [story.key(ANNA), story.key(BORIS)]
    assert [one.number for one in story.student(ANNA).held("record")] == ["C1"]
    assert [one.number for one in story.student(BORIS).held("record")] == ["C2"]
    assert [one.number for one in story.student(ANNA).ever_had("record")] == ["C1", "C2"]
