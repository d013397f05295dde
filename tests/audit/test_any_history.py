"""Whatever was recorded: no rule raises, and a finding is always what it should be."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cardledger.audit import RULES
from cardledger.moments import end_of
from cardledger.streams import Cut
from tests.audit.pure import findings_in, findings_of
from tests.support.anything import BEGINNING, histories
from tests.support.given import PRESENT, Row, Story, moment
from tests.support.given import given as begin

relaxed = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])

History = list[tuple[str, Row]]


def _story(history: History) -> Story:
    story = begin(*BEGINNING)
    for clock, row in history:
        story.passes(clock).when(row)
    return story.passes(PRESENT)


@relaxed
@given(histories(40))
def test_no_rule_raises_and_every_finding_is_whole(history: History) -> None:
    story = _story(history)
    positions = {line.position for line in story.lines}
    ids: list[str] = []
    for code in RULES:
        for one in findings_of(story, code):
            assert one.rule == code
            assert one.positions
            assert set(one.positions) <= positions
            assert one.subjects
            assert one.since
            ids.append(one.id)
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"F[0-9A-HJKMNP-TV-Z]{14}", one) for one in ids)


@relaxed
@given(histories(25), st.data())
def test_the_order_in_which_lines_are_read_does_not_matter(
    history: History, data: st.DataObject
) -> None:
    story = _story(history)
    present = moment(PRESENT)
    shuffled = data.draw(st.permutations(story.lines))
    for code in RULES:
        read = findings_in(story.lines, code, present, Cut())
        assert sorted(one.id for one in findings_in(list(shuffled), code, present, Cut())) == (
            sorted(one.id for one in read)
        )


@relaxed
@given(histories(25), st.data())
def test_any_cut_of_any_lines_can_be_audited(history: History, data: st.DataObject) -> None:
    story = _story(history)
    some = data.draw(st.lists(st.sampled_from(story.lines), unique_by=lambda line: line.position))
    until = data.draw(st.sampled_from([line.event.at for line in story.lines]))
    known = data.draw(st.sampled_from([line.event.recorded for line in story.lines]))
    for code in RULES:
        findings_in(some, code, until, Cut(until=until, known=known))


@relaxed
@given(histories(25), st.dates(date(1999, 1, 1), date(2031, 12, 31)))
def test_any_date_of_the_audit_will_do(history: History, day: date) -> None:
    story = _story(history)
    present = end_of(day)
    for code in RULES:
        findings_in(story.lines, code, present, Cut(until=present))


@pytest.mark.slow
@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_first_and_the_last_day_of_the_calendar_will_do(day: date) -> None:
    story = begin(*BEGINNING)
    for code in RULES:
        findings_in(story.lines, code, end_of(day), Cut())
