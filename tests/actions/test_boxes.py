"""Boxes of recycled cards (HANDBOOK 4, 5)."""

from __future__ import annotations

from typing import Any, Final

from cardledger.actions.box_stocktake import BoxStocktaken
from cardledger.events import Codec
from tests.support.given import (
    ANNA,
    BORIS,
    NEIGHBOUR,
    Row,
    Story,
    act,
    contested,
    given,
    moment,
    number,
    pupil,
    recorded,
    refused,
    repeated,
)

BOX: Final = act("box-open", box="B1", cohort=2015, at="2010-05-01")


def taken_back(card: str, student: str, at: str = "2010-04-01") -> tuple[Row, ...]:
    """Return a pupil whose card was taken back."""
    return (
        pupil(student),
        act("issue", card=card, student=student, at="2010-03-01"),
        act("recycle", card=card, reason="left", handler="Wang", at=at),
    )


def put(card: str, box: str = "B1", at: str = "2010-05-02") -> Row:
    return act("box-put", box=box, card=card, at=at)


def seal(count: int, at: str = "2010-05-03") -> Row:
    return act("box-seal", box="B1", count=count, handler="Wang", at=at)


def two_cards() -> Story:
    return given(*taken_back("C1", ANNA), *taken_back("C2", BORIS), BOX, put("C1"), put("C2"))


def test_a_box_is_packed_and_sealed() -> None:
    story = two_cards()
    story.when(seal(2)).then(recorded(count=2))
    box = story.box("B1")
    assert (box.state, box.cohort, set(box.cards), box.count) == ("sealed", 2015, {"C1", "C2"}, 2)
    assert box.handler == "Wang"
    assert box.sealed_on.startswith("2010-05-03")
    story.when(seal(2, at="2010-05-04")).then(repeated())


def test_a_box_knows_who_took_each_card_back() -> None:
    card = two_cards().card("C1")
    assert (card.state, card.box, card.recycled_by, card.cohort) == (
        "recycled",
        "B1",
        "Wang",
        2015,
    )


def test_a_card_is_where_it_was_taken_back_and_for_what() -> None:
    story = given(
        pupil(ANNA),
        act("issue", card="C1", student=ANNA, at="2010-03-01"),
        act(
            "recycle",
            card="C1",
            school=NEIGHBOUR,
            reason="kept-for-inspection",
            handler="Wang",
            at="2010-04-01",
        ),
        act("recycle", card="C1", handler="Li", evidence="imported", at="2010-03-20"),
    )
    card = story.card("C1")
    assert (card.recycled_by, card.recycled_reason) == ("Li", "")
    assert card.school == NEIGHBOUR
    story.given(act("void", position=7, reason="never came"))
    card = story.card("C1")
    assert (card.recycled_by, card.recycled_reason, card.school) == (
        "Wang",
        "kept-for-inspection",
        NEIGHBOUR,
    )


def test_a_sealed_box_is_reopened_for_a_reason_and_sealed_again() -> None:
    story = two_cards().given(seal(2), *taken_back("C3", number(7)))
    story.when(put("C3", at="2010-05-05")).then(refused("box-sealed"))
    reopened = act("box-reopen", box="B1", reason="one was forgotten", at="2010-05-04")
    story.when(reopened).then(recorded())
    story.when(reopened).then(repeated())
    story.given(put("C3", at="2010-05-05"), seal(3, at="2010-05-06"))
    assert (story.box("B1").state, story.box("B1").reopened) == ("sealed", 1)
    assert story.box("B1", at="2010-05-04").state == "open"
    assert len(story.box("B1", at="2010-05-04").cards) == 2


def test_a_mistake_in_packing_is_void() -> None:
    """Situation 4: packed in a hurry; the count is off by one."""
    story = two_cards()
    story.when(seal(1)).then(refused("count-mismatch"))
    (line,) = [one for one in story.desk.by_tag["card:C2"] if one.event.tags()[-1] == "box:B1"]
    story.given(act("void", position=line.position, reason="it lies in another box"))
    story.when(seal(1)).then(recorded())
    assert story.card("C2").box == ""


def test_an_imported_packing_list_is_taken_as_it_is() -> None:
    other = number(9, cohort=2014)
    story = given(*taken_back("C1", ANNA), *taken_back_older("C9", other), BOX, put("C1"))
    story.when(put("C9")).then(refused("wrong-cohort"))
    story.when(put("C9") | {"evidence": "imported"}).then(contested("wrong-cohort"))
    assert story.box("B1").cards == {"C1": 2015, "C9": 2014}
    story.when(seal(1) | {"evidence": "imported"}).then(contested("count-mismatch"))
    assert story.box("B1").count == 1


def taken_back_older(card: str, student: str) -> tuple[Row, ...]:
    return (
        pupil(student),
        act("register", card=card, student=student),
        act("recycle", card=card, handler="Wang", at="2010-04-01"),
    )


def test_a_box_put_into_before_it_was_entered_gets_its_cohort_then() -> None:
    story = given(*taken_back("C1", ANNA))
    story.when(put("C1") | {"evidence": "imported"}).then(contested("unknown-box"))
    story.when(BOX).then(recorded())
    assert (story.box("B1").cohort, set(story.box("B1").cards)) == (2015, {"C1"})
    story.when(BOX | {"cohort": 2014}).then(refused("box-name-used"))


