"""Events: exact bytes, stored names, tags that follow from the event alone."""

from __future__ import annotations

import msgspec
import pytest

from cardledger.actions import ACTIONS
from cardledger.actions._swipes import SwipeRefused
from cardledger.actions.issue import CardIssued
from cardledger.actions.term_swipe import TermSwiped
from cardledger.events import (
    OFFICE,
    REFERENCE_TAG,
    Codec,
    Event,
    LedgerCreated,
    SchoolEvent,
    UnknownEvent,
    stored_name,
)
from tests.support.given import PRIMARY, moment

ISSUED = CardIssued(
    at=moment("2010-03-01"),
    recorded=moment("2010-03-02T08:00"),
    school=PRIMARY,
    card="C1",
    student="P0000000001",
)


def test_the_bytes_are_canonical_and_leave_out_what_is_usual() -> None:
    assert Codec.encode(ISSUED) == (
        b'{"event":"card.issued/1","at":"2010-03-01T23:59:59.999+08:00",'
        b'"recorded":"2010-03-02T08:00:00.000+08:00","school":"01170011",'
        b'"card":"C1","student":"P0000000001"}'
    )


def test_what_is_written_is_read_again() -> None:
    assert Codec.decode("card.issued/1", Codec.encode(ISSUED)) == ISSUED


def test_a_name_that_nobody_knows_is_kept() -> None:
    assert Codec.decode("card.eaten/7", b"\x00\xff") == UnknownEvent("card.eaten/7", b"\x00\xff")


def test_a_field_of_a_later_version_is_left_alone() -> None:
    data = Codec.encode(ISSUED)[:-1] + b',"colour":"red"}'
    assert Codec.decode("card.issued/1", data) == ISSUED


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"event":"card.issued/1"}', b"\xff"])
def test_bytes_that_do_not_fit_their_name_raise(data: bytes) -> None:
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
        Codec.decode("card.issued/1", data)


def test_bytes_of_another_event_raise() -> None:
    with pytest.raises(msgspec.ValidationError):
        Codec.decode("term.swiped/1", Codec.encode(ISSUED))


def test_every_class_has_a_name_with_a_version_and_is_documented() -> None:
    names = [stored_name(one) for one in Codec.classes()]
    assert len(set(names)) == len(names)
    for one in Codec.classes():
        name, _slash, version = stored_name(one).rpartition("/")
        assert version == "1", name
        assert name.islower()
        assert (one.__doc__ or "").strip(), name
        assert one.__struct_config__.frozen, name


def test_every_event_of_an_action_is_known_to_the_codec() -> None:
    known = set(Codec.classes())
    assert all(set(action.events) <= known for action in ACTIONS.values())
    assert {LedgerCreated, SwipeRefused} <= known


def test_a_stored_name_belongs_to_one_class() -> None:
    class Impostor(SchoolEvent, frozen=True, kw_only=True, tag="card.issued/1"):
        """Another class under a name that is taken."""

    with pytest.raises(RuntimeError, match=r"card\.issued/1"):
        Codec.add(Impostor)
    Codec.add(CardIssued)


def test_a_class_without_a_stored_name_is_told() -> None:
    class Nameless(Event, frozen=True, kw_only=True, tag=7):
        """An event that nobody named."""

    with pytest.raises(TypeError, match="Nameless"):
        stored_name(Nameless)


def test_tags_name_card_holder_uid_and_other_holders() -> None:
    assert ISSUED.tags() == ("card:C1", "student:P0000000001")
    more = msgspec.structs.replace(ISSUED, uid="04A1B2C3", others=("P2", "P3"))
    assert more.tags() == (
        "card:C1",
        "student:P0000000001",
        "uid:04A1B2C3",
        "student:P2",
        "student:P3",
    )
    assert msgspec.structs.replace(ISSUED, student="").tags() == ("card:C1",)


def test_personal_data_is_sealed_for_the_pupil_else_for_the_office() -> None:
    assert ISSUED.owner == "P0000000001"
    assert msgspec.structs.replace(ISSUED, student="").owner == OFFICE
    created = LedgerCreated(at=ISSUED.at, recorded=ISSUED.at, school=PRIMARY, ledger="L1")
    assert (created.owner, created.tags()) == (OFFICE, (REFERENCE_TAG,))


def test_events_are_frozen() -> None:
    swiped = TermSwiped(at=ISSUED.at, recorded=ISSUED.at, school=PRIMARY, card="C1", term="x")
    with pytest.raises(AttributeError):
        swiped.term = "y"  # type: ignore[misc]


def test_an_event_must_name_its_subjects() -> None:
    class Silent(Event, frozen=True, kw_only=True, tag="silent/1"):
        """An event about nothing."""

    with pytest.raises(NotImplementedError):
        Silent(at=ISSUED.at, recorded=ISSUED.at, school=PRIMARY).tags()
