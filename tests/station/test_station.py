"""A day at the station: cards are laid on, and each is recorded once, with its evidence."""

from __future__ import annotations

import pytest

from cardledger.actions._swipes import SwipeRefused
from cardledger.actions.term_swipe import TermSwiped
from cardledger.errors import BadValue
from cardledger.i18n import translator
from cardledger.naming import Ambiguous, find_subject
from cardledger.station.signs import ReadFailed
from tests.station.conftest import ANNAS_UID, BORIS_UID, READER, School, seen
from tests.support.given import ANNA, BORIS, act, number, pupil


def test_a_card_that_is_laid_on_is_recorded_with_what_the_reader_saw(primary: School) -> None:
    station = primary.station()
    sign = primary.read()
    swipe = station.take(sign)
    assert seen(swipe) == ("recorded", "C1", "Anna")
    assert (swipe.number, swipe.class_, swipe.student_number) == (1, "1", ANNA)
    assert (swipe.uid, swipe.reader, swipe.evidence) == (ANNAS_UID, READER, "read")
    assert swipe.milliseconds is not None
    (event,) = primary.events("term.swiped/1")
    assert isinstance(event, TermSwiped)
    assert event.reading == sign.reading
    assert (event.evidence, event.at, event.handler) == ("read", sign.at, "Wang")
    assert event.tool.endswith(" station")
    assert event.key


def test_the_same_card_twice_is_one_registration(primary: School) -> None:
    station = primary.station()
    assert station.take(primary.read()).verdict == "recorded"
    again = station.take(primary.read())
    assert seen(again) == ("repeated", "C1", "Anna")
    assert "nothing was written" in again.message
    assert len(primary.events("term.swiped/1")) == 1


@pytest.mark.parametrize(
    "text",
    ["C2", " c2 ", "Ｃ2", BORIS_UID, "F3E2D104", str(0x04D1E2F3), str(0xF3E2D104), "uid:04d1e2f3"],
)
def test_a_number_or_a_line_of_a_keyboard_wedge_is_typed_evidence(
    file_school: School, text: str
) -> None:
    swipe = file_school.station().take(file_school.typed(text))
    assert seen(swipe) == ("recorded", "C2", "Boris")
    assert (swipe.evidence, swipe.reader, swipe.milliseconds) == ("typed", "", None)
    (event,) = file_school.events("term.swiped/1")
    assert (event.evidence, event.reading) == ("typed", None)


def test_a_uid_that_two_cards_have_is_refused_with_both(primary: School) -> None:
    clara = number(5)
    primary.given(
        pupil(clara, name="Clara", class_="1"),
        act("register", card="C3", student=clara, uid=ANNAS_UID, upgraded=True, at="2010-02-20"),
    )
    station = primary.station()
    swipe = station.take(primary.read())
    assert (swipe.verdict, swipe.card) == ("refused", "")
    assert swipe.message == f"“UID {ANNAS_UID}” fits more than one card: C1, C3."
    assert swipe.hint == "Type the card number."
    assert station.take(primary.typed("C3")).name == "Clara"


def test_bytes_that_were_read_are_no_decimal_number(file_school: School) -> None:
    """The chip 12345678 is not the one whose bytes, as a number, are 12345678."""
    dora = number(6)
    file_school.given(
        pupil(dora, name="Dora", class_="1"),
        act("register", card="C4", student=dora, uid=f"{12345678:08X}", upgraded=True),
    )
    station = file_school.station()
    assert station.take(file_school.read("12345678")).verdict == "refused"
    assert station.take(file_school.typed("12345678")).name == "Dora"


def test_a_refusal_is_told_in_the_language_of_the_station_and_kept(primary: School) -> None:
    primary.given(act("lost", card="C1", at="2010-03-01"))
    station = primary.station(translate=translator("zh"))
    swipe = station.take(primary.read())
    assert swipe.verdict == "refused"
    assert swipe.outcome is not None
    assert swipe.outcome.code == "card-lost"
    assert not swipe.message.isascii()
    (event,) = primary.events("swipe.refused/1")
    assert isinstance(event, SwipeRefused)
    assert event.reading is not None


