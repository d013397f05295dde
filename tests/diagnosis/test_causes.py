"""Causes of "cannot extract the information": given what happened / on a day / then the verdict."""

from __future__ import annotations

import pytest

from cardledger.diagnosis import CAUSES, Facts, Verdict, facts_of
from cardledger.diagnosis.where import school_of
from cardledger.moments import end_of, parse_date
from tests.support.given import (
    ANNA,
    BORIS,
    NEIGHBOUR,
    PRIMARY,
    Row,
    Story,
    act,
    given,
    pupil,
)

#: Anna's card, read when it was upgraded, and swiped out.
ARRIVING = (
    pupil(ANNA),
    act("issue", card="C1", student=ANNA, at="2010-02-01"),
    act("upgrade", card="C1", uid="04A1B2C3", evidence="read", at="2010-03-01"),
    act("leave-swipe", card="C1", reason="transfer", at="2010-03-10"),
)
#: Boris' card, which goes the same way without trouble.
OTHER = (
    pupil(BORIS),
    act("issue", card="C2", student=BORIS, at="2010-02-01"),
    act("upgrade", card="C2", at="2010-03-01"),
    act("leave-swipe", card="C2", reason="transfer", at="2010-03-10"),
)
SWIPED_IN = act("transfer-swipe", card="C2", school=NEIGHBOUR, at="2010-03-14")


def tool(name: str, version: str, school: str = NEIGHBOUR, at: str = "2010-03-01") -> Row:
    return act("tool-installed", name=name, version=version, school=school, at=at)


def tried(
    action: str = "transfer-swipe", card: str = "C1", at: str = "2010-03-15", **more: str
) -> Row:
    return act(action, card=card, school=NEIGHBOUR, at=at, **more)


def told(story: Story, *refused: Row) -> Story:
    """Let swipes be refused."""
    for row in refused:
        assert story.when(row).decision.outcome == "refused"
    return story


def facts(
    story: Story, day: str = "2010-03-20", school: str = NEIGHBOUR, card: str = "C1"
) -> Facts:
    student = story.book().card(card).student
    return facts_of(story.lines, card, student, school, end_of(parse_date(day)))


def ruling(cause: str, story: Story, day: str = "2010-03-20", **more: str) -> str:
    return verdict(cause, story, day, **more).verdict


def verdict(cause: str, story: Story, day: str = "2010-03-20", **more: str) -> Verdict:
    return CAUSES[cause].verdict(facts(story, day, **more))


def by(cause: str, story: Story, day: str = "2010-03-20", **more: str) -> list[str]:
    """Return the events that a verdict rests on."""
    found = verdict(cause, story, day, **more)
    return [type(story.desk.lines[position].event).__name__ for position in found.positions]


def test_the_causes_stand_in_the_order_of_the_office() -> None:
    assert list(CAUSES) == [
        *("not-upgraded", "no-leave-swipe", "card-broke", "reader-outdated"),
        *("transfer-tool-outdated", "wrong-steps"),
        *("was-here-before", "card-not-in-use", "not-synced"),
    ]


@pytest.mark.parametrize("cause", CAUSES)
def test_every_cause_says_its_rule_and_bears_a_card_that_nobody_knows(cause: str) -> None:
    assert CAUSES[cause].__doc__
    found = verdict(cause, given(), card="C99")
    assert (found.verdict, bool(found.message()), bool(found.todo())) == ("unknown", True, True)


# The upgrade and the leave swipe


def test_an_upgrade_is_there_or_not() -> None:
    story = given(*ARRIVING)
    assert (ruling("not-upgraded", story), by("not-upgraded", story)) == (
        "ruled-out",
        ["CardUpgraded"],
    )
    assert ruling("not-upgraded", story, "2010-02-15") == "possible"
    assert by("not-upgraded", story, "2010-02-15") == ["CardIssued"]


def test_an_upgrade_that_was_void_is_none() -> None:
    story = given(pupil(ANNA), act("issue", card="C1", student=ANNA, at="2010-02-01"))
    story.given(act("upgrade", card="C1", at="2010-03-01"))
    story.given(act("void", position=story.head, reason="another card"))
    assert ruling("not-upgraded", story) == "possible"


def test_a_card_of_the_new_format_and_a_policy_without_upgrades_need_none() -> None:
    cpu = given(pupil(ANNA), act("issue", card="C1", student=ANNA, format="cpu", at="2010-02-01"))
    assert ruling("not-upgraded", cpu) == "ruled-out"
    free = given(
        pupil(ANNA),
        act("issue", card="C1", student=ANNA, at="2010-02-01"),
        act("policy-adopt", changes={"upgrade_required": False}, from_="2010-03-05"),
    )
    assert ruling("not-upgraded", free, "2010-03-04") == "possible"
    assert (ruling("not-upgraded", free), by("not-upgraded", free)) == (
        "ruled-out",
        ["PolicyAdopted"],
    )


