"""What holds for every action, made of one specimen each."""

from __future__ import annotations

from typing import Any, Final

import msgspec
import pytest

from cardledger.actions import ACTIONS
from cardledger.decider import Action
from cardledger.events import Codec, Event, stored_name
from tests.actions.specimens import SPECIMENS, Specimen
from tests.support.given import (
    BORIS,
    CLARA,
    EMMA,
    Row,
    act,
    contested,
    given,
    number,
    pupil,
    recorded,
    refused,
)

SHARED: Final = number(77)

ALL: Final = sorted(ACTIONS)


def _actions(**flags: bool) -> list[str]:
    return [
        name
        for name in ALL
        if all(getattr(ACTIONS[name].command, flag) is value for flag, value in flags.items())
    ]


def _specimen(name: str, **changes: Any) -> tuple[Specimen, Row]:
    specimen = SPECIMENS[name]
    return specimen, specimen.when | changes


def _then_imported(specimen: Specimen, row: Row, *codes: str, more: tuple[Row, ...] = ()) -> None:
    given(*specimen.given, *more).when(row | {"evidence": "imported"}).then(contested(*codes))


def _refused_even_imported(specimen: Specimen, row: Row, *codes: str, more: Any = ()) -> None:
    for evidence in ("typed", "imported"):
        story = given(*specimen.given, *more)
        story.when(row | {"evidence": evidence}).then(refused(*codes))


@pytest.mark.parametrize("name", ALL)
def test_an_action_is_recorded(name: str) -> None:
    specimen, row = _specimen(name)
    told = given(*specimen.given).when(row).then(recorded())
    event: Event = told.event
    assert stored_name(type(event)) == specimen.event


@pytest.mark.parametrize("name", ALL)
def test_the_same_row_again_writes_nothing(name: str) -> None:
    specimen, row = _specimen(name)
    story = given(*specimen.given, row)
    head = story.head
    assert story.when(row).decision.outcome == specimen.again
    assert story.head == head


@pytest.mark.parametrize("name", ALL)
def test_an_event_carries_when_where_who_and_how(name: str) -> None:
    specimen, row = _specimen(name, handler="Li", evidence="imported", tool="paper 3")
    story = given(*specimen.given)
    event = story.when(row).then(recorded()).event
    assert event.handler == "Li"
    assert event.evidence == "imported"
    assert event.tool == "paper 3"
    assert event.recorded == story.clock
    assert event.at <= story.clock
    assert event.school == row.get("school", story.default)


@pytest.mark.parametrize("name", ALL)
def test_an_event_survives_its_bytes(name: str) -> None:
    specimen, row = _specimen(name, note="a note")
    event: Event = given(*specimen.given).when(row).event
    data = Codec.encode(event)
    again = Codec.decode(stored_name(type(event)), data)
    assert again == event
    assert isinstance(again, Event)
    assert again.tags() == event.tags()
    assert Codec.encode(event) == data
    assert data.startswith(b'{"event":"%s",' % specimen.event.encode())


@pytest.mark.parametrize("name", ALL)
def test_a_note_is_sealed(name: str) -> None:
    specimen, row = _specimen(name, note="the mother came along")
    event = given(*specimen.given).when(row).event
    assert "the mother came along" in event.sealed
    assert b"the mother" not in Codec.encode(msgspec.structs.replace(event, sealed=""))


@pytest.mark.parametrize("name", _actions(needs_school=True))
def test_a_school_that_is_not_in_the_ledger_is_refused_even_if_imported(name: str) -> None:
    specimen, row = _specimen(name, school="01170099")
    for evidence in ("typed", "imported"):
        told = given(*specimen.given).when(row | {"evidence": evidence})
        assert told.decision.outcome == "refused"
        assert told.outcome.code == "unknown-school"


@pytest.mark.parametrize("name", [name for name in ALL if name != "student-add"])
def test_what_is_to_happen_later_is_refused(name: str) -> None:
    specimen, row = _specimen(name, at="2010-07-01")
    assert given(*specimen.given).when(row).outcome.code == "happened-in-future"


@pytest.mark.parametrize("name", ALL)
def test_a_time_that_nobody_can_read_is_bad_input(name: str) -> None:
    specimen, row = _specimen(name, at="last Thursday")
    _refused_even_imported(specimen, row, "bad-input")


@pytest.mark.parametrize("name", _actions(needs_student=True))
def test_an_unknown_pupil_is_refused_even_if_imported(name: str) -> None:
    for stranger in (EMMA, "PZZZZZZZZZZ"):
        specimen, row = _specimen(name, student=stranger)
        _refused_even_imported(specimen, row, "unknown-student")


