"""A mistake is corrected by a further line that names the line it corrects (HANDBOOK 1, 5)."""

from __future__ import annotations

import pytest

from tests.support.given import (
    ANNA,
    BORIS,
    Row,
    Story,
    act,
    given,
    number,
    opened,
    pupil,
    recorded,
    refused,
    repeated,
)

ISSUED = act("issue", card="C1", student=ANNA, at="2010-03-01")
UPGRADED = act("upgrade", card="C1", at="2010-03-02")
#: In these stories schools are lines 1 to 3 and the pupil is line 4.
ISSUE = 5


def void(position: int, **more: object) -> Row:
    return act("void", position=position, reason="a mistake", **more)


def why(story: Story, row: Row) -> str:
    """Return what people are told, after checking that it is refused as not voidable."""
    return story.when(row).then(refused("not-voidable")).outcome.message()


def test_a_voided_issue_frees_the_number_and_the_pupil() -> None:
    story = given(pupil(ANNA), pupil(BORIS), ISSUED).given(void(6))
    assert not story.card("C1").known
    assert story.student(ANNA).held("record") == []
    story.when(act("issue", card="C1", student=BORIS, at="2010-03-02")).then(recorded())
    story.when(act("issue", card="C2", student=ANNA, at="2010-03-02")).then(recorded())


def test_the_voided_line_stays_and_only_the_fold_leaves_it_out() -> None:
    story = given(pupil(ANNA), ISSUED, UPGRADED, void(6))
    assert [line.position for line in story.lines] == [1, 2, 3, 4, 5, 6, 7]
    assert not story.card("C1").upgraded
    assert story.card("C1").lines == [5]


def test_a_void_carries_the_subjects_of_its_line() -> None:
    story = given(pupil(ANNA), ISSUED)
    event = story.when(void(ISSUE)).event
    assert event.voids == "card.issued/1"
    assert set(event.tags()) == {*story.lines[4].event.tags(), "line:5"}


def test_it_names_the_first_later_line_that_would_be_refused() -> None:
    story = given(pupil(ANNA), ISSUED, UPGRADED, act("term-swipe", card="C1", at="2010-03-03"))
    assert "line 6" in why(story, void(5))
    assert "unknown-card" in why(story, void(5))
    assert "line 7" in why(story, void(6))
    assert "not-upgraded" in why(story, void(6))


def test_voids_from_the_end_free_what_they_freed() -> None:
    story = given(pupil(ANNA), ISSUED, UPGRADED, act("term-swipe", card="C1", at="2010-03-03"))
    story.given(void(7), void(6), void(5), void(4))
    assert not story.card("C1").known
    assert story.book().numbers == {}


def test_a_pupil_who_did_things_cannot_be_void() -> None:
    story = given(pupil(ANNA), ISSUED)
    assert "unknown-student" in why(story, void(4))


@pytest.mark.parametrize(
    ("position", "reason"), [(99, "There is no such line."), (1, "Lines of this kind")]
)
def test_it_says_why_a_line_cannot_be_void(position: int, reason: str) -> None:
    assert reason in why(given(pupil(ANNA)), void(position))


def test_a_void_is_repeated_and_a_refused_one_changes_nothing() -> None:
    story = given(pupil(ANNA), ISSUED, UPGRADED)
    story.when(void(5)).then(refused("not-voidable"))
    story.when(void(6)).then(recorded())
    story.when(void(6)).then(repeated())
    story.when(void(5)).then(recorded())


def test_a_line_that_only_others_back_dated_lines_need_is_judged_with_them() -> None:
    """The swipe was written before the upgrade that makes it right was voided."""
    story = given(pupil(ANNA), ISSUED)
    story.given(act("policy-adopt", changes={"upgrade_required": False}, from_="2010-01-01"))
    story.given(act("term-swipe", card="C1", at="2010-03-05"))
    story.given(act("upgrade", card="C1", at="2010-03-02"))
    story.when(void(8)).then(recorded())
    assert story.student(ANNA).swipes


def test_a_back_dated_line_written_later_is_no_reason_for_the_earlier_one() -> None:
    """A leave swipe of 1 March, written after the term swipe of 5 March, needs no swipe."""
    story = given(pupil(ANNA), ISSUED, UPGRADED, act("term-swipe", card="C1", at="2010-03-05"))
    story.given(act("leave-swipe", card="C1", reason="transfer", at="2010-03-03"))
    story.when(void(7)).then(recorded())


