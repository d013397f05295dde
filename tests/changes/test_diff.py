"""What changed between two moments, and because of which lines."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cardledger import Ledger
from cardledger.changes import TABLES, Change, Moment, comparing, diff
from cardledger.errors import BadValue
from cardledger.replay import Replay
from projections import Shown
from tests.support.anything import BEGINNING, histories
from tests.support.given import ANNA, BORIS, CLARA, NEIGHBOUR, PRIMARY, Row, act, number, pupil
from tests.support.ledgers import made, outcomes, set_clock, student_id, tell

Told = tuple[Ledger, dict[str, int]]


@pytest.fixture
def told(ledger: Ledger) -> Told:
    """Return a ledger of a spring, and where its lines are."""
    set_clock(ledger, "2010-03-01T12:00")
    names = ("anna", "boris", "c1", "c2")
    at = dict(
        zip(
            names,
            tell(
                ledger,
                pupil(ANNA, name="安娜", class_="1"),
                pupil(BORIS, class_="2"),
                act("register", card="C1", student=ANNA, upgraded=True, at="2010-02-01"),
                act("register", card="C2", student=BORIS, upgraded=True, at="2010-02-01"),
            ),
            strict=True,
        )
    )
    set_clock(ledger, "2010-03-20T12:00")
    later = {
        "wrong": act("lost", card="C2", at="2010-03-04"),
        "swipe": act("term-swipe", card="C1", at="2010-03-05"),
        "lost": act("lost", card="C1", at="2010-03-10"),
        "new": act("reissue", card="C3", student=ANNA, reason="lost", at="2010-03-12"),
        "number": act("student-renumber", student=ANNA, number=number(9), at="2010-03-15"),
    }
    at |= dict(zip(later, tell(ledger, *later.values()), strict=True))
    set_clock(ledger, "2010-03-25T12:00")
    (at["void"],) = tell(ledger, act("void", position=at["wrong"], reason="another card"))
    return ledger, at


def because(changes: Iterable[Change], at: dict[str, int]) -> dict[tuple[str, ...], str]:
    """Return the lines of each change by what they are called."""
    names = {position: name for name, position in at.items()}
    return {
        (one.table, one.change, one.subject, one.field): " ".join(names[p] for p in one.positions)
        for one in changes
    }


def test_each_field_names_the_lines_that_changed_it(told: Told) -> None:
    ledger, at = told
    anna = student_id(ledger, ANNA)
    found = list(diff(ledger, Moment("2010-03-01"), Moment("2010-03-31")))
    lines = because(found, at)
    assert lines["roster", "changed", anna, "student_number"] == "number"
    assert lines["roster", "changed", anna, "last_term"] == "swipe"
    assert lines["roster", "changed", anna, "card"] == "new"
    assert lines["cards", "changed", "C1", "state"] == "lost new"
    assert lines["cards", "changed", "C1", "replaced_by"] == "new"
    # The number is the pupil's: the card's own lines do not say it.
    assert lines["cards", "changed", "C1", "student_number"] == "number"
    assert lines["cards", "added", "C3", ""] == "new"
    # That C2 was lost is void: nothing changed.
    assert not [key for key in lines if key[2] == "C2"]
    (state,) = (one for one in found if (one.subject, one.field) == ("C1", "state"))
    assert (state.old, state.new) == ("live", "replaced-lost")
    assert (state.name, state.school, state.class_) == ("安娜", PRIMARY, "1")


def test_a_void_is_a_change_of_what_was_known(told: Told) -> None:
    ledger, at = told
    then, now = Moment("2010-03-31", "2010-03-20"), Moment("2010-03-31")
    assert because(diff(ledger, then, now), at) == {
        ("roster", "changed", student_id(ledger, BORIS), "card_state"): "void",
        ("cards", "changed", "C2", "state"): "void",
        ("cards", "changed", "C2", "last_at"): "void",
        ("cards", "changed", "C2", "last_action"): "void",
    }
    assert (
        because(diff(ledger, now, then), at).keys() == because(diff(ledger, then, now), at).keys()
    )
    by_position = diff(ledger, Moment(f"@{at['number']}"), Moment(f"@{at['void']}"))
    assert set(because(by_position, at).values()) == {"void"}


def test_nothing_changed_between_a_moment_and_itself(told: Told) -> None:
    ledger, at = told
    for moment in (Moment(), Moment("2010-03-06"), Moment(f"@{at['lost']}"), Moment(None, "@5")):
        assert not list(diff(ledger, moment, moment))
    assert not list(diff(ledger, Moment(f"@{ledger.head()}")))


def test_back_in_time_what_was_added_is_removed(told: Told) -> None:
    ledger, _at = told
    found = list(diff(ledger, Moment("2010-03-31"), Moment("2010-03-11"), tables=["cards"]))
    (gone,) = (one for one in found if one.change == "removed")
    assert (gone.subject, gone.old["state"], gone.new) == ("C3", "live", None)


def test_a_grade_changes_by_the_calendar_and_no_line(told: Told) -> None:
    ledger, _at = told
    set_clock(ledger, "2010-09-02T12:00")
    found = list(diff(ledger, Moment("2010-08-31"), Moment("2010-09-01")))
    assert {(one.field, one.old, one.new) for one in found} == {("grade", 1, 2)}
    assert [one.positions for one in found] == [[], []]


def test_a_filter_keeps_what_fits_before_or_after(told: Told) -> None:
    ledger, _at = told
    tell(ledger, pupil(CLARA, class_="3", grade=6))
    set_clock(ledger, "2010-06-30T12:00")
    tell(
        ledger,
        act("student-transfer-out", student=BORIS, at="2010-05-01"),
        act("student-transfer-in", student=BORIS, school=NEIGHBOUR, class_="7", at="2010-05-02"),
    )
    boris = student_id(ledger, BORIS)

    def subjects(**where: str) -> set[str]:
        where = {name.rstrip("_"): value for name, value in where.items()}
        return {one.subject for one in diff(ledger, Moment("2010-04-01"), where=where)}

    assert subjects() == {boris, "C2"}
    assert subjects(school=PRIMARY) == subjects(school=NEIGHBOUR) == {boris, "C2"}
    assert subjects(class_="2") == subjects(class_="7") == {boris, "C2"}
    assert subjects(class_="1") == set()
    assert subjects(cohort="2015") == {boris, "C2"}
    assert subjects(cohort="2010") == set()
    for wrong in ({"box": "B1"}, {"school": "x"}):
        with pytest.raises(BadValue):
            list(diff(ledger, Moment("2010-04-01"), where=wrong))
    with pytest.raises(BadValue):
        list(diff(ledger, Moment("2010-04-01"), tables=["terms"]))


def test_boxes_and_what_lies_in_them(told: Told) -> None:
    ledger, at = told
    set_clock(ledger, "2010-06-30T12:00")
    steps = {
        "back": act("recycle", card="C1", handler="Wang", at="2010-05-01"),
        "open": act("box-open", box="B1", cohort=2015, at="2010-05-02"),
        "put": act("box-put", box="B1", card="C1", at="2010-05-03"),
        "seal": act("box-seal", box="B1", count=1, handler="Wang", at="2010-05-04"),
    }
    at |= dict(zip(steps, tell(ledger, *steps.values()), strict=True))
    found = diff(ledger, Moment("2010-05-02"), tables=["boxes"])
    assert because(found, at) == {
        ("boxes", "changed", "B1", "state"): "seal",
        ("boxes", "changed", "B1", "count"): "put",
        ("boxes", "changed", "B1", "handler"): "seal",
        ("boxes", "changed", "B1", "sealed_on"): "seal",
        ("boxes", "changed", "B1", "cards"): "put",
    }


def test_of_too_many_lines_all_are_named(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, at = told
    monkeypatch.setattr(comparing, "_STEPS", 1)
    lines = because(diff(ledger, Moment("2010-03-01")), at)
    assert lines["cards", "changed", "C1", "replaced_by"] == "swipe lost new number"


# Whatever happened


def applied(rows: Iterable[Shown], changes: Iterable[Change], table: str) -> dict[str, Shown]:
    """Return rows by subject after changes were made to them."""
    key = {"roster": "student", "cards": "card", "boxes": "box"}[table]
    result = {row[key]: dict(row) for row in rows}
    for one in changes:
        if one.change == "added":
            assert one.subject not in result
            result[one.subject] = one.new
        elif one.change == "removed":
            assert result.pop(one.subject) == one.old
        else:
            assert result[one.subject][one.field] == one.old
            assert one.old != one.new
            result[one.subject][one.field] = one.new
    return result


MOMENTS: Any = st.one_of(
    st.sampled_from([None, None, "2010-01-10", "2010-03-02", "2010-03-02T09:00", "2010-05-20"]),
    st.integers(1, 40),
)


@pytest.mark.slow
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(histories(30), st.lists(st.tuples(MOMENTS, MOMENTS), min_size=4, max_size=4))
def test_changes_made_to_the_rows_of_one_moment_give_those_of_the_other(
    tmp_path_factory: pytest.TempPathFactory,
    history: list[tuple[str, Row]],
    texts: list[tuple[Any, Any]],
) -> None:
    folder = tmp_path_factory.mktemp("any")
    with made(f"sqlite:///{folder / 'ledger.db'}", folder) as ledger:
        tell(ledger, *BEGINNING)
        for clock, row in history:
            set_clock(ledger, clock)
            outcomes(ledger, row)
        moments = [Moment(*(_moment(ledger, one) for one in pair)) for pair in texts]
        for before, after in pairwise(moments):
            changes = list(diff(ledger, before, after))
            for table in TABLES:
                own = [one for one in changes if one.table == table]
                replay = Replay(ledger)
                old = replay.rows(table, as_of=before.as_of, known=before.known)
                new = replay.rows(table, as_of=after.as_of, known=after.known)
                assert applied(old, own, table) == applied(new, (), table)
            assert all(one.positions for one in changes if one.field != "grade")


def _moment(ledger: Ledger, text: Any) -> str | None:
    if isinstance(text, int):
        return f"@{min(text, ledger.head())}"
    return None if text is None else str(text)
