"""Names as they are typed, sealed as they are."""

from __future__ import annotations

import pytest

from cardledger import Ledger, open_ledger
from cardledger.errors import NotFound
from cardledger.trace import AmbiguousName, subject_of, trace
from tests.support.given import ANNA, BORIS, CLARA, act, pupil
from tests.support.ledgers import student_id, tell


@pytest.fixture
def pupils(ledger: Ledger) -> Ledger:
    """Return a ledger in which two pupils have one name, and a third changed hers."""
    tell(
        ledger,
        pupil(ANNA, name="王小明", class_="一1"),
        pupil(BORIS, name="王 小明", class_="一2"),
        pupil(CLARA, name="Clara Smith"),
        act("student-change", student=CLARA, name="Clara Jones"),
    )
    return ledger


@pytest.mark.parametrize("what", ["Clara Jones", "clara smith", " name:CLARA  SMITH "])
def test_a_pupil_is_found_by_every_name_ever_had(pupils: Ledger, what: str) -> None:
    assert subject_of(pupils, what) == f"student:{student_id(pupils, CLARA)}"
    assert trace(pupils, what) == trace(pupils, CLARA)


def test_pupils_of_one_name_are_told_by_number_school_and_class(pupils: Ledger) -> None:
    with pytest.raises(AmbiguousName) as raised:
        trace(pupils, "王小明")
    message = str(raised.value)
    assert "2 pupils" in message
    assert f"{ANNA} (01170011 一1); {BORIS} (01170011 一2)" in message
    assert raised.value.exit_status == 2
    assert "student number" in raised.value.hint


def test_a_card_goes_before_a_name_unless_it_is_said(pupils: Ledger) -> None:
    tell(
        pupils, act("register", card="Clara", student=ANNA), pupil("0117001101510105", name="CLARA")
    )
    assert subject_of(pupils, "clara") == "card:CLARA"
    assert subject_of(pupils, "name:clara").startswith("student:")


@pytest.mark.parametrize("what", ["Clara", "小明", "name:", "name:nobody"])
def test_a_name_is_found_whole_or_not_at_all(pupils: Ledger, what: str) -> None:
    with pytest.raises(NotFound):
        trace(pupils, what)


def test_a_name_is_not_found_without_its_key(pupils: Ledger, ledger_url: str) -> None:
    with open_ledger(ledger_url, keys="away.db") as closed, pytest.raises(NotFound):
        subject_of(closed, "Clara Jones")
    tell(pupils, act("student-forget", student=CLARA))
    with pytest.raises(NotFound):
        subject_of(pupils, "Clara Jones")