def test_what_is_no_card_number_is_refused_and_the_station_goes_on(file_school: School) -> None:
    station = file_school.station()
    for text in ("x" * 3000, "卡", "C 1", ";12=?"):
        assert station.take(file_school.typed(text)).verdict == "refused"
    assert station.take(file_school.typed("C1")).verdict == "recorded"


def test_a_card_that_could_not_be_read_is_no_swipe(file_school: School) -> None:
    station = file_school.station()
    swipe = station.failed(ReadFailed(READER, "pulled"))
    assert (swipe.verdict, swipe.reader, swipe.outcome) == ("failed", READER, None)
    assert swipe.message
    assert swipe.hint
    assert station.progress().counts == {"failed": 1}
    assert not file_school.events("term.swiped/1")


def test_a_mistake_in_the_options_is_said_before_the_first_card(file_school: School) -> None:
    with pytest.raises(BadValue, match="term"):
        file_school.station(given={"term": "spring"})
    with pytest.raises(BadValue, match="handler"):
        file_school.station("recycle", handler="")
    with pytest.raises(TypeError, match="colour"):
        file_school.station(given={"colour": "red"})


def test_a_name_that_cannot_be_opened_is_none(file_school: School) -> None:
    file_school.given(act("student-forget", student=ANNA))
    swipe = file_school.station().take(file_school.read())
    assert seen(swipe) == ("recorded", "C1", None)


def test_cards_leave_and_are_taken_back_and_put_into_a_box(primary: School) -> None:
    leaving = primary.station("leave-swipe", given={"reason": "graduation"})
    assert leaving.take(primary.read()).verdict == "recorded"
    recycling = primary.station("recycle", given={"reason": "graduation"})
    assert recycling.take(primary.read()).verdict == "recorded"
    primary.given(act("box-open", box="B1", cohort=2015, at="2010-03-01"))
    packing = primary.station("box put", given={"box": "B1"})
    assert packing.take(primary.read()).verdict == "recorded"
    other = packing.take(primary.read(BORIS_UID))
    assert other.outcome is not None
    assert (other.verdict, other.outcome.code) == ("refused", "not-recycled")
    for name in ("leave.swiped/1", "card.recycled/1", "card.boxed/1"):
        (event,) = primary.events(name)
        assert event.reading is not None


def test_a_transfer_and_an_upgrade(primary: School) -> None:
    primary.given(act("leave-swipe", card="C1", reason="transfer", at="2010-03-01"))
    arriving = primary.station("transfer-swipe", given={"school": "01170012", "class_": "3"})
    swipe = arriving.take(primary.read())
    assert (swipe.verdict, swipe.school, swipe.class_) == ("recorded", "01170012", "3")
    dora = number(6)
    primary.given(
        pupil(dora, name="Dora"), act("register", card="C4", student=dora, uid="04112233")
    )
    upgrading = primary.station("upgrade")
    assert upgrading.take(primary.read("04112233")).name == "Dora"
    assert upgrading.take(primary.read("04112233")).verdict == "repeated"


def test_who_is_this_records_nothing(primary: School) -> None:
    before = len(primary.events())
    station = primary.station("who-is-this")
    swipe = station.take(primary.read())
    assert seen(swipe) == ("shown", "C1", "Anna")
    assert swipe.message == "Card C1 (record card): in use."
    unknown = station.take(primary.read("04FFFFFF"))
    assert (unknown.verdict, unknown.message) == ("refused", "No card goes by “UID 04FFFFFF”.")
    primary.given(act("recycle", card="C2", handler="Wang", at="2010-03-01"))
    assert "box put" in station.take(primary.typed("C2")).hint
    assert len(primary.events()) == before + 1


# Undoing


def test_undo_is_a_void_and_the_card_can_be_laid_on_again(primary: School) -> None:
    station = primary.station()
    first = station.take(primary.read())
    undone = station.undo()
    assert seen(undone) == ("recorded", "C1", "Anna")
    assert f"line {first.positions[0]}" in undone.message
    (void,) = primary.events("line.voided/1")
    assert void.handler == "Wang"
    assert station.progress().counts == {}
    assert station.take(primary.read()).verdict == "recorded"
    assert len(primary.events("term.swiped/1")) == 2


