"""The truth: what is planted is there, and nothing else is irregular."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from scripts.district.making import make
from tests.district.auditor import Found, audit, expected
from tests.district.books import Verdict, change, happened, judge_all
from tests.district.office import Office, school_year
from tests.district.reading import District, Line, moment_of, read

#: What is planted in any school with all levels.
EVERYWHERE: Final = {
    *("number-category-mismatch", "number-check-digit", "number-malformed", "bad-student-number"),
    *("one-person-two-records", "uid-on-two-cards", "card-on-two-students", "not-filed"),
    *("not-upgraded", "ineligible-new-card", "outdated-tool", "swipe-after-retirement"),
    *("left-and-came-back", "not-registered", "outside-window", "impossible-order"),
    *("no-leave-swipe", "not-in-school", "unknown-card", "sync-overdue", "two-live-cards"),
    *("old-card-outstanding", "found-after-replaced", "recorded-late", "made-before-filing"),
    *("one-number-two-students", "old-card-not-collected", "student-holds-card"),
    *("card-number-used", "left-not-collected", "recycled-without-leave-swipe"),
    *("recycled-not-boxed", "list-imported-twice", "filing-imported-twice"),
    *("wrong-cohort-in-box", "box-count-off", "box-not-sealed", "box-reopened"),
    *("count-mismatch", "wrong-cohort"),
}


def _kinds(district: District) -> set[str]:
    return {entry["kind"] for entry in district.truth["planted"]}


def _disagreements(district: District, judged: list[tuple[Line, Verdict]]) -> list[Any]:
    """Return the rows of which the small office says something else than the truth."""
    expectations = district.expectations()
    return [
        (line.place, line.fields, verdict)
        for line, verdict in judged
        if verdict != tuple(expectations.get(line.place, ("recorded", [])))
    ]


def _unordered(findings: list[Found] | set[Found]) -> set[tuple[str, frozenset[str], str]]:
    return {(one.rule, frozenset(one.subjects), one.period) for one in findings}


def test_one_school_and_two_terms_have_every_kind_that_needs_no_second_school(
    one_school: District,
) -> None:
    assert _kinds(one_school) == EVERYWHERE
    assert one_school.truth["not_planted"] == ["swiped-at-two-schools"]


def test_three_schools_have_every_kind(three_schools: District) -> None:
    assert _kinds(three_schools) == EVERYWHERE | {"swiped-at-two-schools"}
    assert three_schools.truth["not_planted"] == []


def test_every_row_becomes_what_the_truth_says_and_all_others_are_recorded(
    three_schools: District, judged: list[tuple[Line, Verdict]]
) -> None:
    assert _disagreements(three_schools, judged) == []
    outcomes = Counter(verdict[0] for _line, verdict in judged)
    assert outcomes["contested"] >= 7
    assert outcomes["refused"] >= 15
    assert outcomes["repeated"] >= 5
    assert outcomes["recorded"] > 0.98 * len(judged)


def test_an_audit_finds_what_is_planted_and_implied_and_nothing_else(
    three_schools: District, judged: list[tuple[Line, Verdict]]
) -> None:
    findings = expected(three_schools.truth)
    assert _unordered(audit(three_schools, judged)) == _unordered(findings)
    assert len(_unordered(findings)) == len(findings)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seed", "schools", "pupils", "terms", "start"),
    [
        (2, 1, 300, 2, "2010-spring"),
        (3, 1, 300, 1, "2010-spring"),
        (4, 1, 60, 3, "2010-spring"),
        (6, 3, 600, 2, "2010-autumn"),
        (8, 5, 800, 5, "2010-spring"),
        (22, 3, 400, 10, "2010-spring"),
        (9, 14, 1500, 4, "2011-spring"),
    ],
)
def test_districts_of_other_sizes_and_seeds_are_true_too(
    seed: int, schools: int, pupils: int, terms: int, start: str, tmp_path: Path
) -> None:
    make(
        tmp_path,
        seed=seed,
        schools=schools,
        pupils=pupils,
        terms=terms,
        start=start,
        with_workbooks=False,
    )
    district = read(tmp_path)
    judged = judge_all(district.lines)
    assert _disagreements(district, judged) == []
    assert _unordered(audit(district, judged)) == _unordered(expected(district.truth))
    assert _overdue(district, judged) == []


def _overdue(district: District, judged: list[tuple[Line, Verdict]]) -> list[str]:
    """Return the pupils who are still in school after the last grade."""
    office = Office()
    for line in happened(judged):
        change(office, line)
    year = school_year(district.as_of + timedelta(days=1))
    there = ("in-school", "suspended")
    return [one.number for one in office.pupils if one.status in there and one.cohort <= year]


@pytest.mark.slow
def test_the_district_of_the_demonstration_is_true(tmp_path: Path) -> None:
    make(
        tmp_path,
        seed=1,
        schools=3,
        pupils=2000,
        terms=4,
        start="2010-spring",
        with_workbooks=False,
    )
    district = read(tmp_path)
    judged = judge_all(district.lines)
    assert _disagreements(district, judged) == []
    assert _unordered(audit(district, judged)) == _unordered(expected(district.truth))
    kinds = Counter(entry["kind"] for entry in district.truth["planted"])
    assert kinds.keys() == EVERYWHERE | {"swiped-at-two-schools"}
    assert min(kinds.values()) == 3


def test_no_guest_leaves_with_a_card(
    three_schools: District, judged: list[tuple[Line, Verdict]]
) -> None:
    """So that an audit that wants all their cards finds nothing that is not in the truth."""
    office = Office()
    for line in happened(judged):
        change(office, line)
    gone = [pupil for pupil in office.pupils if pupil.status in ("left", "graduated")]
    guests = [pupil for pupil in gone if pupil.guest]
    assert len(guests) > 5
    assert {card.state for pupil in guests for card in pupil.cards} <= {"recycled", "replaced-lost"}


def test_findings_hold_since_a_moment_that_has_come(three_schools: District) -> None:
    planted = {entry["id"]: entry for entry in three_schools.truth["planted"]}
    for finding in three_schools.truth["findings"]:
        since = moment_of(finding["since"])
        assert three_schools.lines[0].at <= since <= three_schools.as_of
        entry = planted[finding["entry"]]
        assert finding["rule"] in {entry["kind"], *(one["rule"] for one in entry["implies"])}


def test_what_follows_from_a_plant_is_named(three_schools: District) -> None:
    implied = Counter(
        (entry["kind"], one["rule"])
        for entry in three_schools.truth["planted"]
        for one in entry["implies"]
    )
    terms = len(three_schools.truth["terms"])
    assert implied["not-upgraded", "not-registered"] == terms
    assert implied["outside-window", "not-registered"] == 1
    assert implied["two-live-cards", "ineligible-new-card"] == 1


def test_the_recount_is_what_the_small_office_counts(
    three_schools: District, judged: list[tuple[Line, Verdict]]
) -> None:
    lines = iter([*happened(judged), None])
    office, waiting = Office(), next(lines)
    for counts in three_schools.truth["counts"]:
        closes = moment_of(counts["window_closes"])
        while waiting is not None and waiting.at <= closes:
            change(office, waiting)
            waiting = next(lines)
        _same_registrations(counts, office)
        ends = moment_of(counts["ends"])
        while waiting is not None and waiting.at <= ends:
            change(office, waiting)
            waiting = next(lines)
        for school in counts["end"]:
            _same_stock(school, office)
    assert waiting is None


def _same_registrations(counts: dict[str, Any], office: Office) -> None:
    pupils = [pupil for pupil in office.pupils if pupil.status == "in-school"]
    swiped = office.swiped[counts["term"]]
    there = Counter((pupil.school, pupil.cohort) for pupil in pupils)
    registered = Counter((pupil.school, pupil.cohort) for pupil in pupils if pupil in swiped)
    counted: Counter[tuple[str, int]] = Counter()
    done: Counter[tuple[str, int]] = Counter()
    for one in counts["window"]:
        counted[one["school"], one["cohort"]] += one["pupils"]
        done[one["school"], one["cohort"]] += one["registered"]
    assert counted == there
    assert done == registered


def _same_stock(counts: dict[str, Any], office: Office) -> None:
    code = counts["school"]
    cards = [card for card in office.cards.values() if card.holder.school == code]
    live = Counter(card.kind for card in cards if card.state == "live")
    assert (counts["live_record_cards"], counts["live_identity_cards"]) == (
        live["record"],
        live["identity"],
    )
    status = Counter(pupil.status for pupil in office.pupils if pupil.school == code)
    assert (counts["in_school"], counts["suspended"]) == (status["in-school"], status["suspended"])
    boxes = {
        name: (box.cohort, box.state, box.count, sorted(card.number for card in box.cards))
        for name, box in office.boxes.items()
        if box.school == code
    }
    assert boxes == {
        one["box"]: (one["cohort"], one["state"], one["count"], one["cards"])
        for one in counts["boxes"]
    }
