"""Many rows at once: all or nothing, or what can be; given again, nothing changes (DESIGN 3)."""

from __future__ import annotations

import itertools
from collections import Counter
from contextlib import closing
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cardledger import Outcome, recorder
from cardledger.batch import command_of_row
from tests.ledger.conftest import Office, own
from tests.support.anything import BEGINNING, rows
from tests.support.given import (
    ANNA,
    BORIS,
    CLARA,
    Row,
    act,
    number,
    pupil,
)

ISSUED: Final = act("issue", card="C1", student=ANNA, at="2010-03-01")
SWIPE: Final = act("term-swipe", card="C1", at="2010-03-10")
NOBODY: Final = act("issue", card="C9", student=CLARA, at="2010-03-01")


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> int:
    """Decide five rows at a time, so that a short batch has several chunks."""
    monkeypatch.setattr(recorder, "CHUNK", 5)
    return 5


def told(outcomes: list[Outcome]) -> list[str]:
    """Return each outcome as one word: its code where it was refused."""
    return [one.code or one.outcome for one in outcomes]


def test_rows_of_a_batch_see_what_the_rows_before_them_did(office: Office) -> None:
    batch = [pupil(ANNA), ISSUED, ISSUED | {"note": "again"}, SWIPE]
    assert told(office.batch(*batch, atomic=False)) == [
        "recorded",
        "recorded",
        "repeated",
        "not-upgraded",
    ]


def test_an_atomic_batch_with_a_refusal_writes_nothing(office: Office) -> None:
    before = office.names()
    outcomes = office.batch(pupil(ANNA), ISSUED, NOBODY)
    assert told(outcomes) == ["batch-aborted", "batch-aborted", "unknown-student"]
    assert all(one.outcome == "refused" for one in outcomes)
    assert all(one.positions == () for one in outcomes)
    assert office.names() == before
    assert told(office.batch(pupil(ANNA), ISSUED)) == ["recorded", "recorded"]


def test_a_refused_swipe_of_an_aborted_batch_leaves_no_evidence(office: Office) -> None:
    office.given(pupil(ANNA), ISSUED)
    before = office.names()
    assert told(office.batch(SWIPE)) == ["not-upgraded"]
    assert office.names() == before
    assert told(office.batch(SWIPE, atomic=False)) == ["not-upgraded"]
    assert office.names() == [*before, "swipe.refused/1"]


def test_refused_rows_are_left_out(office: Office) -> None:
    outcomes = office.batch(pupil(ANNA), NOBODY, ISSUED, pupil(BORIS), atomic=False)
    assert told(outcomes) == ["recorded", "unknown-student", "recorded", "recorded"]
    positions = [position for one in outcomes for position in one.positions]
    assert positions == list(range(positions[0], positions[0] + 3))
    assert len(office.names()) == positions[-1]


def test_a_row_that_cannot_be_read_counts_as_refused(office: Office) -> None:
    outcomes = office.batch(
        pupil(ANNA),
        {"action": "dance"},
        act("issue", card="C1"),
        act("issue", card="C1", student=ANNA, colour="red"),
        act("issue", card="C 1", student=ANNA),
        act("recycle", card="C1"),
        act("issue", card="C1", student="117"),
        atomic=False,
    )
    assert told(outcomes) == ["recorded", *["bad-input"] * 5, "bad-student-number"]
    messages = [one.message() for one in outcomes]
    assert "dance" in messages[1]
    assert "student" in messages[2]
    assert "colour" in messages[3]
    assert "C 1" in messages[4]
    assert "handler" in messages[5]


def test_the_same_batch_again_changes_nothing(office: Office) -> None:
    batch = [
        pupil(ANNA),
        ISSUED,
        act("lost", card="C1", at="2010-04-01"),
        act("found", card="C1", at="2010-04-02"),
        act("student-suspend", student=ANNA, at="2010-04-03"),
        act("student-resume", student=ANNA, at="2010-04-04"),
        act("tool-installed", name="cmis", version="96"),
        act("sync-sent"),
        act("policy-adopt", changes={"upgrade_required": False}, from_="2010-09-01"),
        act("cards-filed", cards=["C1"]),
        act("student-forget", student=ANNA),
    ]
    assert set(told(office.batch(*batch))) == {"recorded"}
    before = office.names()
    for kept in (office, office.another()):
        assert set(told(kept.batch(*batch))) == {"repeated"}
    assert office.names() == before


def test_two_identical_legitimate_rows_are_two(office: Office) -> None:
    lost, found = (act(name, card="C1", at="2010-04-01") for name in ("lost", "found"))
    batch = [lost, found, lost, found]
    office.given(pupil(ANNA), ISSUED)
    assert told(office.batch(*batch)) == ["recorded"] * 4
    assert told(office.batch(*batch)) == ["repeated"] * 4
    assert told(office.batch(lost, found, lost, found, lost)) == ["repeated"] * 4 + ["recorded"]


def test_a_refused_row_binds_no_key(office: Office) -> None:
    office.given(pupil(ANNA), ISSUED)
    batch = [SWIPE, act("lost", card="C1", at="2010-04-01")]
    assert told(office.batch(*batch, atomic=False)) == ["not-upgraded", "recorded"]
    office.given(act("upgrade", card="C1", at="2010-03-02"))
    assert told(office.batch(*batch, atomic=False)) == ["recorded", "repeated"]