@pytest.mark.parametrize("name", _actions(needs_student=True))
def test_a_number_of_fifteen_digits_is_refused_even_if_imported(name: str) -> None:
    for wrong in ("117001101501010", "1.10227E+17", "安娜"):
        specimen, row = _specimen(name, student=wrong)
        _refused_even_imported(specimen, row, "bad-student-number")


@pytest.mark.parametrize("name", _actions(needs_student=True))
def test_a_number_that_two_pupils_had_is_ambiguous_even_if_imported(name: str) -> None:
    two = (
        pupil(SHARED, name="One"),
        pupil(SHARED, name="Other", evidence="imported"),
    )
    specimen, row = _specimen(name, student=SHARED)
    _refused_even_imported(specimen, row, "ambiguous-student", more=two)


@pytest.mark.parametrize("name", _actions(needs_card=True))
def test_an_unknown_card_is_refused(name: str) -> None:
    specimen, row = _specimen(name, card="NOWHERE")
    given(*specimen.given).when(row).then(refused("unknown-card"))


@pytest.mark.parametrize("name", _actions(needs_card=True))
def test_an_imported_act_with_an_unknown_card_is_recorded_for_its_pupil(name: str) -> None:
    specimen, row = _specimen(name, card="NOWHERE")
    if "student" in ACTIONS[name].command.__struct_fields__:
        _then_imported(specimen, row | {"student": CLARA}, "unknown-card", more=(pupil(CLARA),))
    _refused_even_imported(specimen, row, "unknown-card")


@pytest.mark.parametrize("name", _actions(needs_card=True))
def test_what_is_no_card_number_is_refused_even_if_imported(name: str) -> None:
    for wrong in ("C 1/2", "uid:04A1B2C3", "卡"):
        specimen, row = _specimen(name, card=wrong)
        if "student" in ACTIONS[name].command.__struct_fields__:
            row |= {"student": CLARA}
        _refused_even_imported(specimen, row, "unknown-card", more=(pupil(CLARA),))


@pytest.mark.parametrize("name", _actions(needs_card=True))
def test_a_uid_that_fits_two_cards_is_ambiguous_even_if_imported(name: str) -> None:
    two = (
        pupil(BORIS),
        pupil(CLARA),
        act("register", card="T1", student=BORIS, uid="04DDEEFF"),
        act("register", card="T2", student=CLARA, uid="04DDEEFF"),
    )
    for text in ("04ddeeff", "uid:04:DD:EE:FF", "FFEEDD04", str(0x04DDEEFF)):
        specimen, row = _specimen(name, card=text)
        _refused_even_imported(specimen, row, "ambiguous-card", more=two)


@pytest.mark.parametrize("name", _actions(needs_card=True))
def test_an_act_before_the_card_was_there_is_refused(name: str) -> None:
    specimen, row = _specimen(name, at="2010-02-01")
    told = given(*specimen.given).when(row)
    assert told.decision.outcome == "refused"
    assert "before-issue" in told.decision.codes
    imported = given(*specimen.given).when(row | {"evidence": "imported"})
    imported.then(contested(*told.decision.codes))


@pytest.mark.parametrize("name", _actions(record_card_only=True))
def test_an_identity_card_is_not_upgraded_or_swiped(name: str) -> None:
    card = act("register", card="ID1", student=CLARA, kind="identity")
    specimen, row = _specimen(name, card="ID1")
    more = (pupil(CLARA), card)
    told = given(*specimen.given, *more).when(row)
    assert told.outcome.outcome == "refused"
    assert told.outcome.code == "wrong-kind"
    _then_imported(specimen, row, *told.decision.codes, more=more)


@pytest.mark.parametrize("name", _actions(needs_box=True))
def test_an_unknown_box_is_refused(name: str) -> None:
    specimen, row = _specimen(name, box="NOWHERE")
    given(*specimen.given).when(row).then(refused("unknown-box"))
    _then_imported(specimen, row, "unknown-box")


@pytest.mark.parametrize("name", _actions(needs_handler=True))
def test_a_missing_handler_is_bad_input(name: str) -> None:
    specimen, row = _specimen(name, handler=" ")
    _refused_even_imported(specimen, row, "bad-input")


@pytest.mark.parametrize("name", ALL)
def test_every_field_of_an_action_has_its_help(name: str) -> None:
    action: Action = ACTIONS[name]
    for field in action.command.describe():
        assert field.help.strip(), f"{name}: {field.column}"
    assert (action.command.__doc__ or "").strip()
    assert action.command.path, name


def test_every_action_has_its_specimen() -> None:
    assert set(SPECIMENS) == set(ACTIONS)
    assert {specimen.event for specimen in SPECIMENS.values()} == {
        stored_name(action.events[0]) for action in ACTIONS.values()
    }


def test_no_two_actions_have_one_place_on_the_command_line() -> None:
    paths = [action.command.path for action in ACTIONS.values()]
    assert len(set(paths)) == len(paths)