def test_what_was_imported_is_not_refused_for_breaking_a_rule() -> None:
    swiped = act("term-swipe", card="C1", student=ANNA, at="2010-03-03", evidence="imported")
    story = given(pupil(ANNA), ISSUED, UPGRADED, swiped)
    story.when(void(6)).then(recorded())
    story.when(void(5)).then(recorded())
    assert "unknown-student" in why(story, void(4))


def test_a_line_that_was_refused_already_is_no_reason() -> None:
    """An imported reissue made two live cards; the issue that it contests can go."""
    story = given(pupil(ANNA), ISSUED)
    story.given(act("issue", card="C9", student=ANNA, at="2010-03-02", evidence="imported"))
    story.when(void(5)).then(recorded())
    assert [card.number for card in story.student(ANNA).held("record")] == ["C9"]


def test_a_back_dated_void_takes_the_line_out_of_every_moment() -> None:
    story = given(pupil(ANNA), ISSUED, UPGRADED, void(6, at="2010-03-20"))
    assert not story.card("C1", at="2010-03-05").upgraded
    assert not story.card("C1").upgraded


def test_a_boxed_card_keeps_its_recycling() -> None:
    story = given(
        pupil(ANNA),
        ISSUED,
        act("recycle", card="C1", handler="Wang", at="2010-04-01"),
        act("box-open", box="B1", cohort=2015, at="2010-04-01"),
        act("box-put", box="B1", card="C1", at="2010-04-02"),
        act("box-seal", box="B1", count=1, handler="Wang", at="2010-04-03"),
    )
    assert "line 8" in why(story, void(6))
    assert "line 8" in why(story, void(7))
    assert "line 9" in why(story, void(8))
    story.given(void(9), void(8))
    assert story.box("B1").cards == {}
    assert story.card("C1").box == ""


def test_a_voided_reissue_gives_the_old_card_back() -> None:
    story = given(
        pupil(ANNA),
        ISSUED,
        act("lost", card="C1", at="2010-04-01"),
        act("reissue", card="C2", student=ANNA, reason="lost", at="2010-04-02"),
    )
    assert story.card("C1").state == "replaced-lost"
    story.given(void(7))
    assert story.card("C1").state == "lost"
    assert not story.card("C2").known
    story.given(act("found", card="C1", at="2010-04-03"))
    assert story.card("C1").state == "live"


def test_a_voided_resume_leaves_the_card_swiped_out() -> None:
    story = given(
        pupil(ANNA),
        ISSUED,
        act("leave-swipe", card="C1", reason="transfer", at="2010-04-01"),
        act("student-resume", student=ANNA, at="2010-05-01"),
    )
    assert story.card("C1").state == "live"
    story.given(void(7))
    assert story.card("C1").state == "left"
    assert story.student(ANNA).status == "left"


def test_a_voided_number_finds_nobody_any_more() -> None:
    wrong = number(42)
    story = given(pupil(ANNA), act("student-renumber", student=ANNA, number=wrong))
    assert story.student(wrong).number == wrong
    story.given(void(5))
    assert story.student(ANNA).number == ANNA
    story.when(act("student-suspend", student=wrong)).then(refused("unknown-student"))


def test_a_voided_correction_gives_the_old_name_back() -> None:
    story = given(pupil(ANNA, name="Anna"), act("student-change", student=ANNA, name="Hanna"))
    assert opened(story.student(ANNA))["name"] == "Hanna"
    story.given(void(5))
    assert opened(story.student(ANNA))["name"] == "Anna"


def test_graduations_and_repeated_years_are_decided_anew_too() -> None:
    for later in (
        act("student-graduate", student=ANNA, goes_on="no", at="2010-06-01"),
        act("student-repeat-year", student=ANNA, at="2010-06-01"),
        act("student-transfer-out", student=ANNA, at="2010-06-01"),
    ):
        story = given(
            pupil(ANNA),
            act("student-suspend", student=ANNA, at="2010-03-01"),
            act("student-resume", student=ANNA, at="2010-04-01"),
            later,
        )
        needs = later["action"] != "student-transfer-out"
        story.when(void(6)).then(refused("not-voidable") if needs else recorded())


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_void_needs_a_reason(reason: str) -> None:
    story = given(pupil(ANNA))
    story.when(act("void", position=4, reason=reason)).then(refused("bad-input"))
