"""Pupils: in school, away and back, and one pupil through every number (HANDBOOK 3, 4)."""

from __future__ import annotations

from typing import Final

import pytest

from tests.support.given import (
    ANNA,
    CLARA,
    COMBINED,
    EMMA,
    NEIGHBOUR,
    Row,
    act,
    given,
    number,
    opened,
    pupil,
    recorded,
    refused,
    repeated,
)

ISSUED: Final = (
    pupil(ANNA),
    act("issue", card="C1", student=ANNA, at="2010-02-20"),
    act("upgrade", card="C1", at="2010-02-21"),
)
SWIPE: Final = act("term-swipe", card="C1", at="2010-03-10")
OUT: Final = act("student-transfer-out", student=ANNA, at="2010-03-05")
LEAVE: Final = act("leave-swipe", card="C1", reason="transfer", at="2010-03-06")


def test_a_pupil_without_an_entry_date_was_always_in_school() -> None:
    story = given(*ISSUED)
    assert story.student(ANNA, at="2001-01-01").status == "in-school"
    story.given(act("term-swipe", card="C1", at="2010-02-22"))


def test_a_pupil_is_in_school_from_the_day_of_entry() -> None:
    story = given(pupil(ANNA, entered="2010-03-01"))
    assert not story.student(ANNA, at="2010-02-28").known
    assert story.student(ANNA, at="2010-03-01").in_school
    issue = act("issue", card="C1", student=ANNA, at="2010-02-28")
    story.when(issue).then(refused("not-in-school", "not-eligible-for-new-card"))
    story.when(issue | {"at": "2010-03-01"}).then(recorded())


def test_a_pupil_may_be_entered_before_the_school_year_begins() -> None:
    story = given(pupil(ANNA, entered="2010-09-01"))
    assert story.student(ANNA, at="2010-09-01").in_school
    story.when(act("issue", card="C1", student=ANNA)).then(
        refused("not-in-school", "not-eligible-for-new-card")
    )


@pytest.mark.parametrize("first", [OUT, LEAVE])
def test_whichever_comes_first_takes_the_pupil_out_of_school(first: Row) -> None:
    story = given(*ISSUED, first)
    assert story.student(ANNA).status == "left"
    assert story.student(ANNA).left_at.startswith(first["at"])
    story.when(SWIPE).then(refused("not-in-school"))


@pytest.mark.parametrize(("first", "second"), [(OUT, LEAVE), (LEAVE, OUT)])
def test_the_second_only_adds_its_facts(first: Row, second: Row) -> None:
    story = given(*ISSUED)
    story.given(first | {"at": "2010-03-05"}, second | {"at": "2010-03-06"})
    student = story.student(ANNA)
    assert student.status == "left"
    assert student.left_at.startswith("2010-03-05")
    assert student.left_reason == "transfer"
    assert student.leave_swiped_at
    assert student.transferred_out
    assert story.card("C1").state == "left"
    assert len([stay for stay in student.stays if stay.status == "left"]) == 1


def test_leaving_twice_is_the_same_fact() -> None:
    story = given(*ISSUED, OUT, LEAVE)
    story.when(OUT).then(repeated())
    story.when(LEAVE).then(repeated())


@pytest.mark.parametrize("reason", ["dropout", "out-of-province", "transfer"])
def test_a_leave_swipe_says_why(reason: str) -> None:
    story = given(*ISSUED, LEAVE | {"reason": reason})
    assert (story.student(ANNA).status, story.student(ANNA).left_reason) == ("left", reason)


def test_a_suspended_pupil_keeps_the_card_but_does_not_swipe() -> None:
    story = given(*ISSUED, act("student-suspend", student=ANNA, at="2010-03-01"))
    assert story.card("C1").state == "live"
    told = story.when(SWIPE).then(refused("not-in-school"))
    assert "student resume" in told.outcome.hint()
    story.when(act("upgrade", card="C1", at="2010-03-02")).then(repeated())
    story.given(act("student-resume", student=ANNA, at="2010-03-08"))
    story.when(SWIPE).then(recorded())


def test_resuming_makes_the_card_that_was_swiped_out_live_again() -> None:
    story = given(*ISSUED, LEAVE, act("student-resume", student=ANNA, at="2010-03-08"))
    assert story.card("C1").state == "live"
    assert story.student(ANNA).in_school
    story.when(SWIPE).then(recorded())


def test_resuming_tells_every_card_of_the_pupil() -> None:
    story = given(*ISSUED, LEAVE)
    event = story.when(act("student-resume", student=ANNA, at="2010-03-08")).event
    assert f"card:{'C1'}" in event.tags()


