"""How rules are declared: one file each, complete, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cardledger.audit import RULES, SEVERITIES, text_of
from cardledger.audit.finding import Finding, id_of, merged
from cardledger.audit.times import month_ends, terms
from cardledger.i18n import translator

#: Section 9 of the handbook.
HANDBOOK = (
    *("two-live-cards", "old-card-outstanding", "uid-on-two-cards", "card-on-two-students"),
    *("one-person-two-records", "one-number-two-students", "swipe-after-retirement"),
    *("swiped-at-two-schools", "left-not-collected", "recycled-without-leave-swipe"),
    *("recycled-not-boxed", "wrong-cohort-in-box", "box-not-sealed", "box-reopened"),
    *("box-count-off", "not-registered", "not-upgraded", "outdated-tool", "outside-window"),
    *("not-filed", "made-before-filing", "number-malformed", "number-category-mismatch"),
    *("number-check-digit", "ineligible-new-card", "recorded-late", "impossible-order"),
    *("sync-overdue",),
)


def test_the_rules_are_those_of_the_handbook_in_its_order() -> None:
    assert tuple(RULES) == HANDBOOK


@pytest.mark.parametrize("code", HANDBOOK)
def test_a_rule_is_a_short_file_of_its_name_and_is_told_in_both_languages(code: str) -> None:
    rule = RULES[code]
    source = Path(str(getattr(rule, "__file__", "")))
    assert source.stem == code.replace("-", "_")
    assert len(source.read_text(encoding="utf-8").splitlines()) <= 140
    assert rule.SEVERITY in SEVERITIES
    assert set(rule.SUBJECTS) <= {"card", "uid", "student", "person", "number", "box", "school"}
    chinese = translator("zh")
    paragraphs = [" ".join(one.split()) for one in text_of(rule).split("\n\n")]
    assert len(paragraphs) >= 2
    for text in (*paragraphs, rule.TODO):
        assert re.search(r"[\u4e00-\u9fff]", chinese(text)), text


def _finding(**changes: object) -> Finding:
    fields: dict[str, object] = {
        "rule": "two-live-cards",
        "subjects": ("student:P1", "card:C1", "card:C2"),
        "positions": (4,),
        "message": "{student}",
    }
    return Finding(**(fields | changes))  # type: ignore[arg-type]


def test_an_id_depends_on_rule_subjects_and_what_distinguishes_and_on_nothing_else() -> None:
    one = _finding()
    assert one.id == id_of("two-live-cards", ("card:C2", "student:P1", "card:C1"))
    for same in ({"positions": (9,)}, {"message": "other"}, {"school": "01170011"}):
        assert _finding(**same).id == one.id
    others = [
        _finding(rule="not-filed"),
        _finding(subjects=("student:P1", "card:C1")),
        _finding(period="2010-spring"),
        _finding(which="2010-spring"),
    ]
    assert len({one.id, *(other.id for other in others)}) == 5


def test_the_same_finding_twice_has_the_proofs_of_both() -> None:
    (one,) = merged(iter([_finding(positions=(7, 4)), _finding(positions=(9,))]))
    assert one.positions == (4, 7, 9)


def test_months_and_terms_are_counted_from_one_day_to_another() -> None:
    days = [day.isoformat() for day in month_ends("2010-11-05T", "2011-02-01T")]
    assert days == ["2010-11-30", "2010-12-31", "2011-01-31", "2011-02-28"]
    assert terms("2010-01-31", "2011-02-01") == (
        *("2009-autumn", "2010-spring", "2010-autumn", "2011-spring"),
    )
    assert terms("2010-09-01", "2010-08-31") == ()
