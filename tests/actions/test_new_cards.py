"""Who gets a card, and in place of which (HANDBOOK 5)."""

from __future__ import annotations

from typing import Final

import pytest

from tests.support.given import (
    ANNA,
    BORIS,
    CLARA,
    Row,
    act,
    contested,
    given,
    number,
    pupil,
    recorded,
    refused,
    repeated,
)

ISSUE: Final = act("issue", card="C1", student=ANNA, at="2010-03-01")


@pytest.mark.parametrize(
    ("category", "facts"),
    [
        (0, {}),
        (4, {"guest": True}),
        (7, {"guest": True, "treated_as_local": True}),
        (0, {"guest": True}),
    ],
)
def test_first_year_primary_pupils_get_a_card(category: int, facts: Row) -> None:
    student = number(1, category=category)
    story = given(pupil(student, **facts))
    story.when(ISSUE | {"student": student}).then(recorded())


@pytest.mark.parametrize("category", [4, 5, 6, 7, 8, 9])
def test_a_guest_from_outside_the_city_gets_a_card_after_it_was_confirmed(category: int) -> None:
    student = number(1, category=category, cohort=2011)
    story = given(pupil(student, guest=True, from_outside_city=True))
    confirmed = ISSUE | {"student": student, "confirmed_no_other_school": True}
    story.when(confirmed).then(recorded(confirmed_no_other_school=True))


def test_coming_from_outside_may_be_learnt_at_the_transfer() -> None:
    student = number(1, category=4, cohort=2011)
    story = given(
        pupil(student, guest=True),
        act("student-transfer-in", student=student, from_outside_city=True, at="2010-03-01"),
    )
    confirmed = act(
        "issue", card="C1", student=student, confirmed_no_other_school=True, at="2010-03-02"
    )
    story.when(confirmed).then(recorded())


def test_the_grade_of_the_roster_goes_before_the_cohort() -> None:
    late = number(1, cohort=2014)
    story = given(pupil(late, grade=1, at="2010-03-01"))
    story.when(ISSUE | {"student": late}).then(recorded())
    early = number(2, cohort=2015)
    story.given(pupil(early, grade=2, at="2010-03-01"))
    story.when(ISSUE | {"card": "C2", "student": early}).then(refused("not-eligible-for-new-card"))


def test_the_first_year_ends_on_the_last_day_of_august() -> None:
    story = given(pupil(ANNA), pupil(BORIS), present="2010-09-30")
    story.when(ISSUE | {"at": "2010-08-31"}).then(recorded())
    told = story.when(ISSUE | {"card": "C2", "student": BORIS, "at": "2010-09-01"})
    told.then(refused("not-eligible-for-new-card"))


def test_a_card_issued_on_one_day_is_the_same_fact_whatever_became_of_it() -> None:
    story = given(pupil(ANNA), ISSUE, act("recycle", card="C1", handler="W", at="2010-04-01"))
    story.when(ISSUE).then(repeated())
    story.when(ISSUE | {"evidence": "imported"}).then(repeated())
    story.when(ISSUE | {"at": "2010-04-02"}).then(refused("card-number-used"))


def test_a_number_is_the_same_however_it_is_typed() -> None:
    story = given(pupil(ANNA), ISSUE)
    for typed in ("c1", " C1 ", "Ｃ１"):
        story.when(ISSUE | {"card": typed}).then(repeated())


def test_a_card_that_was_only_taken_back_may_still_be_registered() -> None:
    """The list of recycled cards was imported before the opening stock."""
    story = given(
        pupil(CLARA),
        act(
            "recycle",
            card="C1",
            student=CLARA,
            handler="Wang",
            evidence="imported",
            at="2010-03-01",
        ),
    )
    assert story.card("C1").state == "recycled"
    story.when(act("register", card="C1", student=CLARA, upgraded=True)).then(recorded())
    card = story.card("C1")
    assert (card.state, card.upgraded, card.recycled_by) == ("recycled", True, "Wang")


def test_the_opening_stock_was_always_there() -> None:
    story = given(pupil(CLARA), act("register", card="C1", student=CLARA, upgraded=True))
    assert story.card("C1", at="2000-01-01").state == "live"
    story.when(act("term-swipe", card="C1", at="2009-09-10")).then(recorded(term="2009-autumn"))


def test_a_card_registered_as_swiped_out_waits_for_its_transfer_swipe() -> None:
    story = given(
        pupil(CLARA), act("register", card="C1", student=CLARA, upgraded=True, swiped_out=True)
    )
    assert story.card("C1").state == "left"
    story.when(act("transfer-swipe", card="C1", at="2010-03-01")).then(recorded())
    assert story.card("C1").state == "live"


