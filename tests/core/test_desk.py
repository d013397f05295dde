"""The desk: the lines on which a decision is taken, and no others."""

from __future__ import annotations

import pytest

from cardledger.actions import ACTIONS
from cardledger.actions.register import Register
from cardledger.batch import command_of_row
from cardledger.cases import find_card, find_student, make_case, named_tags, uid_tags
from cardledger.commands import Command
from cardledger.decider import decide
from cardledger.desk import Desk
from tests.core.normal import normal
from tests.support.given import (
    ANNA,
    BORIS,
    CLARA,
    PRIMARY,
    Row,
    Story,
    act,
    given,
    moment,
    number,
    pupil,
    refused,
)

READY = (
    pupil(ANNA),
    act("issue", card="C1", student=ANNA, uid="04A1B2C3", at="2010-03-01"),
    act("upgrade", card="C1", at="2010-03-02"),
)


def command(row: Row) -> Command:
    made = command_of_row(row)
    assert isinstance(made, Command)
    return made.normal()


@pytest.mark.parametrize(
    ("row", "tags"),
    [
        (act("issue", card="c1", student=ANNA), ["card:C1", f"number:{ANNA}"]),
        (act("upgrade", card="C1"), ["card:C1"]),
        (act("upgrade", card="uid:04A1B2C3"), []),
        (act("upgrade", card="04:A1:B2:C3"), []),
        (act("lost", card="C1", student="p0123456789"), ["card:C1", "student:P0123456789"]),
        (act("box-put", box="b1", card="C1"), ["card:C1", "box:B1"]),
        (act("student-add", number=ANNA, name="A"), [f"number:{ANNA}"]),
        (
            act("reissue", card="C2", student=ANNA, reason="lost"),
            ["card:C2", f"number:{ANNA}"],
        ),
        (act("cards-filed", cards=["C1", "C2"]), ["card:C1", "card:C2"]),
        (act("void", position=5, reason="x"), []),
    ],
)
def test_a_command_names_its_subjects(row: Row, tags: list[str]) -> None:
    assert sorted(named_tags(command(row).refs())) == sorted(tags)


def test_uids_are_asked_for_only_where_no_number_fits() -> None:
    book = given(*READY).book()

    def asked(card: str) -> set[str]:
        return uid_tags([card], book)

    assert asked("C1") == set()
    assert asked("04A1B2C3") >= {"uid:04A1B2C3", "uid:C3B2A104"}
    assert "uid:04A1B2C3" in asked("uid:04A1B2C3")


def test_a_card_is_found_by_number_first_and_then_by_uid() -> None:
    story = given(
        *READY,
        pupil(BORIS),
        act("issue", card="04A1B2C3", student=BORIS, at="2010-03-01"),
    )
    book = story.book()
    assert find_card(book, "04a1b2c3") == ("04A1B2C3", [])
    assert find_card(book, "uid:04a1b2c3") == ("C1", [])
    assert find_card(book, "UID:C3B2A104") == ("C1", [])
    assert find_card(book, "04:A1:B2:C3") == ("C1", [])
    assert find_card(book, "c7") == ("C7", ["unknown-card"])
    assert find_card(book, "no card") == ("", ["unknown-card"])


def test_a_pupil_is_found_by_any_number_or_by_id() -> None:
    story = given(*READY)
    key = story.key(ANNA)
    book = story.book()
    assert find_student(book, ANNA) == (key, [])
    assert find_student(book, key.lower()) == (key, [])
    assert find_student(book, BORIS) == ("", ["unknown-student"])
    assert find_student(book, "PZZZZZZZZZZ") == ("", ["unknown-student"])
    assert find_student(book, "Anna") == ("", ["bad-student-number"])


def test_a_subject_that_is_asked_for_later_is_folded_then() -> None:
    """A filing lay on the desk because of its card; then the school is asked for."""
    lines = given(*READY, act("cards-filed", cards=["C1"], at="2010-03-05")).lines
    desk = Desk()
    for tag in ("policy:book", "card:C1", f"school:{PRIMARY}"):
        desk.load([tag], [line for line in lines if tag in line.event.tags()])
        desk.settle()
    assert len(desk.book.school(PRIMARY).filings) == 1