def test_a_swipe_that_is_refused_again_is_kept_once(office: Office) -> None:
    office.given(pupil(ANNA), ISSUED)
    for kept in (office, office, office.another()):
        assert told(kept.batch(SWIPE, atomic=False)) == ["not-upgraded"]
    assert office.names().count("swipe.refused/1") == 1
    office.record(SWIPE)
    assert office.names().count("swipe.refused/1") == 2


def test_a_key_of_the_callers_own_is_used_once(office: Office) -> None:
    office.given(pupil(ANNA), ISSUED)
    lost = act("lost", card="C1", at="2010-04-01")
    assert office.record(lost, key="row 1").outcome == "recorded"
    office.given(act("found", card="C1", at="2010-04-02"))
    again = lost | {"at": "2010-04-03"}
    assert office.record(again, key="row 1").outcome == "repeated"
    assert office.another().record(again | {"key": "row 1"}).outcome == "repeated"
    assert office.record(again, key="row 2").outcome == "recorded"


def test_without_retry_keys_every_row_counts(office: Office) -> None:
    office.given(pupil(ANNA), ISSUED)
    pair = [act(name, card="C1", at="2010-04-01") for name in ("lost", "found")]
    for _round in range(2):
        assert told(office.batch(*pair, retry_keys=False)) == ["recorded"] * 2


def test_the_key_of_a_void_line_stays_used(office: Office) -> None:
    """Giving an old file again must not bring back what was found to be a mistake."""
    office.given(pupil(ANNA), ISSUED)
    position = len(office.names())
    office.record(act("void", position=position, reason="wrong pupil"))
    assert told(office.batch(ISSUED)) == ["repeated"]
    assert office.record(ISSUED).outcome == "recorded"


def test_an_atomic_batch_is_one_even_where_it_is_read_in_chunks(
    office: Office, small_chunks: int
) -> None:
    batch = [pupil(number(index)) for index in range(1, 3 * small_chunks)]
    batch += [
        act("issue", card=f"C{index}", student=number(index), at="2010-03-01")
        for index in range(1, 3 * small_chunks)
    ]
    before = len(office.names())
    assert told(office.batch(*batch, NOBODY))[-1] == "unknown-student"
    assert len(office.names()) == before
    assert set(told(office.batch(*batch))) == {"recorded"}
    assert len(office.names()) == before + len(batch)
    assert set(told(office.another().batch(*batch, atomic=False))) == {"repeated"}


def test_progress_is_told_up_to_the_end(office: Office, small_chunks: int) -> None:
    seen: list[int] = []
    batch = [pupil(number(index)) for index in range(1, 3 * small_chunks)]
    office.batch(*batch, progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == len(batch)


def test_a_dry_run_tells_what_would_become_and_writes_nothing(office: Office) -> None:
    before = office.names()
    batch = [command_of_row(row) for row in (pupil(ANNA), ISSUED, ISSUED, NOBODY, pupil(ANNA))]
    for _round in range(2):
        outcomes = office.ledger.dry_run(batch)
        assert told(outcomes) == [
            "recorded",
            "recorded",
            "repeated",
            "unknown-student",
            "repeated",
        ]
    assert office.names() == before
    assert told(office.batch(pupil(ANNA), ISSUED)) == ["recorded", "recorded"]


#: Each example has pupils, cards and boxes of its own in one ledger.
_case = itertools.count(1)
_relaxed = settings(
    max_examples=10,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
#: What is the whole ledger's or a school's is not one example's alone.
_SHARED: Final = {
    "policy-adopt",
    "school-add",
    "tool-installed",
    "sync-sent",
    "sync-failed",
    "sync-confirmed",
}
_history = st.lists(rows().filter(lambda row: not _is_shared(row)), max_size=12)


def _is_shared(row: Row) -> bool:
    return row["action"] in _SHARED or [] in row.values()


def _own_history(office: Office, history: list[Row]) -> list[Row]:
    """Return a history that nobody had before, after what it begins with has happened."""
    case = next(_case) % 100
    head = office.ledger.head()
    office.given(*(own(row, case) for row in BEGINNING))
    return [
        # What is void is a line of the beginning: nobody knows the position of a row of a batch.
        own(row | ({"position": head + 1 + row["position"] % 7} if "position" in row else {}), case)
        for row in history
    ]


@_relaxed
@given(history=_history)
def test_outcomes_add_up_and_a_second_time_nothing_is_recorded(
    office: Office, history: list[Row]
) -> None:
    batch = _own_history(office, history)
    before = office.ledger.head()
    outcomes = office.batch(*batch, atomic=False)
    count = Counter(one.outcome for one in outcomes)
    assert len(batch) == count["recorded"] + count["repeated"] + count["refused"]
    written = [position for one in outcomes for position in one.positions]
    assert written == list(range(before + 1, office.ledger.head() + 1))
    again = office.batch(*batch, atomic=False)
    for first, second in zip(outcomes, again, strict=True):
        if first.outcome == "recorded":
            assert second.outcome == "repeated"


@pytest.mark.slow
@_relaxed
@given(history=_history)
def test_one_by_one_or_all_at_once_is_the_same(office: Office, history: list[Row]) -> None:
    """What is loaded for one row alone is enough: rows of a batch are decided no otherwise."""
    batch = _own_history(office, history)
    at_once = office.batch(*batch, atomic=False, retry_keys=False)
    alone = []
    for row in _own_history(office, history):
        with closing(office.another()) as other:
            alone += other.batch(row, atomic=False, retry_keys=False)
    assert _comparable(at_once) == _comparable(alone)


def _comparable(outcomes: list[Outcome]) -> list[tuple[object, ...]]:
    return [(one.outcome, one.codes, one.contested, len(one.positions)) for one in outcomes]
