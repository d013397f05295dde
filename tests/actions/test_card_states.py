"""The life of a card: the table of HANDBOOK 4, state by state and act by act."""

from __future__ import annotations

from typing import Final

import pytest

from tests.support.given import (
    ANNA,
    BORIS,
    NEIGHBOUR,
    OUTSIDE,
    Row,
    Story,
    act,
    given,
    pupil,
    recorded,
    refused,
)

_LIVE: Final = (
    pupil(ANNA),
    act("issue", card="C1", student=ANNA, at="2010-03-01"),
    act("upgrade", card="C1", at="2010-03-02"),
)
_LOST: Final = (*_LIVE, act("lost", card="C1", at="2010-03-03"))
_LEFT: Final = (*_LIVE, act("leave-swipe", card="C1", reason="transfer", at="2010-03-03"))
_REPLACED_LOST: Final = (
    *_LOST,
    act("reissue", card="C2", student=ANNA, reason="lost", at="2010-03-04"),
)
_OUTSTANDING: Final = (
    *_LIVE,
    act(
        "reissue",
        card="C2",
        student=ANNA,
        reason="damaged",
        old_outstanding="at grandmother's",
        at="2010-03-04",
    ),
)
_RECYCLED: Final = (
    *_LIVE,
    act("recycle", card="C1", handler="Wang", at="2010-03-04"),
    act("box-open", box="B1", cohort=2015, at="2010-03-04"),
)
_BOXED: Final = (*_RECYCLED, act("box-put", box="B1", card="C1", at="2010-03-05"))

#: How each state is reached.
STATES: Final[dict[str, tuple[Row, ...]]] = {
    "live": _LIVE,
    "lost": _LOST,
    "left": _LEFT,
    "outstanding": _OUTSTANDING,
    "replaced-lost": _REPLACED_LOST,
    "recycled": _RECYCLED,
    "boxed": _BOXED,
}

_DAY: Final = "2010-03-10"
ACTS: Final[dict[str, Row]] = {
    "upgrade": act("upgrade", card="C1", at=_DAY),
    "term-swipe": act("term-swipe", card="C1", at=_DAY),
    "lost": act("lost", card="C1", at=_DAY),
    "found": act("found", card="C1", at=_DAY),
    "leave-swipe": act("leave-swipe", card="C1", reason="dropout", at=_DAY),
    "transfer-swipe": act("transfer-swipe", card="C1", school=NEIGHBOUR, at=_DAY),
    "resume": act("student-resume", student=ANNA, at=_DAY),
    "reissue": act("reissue", card="C9", student=ANNA, reason="other", at=_DAY),
    "reissue as lost": act("reissue", card="C9", student=ANNA, reason="lost", at=_DAY),
    "recycle": act("recycle", card="C1", handler="Wang", at=_DAY),
    "box-put": act("box-put", box="B1", card="C1", at=_DAY),
    "issue": act("issue", card="C1", student=BORIS, at=_DAY),
    "register": act("register", card="C1", student=BORIS, at=_DAY),
}

#: What follows: the new state, `=` where the same fact is there already, else the code.
TABLE: Final[dict[str, dict[str, str]]] = {
    "live": {
        "upgrade": "=",
        "term-swipe": "live",
        "lost": "lost",
        "found": "card-not-lost",
        "leave-swipe": "left",
        "transfer-swipe": "no-leave-swipe",
        "resume": "not-away",
        "reissue": "outstanding",
        "reissue as lost": "replaced-lost",
        "recycle": "recycled",
        "box-put": "unknown-box",
    },
    "lost": {
        "upgrade": "=",
        "term-swipe": "card-lost",
        "lost": "=",
        "found": "live",
        "leave-swipe": "card-not-live",
        "transfer-swipe": "card-lost",
        "resume": "not-away",
        "reissue": "replaced-lost",
        "reissue as lost": "replaced-lost",
        "recycle": "recycled",
        "box-put": "unknown-box",
    },
    "left": {
        "upgrade": "=",
        "term-swipe": "not-in-school",
        "lost": "lost",
        "found": "card-not-lost",
        "leave-swipe": "card-not-live",
        "transfer-swipe": "live",
        "resume": "live",
        "reissue": "not-in-school",
        "recycle": "recycled",
        "box-put": "unknown-box",
    },
    "outstanding": {
        "upgrade": "card-not-live",
        "term-swipe": "card-replaced",
        "lost": "card-replaced",
        "found": "card-not-lost",
        "leave-swipe": "card-not-live",
        "transfer-swipe": "card-replaced",
        "resume": "not-away",
        "recycle": "recycled",
        "box-put": "unknown-box",
    },
    "replaced-lost": {
        "upgrade": "card-not-live",
        "term-swipe": "card-replaced",
        "lost": "card-replaced",
        "found": "outstanding",
        "leave-swipe": "card-not-live",
        "transfer-swipe": "card-replaced",
        "resume": "not-away",
        "recycle": "recycled",
        "box-put": "unknown-box",
    },
    "recycled": {
        "upgrade": "card-not-live",
        "term-swipe": "card-recycled",
        "lost": "card-recycled",
        "found": "card-not-lost",
        "leave-swipe": "card-not-live",
        "transfer-swipe": "card-recycled",
        "resume": "not-away",
        "reissue": "recycled",
        "recycle": "=",
        "box-put": "recycled",
    },
    "boxed": {
        "upgrade": "card-not-live",
        "term-swipe": "card-recycled",
        "lost": "card-recycled",
        "found": "card-not-lost",
        "leave-swipe": "card-not-live",
        "transfer-swipe": "card-recycled",
        "recycle": "=",
        "box-put": "=",
    },
}


