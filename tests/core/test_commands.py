"""Commands: read once, in one form; what cannot be read is told with its value."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

import cardledger
from cardledger.actions import ACTIONS
from cardledger.actions.box_reopen import BoxReopen
from cardledger.actions.cards_filed import CardsFiled
from cardledger.actions.issue import Issue
from cardledger.actions.recycle import Recycle
from cardledger.actions.student_add import StudentAdd
from cardledger.actions.term_swipe import TermSwipe
from cardledger.commands import Command
from cardledger.errors import BadStudentNumber, BadValue
from cardledger.forms import TEXT_LIMIT
from tests.support.given import ANNA


def test_every_field_is_read_into_its_one_form() -> None:
    command = Issue(
        card=" c1 ",
        student=" ０１１７００１１０１５０１０１０ ",
        uid="04:a1:b2:c3",
        school="０１１７００１１",
        at=" 2010-03-01 ",
        note="  by hand ",
    ).normal()
    assert command == Issue(
        card="C1",
        student=ANNA,
        uid="04A1B2C3",
        school="01170011",
        at="2010-03-01",
        note="by hand",
    )
    assert command.normal() == command


def test_lists_are_read_item_by_item() -> None:
    assert CardsFiled(cards=("c1", " C2 ")).normal().cards == ("C1", "C2")
    with pytest.raises(BadValue, match="C 3"):
        CardsFiled(cards=("c1", "C 3")).normal()


@pytest.mark.parametrize(
    ("changes", "value"),
    [
        ({"card": "C 1"}, "C 1"),
        ({"uid": "04A1"}, "04A1"),
        ({"school": "117"}, "117"),
        ({"at": "soon"}, "soon"),
        ({"kind": "gold"}, "gold"),
        ({"format": "m2"}, "m2"),
        ({"evidence": "rumour"}, "rumour"),
        ({"note": "a\ud800b"}, "a?b"),
        ({"note": "x" * (TEXT_LIMIT + 1)}, str(TEXT_LIMIT + 1)),
    ],
)
def test_what_cannot_be_read_is_told(changes: dict[str, Any], value: str) -> None:
    command = msgspec.structs.replace(Issue(card="C1", student=ANNA), **changes)
    with pytest.raises(BadValue) as error:
        command.normal()
    assert value in str(error.value)
    assert error.value.hint
    assert error.value.exit_status == 2


def test_terms_cohorts_and_counts() -> None:
    assert TermSwipe(card="C1", term="2010-spring").normal().term == "2010-spring"
    with pytest.raises(BadValue, match="is not a term"):
        TermSwipe(card="C1", term="spring").normal()
    with pytest.raises(BadValue, match="is not a count"):
        StudentAdd(number=ANNA, name="A", grade=-1).normal()
    with pytest.raises(BadValue, match="is not a cohort"):
        StudentAdd(number=ANNA, name="A", cohort=10).normal()
    with pytest.raises(BadStudentNumber):
        StudentAdd(number=ANNA[1:], name="A").normal()


def test_handler_and_reason_where_the_handbook_demands_them() -> None:
    with pytest.raises(BadValue, match="handler"):
        Recycle(card="C1").normal()
    with pytest.raises(BadValue, match="reason"):
        BoxReopen(box="B1", reason=" ").normal()
    assert Recycle(card="C1", handler="Wang").normal().reason == ""


def test_personal_data_is_what_is_declared_so() -> None:
    command = StudentAdd(
        number=ANNA, name="Anna", telephone="1", class_="2", handler="Li", note="n"
    )
    assert command.personal() == {"name": "Anna", "telephone": "1", "note": "n"}
    personal = {field.name for field in StudentAdd.describe() if field.personal}
    assert personal >= {"name", "identity", "address", "telephone", "birth", "family", "note"}


def test_handlers_and_classes_are_not_personal_data_of_a_minor() -> None:
    for action in ACTIONS.values():
        plain = {field.name for field in action.command.describe() if not field.personal}
        assert "handler" in plain
        assert "note" not in plain


def test_a_command_is_json_with_its_action() -> None:
    data = msgspec.json.encode(Issue(card="C1", student=ANNA))
    assert data == b'{"action":"issue","card":"C1","student":"%s"}' % ANNA.encode()
    assert msgspec.json.decode(data, type=Issue) == Issue(card="C1", student=ANNA)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"action":"issue","card":"C1","student":"1","x":1}', type=Issue)


def test_a_command_without_an_action_is_told() -> None:
    class Nothing(Command, frozen=True, kw_only=True, tag=7):
        """A command without a name."""

    with pytest.raises(TypeError, match="Nothing"):
        Nothing.action()


def test_every_action_is_in_the_public_api() -> None:
    assert cardledger.Issue is Issue
    for action in ACTIONS.values():
        assert getattr(cardledger, action.command.__name__) is action.command
    for nothing in ("Nothing", "nothing"):
        with pytest.raises(AttributeError, match=nothing):
            getattr(cardledger, nothing)