def test_a_contested_opening_does_not_change_the_cohort() -> None:
    story = given(BOX)
    again = BOX | {"cohort": 2014, "evidence": "imported", "at": "2010-05-05"}
    story.when(again).then(contested("box-name-used"))
    assert story.box("B1").cohort == 2015


def test_the_same_box_at_another_school_is_a_name_that_is_used() -> None:
    story = given(BOX)
    story.when(BOX | {"school": NEIGHBOUR}).then(refused("box-name-used"))
    story.when(BOX).then(repeated())
    story.when(BOX | {"box": " b1 ", "cohort": "2015"}).then(repeated())


def test_the_cohort_of_a_continuing_pupil_is_that_of_the_day() -> None:
    story = given(
        pupil(ANNA),
        act("issue", card="C1", student=ANNA, at="2010-03-01"),
        act("student-repeat-year", student=ANNA, at="2010-03-20"),
        act("recycle", card="C1", handler="Wang", at="2010-04-01"),
        BOX,
        act("box-open", box="B2", cohort=2016, at="2010-05-01"),
    )
    told = story.when(put("C1")).then(refused("wrong-cohort"))
    assert "is of cohort 2016" in told.outcome.message()
    story.when(put("C1", "B2")).then(recorded(cohort=2016))


def test_a_card_is_put_into_its_box_once() -> None:
    story = two_cards()
    story.when(put("C1", at="2010-05-03")).then(repeated())
    story.when(put("C1", at="2010-05-02")).then(repeated())


def counted(found: int, **what: Any) -> Row:
    return act(
        "box-stocktake", box="B1", found=found, handler="Li", **({"at": "2010-05-10"} | what)
    )


def test_a_stocktake_says_what_was_found_and_moves_no_card() -> None:
    story = two_cards().given(seal(2))
    before = story.box("B1")
    row = counted(1, missing=["c1"], unexpected=["uid:04 a1 b2 c3", "c9"], elsewhere=["c2@b7"])
    told = story.when(row | {"elsewhere": [], "unexpected": ["uid:04 a1 b2 c3", "c9"]})
    told.then(recorded(found=1, expected=2, missing=("C1",), frozen=0))
    assert told.event.unexpected == ("uid:04A1B2C3", "C9")
    assert told.event.tags() == ("box:B1", "card:C1", "uid:04A1B2C3", "card:C9")
    box = story.box("B1")
    assert box.stocktake is not None
    assert (box.stocktake.total, box.stocktake.handler) == (3, "Li")
    assert (box.cards, box.state, box.count) == (before.cards, "sealed", 2)
    assert story.card("C1").box == "B1"
    story.when(row | {"elsewhere": []}).then(repeated())
    story.when(row | {"elsewhere": [], "at": "2010-05-11"}).then(recorded())


def test_a_card_of_another_box_is_told_with_that_box() -> None:
    story = two_cards().given(
        act("box-open", box="B2", cohort=2015, at="2010-05-01"),
        *taken_back("C3", number(7)),
        put("C3", "B2"),
    )
    told = story.when(counted(2, elsewhere=["c3@b2"])).then(recorded(elsewhere=("C3@B2",)))
    assert told.event.tags() == ("box:B1", "card:C3")
    assert story.card("C3").box == "B2"
    assert story.box("B2").stocktake is None


def test_who_only_counts_need_not_say_what_is_missing() -> None:
    two_cards().when(counted(1)).then(recorded(found=1, expected=2, missing=()))
    two_cards().when(counted(3)).then(recorded(found=3, expected=2))


def test_what_was_expected_is_what_was_noted_at_the_beginning() -> None:
    """Somebody packed one more while the others were counted."""
    story = two_cards()
    frozen = story.head
    story.given(*taken_back("C3", number(7)), put("C3"))
    told = story.when(counted(1, missing=["C2"], expected=2, frozen=frozen))
    told.then(recorded(expected=2, frozen=frozen))
    later = counted(1, missing=["C2"], at="2010-05-11")
    story.when(later).then(refused("bad-input"))


def test_the_last_stocktake_in_time_counts_and_a_void_one_never_was() -> None:
    story = two_cards().given(counted(2), counted(1, missing=["C1"], at="2010-05-08"))
    stocktake = story.box("B1").stocktake
    assert stocktake is not None
    assert stocktake.found == 2
    story.given(act("void", position=stocktake.position, reason="it was another box"))
    stocktake = story.box("B1").stocktake
    assert stocktake is not None
    assert stocktake.missing == ("C1",)


def test_a_box_of_a_thousand_cards_of_which_none_is_there() -> None:
    cards = [f"C{place:04}" for place in range(1000)]
    event = BoxStocktaken(
        at=moment("2010-05-10"),
        recorded=moment("2010-05-10"),
        school=ANNA[:8],
        box="B1",
        found=0,
        expected=1000,
        missing=tuple(cards),
    )
    assert len(event.tags()) == 1001
    assert Codec.decode("box.stocktaken/1", Codec.encode(event)) == event
