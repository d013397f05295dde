"""Recording on both databases: what is decided is what is written, and nothing else."""

from __future__ import annotations

import itertools

import pytest

from cardledger import recorder
from cardledger.book import fold
from cardledger.errors import BadValue
from cardledger.moments import Moment
from tests.ledger.conftest import Office
from tests.support.given import ANNA, BORIS, CLARA, PRESENT, Row, act, moment, number, pupil

ISSUED = act("issue", card="C1", student=ANNA, at="2010-03-01")
UPGRADED = act("upgrade", card="C1", at="2010-03-02")


def test_a_row_becomes_a_line(office: Office) -> None:
    head = office.ledger.head()
    outcome = office.record(pupil(ANNA))
    assert outcome.outcome == "recorded"
    assert outcome.positions == (head + 1,)
    assert office.names()[-1] == "student.added/1"


def test_the_same_row_again_writes_nothing(office: Office) -> None:
    office.given(pupil(ANNA), ISSUED)
    head = office.ledger.head()
    outcome = office.record(ISSUED)
    assert (outcome.outcome, outcome.positions) == ("repeated", ())
    assert office.ledger.head() == head


def test_what_is_refused_writes_nothing(office: Office) -> None:
    office.given(pupil(ANNA), ISSUED)
    head = office.ledger.head()
    outcome = office.record(act("issue", card="C2", student=ANNA, at="2010-03-02"))
    assert outcome.code == "student-holds-card"
    assert office.ledger.head() == head


def test_a_refused_swipe_is_evidence(office: Office) -> None:
    office.given(pupil(ANNA, name="安娜"), ISSUED)
    outcome = office.record(act("term-swipe", card="C1", at="2010-03-03"))
    assert outcome.outcome == "refused"
    assert outcome.positions == (office.ledger.head(),)
    last = list(office.ledger.raw_lines())[-1]
    assert last.name == "swipe.refused/1"
    assert b'"not-upgraded"' in last.data
    assert "安娜".encode() not in last.data


def test_what_cannot_be_read_raises_for_one_row(office: Office) -> None:
    with pytest.raises(BadValue, match="is not a time"):
        office.record(pupil(ANNA, at="last Thursday"))


def test_a_malformed_student_number_is_an_outcome(office: Office) -> None:
    outcome = office.record(act("issue", card="C1", student=ANNA[1:], at="2010-03-01"))
    assert outcome.code == "bad-student-number"
    outcome = office.record(act("student-add", number=ANNA[1:], name="A"))
    assert outcome.code == "bad-student-number"
    assert ANNA[1:] in outcome.message()


def test_braces_that_somebody_types_are_only_text(office: Office) -> None:
    for typed in ("{", "{card.__class__}", "{0}"):
        (outcome,) = office.batch(pupil(ANNA, at=typed), atomic=False)
        assert outcome.code == "bad-input"
        assert f"“{typed}” is not a time." in outcome.message()


def test_another_process_sees_what_was_recorded(office: Office) -> None:
    office.given(pupil(ANNA), ISSUED)
    assert fold(office.another().ledger.lines()).card("C1").state == "live"
    assert office.record(UPGRADED).outcome == "recorded"


def test_a_desk_that_is_kept_learns_what_others_wrote(office: Office) -> None:
    office.given(pupil(ANNA), ISSUED)
    other = office.another()
    other.given(UPGRADED)
    assert office.record(act("term-swipe", card="C1", at="2010-03-03")).outcome == "recorded"
    assert other.record(act("term-swipe", card="C1", at="2010-03-04")).outcome == "repeated"


def test_a_filing_that_a_swipe_has_brought_to_the_desk_is_known_to_the_school(
    office: Office,
) -> None:
    filed = act("cards-filed", cards=["C1"], digest="ab" * 32, at="2010-03-05")
    office.given(pupil(ANNA), ISSUED, UPGRADED, filed)
    other = office.another()
    assert other.record(act("term-swipe", card="C1", at="2010-03-03")).outcome == "recorded"
    assert other.record(filed).outcome == "repeated"


def test_a_void_looks_at_all_that_the_later_lines_are_about(office: Office) -> None:
    office.given(
        pupil(ANNA),
        ISSUED,
        act("recycle", card="C1", handler="Wang", at="2010-04-01"),
        act("box-open", box="B1", cohort=2015, at="2010-04-01"),
        act("box-put", box="B1", card="C1", at="2010-04-02"),
    )
    recycled = office.names().index("card.recycled/1") + 1
    other = office.another()
    outcome = other.record(act("void", position=recycled, reason="never came back"))
    assert outcome.code == "not-voidable"
    assert f"line {recycled + 2} would be refused (not-recycled)" in outcome.message()


def test_a_position_that_nobody_can_know_yet_is_not_void(office: Office) -> None:
    office.given(pupil(ANNA))
    after = office.ledger.head() + 1
    first, second = office.batch(
        ISSUED, act("void", position=after, reason="too early"), atomic=False
    )
    assert first.positions == (after,)
    assert second.code == "not-voidable"
    for nowhere in (0, 10**6, 2**53 - 1):
        outcome = office.record(act("void", position=nowhere, reason="nothing"))
        assert outcome.code == "not-voidable"


def test_a_card_that_two_pupils_had_is_seen_whole_by_both(office: Office) -> None:
    """An old program gave Anna's recycled card to Boris: he still holds no live one."""
    office.given(
        pupil(ANNA),
        pupil(BORIS),
        ISSUED,
        act("recycle", card="C1", handler="Wang", at="2010-03-05"),
        act("issue", card="C1", student=BORIS, evidence="imported", at="2010-03-06"),
    )
    for kept in (office, office.another()):
        book = fold(kept.ledger.lines())
        assert book.card("C1").state == "recycled"
        assert len(book.card("C1").holders) == 2
    other = office.another()
    assert other.record(act("issue", card="C5", student=BORIS, at="2010-03-07")).code is None