def test_a_leave_swipe_is_there_or_not() -> None:
    story = given(*ARRIVING)
    assert by("no-leave-swipe", story) == ["LeaveSwiped"]
    assert ruling("no-leave-swipe", story, "2010-03-09") == "possible"
    registered = given(
        pupil(ANNA), act("register", card="C1", student=ANNA, swiped_out=True, at="2010-02-01")
    )
    assert by("no-leave-swipe", registered) == ["CardRegistered"]
    assert ruling("no-leave-swipe", registered) == "ruled-out"


def test_a_leave_swipe_from_before_the_last_arrival_does_not_count() -> None:
    story = given(*ARRIVING, act("transfer-swipe", card="C1", school=NEIGHBOUR, at="2010-03-12"))
    assert by("no-leave-swipe", story) == ["TransferSwiped"]
    assert ruling("no-leave-swipe", story, school="01172031") == "possible"


# The card


def test_a_card_that_was_read_after_it_left_did_not_break_on_the_way() -> None:
    story = given(*ARRIVING)
    assert (ruling("card-broke", story), by("card-broke", story)) == ("possible", ["LeaveSwiped"])
    told(story, tried("term-swipe"))
    assert ruling("card-broke", story) == "possible"
    told(story, tried("term-swipe", at="2010-03-16", evidence="read", uid="04A1B2C3"))
    assert (ruling("card-broke", story), by("card-broke", story)) == ("ruled-out", ["SwipeRefused"])


def test_a_read_at_the_former_school_counts_only_after_the_attempt() -> None:
    story = given(*ARRIVING)
    at_home = act("term-swipe", card="C1", evidence="imported")
    story.given(at_home | {"at": "2010-03-12"})
    assert ruling("card-broke", story) == "possible"
    told(story, tried("term-swipe"))
    assert ruling("card-broke", story) == "possible"
    told(story, act("leave-swipe", card="C1", reason="transfer", at="2010-03-17", uid="04A1B2C3"))
    assert ruling("card-broke", story) == "possible"
    read = {"evidence": "read", "uid": "04A1B2C3", "at": "2010-03-18"}
    told(story, act("leave-swipe", card="C1", reason="transfer", **read))
    assert ruling("card-broke", story) == "ruled-out"


def test_a_chip_that_no_line_ever_read_is_unknown_and_a_damaged_one_possible() -> None:
    story = given(pupil(ANNA), act("register", card="C1", student=ANNA, at="2010-02-01"))
    assert ruling("card-broke", story) == "unknown"
    story.given(
        act("recycle", card="C1", reason="replaced", handler="Liu", at="2010-03-17"),
        act("reissue", card="C9", student=ANNA, reason="damaged", at="2010-03-18"),
    )
    assert (ruling("card-broke", story), by("card-broke", story)) == ("possible", ["CardReissued"])


def test_a_uid_of_two_cards_proves_nothing() -> None:
    twin = (
        pupil(BORIS, school=NEIGHBOUR),
        act("register", card="C2", student=BORIS, school=NEIGHBOUR, at="2010-02-01"),
    )
    read = act("upgrade", card="C2", at="2010-03-17", uid="04A1B2C3", evidence="read")
    story = given(*ARRIVING, *twin)
    story.given(read | {"school": NEIGHBOUR})
    assert ruling("card-broke", story) == "possible"


# The tools


@pytest.mark.parametrize(
    ("cause", "name", "lowest"),
    [("reader-outdated", "card-manager", 54), ("transfer-tool-outdated", "transfer", 12)],
)
def test_a_version_rules_a_tool_out_or_not(cause: str, name: str, lowest: int) -> None:
    story = given(*ARRIVING)
    assert ruling(cause, story) == "unknown"
    story.given(tool(name, "beta"))
    assert ruling(cause, story) == "unknown"
    story.given(tool(name, str(lowest - 1), at="2010-03-02"))
    assert (ruling(cause, story), len(by(cause, story))) == ("possible", 1)
    story.given(tool(name, str(lowest), at="2010-03-12"))
    assert ruling(cause, story) == "ruled-out"
    assert ruling(cause, story, "2010-03-11") == "possible"
    raised = {"lowest_tools": {name: lowest + 1}}
    story.given(act("policy-adopt", changes=raised, from_="2010-03-15"))
    assert ruling(cause, story, "2010-03-14") == "ruled-out"
    assert ruling(cause, story) == "possible"


def test_a_newer_transfer_tool_elsewhere_makes_ours_not_the_newest() -> None:
    story = given(
        *ARRIVING, tool("transfer", "12"), tool("transfer", "12.1", PRIMARY, "2010-03-05")
    )
    assert by("transfer-tool-outdated", story) == ["ToolWasInstalled", "ToolWasInstalled"]
    assert ruling("transfer-tool-outdated", story) == "possible"
    assert ruling("transfer-tool-outdated", story, "2010-03-04") == "ruled-out"


def test_other_cards_that_were_swiped_in_rule_the_tools_out_and_leave_the_steps() -> None:
    story = given(*ARRIVING, *OTHER, tool("transfer", "11"), tool("card-manager", "50"), SWIPED_IN)
    for cause in ("reader-outdated", "transfer-tool-outdated"):
        assert ruling(cause, story, "2010-03-13") == "possible"
        assert by(cause, story) == ["ToolWasInstalled", "TransferSwiped"]
        assert ruling(cause, story) == "ruled-out"
    assert ruling("wrong-steps", story, "2010-03-13") == "unknown"
    assert ruling("wrong-steps", story) == "possible"
    # A newer one says nothing of how the older one worked.
    story.given(tool("transfer", "10", at="2010-03-16"))
    assert ruling("transfer-tool-outdated", story) == "possible"


