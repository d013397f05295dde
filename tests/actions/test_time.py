"""Time: an act is decided on the state just before its own moment (HANDBOOK 4)."""

from __future__ import annotations

from typing import Final

from tests.support.given import (
    ANNA,
    BORIS,
    CLARA,
    act,
    contested,
    given,
    moment,
    pupil,
    recorded,
    refused,
    repeated,
)

READY: Final = (
    pupil(ANNA),
    act("issue", card="C1", student=ANNA, at="2010-02-20"),
    act("upgrade", card="C1", at="2010-02-21"),
)
SWIPE: Final = act("term-swipe", card="C1", at="2010-03-10")


def test_last_thursdays_swipe_is_decided_on_last_thursday() -> None:
    """Situation 12: since then the card was recycled and the pupil left."""
    story = given(
        *READY,
        act("leave-swipe", card="C1", reason="dropout", at="2010-03-20"),
        act("recycle", card="C1", handler="Wang", at="2010-03-21"),
    )
    told = story.when(SWIPE).then(recorded())
    assert told.event.at < told.event.recorded
    assert "2010-spring" in story.student(ANNA).swipes
    assert story.card("C1").state == "recycled"


def test_what_was_not_yet_so_on_that_day_is_refused() -> None:
    story = given(*READY)
    story.when(SWIPE | {"at": "2010-02-20T08:00"}).then(refused("before-issue"))
    story.when(SWIPE | {"at": "2010-02-20T23:59:59.999"}).then(refused("not-upgraded"))
    story.when(SWIPE | {"at": "2010-02-21"}).then(recorded())


def test_a_bare_date_is_the_end_of_that_day() -> None:
    story = given(*READY)
    told = story.when(SWIPE)
    assert told.event.at == "2010-03-10T23:59:59.999+08:00"
    assert story.student(ANNA, at="2010-03-10T23:59").swipes == {}
    assert story.student(ANNA, at="2010-03-10").swipes


def test_today_is_now() -> None:
    story = given(*READY)
    assert story.when(SWIPE | {"at": "2010-06-30"}).event.at == story.clock


def test_nothing_said_is_now() -> None:
    story = given(*READY)
    told = story.when(act("term-swipe", card="C1"))
    assert told.event.at == story.clock == told.event.recorded


def test_a_time_without_offset_is_beijing_time_another_offset_is_the_same_moment() -> None:
    story = given(*READY)
    told = story.when(SWIPE | {"at": "2010-03-10T09:30"})
    assert told.event.at == "2010-03-10T09:30:00.000+08:00"
    story.when(SWIPE | {"at": "2010-03-10T01:30:00+00:00"}).then(repeated())


def test_of_acts_on_one_day_the_one_recorded_first_comes_first() -> None:
    day = "2010-03-05"
    story = given(*READY, act("lost", card="C1", at=day), act("found", card="C1", at=day))
    assert story.card("C1").state == "live"
    story.given(act("lost", card="C1", at=day))
    assert story.card("C1").state == "lost"
    assert story.card("C1", at=f"{day}T12:00").state == "live"


def test_what_is_to_come_is_refused_and_recorded_only_if_imported() -> None:
    story = given(*READY)
    story.when(SWIPE | {"at": "2010-06-30T10:00:00.001"}).then(refused("happened-in-future"))
    story.when(SWIPE | {"at": "2010-06-30T10:00"}).then(recorded())
    later = act("lost", card="C1", at="2010-07-01", evidence="imported")
    story.when(later).then(contested("happened-in-future"))
    assert story.card("C1", at="2010-06-30").state == "live"


def test_lines_that_happened_later_are_not_judged_again() -> None:
    """The recycling of the 5th is recorded after the swipe of the 10th; the audit will ask."""
    story = given(*READY, SWIPE)
    story.when(act("recycle", card="C1", handler="Wang", at="2010-03-05")).then(recorded())
    assert story.card("C1").state == "recycled"
    assert story.student(ANNA).swipes
    assert not [line for line in story.lines if line.event.contested]


def test_whether_a_number_is_taken_ignores_time() -> None:
    story = given(*READY, pupil(BORIS))
    issue = act("issue", card="C1", student=BORIS, at="2010-01-05")
    story.when(issue).then(refused("card-number-used"))


