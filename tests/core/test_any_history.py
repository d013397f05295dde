"""Whatever is typed or imported: nothing raises, and a desk says what a fold from scratch says."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cardledger.actions import ACTIONS
from cardledger.batch import command_of_row
from cardledger.book import Book, fold
from cardledger.cases import make_case
from cardledger.commands import Command
from cardledger.decider import Decision, decide
from cardledger.desk import Desk
from tests.core.normal import normal
from tests.support.anything import BEGINNING, histories, rows
from tests.support.given import SCHOOLS, Row, Story
from tests.support.given import given as begin

relaxed = settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])


History = list[tuple[str, Row]]


def story_of(history: History) -> Story:
    """Let a history happen, whatever becomes of its rows."""
    story = begin(*BEGINNING)
    for clock, row in history:
        story.passes(clock).when(row)
    return story


@relaxed
@given(histories())
def test_whatever_is_recorded_the_desk_says_what_a_fold_says(history: History) -> None:
    story = begin(*BEGINNING)
    for clock, row in history:
        story.passes(clock).when(row)
        assert normal(story.desk.book) == normal(fold(story.lines))


@relaxed
@given(histories(), st.data())
def test_folding_any_lines_in_any_order_never_raises(history: History, data: st.DataObject) -> None:
    lines = story_of(history).lines
    some = data.draw(st.lists(st.sampled_from(lines), unique_by=lambda line: line.position))
    assert normal(fold(some)) == normal(fold(sorted(some, key=lambda line: line.position)))
    until = data.draw(st.sampled_from([line.event.when for line in lines]))
    fold(some, until)


@relaxed
@given(histories(), st.lists(rows(), min_size=1, max_size=5))
def test_a_decision_on_a_desk_is_the_decision_on_a_fresh_fold(
    history: History, further: list[Row]
) -> None:
    story = story_of(history)
    for row in further:
        fresh = retold(story)
        kept, _about = story.decided(row)
        anew, _about = fresh.decided(row)
        assert comparable(kept) == comparable(anew)
        story.when(row)


@relaxed
@given(histories(), st.lists(rows(), min_size=1, max_size=5))
def test_a_back_dated_act_is_decided_on_the_fold_of_what_had_happened(
    history: History, further: list[Row]
) -> None:
    story = story_of(history)
    for row in further:
        command = command_of_row(row)
        if not isinstance(command, Command):
            continue
        decisions = [
            decide(ACTIONS[command.action()], make_case(story.desk, command, setting, book_at))
            for setting in (story.setting(),)
            for book_at in (None, lambda _tags, at: fold(story.lines, at))
        ]
        assert comparable(decisions[0]) == comparable(decisions[1])


@relaxed
@given(histories(), st.integers(1, 7))
def test_a_desk_that_is_loaded_in_parts_says_what_a_fold_says(history: History, parts: int) -> None:
    lines = story_of(history).lines
    tags = sorted({tag for line in lines for tag in line.event.tags()})
    desk = Desk()
    for part in range(parts):
        wanted = set(tags[part::parts])
        desk.load(wanted, [line for line in lines if wanted & set(line.event.tags())])
        desk.settle()
    assert normal(desk.book) == normal(fold(lines))


@relaxed
@given(histories(15), histories(15))
def test_a_desk_that_follows_what_others_wrote_says_what_a_fold_says(
    before: History, later: History
) -> None:
    story = story_of(before)
    kept = retold(story).desk
    head = story.head
    for clock, row in later:
        story.passes(clock).when(row)
    kept.follow([line for line in story.lines if line.position > head])
    known = [
        line
        for line in story.lines
        if line.position <= head or not kept.loaded.isdisjoint(line.event.tags())
    ]
    # Of a filing that others wrote, the cards that nobody asked for here are left out.
    assert normal(kept.book) == normal(fold(known, into=Book(about=kept.loaded)))


def retold(story: Story) -> Story:
    """Return a story of the same lines on a desk of its own."""
    fresh = Story(present=story.clock)
    fresh.desk.load({tag for line in story.lines for tag in line.event.tags()}, story.lines)
    fresh.desk.settle()
    fresh.desk.head = story.head
    return fresh


def comparable(decision: Decision) -> tuple[object, ...]:
    """Return a decision without the ids that are drawn for new pupils."""
    event = decision.event
    tags = [tag for tag in event.tags() if not tag.startswith("student:P")] if event else []
    return (decision.outcome, decision.codes, type(event), tags)


def test_the_schools_of_a_story_are_lines_too() -> None:
    assert len(begin().lines) == len(SCHOOLS)
