"""Every rule finds what it is about, and nothing else: given / when / then."""

from __future__ import annotations

import pytest

from cardledger.audit import RULES, Finding
from tests.audit.pure import findings_of, told_of
from tests.audit.stories import CASES, Case
from tests.support.given import PRESENT, SCHOOLS, Row, Story
from tests.support.given import given as begin


def story_of(rows: tuple[Row, ...]) -> Story:
    """Let rows happen, whatever becomes of them: a refused swipe is evidence."""
    first = rows[0].get("clock", PRESENT)
    story = Story(present=first).given(*SCHOOLS)
    for row in rows:
        if "clock" in row:
            story.passes(row["clock"])
        else:
            story.when(row)
    return story


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}: {case.what}")
def test_a_rule_finds_what_it_is_about(case: Case) -> None:
    story = story_of(case.rows)
    found = findings_of(story, case.rule, case.as_of)
    if not case.found:
        assert found == []
        return
    (finding,) = found
    assert told_of(story, finding) == set(case.found)
    assert finding.period == case.period
    assert finding.positions
    assert set(finding.positions) <= {line.position for line in story.lines}
    assert finding.since


def test_every_rule_has_a_story_that_it_finds_and_one_that_it_does_not() -> None:
    assert {case.rule for case in CASES if case.found} == set(RULES)
    assert {case.rule for case in CASES if not case.found} == set(RULES)


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.found], ids=lambda case: f"{case.rule}: {case.what}"
)
def test_the_id_is_the_same_on_another_day_and_after_further_lines(case: Case) -> None:
    story = story_of(case.rows)
    (before,) = findings_of(story, case.rule, case.as_of)
    story.passes("2010-07-05T10:00").given(
        {
            "action": "student-add",
            "number": "0117001101510199",
            "name": "Zoe",
            "at": "2010-07-05T09:00",
        }
    )
    again = findings_of(story, case.rule, "2010-07-05")
    assert _about(before.subjects, before.period, again) == [before.id]


def _about(subjects: tuple[str, ...], period: str, found: list[Finding]) -> list[str]:
    return [one.id for one in found if (one.subjects, one.period) == (subjects, period)]


def test_two_attempts_with_one_card_are_two_findings() -> None:
    story = begin(*SCHOOLS[:0])
    for case in CASES:
        if case.what == "a refused swipe of a lost card":
            story = story_of(case.rows)
    story.when({"action": "term-swipe", "card": "C1", "at": "2010-06-01"})
    story.when({"action": "term-swipe", "card": "C1", "at": "2010-06-01"})
    found = findings_of(story, "swipe-after-retirement")
    assert len({one.id for one in found}) == 2
    assert sorted(len(one.positions) for one in found) == [1, 2]
