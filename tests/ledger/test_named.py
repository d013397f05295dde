"""What a command names can be asked without recording it; how long a writer waits can be chosen."""

from __future__ import annotations

import time
from contextlib import closing

import pytest

from cardledger import open_ledger
from cardledger.batch import command_of_row
from cardledger.commands import CardCommand
from cardledger.errors import LedgerBusy
from cardledger.events import Reading
from tests.ledger.conftest import Office
from tests.support.given import ANNA, BORIS, act, pupil


def test_a_card_is_found_with_its_holder_by_number_and_uid(office: Office) -> None:
    office.given(pupil(ANNA), act("issue", card="C1", student=ANNA, uid="04A1B2C3"))
    head = office.ledger.head()
    for text in ("C1", "uid:04A1B2C3", "uid:0xC3B2A104"):
        case = office.ledger.named(CardCommand(card=text))
        assert (case.card.number, case.card.state, case.codes) == ("C1", "live", [])
        assert case.whole.student(case.student.id).number == ANNA
    assert office.ledger.head() == head


def test_what_is_not_found_or_fits_several_is_said(office: Office) -> None:
    assert office.ledger.named(CardCommand(card="C9")).codes == ["unknown-card"]
    office.given(
        pupil(ANNA),
        pupil(BORIS),
        act("register", card="C1", student=ANNA, uid="04A1B2C3"),
        act("register", card="C2", student=BORIS, uid="04A1B2C3"),
    )
    case = office.ledger.named(CardCommand(card="04A1B2C3"))
    assert (case.codes, case.about["candidates"]) == (["ambiguous-card"], "C1, C2")


def test_asking_follows_what_others_write(office: Office) -> None:
    office.given(pupil(ANNA), act("issue", card="C1", student=ANNA))
    assert office.ledger.named(CardCommand(card="C1")).card.state == "live"
    office.another().given(act("lost", card="C1"))
    assert office.ledger.named(CardCommand(card="C1")).card.state == "lost"
    office.given(act("found", card="C1"))
    assert office.ledger.named(CardCommand(card="C1")).card.state == "live"


def test_a_writer_that_is_in_a_hurry_does_not_wait_long(office: Office) -> None:
    hurried = open_ledger(office.place, keys=office.keys, timeout=0.1)
    waiting = office.ledger.log.writing()
    with closing(hurried), waiting:
        begun = time.monotonic()
        with pytest.raises(LedgerBusy):
            hurried.record_many([command_of_row(pupil(ANNA))])
        assert time.monotonic() - begun < 5


def test_what_a_reader_read_is_in_the_order_of_the_chip(office: Office) -> None:
    """A card with the same bytes backwards is meant only where no card has them forwards."""
    office.given(
        pupil(ANNA),
        pupil(BORIS),
        act("register", card="C1", student=ANNA, uid="04A1B2C3"),
        act("register", card="C2", student=BORIS, uid="C3B2A104"),
    )
    typed = office.ledger.named(CardCommand(card="uid:04A1B2C3"))
    assert (typed.codes, typed.about["candidates"]) == (["ambiguous-card"], "C1, C2")
    for uid, card in (("04A1B2C3", "C1"), ("C3B2A104", "C2")):
        case = office.ledger.named(CardCommand(card=f"uid:0x{uid}", reading=read(uid)))
        assert (case.card.number, case.codes, case.uid) == (card, [], uid)
    # What is typed beside a reading of another chip is no reading of it.
    beside = CardCommand(card="uid:0x04A1B2C3", reading=read("04FFFFFF"))
    assert office.ledger.named(beside).codes == ["ambiguous-card"]


def test_a_uid_that_was_filed_backwards_is_found_by_a_reader_too(office: Office) -> None:
    office.given(pupil(ANNA), act("register", card="C1", student=ANNA, uid="C3B2A104"))
    case = office.ledger.named(CardCommand(card="uid:0x04A1B2C3", reading=read("04A1B2C3")))
    assert (case.card.number, case.codes) == ("C1", [])


def read(uid: str) -> Reading:
    return Reading(reader="R", atr="3B8F", uid=uid, counter_before=1, counter_after=1)