def test_whether_a_pupil_holds_a_card_depends_on_the_day() -> None:
    story = given(*READY)
    story.when(act("issue", card="C0", student=ANNA, at="2010-02-01")).then(recorded())
    assert len(story.student(ANNA).held("record")) == 2


def test_a_back_dated_act_sees_other_cards_as_they_were() -> None:
    """On 15 March the first card was lost and not yet replaced."""
    story = given(
        *READY,
        act("lost", card="C1", at="2010-03-12"),
        act("reissue", card="C2", student=ANNA, reason="lost", at="2010-03-20"),
        act("recycle", card="C2", handler="Wang", at="2010-03-25"),
    )
    told = story.when(act("reissue", card="C3", student=ANNA, reason="other", at="2010-03-15"))
    told.then(recorded(old="C1"))


def test_a_card_that_changed_hands_was_somebody_elses_on_that_day() -> None:
    story = given(*READY, pupil(BORIS))
    story.given(act("issue", card="C1", student=BORIS, evidence="imported", at="2010-04-01"))
    assert story.when(SWIPE).then(recorded()).event.student == story.key(ANNA)
    story.when(SWIPE | {"student": BORIS}).then(refused("ambiguous-student"))
    told = story.when(SWIPE | {"at": "2010-04-02"}).then(recorded())
    assert told.event.student == story.key(BORIS)


def test_the_cohort_of_a_recycled_card_is_that_of_its_day() -> None:
    story = given(*READY, act("student-repeat-year", student=ANNA, at="2010-03-20"))
    story.given(act("recycle", card="C1", handler="Wang", at="2010-03-10"))
    assert story.card("C1").cohort == 2015


def test_the_state_is_the_fold_of_what_had_happened() -> None:
    story = given(
        *READY,
        act("leave-swipe", card="C1", reason="transfer", at="2010-03-20"),
        act("student-resume", student=ANNA, at="2010-04-20"),
    )
    states = [story.card("C1", at=day).state for day in ("2010-02-19", "2010-02-20", "2010-03-20")]
    assert states == ["", "live", "left"]
    assert [story.student(ANNA, at=day).status for day in ("2010-03-20", "2010-04-20")] == [
        "left",
        "in-school",
    ]


def test_a_policy_holds_from_its_day_whenever_it_was_adopted() -> None:
    story = given(pupil(ANNA), act("issue", card="C1", student=ANNA, at="2010-02-20"))
    story.when(SWIPE).then(refused("not-upgraded"))
    story.given(act("policy-adopt", changes={"upgrade_required": False}, from_="2010-03-08"))
    story.when(SWIPE | {"at": "2010-03-07"}).then(refused("not-upgraded"))
    story.when(SWIPE | {"at": "2010-03-08T07:00"}).then(recorded())


def test_of_two_policies_of_one_day_the_later_one_holds() -> None:
    drop = act("policy-adopt", changes={"upgrade_required": False}, from_="2010-03-01")
    keep = act("policy-adopt", changes={"upgrade_required": True}, from_="2010-03-01")
    story = given(pupil(ANNA), act("issue", card="C1", student=ANNA, at="2010-02-20"))
    story.given(drop, keep)
    story.when(SWIPE).then(refused("not-upgraded"))
    story.when(keep).then(repeated())
    story.when(drop).then(recorded())
    story.when(SWIPE).then(recorded())


def test_a_policy_changes_how_a_number_is_read() -> None:
    story = given(pupil(CLARA, grade=1))
    issue = act("issue", card="C1", student=CLARA, at="2010-03-08")
    story.given(
        act(
            "policy-adopt",
            changes={"levels": {"primary": "47", "junior": "0158"}},
            from_="2010-03-01",
        )
    )
    story.when(issue).then(refused("not-eligible-for-new-card"))
    story.when(issue | {"at": "2010-02-28"}).then(recorded())


def test_moments_are_written_in_one_form() -> None:
    story = given(*READY, SWIPE)
    for line in story.lines:
        assert len(line.event.at) == len(moment("2010-03-10"))
        assert line.event.at.endswith("+08:00")
