"""Names of minors: sealed from the first line on, and gone when a pupil is forgotten."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import pytest

from cardledger import Ledger, open_ledger
from cardledger.book import fold
from cardledger.errors import KeyStoreMissing
from cardledger.states import Student
from tests.ledger.conftest import Office
from tests.ledger.everything import places_of
from tests.support.given import ANNA, BORIS, act, number, pupil
from tests.tlog import naive

NAME: Final = "王小明明"
ADDRESS: Final = "平谷镇迎宾街一号"
IDENTITY: Final = "110226200309010010"
NOTE: Final = "grandmother's telephone"
SECRETS: Final = [text.encode() for text in (NAME, ADDRESS, IDENTITY, NOTE)]

HISTORY: Final = (
    pupil(ANNA, name=NAME, address=ADDRESS, identity=IDENTITY, note=NOTE),
    act("issue", card="C1", student=ANNA, note=NOTE, at="2010-03-01"),
    act("student-change", student=ANNA, telephone="13800000000", at="2010-03-02"),
    act("student-renumber", student=ANNA, number=number(9), note=NAME, at="2010-03-03"),
    act(
        "reissue",
        card="C2",
        student=ANNA,
        reason="renumbered",
        old_outstanding=f"{NAME} forgot it",
        at="2010-03-04",
    ),
    act("lost", card="C2", note=NAME, at="2010-03-05"),
)


@pytest.fixture
def told(office: Office) -> Office:
    """Return a ledger that knows a pupil by name, and another one."""
    office.given(*HISTORY, pupil(BORIS, name="李华华"))
    position = len(office.names()) - 1
    void = office.record(act("void", position=position, reason=f"{NAME} did not lose it"))
    swipe = office.record(act("term-swipe", card="C2", note=NAME, at="2010-03-06"))
    assert (void.outcome, swipe.code) == ("recorded", "not-upgraded")
    return office


def student_of(ledger: Ledger, student: str) -> Student:
    book = fold(ledger.lines())
    (key,) = book.numbers[student]
    return book.student(key)


def name_of(ledger: Ledger, student: str) -> str | None:
    return ledger.opened(student_of(ledger, student)).get("name")


def test_nothing_personal_is_ever_written_in_the_clear(told: Office) -> None:
    for secret in SECRETS:
        assert places_of(told, secret) == []
    assert name_of(told.ledger, ANNA) == NAME
    assert name_of(told.another().ledger, number(9)) == NAME


def test_messages_name_the_pupil_as_long_as_the_key_is_there(told: Office) -> None:
    refused = told.record(act("term-swipe", card="C2", school="01170012", at="2010-03-07"))
    assert NAME in refused.message()
    told.given(act("student-forget", student=ANNA))
    refused = told.record(act("term-swipe", card="C2", school="01170012", at="2010-03-07"))
    assert refused.outcome == "refused"
    assert NAME not in refused.message() + refused.hint()


def test_a_forgotten_pupil_has_no_name_in_any_place(told: Office) -> None:
    key = student_of(told.ledger, ANNA).id
    assert told.ledger.keys is not None
    secret = told.ledger.keys.key(key)
    assert secret is not None
    assert places_of(told, secret)
    told.given(act("student-forget", student=ANNA))
    assert places_of(told, secret) == []
    for one in SECRETS:
        assert places_of(told, one) == []
    for office in (told, told.another()):
        assert office.ledger.opened(student_of(office.ledger, ANNA)) == {}
        for line in office.ledger.lines([f"student:{key}"]):
            event = line.event
            if event.owner == key:
                name = type(event).__struct_config__.tag
                assert office.ledger.unseal(str(name), key, event.sealed) == {}
        assert name_of(office.ledger, BORIS) == "李华华"


def test_every_hash_holds_after_forgetting(told: Office) -> None:
    before = [line.data for line in told.ledger.raw_lines()]
    told.given(act("student-forget", student=ANNA))
    after = [line.data for line in told.ledger.raw_lines()]
    assert after[: len(before)] == before
    assert told.ledger.log.root() == naive.root(after)
    assert told.ledger.log.root(len(before)) == naive.root(before)


def test_the_acts_of_a_forgotten_pupil_go_on_without_notes(told: Office) -> None:
    told.given(act("student-forget", student=ANNA, note="her parents asked for it"))
    found = told.record(act("upgrade", card="C2", note=NAME, at="2010-03-07"))
    assert found.outcome == "recorded"
    voided = told.record(act("void", position=found.positions[0], reason=NAME))
    assert voided.outcome == "recorded"
    again = told.record(pupil(ANNA, name=NAME, identity=IDENTITY))
    assert again.outcome == "repeated"
    for one in SECRETS:
        assert places_of(told, one) == []


def test_forgetting_twice_is_forgetting_once(told: Office) -> None:
    told.given(act("student-forget", student=ANNA))
    assert told.record(act("student-forget", student=ANNA)).outcome == "repeated"
    told.another()
    assert name_of(told.ledger, ANNA) is None


def test_a_backup_of_the_keys_forgets_again(told: Office, tmp_path: Path) -> None:
    """The line says who is forgotten; keys that come back are destroyed when it is opened."""
    assert told.ledger.keys is not None
    backup = tmp_path / "elsewhere" / "keys.db"
    backup.parent.mkdir()
    told.ledger.keys.backup_to(backup)
    told.given(act("student-forget", student=ANNA))
    told.close()
    for file in tmp_path.glob("keys.db*"):
        file.unlink()
    shutil.copy(backup, told.keys)
    with open_ledger(told.place, keys=told.keys, check=False) as ledger:
        assert name_of(ledger, ANNA) is None
        assert ledger.keys is not None
        assert ledger.keys.key(student_of(ledger, ANNA).id) is not None
    with open_ledger(told.place, keys=told.keys) as ledger:
        assert ledger.keys is not None
        assert ledger.keys.key(student_of(ledger, ANNA).id) is None
        assert name_of(ledger, BORIS) == "李华华"


def test_without_the_key_store_a_ledger_can_be_read_but_not_written(told: Office) -> None:
    told.close()
    with open_ledger(told.place, keys=told.keys.with_name("nowhere.db")) as ledger:
        student = student_of(ledger, ANNA)
        assert student.number == number(9)
        assert ledger.opened(student) == {}
        assert fold(ledger.lines()).card("C1").state == "outstanding"
        with pytest.raises(KeyStoreMissing):
            ledger.key_store()
        blind = Office(told.place, told.keys, ledger)
        with pytest.raises(KeyStoreMissing):
            blind.record(act("upgrade", card="C2", at="2010-03-07"))
        with pytest.raises(KeyStoreMissing):
            blind.batch(act("upgrade", card="C2", at="2010-03-07"))
    assert not told.keys.with_name("nowhere.db").exists()


def test_one_person_with_two_numbers_is_recognised_without_the_identity(office: Office) -> None:
    office.given(
        pupil(ANNA, name="One", identity=IDENTITY), pupil(BORIS, name="Two", identity=IDENTITY)
    )
    ((hashed, students),) = fold(office.ledger.lines()).persons.items()
    assert len(students) == 2
    assert len(hashed) == 20
    assert IDENTITY not in hashed