def test_resuming_brings_no_recycled_card_back_only_a_reissue_does() -> None:
    story = given(
        *ISSUED,
        LEAVE,
        act("recycle", card="C1", handler="Wang", at="2010-03-07"),
        act("student-resume", student=ANNA, at="2010-03-08"),
    )
    assert story.card("C1").state == "recycled"
    story.when(act("issue", card="C2", student=ANNA, at="2010-03-09")).then(recorded())
    story.given(act("void", position=10, reason="a reissue was due"))
    reissue = act("reissue", card="C2", student=ANNA, reason="returned", at="2010-03-09")
    story.when(reissue).then(recorded(old="C1"))


def test_a_leave_swipe_that_is_recorded_after_the_return_does_not_take_the_card() -> None:
    """The pupil is back since the 8th; the swipe of the 6th turns up on paper afterwards."""
    story = given(*ISSUED, OUT, act("student-resume", student=ANNA, at="2010-03-08"), LEAVE)
    assert story.card("C1", at="2010-03-07").state == "left"
    assert story.card("C1").state == "live"
    story.when(SWIPE).then(recorded())


def test_who_was_here_before_resumes_and_is_not_transferred_in() -> None:
    """Situation 2: the pupil had been at this school, went to another one and came back."""
    story = given(
        *ISSUED,
        LEAVE,
        act("transfer-swipe", card="C1", school=NEIGHBOUR, at="2010-03-07"),
        act("leave-swipe", card="C1", school=NEIGHBOUR, reason="transfer", at="2010-03-08"),
    )
    story.when(act("transfer-swipe", card="C1", at="2010-03-09")).then(refused("was-here-before"))
    story.when(act("student-transfer-in", student=ANNA, at="2010-03-09")).then(
        refused("was-here-before")
    )
    story.given(act("student-resume", student=ANNA, class_="3", at="2010-03-09"))
    assert story.student(ANNA).class_ == "3"
    story.when(SWIPE).then(recorded())


def test_a_transfer_swipe_implies_the_transfer_in() -> None:
    story = given(
        *ISSUED, LEAVE, act("transfer-swipe", card="C1", school=NEIGHBOUR, at="2010-03-07")
    )
    student = story.student(ANNA)
    assert (student.status, student.school) == ("in-school", NEIGHBOUR)
    late = act("student-transfer-in", student=ANNA, school=NEIGHBOUR, at="2010-03-08")
    story.when(late).then(recorded())
    assert len([stay for stay in story.student(ANNA).stays if stay.school == NEIGHBOUR]) == 1
    story.when(SWIPE | {"school": NEIGHBOUR}).then(recorded())


def test_an_arrival_ends_what_was_said_of_the_leaving() -> None:
    story = given(
        *ISSUED, OUT, LEAVE, act("transfer-swipe", card="C1", school=NEIGHBOUR, at="2010-03-07")
    )
    student = story.student(ANNA)
    assert (student.left_at, student.left_reason, student.leave_swiped_at) == ("", "", "")
    (departure,) = student.departures
    assert (departure.school, departure.reason) == (ANNA[:8], "transfer")


def test_leavers_graduate_by_their_leave_swipe_or_by_word() -> None:
    story = given(
        pupil(CLARA),
        act("register", card="C1", student=CLARA, upgraded=True),
        act("leave-swipe", card="C1", reason="graduation", at="2010-06-01"),
    )
    assert story.student(CLARA).status == "graduated"
    told = story.when(act("student-graduate", student=CLARA, goes_on="no", at="2010-06-02"))
    told.then(recorded())
    assert story.student(CLARA).goes_on is False
    assert story.student(CLARA).left_at.startswith("2010-06-01")
    story.when(act("student-graduate", student=CLARA, goes_on="no")).then(repeated())


def test_a_graduation_alone_takes_the_pupil_out_of_school() -> None:
    story = given(
        pupil(CLARA), act("student-graduate", student=CLARA, goes_on="no", at="2010-06-20")
    )
    student = story.student(CLARA)
    assert (student.status, student.left_reason) == ("graduated", "graduation")
    assert student.left_at.startswith("2010-06-20")
    assert student.stays[-1].status == "graduated"
    assert story.student(CLARA, at="2010-06-19").in_school


def test_who_was_transferred_out_first_still_graduates_by_the_leave_swipe() -> None:
    story = given(*ISSUED, OUT, LEAVE | {"reason": "graduation"})
    assert story.student(ANNA).status == "left"
    story.given(act("student-graduate", student=ANNA, goes_on="yes", at="2010-03-07"))
    student = story.student(ANNA)
    assert (student.status, student.goes_on, student.left_reason) == ("graduated", True, "transfer")


def test_a_class_of_the_former_school_is_no_class_of_the_new_one() -> None:
    story = given(pupil(ANNA, class_="1"), OUT)
    story.given(act("student-transfer-in", student=ANNA, school=NEIGHBOUR, at="2010-03-06"))
    assert story.student(ANNA).class_ == ""
    story.given(
        act("student-transfer-out", student=ANNA, school=NEIGHBOUR, at="2010-03-07"),
        act("student-resume", student=ANNA, school=NEIGHBOUR, class_="4", at="2010-03-08"),
        act("student-transfer-out", student=ANNA, school=NEIGHBOUR, at="2010-03-09"),
        act("student-resume", student=ANNA, school=NEIGHBOUR, at="2010-03-10"),
    )
    assert story.student(ANNA).class_ == "4"