def test_of_a_long_list_only_what_was_asked_for_is_kept_and_the_rest_when_it_is() -> None:
    pupils = [number(index) for index in range(1, 13)]
    cards = [f"C{index}" for index in range(1, 13)]
    story = given(*map(pupil, pupils))
    for card, student in zip(cards, pupils, strict=True):
        story.given(act("issue", card=card, student=student, at="2010-03-01"))
        story.given(act("upgrade", card=card, at="2010-03-02"))
    lines = story.given(act("cards-filed", cards=cards, at="2010-03-05")).lines
    desk = Desk()
    for asked in (["card:C1"], ["card:C2", "card:C12"]):
        desk.load(asked, [line for line in lines if not {*asked}.isdisjoint(line.event.tags())])
        desk.settle()
        assert {f"card:{name}" for name in desk.book.cards} == desk.loaded
        assert all(card.filed_at.startswith("2010-03-05") for card in desk.book.cards.values())
        assert not desk.ever("card:C3")


def test_loading_again_brings_nothing_new() -> None:
    lines = given(*READY).lines
    desk = Desk()
    assert len(desk.load(["card:C1"], lines)) == len(lines)
    assert desk.load(["card:C1"], lines) == []


def test_what_others_wrote_about_other_things_is_left_out() -> None:
    story = given(*READY)
    desk = Desk()
    desk.load(["card:C1"], [line for line in story.lines if "card:C1" in line.event.tags()])
    desk.settle()
    head = story.head
    story.given(pupil(BORIS), act("lost", card="C1", at="2010-03-05"))
    desk.follow([line for line in story.lines if line.position > head])
    assert desk.book.card("C1").state == "lost"
    assert desk.book.numbers.get(BORIS) is None


def test_retry_keys_are_known_and_those_of_refused_rows_apart() -> None:
    story = given(*READY)
    story.given(act("lost", card="C1", key="a", at="2010-03-05"))
    story.when(act("term-swipe", card="C1", key="b", at="2010-03-06")).then(refused("card-lost"))
    assert (story.desk.keys, story.desk.refused) == ({"a"}, {"b"})


def test_the_state_just_before_an_act_is_the_books_own_where_nothing_came_later() -> None:
    story = given(*READY)
    tags = ["card:C1", f"student:{story.key(ANNA)}"]
    desk = story.desk
    assert desk.book_at(tags, moment("2010-03-02")) is desk.book
    earlier = desk.book_at(tags, moment("2010-03-01"))
    assert earlier is not desk.book
    assert not earlier.card("C1").upgraded
    assert desk.book.card("C1").upgraded


def test_a_case_holds_the_state_of_its_moment_and_the_whole() -> None:
    story = given(*READY, act("lost", card="C1", at="2010-04-01"))
    case = make_case(
        story.desk, command(act("term-swipe", card="C1", at="2010-03-10")), story.setting()
    )
    assert (case.card.state, case.whole.card("C1").state) == ("live", "lost")
    assert case.student.id == story.key(ANNA)
    assert case.school == PRIMARY
    assert case.lines.line(5) == story.lines[4]
    assert case.lines.line(99) is None


def test_a_missing_pupil_is_unknown_even_if_nobody_typed_one() -> None:
    story = Story().given(act("school-add", code=PRIMARY))
    case = make_case(story.desk, Register(card="C1", student="").normal(), story.setting())
    assert decide(ACTIONS["register"], case).codes == ("unknown-student",)


def test_a_line_that_voids_takes_its_subjects_back_on_the_same_desk() -> None:
    story = given(*READY, pupil(CLARA))
    untouched = story.desk.book.student(story.key(CLARA))
    story.given(act("void", position=6, reason="x"), act("void", position=5, reason="x"))
    assert "C1" not in story.desk.book.cards or not story.desk.book.card("C1").known
    assert not story.desk.book.uids.get("04A1B2C3")
    assert story.desk.book.student(story.key(CLARA)) is untouched
    assert normal(story.desk.book) == normal(story.book())