def test_a_uid_finds_the_card_and_the_rest_of_its_story(office: Office) -> None:
    office.given(
        pupil(ANNA),
        act("issue", card="C1", student=ANNA, uid="04A1B2C3", at="2010-03-01"),
        UPGRADED,
    )
    other = office.another()
    outcomes = [
        other.record(act("leave-swipe", card=text, reason="dropout", at="2010-03-03")).outcome
        for text in ("04a1b2c3", "C3:B2:A1:04", "uid:04A1B2C3", str(0x04A1B2C3), str(0xC3B2A104))
    ]
    assert outcomes == ["recorded"] + ["repeated"] * 4


def test_a_uid_that_the_desk_knows_of_one_card_may_be_on_another_one_too(office: Office) -> None:
    """The desk is kept: it knows the first card, and never saw the second."""
    office.given(pupil(BORIS), act("register", card="C2", student=BORIS, uid="04A1B2C3"))
    kept = office.another()
    kept.given(pupil(ANNA), act("issue", card="C1", student=ANNA, uid="04A1B2C3", at="2010-03-01"))
    outcome = kept.record(act("lost", card="04A1B2C3", at="2010-03-02"))
    assert outcome.code == "ambiguous-card"
    assert "C1, C2" in outcome.message() or "C2, C1" in outcome.message()


def test_several_schools_live_in_one_ledger(office: Office) -> None:
    david, emma = number(1, school="01170012"), number(1, school="01172031")
    office.given(pupil(david), pupil(emma))
    rows = [
        act("issue", card=card, student=student, school=student[:8], at="2010-03-01")
        for card, student in (("D1", david), ("E1", emma))
    ]
    assert [one.outcome for one in office.batch(*rows)] == ["recorded", "recorded"]
    book = fold(office.ledger.lines())
    assert (book.card("D1").school, book.card("E1").school) == ("01170012", "01172031")


def test_one_pupil_keeps_one_key_through_renumberings(office: Office) -> None:
    office.given(pupil(CLARA))
    numbers = [CLARA, *(number(index, cohort=2010 + index) for index in (1, 2, 3))]
    for old, new in itertools.pairwise(numbers):
        office.given(act("student-renumber", student=old, number=new))
    book = fold(office.ledger.lines())
    (key,) = book.numbers[numbers[-1]]
    assert all(set(book.numbers[one]) == {key} for one in numbers)
    assert book.student(key).numbers == numbers
    for old in numbers:
        assert office.record(act("student-suspend", student=old)).outcome in (
            "recorded",
            "repeated",
        )


def interfering(office: Office, *rows: Row) -> Office:
    """Let another process write a row whenever this one has read and is about to decide."""
    other, present, remaining = office.another(), moment(PRESENT), list(rows)

    def clock() -> Moment:
        if remaining:
            other.given(remaining.pop(0))
        return present

    office.ledger.clock = clock
    return other


def test_what_came_between_is_decided_anew(office: Office) -> None:
    office.given(pupil(ANNA))
    interfering(office, ISSUED)
    assert office.record(ISSUED).outcome == "repeated"
    assert office.names().count("card.issued/1") == 1


def test_what_came_between_about_others_is_no_conflict(office: Office) -> None:
    office.given(pupil(ANNA))
    interfering(office, pupil(BORIS))
    outcome = office.record(ISSUED)
    assert outcome.outcome == "recorded"
    assert office.names()[outcome.positions[0] - 1] == "card.issued/1"
    assert office.record(UPGRADED).outcome == "recorded"


def test_a_school_that_comes_between_is_a_conflict_for_every_decision(office: Office) -> None:
    office.given(pupil(ANNA))
    interfering(office, act("policy-adopt", changes={"guests": "45"}, from_="2010-01-01"))
    before = len(office.names())
    assert office.record(ISSUED).positions == (before + 2,)


@pytest.mark.parametrize("batch", [False, True])
def test_whoever_is_always_late_decides_at_last_while_nobody_else_writes(
    office: Office, monkeypatch: pytest.MonkeyPatch, batch: bool
) -> None:
    monkeypatch.setattr(recorder, "ATTEMPTS", 2)
    office.given(pupil(ANNA), ISSUED, UPGRADED)
    acts = (("lost", "2010-03-03"), ("found", "2010-03-04"))
    interfering(office, *(act(name, card="C1", at=day) for name, day in acts))
    rows = [
        act("recycle", card="C1", handler="Wang", at="2010-03-06"),
        act("term-swipe", card="C1", at="2010-03-07"),
    ]
    head = office.ledger.head()
    told = office.batch(*rows, atomic=False) if batch else [office.record(row) for row in rows]
    assert [one.code for one in told] == [None, "card-recycled"]
    assert [one.positions for one in told] == [(head + 3,), (head + 4,)]
    assert len(office.names()) == head + 4


def test_a_batch_that_is_always_late_and_then_refused_writes_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "ATTEMPTS", 2)
    office.given(pupil(ANNA), ISSUED)
    came_between = (
        act("lost", card="C1", at="2010-03-03"),
        act("recycle", card="C1", handler="Li", at="2010-03-04"),
    )
    interfering(office, *came_between)
    head = office.ledger.head()
    opened = act("box-open", box="B1", cohort=2015)
    told = office.batch(opened, act("lost", card="C1", at="2010-03-06"))
    assert [one.code for one in told] == ["batch-aborted", "card-recycled"]
    assert len(office.names()) == head + 2
    assert office.record(opened).positions == (head + 3,)
