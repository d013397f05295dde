"""What a reader saw of a card is evidence: checked when it comes in, and stored with the event."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from cardledger.actions import ACTIONS
from cardledger.actions._swipes import SwipeRefused
from cardledger.actions.term_swipe import TermSwipe, TermSwiped
from cardledger.batch import command_of_row
from cardledger.decider import same_fields
from cardledger.errors import BadInput, BadValue
from cardledger.events import Codec, Reading
from cardledger.trace.telling import facts_of, plain_value
from tests.actions.specimens import SPECIMENS
from tests.support.given import ANNA, act, given, moment, pupil

ATR = "3B8F8001804F0CA000000306030001000000006A"
READING = Reading(
    reader="Virtual PCD 00 00", atr=ATR, uid="04A1B2C3", counter_before=7, counter_after=7
)
SEEN: dict[str, Any] = msgspec.to_builtins(READING)
CARD = (pupil(ANNA), act("register", card="C1", student=ANNA, upgraded=True))


@pytest.mark.parametrize("name", sorted(set(ACTIONS) - {"void"}))
def test_every_act_carries_what_a_reader_saw(name: str) -> None:
    specimen = SPECIMENS[name]
    told = given(*specimen.given).when(specimen.when | {"reading": SEEN, "evidence": "read"})
    assert told.event.reading == READING
    assert told.event.evidence == "read"
    kept = Codec.encode(told.event)
    assert Codec.decode(told.event.__struct_config__.tag, kept) == told.event


def test_a_refused_swipe_keeps_what_the_reader_saw() -> None:
    told = given(*CARD, act("lost", card="C1")).when(act("term-swipe", card="C1", reading=SEEN))
    assert isinstance(told.event, SwipeRefused)
    assert told.event.reading == READING
    assert told.event.uid == READING.uid


def test_the_uid_that_was_read_is_a_subject_of_the_line() -> None:
    told = given(*CARD).when(act("term-swipe", card="C1", reading=SEEN))
    assert f"uid:{READING.uid}" in told.event.tags()


def test_the_bytes_of_a_line_without_a_reading_are_as_they_were() -> None:
    swiped = TermSwiped(
        at=moment("2010-03-01"),
        recorded=moment("2010-03-01"),
        school="01170011",
        card="C1",
        term="x",
    )
    assert b"reading" not in Codec.encode(swiped)
    assert Codec.encode(msgspec.structs.replace(swiped, reading=READING)) != Codec.encode(swiped)


def test_a_swipe_that_is_decided_anew_has_its_reading() -> None:
    told = given(*CARD).when(act("term-swipe", card="C1", reading=SEEN))
    assert same_fields(TermSwipe, told.event).reading == READING


def test_it_is_no_option_and_no_column() -> None:
    for action in ACTIONS.values():
        assert "reading" not in {field.column for field in action.command.describe()}
    for text in ("Virtual PCD", 7, True):
        row = command_of_row({"action": "term-swipe", "card": "C1", "reading": text})
        assert isinstance(row, BadInput)
        assert "reading" in row.text()


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("reader", " "),
        ("reader", "x" * 2001),
        ("atr", ""),
        ("atr", "3B"),
        ("atr", "3B8"),
        ("atr", "3G8F"),
        ("atr", "3B" * 34),
        ("uid", "04A1B2"),
        ("uid", "the card"),
        ("counter_before", -1),
        ("counter_after", -1),
        ("counter_after", 1 << 32),
    ],
)
def test_a_reading_that_cannot_be_is_refused_with_its_value(field: str, wrong: Any) -> None:
    command = TermSwipe(card="C1", reading=msgspec.structs.replace(READING, **{field: wrong}))
    with pytest.raises(BadValue) as caught:
        command.normal()
    assert caught.value.hint


@pytest.mark.parametrize("lacking", list(SEEN))
def test_a_reading_that_lacks_something_is_no_row(lacking: str) -> None:
    part = {name: value for name, value in SEEN.items() if name != lacking}
    row = command_of_row({"action": "term-swipe", "card": "C1", "reading": part})
    assert isinstance(row, BadInput)
    assert lacking in row.text()


@hypothesis_given(
    st.binary(min_size=2, max_size=33), st.sampled_from([4, 7, 10]), st.randoms(), st.integers(0, 9)
)
def test_hexadecimal_is_read_in_any_case_and_grouping(
    atr: bytes, size: int, chance: Any, counter: int
) -> None:
    uid = chance.randbytes(size)
    typed = Reading(
        reader=" R ",
        atr=atr.hex(" "),
        uid=uid.hex(":"),
        counter_before=counter,
        counter_after=counter,
    )
    read = TermSwipe(card="C1", reading=typed).normal().reading
    assert read is not None
    assert (read.reader, read.atr, read.uid) == ("R", atr.hex().upper(), uid.hex().upper())


def test_it_is_told_in_words() -> None:
    row = {"name": "term.swiped/1", "data": {"reading": SEEN}}
    assert facts_of(row, str, plain_value) == [
        f"Read by Virtual PCD 00 00: UID 04A1B2C3, ATR {ATR}, event counter 7"
    ]
    moved = {"name": "term.swiped/1", "data": {"reading": SEEN | {"counter_after": 9}}}
    assert facts_of(moved, str, plain_value)[0].endswith("event counter 7, then 9")