@pytest.mark.parametrize(
    ("state", "name", "follows"),
    [(state, name, follows) for state, row in TABLE.items() for name, follows in row.items()],
)
def test_what_may_follow(state: str, name: str, follows: str) -> None:
    story = given(*STATES[state])
    before = story.card("C1").state
    assert before == ("recycled" if state == "boxed" else state)
    told = story.when(ACTS[name])
    after = story.card("C1").state
    if follows == "=":
        assert told.decision.outcome == "repeated"
        assert after == before
    elif follows in STATES:
        told.then(recorded())
        assert after == follows
    else:
        assert told.outcome.outcome == "refused"
        assert told.outcome.code == follows
        assert after == before


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", ["issue", "register"])
def test_a_number_is_given_out_once_whatever_became_of_the_card(state: str, name: str) -> None:
    story = given(*STATES[state], pupil(BORIS))
    story.when(ACTS[name]).then(refused("card-number-used"))


@pytest.mark.parametrize("name", [name for name in ACTS if name != "box-put"])
def test_recycled_is_final_even_for_what_is_imported(name: str) -> None:
    """The office cannot refuse what happened elsewhere, but a dead card never lives again."""
    story = given(*_BOXED, pupil(BORIS))
    story.when(ACTS[name] | {"evidence": "imported"})
    card = story.card("C1")
    assert (card.state, card.box, card.recycled_by) == ("recycled", "B1", "Wang")
    assert not card.held


@pytest.mark.parametrize("state", ["live", "lost", "left"])
def test_three_states_count_as_held(state: str) -> None:
    assert [one.number for one in given(*STATES[state]).student(ANNA).held("record")] == ["C1"]


@pytest.mark.parametrize("state", ["outstanding", "replaced-lost"])
def test_a_replaced_card_does_not_count_the_new_one_does(state: str) -> None:
    story = given(*STATES[state])
    assert [one.number for one in story.student(ANNA).held("record")] == ["C2"]
    assert story.card("C1").replaced_by == "C2"
    assert story.card("C2").replaces == "C1"


def test_a_replaced_card_that_is_found_is_outstanding_and_then_comes_back() -> None:
    story = given(*_REPLACED_LOST, act("found", card="C1", at="2010-03-05"))
    assert story.card("C1").state == "outstanding"
    story.given(act("recycle", card="C1", reason="found", handler="Wang", at="2010-03-06"))
    assert story.card("C1").state == "recycled"
    assert story.card("C2").state == "live"


def test_a_card_that_was_swiped_out_and_lost_may_be_found() -> None:
    story = given(*_LEFT, act("lost", card="C1", at="2010-03-05"))
    assert story.card("C1").state == "lost"
    story.given(act("found", card="C1", at="2010-03-06"))
    assert story.card("C1").state == "live"


@pytest.mark.parametrize(
    ("state", "name", "action"),
    [
        ("live", "term-swipe", "term-swipe"),
        ("live", "lost", "lost"),
        ("live", "leave-swipe", "leave-swipe"),
        ("live", "recycle", "recycle"),
        ("lost", "found", "found"),
        ("left", "transfer-swipe", "transfer-swipe"),
        ("recycled", "box-put", "box-put"),
    ],
)
def test_a_card_tells_the_last_act_with_it(state: str, name: str, action: str) -> None:
    story = given(*STATES[state])
    before = story.card("C1").lines
    event = story.when(ACTS[name]).event
    card = story.card("C1")
    assert (card.last_action, card.last_at) == (action, event.at)
    assert card.lines == [*before, story.head]
    assert given(*_LIVE).card("C1").last_action == "upgrade"


@pytest.mark.parametrize("name", ["upgrade", "term-swipe", "leave-swipe", "lost", "recycle"])
def test_who_is_said_to_use_a_card_is_remembered_but_it_stays_its_holders(name: str) -> None:
    story = given(pupil(ANNA), act("issue", card="C1", student=ANNA, at="2010-03-01"), pupil(BORIS))
    story.given(ACTS[name] | {"student": BORIS, "evidence": "imported"})
    card = story.card("C1")
    assert (card.student, card.holders) == (story.key(ANNA), [story.key(ANNA)])
    assert card.users == [story.key(BORIS)]
    assert story.student(ANNA).cards == {"C1": card}
    assert story.student(BORIS).held("record") == story.student(BORIS).ever_had("record") == []
    assert f"student:{story.key(ANNA)}" in story.lines[-1].event.tags()


