"""An audit of a story, without any database: its lines grouped by subject and handed to a rule."""

from __future__ import annotations

from collections.abc import Iterable

from cardledger.audit import RULES, Finding
from cardledger.audit.finding import merged
from cardledger.audit.history import History
from cardledger.audit.rule import telling
from cardledger.audit.setting import Setting
from cardledger.book import fold
from cardledger.events import REFERENCE_TAG, Line
from cardledger.moments import Moment, end_of, parse_date
from cardledger.streams import Cut
from tests.support.given import PRESENT, Story, moment


def subjects_of(lines: Iterable[Line], kind: str) -> dict[str, list[Line]]:
    """Return the lines of every subject of a kind."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        for tag in dict.fromkeys(line.event.tags()):
            if tag.startswith(f"{kind}:"):
                found.setdefault(tag.removeprefix(f"{kind}:"), []).append(line)
    return dict(sorted(found.items()))


def findings_in(lines: list[Line], code: str, present: Moment, cut: Cut) -> list[Finding]:
    """Return what a rule finds in lines at a moment."""
    reference = [line for line in lines if REFERENCE_TAG in line.event.tags()]
    told: dict[str, dict[str, tuple[str, int]]] = {}
    if (teller := telling(RULES[code])) is not None:
        for key, some in subjects_of(lines, teller.TELLS).items():
            for one in teller.tells(History(teller.TELLS, key, some, cut)):
                told.setdefault(one.subject, {})[one.about] = one.what
    setting = Setting(
        moment=present, policies=fold(reference).policies, reference=reference, told=told
    )
    found: list[Finding] = []
    for kind in RULES[code].SUBJECTS:
        for key, some in subjects_of(lines, kind).items():
            history = History(kind, key, some, cut)
            if history.lines:
                found += merged(RULES[code].findings(history, setting))
    return found


def findings_of(story: Story, code: str, as_of: str = "") -> list[Finding]:
    """Return what a rule finds in a story, at its present or as of a day."""
    if as_of:
        until = end_of(parse_date(as_of))
        return findings_in(story.lines, code, until, Cut(until=until))
    return findings_in(story.lines, code, story.clock or moment(PRESENT), Cut())


def told_of(story: Story, finding: Finding) -> set[str]:
    """Return the subjects of a finding, pupils by the last digits of their number."""
    pupils = story.book().students
    return {
        f"pupil:{pupils[tag.removeprefix('student:')].number[-3:]}"
        if tag.startswith("student:")
        else tag
        for tag in finding.subjects
    }