@pytest.mark.parametrize("reason", ["lost", "returned", "other"])
def test_these_reasons_need_no_old_card_back(reason: str) -> None:
    story = given(pupil(ANNA), ISSUE)
    told = story.when(act("reissue", card="C2", student=ANNA, reason=reason, at="2010-03-02"))
    told.then(recorded(old="C1", reason=reason))


@pytest.mark.parametrize("reason", ["renumbered", "damaged"])
def test_a_collected_card_is_replaced(reason: str) -> None:
    story = given(pupil(ANNA), ISSUE, act("recycle", card="C1", handler="W", at="2010-03-02"))
    told = story.when(act("reissue", card="C2", student=ANNA, reason=reason, at="2010-03-03"))
    told.then(recorded(old="C1"))
    assert story.card("C1").state == "recycled"


def test_a_card_declared_outstanding_is_replaced_and_the_reason_sealed() -> None:
    story = given(pupil(ANNA), ISSUE)
    told = story.when(
        act(
            "reissue",
            card="C2",
            student=ANNA,
            reason="renumbered",
            old_outstanding="forgotten at home",
            at="2010-03-02",
        )
    )
    assert told.then(recorded(outstanding=True)).event.sealed
    assert story.card("C1").state == "outstanding"


def test_it_is_the_held_card_that_is_replaced_else_the_last_one() -> None:
    story = given(
        pupil(ANNA),
        ISSUE,
        act("reissue", card="C2", student=ANNA, reason="lost", at="2010-03-02"),
        act("reissue", card="C3", student=ANNA, reason="lost", at="2010-03-03"),
    )
    assert [one.replaces for one in (story.card("C2"), story.card("C3"))] == ["C1", "C2"]
    story.given(act("recycle", card="C3", handler="Wang", at="2010-03-04"))
    told = story.when(act("reissue", card="C4", student=ANNA, reason="damaged", at="2010-03-05"))
    told.then(recorded(old="C3"))


def test_the_replaced_card_may_be_named() -> None:
    story = given(
        pupil(ANNA), ISSUE, act("reissue", card="C2", student=ANNA, reason="lost", at="2010-03-02")
    )
    story.when(
        act("reissue", card="C3", student=ANNA, reason="other", replaces="c1", at="2010-03-03")
    ).then(recorded(old="C1"))
    assert story.card("C2").state == "live"


def test_a_reissue_again_is_repeated() -> None:
    story = given(pupil(ANNA), ISSUE)
    row = act("reissue", card="C2", student=ANNA, reason="lost", at="2010-03-02")
    story.given(row)
    story.when(row).then(repeated())
    story.when(row | {"at": "2010-03-05"}).then(repeated())
    other = {"kind": "identity", "at": "2010-03-05"}
    story.when(row | other).then(refused("no-card-to-replace", "card-number-used"))


def test_an_imported_duplicate_leaves_two_live_cards_that_the_audit_finds() -> None:
    story = given(pupil(ANNA), ISSUE)
    row = act("issue", card="C2", student=ANNA, evidence="imported", at="2010-03-02")
    story.when(row).then(contested("student-holds-card"))
    assert [one.number for one in story.student(ANNA).held("record")] == ["C1", "C2"]


def test_an_imported_second_holder_takes_the_card_and_the_first_is_remembered() -> None:
    story = given(pupil(ANNA), pupil(BORIS), ISSUE)
    row = act("issue", card="C1", student=BORIS, evidence="imported", at="2010-03-02")
    told = story.when(row).then(contested("card-number-used"))
    card = story.card("C1")
    assert card.holders == [story.key(ANNA), story.key(BORIS)]
    assert card.student == story.key(BORIS)
    assert f"student:{story.key(ANNA)}" in told.event.tags()
    later = story.when(act("lost", card="C1", at="2010-03-03")).then(recorded())
    assert later.event.others == (story.key(ANNA),)
    assert story.student(ANNA).held("record") == []


def test_a_second_holder_of_an_earlier_day_is_told_of_the_first() -> None:
    story = given(pupil(ANNA), pupil(BORIS), ISSUE)
    row = act("issue", card="C1", student=BORIS, evidence="imported", at="2010-02-01")
    told = story.when(row).then(contested("card-number-used"))
    assert told.event.others == (story.key(ANNA),)
    assert story.card("C1").student == story.key(ANNA)