@pytest.mark.parametrize("name", ["upgrade", "term-swipe", "lost", "found", "recycle"])
def test_a_card_that_nobody_was_given_is_held_by_whoever_used_it_first(name: str) -> None:
    story = given(pupil(ANNA), pupil(BORIS))
    row = ACTS[name] | {"evidence": "imported"}
    story.given(row | {"student": ANNA}, row | {"student": BORIS, "at": "2010-03-11"})
    card = story.card("C1")
    assert (card.student, card.holders) == (story.key(ANNA), [story.key(ANNA)])
    assert card.users == [story.key(BORIS)]
    assert card.made is False


def test_one_card_of_each_kind() -> None:
    story = given(*_LIVE)
    identity = act("issue", card="I1", student=ANNA, kind="identity", at="2010-03-01")
    story.when(identity).then(recorded())
    story.when(identity | {"card": "I2"}).then(refused("student-holds-card"))
    assert [one.number for one in story.student(ANNA).held("identity")] == ["I1"]
    assert [one.number for one in story.student(ANNA).held("record")] == ["C1"]


def test_the_life_of_an_identity_card() -> None:
    story = given(
        pupil(ANNA),
        act("issue", card="I1", student=ANNA, kind="identity", at="2010-03-01"),
        act("lost", card="I1", at="2010-03-02"),
        act("found", card="I1", at="2010-03-03"),
        act("lost", card="I1", at="2010-03-04"),
        act("reissue", card="I2", student=ANNA, kind="identity", reason="lost", at="2010-03-05"),
        act("found", card="I1", at="2010-03-06"),
        act("recycle", card="I1", reason="found", handler="Wang", at="2010-03-07"),
        act("box-open", box="B1", cohort=2015, at="2010-03-07"),
        act("box-put", box="B1", card="I1", at="2010-03-08"),
    )
    assert story.card("I1").box == "B1"
    assert (story.card("I2").kind, story.card("I2").state) == ("identity", "live")
    story.given(act("void", position=9, reason="never replaced"))
    assert not story.card("I2").known


def test_a_new_card_is_upgraded_by_itself_not_by_the_old_one() -> None:
    story = given(*_REPLACED_LOST)
    story.when(act("term-swipe", card="C2", at="2010-03-05")).then(refused("not-upgraded"))
    story.given(act("upgrade", card="C2", at="2010-03-06"))
    story.when(act("term-swipe", card="C2", at="2010-03-07")).then(recorded())


def test_a_cpu_card_needs_no_upgrade() -> None:
    story = given(pupil(ANNA), act("issue", card="C1", student=ANNA, format="cpu", at="2010-03-01"))
    story.when(act("term-swipe", card="C1", at="2010-03-02")).then(recorded())


def test_a_card_from_outside_is_taken_over_as_declared() -> None:
    arrives = act(
        "transfer-swipe",
        card="X1",
        student=ANNA,
        from_school=OUTSIDE,
        upgraded=True,
        leave_swiped=True,
        at="2010-03-02",
    )
    story = given(pupil(ANNA))
    story.when(arrives).then(recorded(from_school=OUTSIDE, leave_swiped=True))
    card = story.card("X1")
    assert (card.state, card.upgraded, card.school) == ("live", True, ANNA[:8])
    story.when(act("term-swipe", card="X1", at="2010-03-03")).then(recorded())


def test_a_card_of_ours_that_was_upgraded_outside_comes_back_as_declared() -> None:
    story = given(
        pupil(ANNA),
        act("issue", card="C1", student=ANNA, at="2010-03-01"),
        act("leave-swipe", card="C1", reason="transfer", at="2010-03-02"),
    )
    home = act("transfer-swipe", card="C1", school=NEIGHBOUR, at="2010-05-02")
    story.when(home).then(refused("not-upgraded"))
    story.when(home | {"from_school": ANNA[:8], "upgraded": True}).then(refused("not-upgraded"))
    story.when(home | {"from_school": OUTSIDE, "upgraded": True}).then(recorded())
    assert story.card("C1").upgraded


def test_a_card_that_is_in_use_here_is_not_taken_over_from_outside() -> None:
    story: Story = given(*_LIVE)
    told = story.when(
        act(
            "transfer-swipe",
            card="C1",
            student=ANNA,
            school=NEIGHBOUR,
            from_school=OUTSIDE,
            upgraded=True,
            leave_swiped=True,
            at="2010-04-01",
        )
    )
    told.then(refused("no-leave-swipe"))
