"""Term, leave and transfer swipes: what counts, and what is kept of a refused one."""

from __future__ import annotations

from typing import Final

import pytest

from cardledger.actions._swipes import SwipeRefused
from cardledger.events import Codec
from cardledger.i18n import translator
from tests.support.given import (
    ANNA,
    BORIS,
    NEIGHBOUR,
    act,
    contested,
    given,
    pupil,
    recorded,
    refused,
    repeated,
)

READY: Final = (
    pupil(ANNA, name="安娜", class_="1"),
    act("issue", card="C1", student=ANNA, at="2010-02-20", uid="04A1B2C3"),
    act("upgrade", card="C1", at="2010-02-21"),
)
SWIPE: Final = act("term-swipe", card="C1", at="2010-03-10")


@pytest.mark.parametrize(
    ("day", "term"),
    [
        ("2010-02-25", "2010-spring"),
        ("2010-03-01", "2010-spring"),
        ("2010-06-29", "2010-spring"),
        ("2010-08-31", "2010-spring"),
        ("2010-09-01", "2010-autumn"),
        ("2010-12-31", "2010-autumn"),
        ("2011-01-31", "2010-autumn"),
        ("2011-02-01", "2011-spring"),
    ],
)
def test_the_term_is_that_of_the_day(day: str, term: str) -> None:
    story = given(*READY, present="2011-06-30")
    story.when(SWIPE | {"at": day}).then(recorded(term=term))


def test_the_term_may_be_said() -> None:
    story = given(*READY, SWIPE)
    story.when(SWIPE | {"term": "2010-autumn"}).then(recorded(term="2010-autumn"))
    story.when(SWIPE | {"term": "spring 2010"}).then(refused("bad-input"))


def test_a_second_swipe_in_the_term_is_repeated() -> None:
    story = given(*READY, SWIPE)
    story.when(SWIPE | {"at": "2010-03-11"}).then(repeated())
    story.when(SWIPE | {"at": "2010-03-11", "evidence": "imported"}).then(repeated())


def test_the_new_card_of_a_registered_pupil_is_repeated_too() -> None:
    story = given(
        *READY,
        SWIPE,
        act("reissue", card="C2", student=ANNA, reason="lost", at="2010-03-11"),
        act("upgrade", card="C2", at="2010-03-12"),
    )
    story.when(SWIPE | {"card": "C2", "at": "2010-03-12"}).then(repeated())
    story.when(SWIPE | {"at": "2010-03-12"}).then(refused("card-replaced"))


def test_a_swipe_notes_school_and_class_of_that_day() -> None:
    story = given(*READY, SWIPE, act("student-change", student=ANNA, class_="9", at="2010-04-01"))
    school, class_, at = story.student(ANNA).swipes["2010-spring"]
    assert (school, class_, at[:10]) == (ANNA[:8], "1", "2010-03-10")


def test_the_classic_message_names_the_pupil() -> None:
    story = given(*READY, act("student-transfer-out", student=ANNA, at="2010-03-01"))
    told = story.when(SWIPE).then(refused("not-in-school"))
    told.about.update(name="安娜", number=ANNA)
    assert "安娜" in told.outcome.message()
    assert ANNA in told.outcome.message()
    chinese = told.outcome.message(translator("zh"))
    assert "学生已不在校，不能刷卡注册，请换卡！" in chinese


def test_a_refused_swipe_keeps_codes_and_ids_and_no_name() -> None:
    story = given(*READY, act("lost", card="C1", at="2010-03-01"))
    event = story.when(SWIPE | {"uid": "04A1B2C3"}).then(refused("card-lost")).event
    assert isinstance(event, SwipeRefused)
    assert (event.action, event.codes) == ("term-swipe", ("card-lost",))
    assert event.tags() == ("card:C1", f"student:{story.key(ANNA)}", "uid:04A1B2C3")
    assert "安娜".encode() not in Codec.encode(event)
    assert not event.voidable


def test_a_refused_swipe_of_nobody_is_kept_with_the_school() -> None:
    story = given(*READY)
    event = story.when(SWIPE | {"card": "nothing at all"}).then(refused("unknown-card")).event
    assert event.tags() == (f"school:{ANNA[:8]}",)
    event = story.when(SWIPE | {"card": "C7"}).then(refused("unknown-card")).event
    assert event.tags() == ("card:C7",)