def test_undo_goes_back_one_act_after_the_other_and_then_says_so(primary: School) -> None:
    station = primary.station()
    station.take(primary.read())
    station.take(primary.read(BORIS_UID))
    station.take(primary.read(BORIS_UID))
    assert [station.undo().card for _act in range(2)] == ["C2", "C1"]
    nothing = station.undo()
    assert (nothing.verdict, nothing.card) == ("shown", "")
    assert "nothing to undo" in nothing.message
    assert len(primary.events("line.voided/1")) == 2


def test_what_later_lines_need_cannot_be_undone(primary: School) -> None:
    station = primary.station("leave-swipe", given={"reason": "transfer"})
    station.take(primary.read())
    primary.given(act("transfer-swipe", card="C1", school="01170012"))
    refused = station.undo()
    assert (refused.verdict, refused.outcome.code if refused.outcome else "") == (
        "refused",
        "not-voidable",
    )
    assert station.progress().counts == {"recorded": 1}


# How far it has come


def test_classes_show_who_is_missing(primary: School) -> None:
    station = primary.station()
    begun = station.progress()
    assert (begun.pupils, begun.registered, begun.term) == (2, 0, "2010-spring")
    assert [one.class_ for one in begun.classes] == ["1", "2"]
    assert [one.name for one in begun.classes[0].missing] == ["Anna"]
    station.take(primary.read())
    (first, second) = station.progress().classes
    assert (first.registered, first.missing) == (1, ())
    assert [one.student_number for one in second.missing] == [BORIS]
    station.undo()
    assert station.progress().registered == 0


def test_what_others_write_is_followed(primary: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cardledger.station.station.LOOK", 0.0)
    monkeypatch.setattr("cardledger.station.station.SHARE", 0.0)
    station = primary.station()
    assert station.progress().registered == 0
    primary.given(
        act("term-swipe", card="C2", term="2010-spring"),
        pupil(number(7), name="Emil", class_="10"),
    )
    progress = station.progress()
    assert (progress.pupils, progress.registered) == (3, 1)
    assert [one.class_ for one in progress.classes] == ["1", "2", "10"]
    primary.given(act("student-transfer-out", student=ANNA))
    assert station.progress().pupils == 2


def test_many_lines_of_others_are_loaded_anew(
    file_school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cardledger.station.station.LOOK", 0.0)
    monkeypatch.setattr("cardledger.station.station.SHARE", 0.0)
    monkeypatch.setattr("cardledger.station.classes.FOLLOWED", 3)
    station = file_school.station()
    station.progress()
    file_school.given(*(pupil(number(index), class_="1") for index in range(10, 20)))
    assert station.progress().pupils == 12


def test_other_acts_only_count(file_school: School) -> None:
    station = file_school.station("upgrade")
    station.take(file_school.read())
    station.take(file_school.read("04FFFFFF"))
    progress = station.progress()
    assert progress.counts == {"repeated": 1, "refused": 1}
    assert progress.classes == ()


def test_a_chip_is_told_from_one_with_the_same_bytes_backwards(primary: School) -> None:
    """PC/SC gives the bytes in the order of the chip: nobody has to be asked which card it is."""
    backwards = bytes.fromhex(ANNAS_UID)[::-1].hex().upper()
    ginas = number(8)
    primary.given(
        pupil(ginas, name="Gina"),
        act("register", card="C8", student=ginas, uid=backwards, upgraded=True),
    )
    station = primary.station()
    assert seen(station.take(primary.read(ANNAS_UID))) == ("recorded", "C1", "Anna")
    assert seen(station.take(primary.read(backwards))) == ("recorded", "C8", "Gina")
    events = primary.events("term.swiped/1")
    assert [(event.card, event.uid) for event in events if isinstance(event, TermSwiped)] == [
        ("C1", ANNAS_UID),
        ("C8", backwards),
    ]
    # A reader that types shows either order: there the person has to say.
    typed = station.take(primary.typed(f"uid:{ANNAS_UID}"))
    assert typed.outcome is not None
    assert typed.outcome.code == "ambiguous-card"
    looked = primary.station("who-is-this").take(primary.read(ANNAS_UID))
    assert seen(looked) == ("shown", "C1", "Anna")
    with primary.open() as ledger, pytest.raises(Ambiguous, match="card:C1, card:C8"):
        find_subject(ledger, f"uid:{ANNAS_UID}")
