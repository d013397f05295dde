"""Schools, tools, synchronisation, filings and policies (HANDBOOK 5, 6, 8)."""

from __future__ import annotations

from typing import Final

import pytest

from cardledger.book import fold
from tests.support.given import (
    ANNA,
    BORIS,
    CLARA,
    NEIGHBOUR,
    OUTSIDE,
    PRIMARY,
    Row,
    act,
    contested,
    given,
    pupil,
    recorded,
    refused,
    repeated,
)

SENT: Final = act("sync-sent", at="2010-03-31T18:00")


def test_a_school_is_added_once_and_named_later() -> None:
    story = given()
    story.when(act("school-add", code=PRIMARY)).then(repeated())
    story.when(act("school-add", code=PRIMARY, name="The First")).then(recorded())
    assert story.book().school(PRIMARY).name == "The First"
    story.when(act("school-add", code=OUTSIDE)).then(recorded())
    story.when(pupil(ANNA, school=OUTSIDE)).then(recorded())


def test_what_is_done_at_a_school_is_not_done_at_another() -> None:
    tool = act("tool-installed", name="cmis", version="96", at="2010-03-01")
    story = given(tool, SENT)
    story.when(tool | {"school": NEIGHBOUR}).then(recorded())
    story.when(SENT | {"school": NEIGHBOUR}).then(recorded())


def test_a_tool_is_installed_again_after_another_version() -> None:
    first = act("tool-installed", name="cmis", version="95", at="2010-03-01")
    second = act("tool-installed", name="cmis", version="96", at="2010-03-02")
    story = given(first, second)
    assert story.book().school(PRIMARY).tools == {"cmis": "96"}
    story.when(second | {"at": "2010-03-03"}).then(repeated())
    story.when(first | {"at": "2010-03-04"}).then(recorded())
    assert story.book().school(PRIMARY).tools == {"cmis": "95"}
    story.when(second | {"at": "2010-02-01"}).then(recorded())


def test_a_month_end_that_went_by_disk() -> None:
    """Situation 7: the network failed, the data was carried to the centre."""
    steps = (
        SENT,
        act("sync-failed", at="2010-04-01T00:30"),
        act("sync-sent", by="disk", at="2010-04-01T09:00"),
        act("sync-confirmed", by="disk", at="2010-04-01T15:00"),
    )
    story = given(*steps)
    assert [step for _at, step, _by in story.book().school(PRIMARY).syncs] == [
        "sent",
        "failed",
        "sent",
        "confirmed",
    ]
    assert story.book().school(PRIMARY).syncs[-1][2] == "disk"
    for step in steps:
        story.when(step).then(repeated())
    story.when(SENT | {"at": "2010-04-30T18:00"}).then(recorded())


def filed(*cards: str, **more: object) -> Row:
    return act("cards-filed", cards=list(cards), **({"at": "2010-03-20"} | more))


CARDS: Final = (
    pupil(ANNA),
    pupil(BORIS),
    act("issue", card="C1", student=ANNA, at="2010-03-01"),
    act("issue", card="C2", student=BORIS, at="2010-03-01"),
)


def test_a_filing_imported_twice_is_one_filing() -> None:
    """Situation 10."""
    story = given(*CARDS)
    story.when(filed("C1", "C2", digest="ab" * 32)).then(recorded())
    story.when(filed("C1", "C2", digest="ab" * 32)).then(repeated())
    story.when(filed("C1", "C2", digest="ab" * 32, at="2010-03-25")).then(repeated())
    story.when(filed("C1", digest="cd" * 32)).then(recorded())


def test_without_a_digest_the_cards_tell() -> None:
    story = given(*CARDS, filed("C1"))
    story.when(filed("c1")).then(repeated())
    story.when(filed("C1", "C2")).then(recorded())


def test_a_filing_is_seen_on_each_of_its_cards() -> None:
    story = given(*CARDS, filed("C1", "C2"))
    event = story.lines[-1].event
    assert set(event.tags()) == {f"school:{PRIMARY}", "card:C1", "card:C2"}
    assert story.card("C1").filed_at.startswith("2010-03-20")
    only = fold(line for line in story.lines if "card:C1" in line.event.tags())
    assert only.card("C1") == story.card("C1")


def test_a_filing_of_cards_that_nobody_knows_is_contested() -> None:
    story = given(*CARDS)
    told = story.when(filed("C1", "C8", evidence="imported")).then(contested("unknown-card"))
    assert "C8" in told.outcome.message()
    story.when(act("register", card="C8", student=CLARA)).then(refused("unknown-student"))
    story.given(pupil(CLARA), act("register", card="C8", student=CLARA))
    assert story.card("C8").filed_at


def test_the_message_speaks_of_the_card_that_the_first_code_is_about() -> None:
    story = given(*CARDS, act("issue", card="I1", student=ANNA, kind="identity", at="2010-03-01"))
    told = story.when(filed("C7", "I1", "C8")).then(refused("unknown-card", "wrong-kind"))
    assert "C7" in told.outcome.message()


def test_results_of_filing_numbers_are_compared_whole() -> None:
    story = given()
    rejected = act("numbers-filed", rejected=[ANNA], at="2010-02-20")
    story.when(rejected).then(recorded())
    story.when(rejected).then(repeated())
    story.when(rejected | {"rejected": [BORIS]}).then(recorded())
    story.when(rejected | {"rejected": ["117"]}).then(refused("bad-student-number"))
    assert len(story.book().school(PRIMARY).number_filings) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"colour": "red"},
        {"upgrade_required": "perhaps"},
        {"check_digit": "mod-97"},
        {"collect_from": ["everybody"]},
        {"windows": {"summer": ["06-01", "06-20"]}},
        {"windows": {"spring": ["02-29", "03-20"]}},
        {"windows": {"spring": ["03-20", "03-01"]}},
        {"windows": {"spring": ["3-1", "3-20"]}},
        {"windows": {"spring": ["03-01"]}},
        {"lowest_tools": {"cmis": "new"}},
    ],
)
def test_a_policy_that_cannot_be_is_bad_input(changes: Row) -> None:
    row = act("policy-adopt", changes=changes, from_="2010-03-01")
    given().when(row).then(refused("bad-input"))


def test_a_policy_changes_the_parts_that_it_names() -> None:
    changes = {"windows": {"spring": ["03-05", "03-25"]}, "lowest_tools": {"cmis": 97}}
    story = given(act("policy-adopt", changes=changes, from_="2010-03-01"))
    policy = story.book().policy("2010-03-01")
    assert [day.isoformat() for day in policy.window("2010-spring")] == [
        "2010-03-05",
        "2010-03-25",
    ]
    assert [day.isoformat() for day in policy.window("2010-autumn")] == [
        "2010-09-01",
        "2010-09-20",
    ]
    assert policy.lowest_tools["cmis"] == 97
    assert policy.lowest_tools["transfer"] == 12
    assert story.book().policy("2010-02-28").lowest_tools["cmis"] == 96