def test_who_continues_keeps_the_live_card_and_gets_number_and_cohort() -> None:
    new = number(1, school=COMBINED, category=1, cohort=2013)
    story = given(
        pupil(EMMA),
        act("register", card="C1", student=EMMA, school=COMBINED, upgraded=True),
        act(
            "student-graduate",
            student=EMMA,
            school=COMBINED,
            goes_on="yes",
            continues=True,
            number=new,
            class_="4",
            at="2010-06-20",
        ),
    )
    student = story.student(new)
    assert (student.status, student.cohort, student.class_) == ("in-school", 2013, "4")
    assert story.card("C1").state == "live"
    assert story.student(EMMA).id == student.id
    story.when(
        act("student-graduate", student=new, goes_on="yes", continues=True, at="2010-06-21")
    ).then(repeated())


def test_a_pupil_continues_again_three_years_later() -> None:
    story = given(
        pupil(EMMA),
        act("student-graduate", student=EMMA, goes_on="yes", continues=True, at="2010-06-20"),
    )
    assert story.student(EMMA).cohort == 2013
    story.passes("2013-06-30T10:00")
    story.given(
        act("student-graduate", student=EMMA, goes_on="yes", continues=True, at="2013-06-20")
    )
    assert story.student(EMMA).cohort == 2016


def test_who_repeats_a_year_belongs_to_the_next_cohort_once_a_year() -> None:
    story = given(pupil(ANNA))
    again = act("student-repeat-year", student=ANNA, at="2010-03-01")
    story.given(again)
    assert story.student(ANNA).cohort == 2016
    story.when(again).then(repeated())
    story.when(again | {"at": "2010-05-01"}).then(repeated())
    story.passes("2010-09-30").when(again | {"at": "2010-09-05"}).then(recorded())
    assert story.student(ANNA).cohort == 2017


def test_who_repeats_a_year_may_name_the_cohort() -> None:
    again = act("student-repeat-year", student=ANNA, cohort=2017, class_="3", at="2010-03-01")
    story = given(pupil(ANNA), again)
    assert (story.student(ANNA).cohort, story.student(ANNA).class_) == (2017, "3")
    story.when(again).then(repeated())
    story.when(again | {"class": "4"}).then(recorded())


def test_adding_a_known_pupil_keeps_only_what_is_new() -> None:
    story = given(pupil(ANNA, name="Anna", class_="1", telephone="123"))
    story.when(pupil(ANNA, name="Anna", class_="1", telephone="123")).then(repeated())
    told = story.when(pupil(ANNA, name="Anna", class_="2", telephone="456"))
    assert type(told.event).__name__ == "StudentChanged"
    assert told.event.class_ == "2"
    assert '"name"' not in told.event.sealed
    assert opened(story.student(ANNA))["telephone"] == "456"


def test_the_identity_number_tells_that_it_is_the_same_pupil() -> None:
    identity = "110226200309010010"
    story = given(pupil(ANNA, name="Anna", identity=identity))
    story.when(pupil(ANNA, name="Hanna", identity=identity)).then(recorded())
    assert opened(story.student(ANNA))["name"] == "Hanna"
    assert len(story.book().students) == 1


def test_a_grade_advances_by_itself_and_may_be_corrected() -> None:
    story = given(pupil(ANNA, grade=1, at="2010-03-01"))
    story.when(act("student-change", student=ANNA, grade=1)).then(repeated())
    story.passes("2010-09-30")
    story.when(act("student-change", student=ANNA, grade=2)).then(repeated())
    story.when(act("student-change", student=ANNA, grade=1)).then(recorded(grade=1))


def test_a_forgotten_pupil_is_still_a_pupil_without_a_name() -> None:
    story = given(*ISSUED, act("student-forget", student=ANNA))
    assert opened(story.student(ANNA)) == {}
    assert story.student(ANNA).forgotten
    story.when(SWIPE).then(recorded())
    story.when(pupil(ANNA, name="Anna")).then(repeated())
    story.when(act("student-change", student=ANNA, name="Anna")).then(repeated())
    told = story.when(act("lost", card="C1", note="her mother called", at="2010-03-11"))
    assert told.then(recorded()).event.sealed == ""


@pytest.mark.parametrize("row", [pupil(ANNA, guest=False), pupil(ANNA, treated_as_local=True)])
def test_yes_and_no_are_facts_and_silence_is_none(row: Row) -> None:
    story = given(pupil(ANNA, guest=True))
    story.when(row | {"name": f"Pupil {ANNA}"}).then(recorded())
    story.when(pupil(ANNA)).then(repeated())
    student = story.student(ANNA)
    assert (student.guest, student.treated_as_local) == (
        row.get("guest", True),
        row.get("treated_as_local", False),
    )