def test_a_refused_swipe_keeps_the_uid_that_was_read() -> None:
    """Of a clone, or of a chip that nobody knows, the UID is all that there is."""
    story = given(*READY)
    event = story.when(SWIPE | {"card": "uid:04:dd:ee:ff"}).then(refused("unknown-card")).event
    assert (event.card, event.uid) == ("", "04DDEEFF")
    assert event.tags() == ("uid:04DDEEFF",)
    story.given(
        pupil(BORIS), act("issue", card="C2", student=BORIS, uid="04A1B2C3", at="2010-02-20")
    )
    event = story.when(SWIPE | {"card": "C3B2A104"}).then(refused("ambiguous-card")).event
    assert (event.card, event.uid) == ("", "04A1B2C3")


def test_a_card_that_is_named_by_its_uid_was_read() -> None:
    story = given(*READY)
    told = story.when(SWIPE | {"card": str(0x04A1B2C3), "evidence": "read"})
    assert "uid:04A1B2C3" in told.then(recorded(card="C1", uid="04A1B2C3")).event.tags()
    told = story.when(act("lost", card="C1", at="2010-03-11"))
    told.then(recorded(card="C1", uid=""))


def test_a_sibling_with_the_card_is_refused_and_kept() -> None:
    """Situation 9 at one school: the card is Anna's, the pupil says Boris."""
    story = given(*READY, pupil(BORIS))
    told = story.when(SWIPE | {"student": BORIS}).then(refused("ambiguous-student"))
    assert f"student:{story.key(BORIS)}" in told.event.tags()
    assert f"student:{story.key(ANNA)}" in told.event.tags()
    imported = story.when(SWIPE | {"student": BORIS, "evidence": "imported"})
    imported.then(contested("ambiguous-student"))


def test_the_siblings_swipe_takes_neither_the_card_nor_the_registration() -> None:
    """Their tool let Boris through with Anna's card; on Friday Anna swipes it herself."""
    story = given(*READY, pupil(BORIS))
    sibling = SWIPE | {"student": BORIS, "evidence": "imported", "at": "2010-03-08"}
    story.when(sibling).then(contested("ambiguous-student"))
    story.when(SWIPE | {"student": ANNA}).then(recorded())
    assert [one.number for one in story.student(ANNA).held("record")] == ["C1"]
    assert story.student(BORIS).held("record") == []
    assert "2010-spring" in story.student(BORIS).swipes


def test_a_swipe_that_breaks_a_rule_does_not_stand_in_the_way_of_the_right_one() -> None:
    story = given(*READY)
    elsewhere = SWIPE | {"school": NEIGHBOUR, "evidence": "imported", "at": "2010-03-05"}
    story.when(elsewhere).then(contested("wrong-school"))
    assert story.student(ANNA).swipes["2010-spring"][0] == NEIGHBOUR
    story.when(SWIPE).then(recorded())
    assert story.student(ANNA).swipes["2010-spring"][0] == ANNA[:8]
    story.when(SWIPE | {"at": "2010-03-12"}).then(repeated())
    story.when(elsewhere | {"at": "2010-03-13"}).then(contested("wrong-school"))
    assert story.student(ANNA).swipes["2010-spring"][0] == ANNA[:8]


def test_a_swipe_at_two_schools_in_a_term_is_kept_from_both() -> None:
    story = given(*READY, SWIPE)
    there = SWIPE | {"school": NEIGHBOUR, "at": "2010-03-12"}
    story.when(there).then(refused("wrong-school"))
    story.when(there | {"evidence": "imported"}).then(contested("wrong-school"))
    schools = [line.event.school for line in story.desk.by_tag["card:C1"][2:]]
    assert schools == [ANNA[:8], NEIGHBOUR, NEIGHBOUR]


def test_a_transfer_swipe_is_repeated_on_its_day_whatever_came_after() -> None:
    arrives = act("transfer-swipe", card="C1", school=NEIGHBOUR, class_="2", at="2010-03-03")
    story = given(
        *READY,
        act("leave-swipe", card="C1", reason="transfer", at="2010-03-02"),
        arrives,
        SWIPE | {"school": NEIGHBOUR, "at": "2010-03-03"},
    )
    story.when(arrives).then(repeated())
    assert story.student(ANNA).class_ == "2"
    story.when(arrives | {"at": "2010-03-04"}).then(refused("no-leave-swipe"))


def test_a_uid_that_was_read_is_remembered_for_the_card() -> None:
    story = given(
        pupil(ANNA),
        act("issue", card="C1", student=ANNA, at="2010-02-20"),
        act("upgrade", card="C1", uid="04:a1:b2:c3", evidence="read", at="2010-02-21"),
    )
    assert story.card("C1").uid == "04A1B2C3"
    assert set(story.book().uids["04A1B2C3"]) == {"C1"}