def test_reader_software_of_its_own_counts_too() -> None:
    story = given(*ARRIVING, tool("card-manager", "54"), tool("reader", "3"))
    assert ruling("reader-outdated", story) == "ruled-out"
    story.given(tool("reader", "4", PRIMARY))
    assert ruling("reader-outdated", story) == "possible"


# The steps, and what lies beyond


def test_a_term_swipe_before_the_transfer_swipe_is_a_wrong_step() -> None:
    story = told(given(*ARRIVING), tried("term-swipe"))
    assert (ruling("wrong-steps", story), by("wrong-steps", story)) == (
        "possible",
        ["SwipeRefused"],
    )
    story.given(act("transfer-swipe", card="C1", school=NEIGHBOUR, at="2010-03-16"))
    assert (ruling("wrong-steps", story), by("wrong-steps", story)) == (
        "ruled-out",
        ["TransferSwiped"],
    )


def test_a_pupil_who_comes_back_is_resumed() -> None:
    story = given(
        *ARRIVING,
        act("transfer-swipe", card="C1", school=NEIGHBOUR, at="2010-03-11"),
        act("leave-swipe", card="C1", school=NEIGHBOUR, reason="transfer", at="2010-03-12"),
    )
    told(story, act("transfer-swipe", card="C1", school=PRIMARY, at="2010-03-13"))
    assert ruling("was-here-before", story, school=PRIMARY) == "possible"
    assert by("was-here-before", story, school=PRIMARY)[-1] == "SwipeRefused"
    assert ruling("was-here-before", story, school="01172031") == "ruled-out"
    story.given(act("student-resume", student=ANNA, school=PRIMARY, at="2010-03-14"))
    assert by("was-here-before", story, school=PRIMARY) == ["StudentResumed"]
    assert ruling("was-here-before", story, school=PRIMARY) == "ruled-out"


def test_a_card_that_is_not_in_use_is_named_with_the_line() -> None:
    story = given(*ARRIVING)
    assert ruling("card-not-in-use", story) == "ruled-out"
    story.given(act("lost", card="C1", at="2010-03-12"))
    assert by("card-not-in-use", story) == ["CardLost"]
    assert ruling("card-not-in-use", story) == "possible"
    story.given(act("recycle", card="C1", reason="found", handler="Liu", at="2010-03-13"))
    assert by("card-not-in-use", story) == ["CardRecycled"]


def test_only_what_was_sent_after_the_change_and_confirmed_is_synchronised() -> None:
    def sync(step: str, at: str) -> Row:
        return act(f"sync-{step}", school=PRIMARY, at=at)

    story = given(*ARRIVING)
    assert ruling("not-synced", story) == "unknown"
    story.given(sync("sent", "2010-03-10T17:00"))
    # The leave swipe was typed with its day alone, so it counts from the end of that day.
    story.given(sync("confirmed", "2010-03-11T08:00"))
    assert ruling("not-synced", story) == "possible"
    story.given(sync("sent", "2010-03-11T09:00"), sync("failed", "2010-03-11T15:00"))
    assert "failed" in verdict("not-synced", story).message()
    story.given(sync("sent", "2010-03-12T09:00"))
    assert "not confirmed" in verdict("not-synced", story).message()
    story.given(sync("confirmed", "2010-03-12T15:00"))
    assert ruling("not-synced", story) == "ruled-out"
    assert by("not-synced", story)[-1] == "SyncWasConfirmed"
    assert ruling("not-synced", story, "2010-03-11") == "possible"


# Where


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((), PRIMARY),
        (
            (act("student-transfer-out", student=ANNA, to_school="01172031", at="2010-03-11"),),
            "01172031",
        ),
        (
            (act("student-transfer-out", student=ANNA, to_school="01999999", at="2010-03-11"),),
            PRIMARY,
        ),
        ((act("student-transfer-in", student=ANNA, school=NEIGHBOUR, at="2010-03-11"),), NEIGHBOUR),
    ],
)
def test_the_school_is_where_the_pupil_goes(rows: tuple[Row, ...], expected: str) -> None:
    story = given(*ARRIVING, *rows)
    ours = set(story.book().schools)
    key = story.key(ANNA)
    found = school_of(story.lines, "C1", key, story.clock, ours, PRIMARY)
    assert found == expected


def test_a_refused_transfer_swipe_says_the_school_better_than_anything_else() -> None:
    story = given(
        pupil(ANNA),
        act("register", card="C1", student=ANNA, swiped_out=True, at="2010-02-01"),
        act("student-transfer-out", student=ANNA, to_school="01172031", at="2010-03-11"),
    )
    told(story, tried())
    found = school_of(story.lines, "C1", story.key(ANNA), story.clock, {"01172031"}, PRIMARY)
    assert found == NEIGHBOUR
