"""A box is counted card by card: what each card is, undo, the end, resuming, others meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from cardledger.errors import BadValue, NotFound
from cardledger.i18n import translator
from cardledger.station.stocktaking import StocktakeBusy, StocktakeUnwritable
from cardledger.station.stocktaking.station import StocktakeStation
from cardledger.station.swipe import Swipe
from tests.station.conftest import ANNAS_UID, BORIS_UID, School
from tests.support.given import act, number, pupil

FREE: Final = number(7)
STRANGE: Final = "04FFFFFF"


@pytest.fixture
def boxes(primary: School) -> School:
    """Return a school with C1 in box B1, C2 in box B2, and C3, which was recycled, in none."""
    return packed(primary)


def packed(school: School) -> School:
    """Pack the cards of a school."""
    school.given(
        pupil(FREE, name="Free"),
        act("register", card="C3", student=FREE, uid="04CCCCCC"),
        *(act("recycle", card=card, handler="Wang", at="2010-02-21") for card in ("C1", "C2")),
        act("recycle", card="C3", handler="Wang", at="2010-02-21"),
        act("box-open", box="B1", cohort=2015, at="2010-02-22"),
        act("box-open", box="B2", cohort=2015, at="2010-02-22"),
        act("box-put", box="B1", card="C1", at="2010-02-23"),
        act("box-put", box="B2", card="C2", at="2010-02-23"),
    )
    return school


def counter(school: School, tmp_path: Path, box: str = "B1", **given: Any) -> StocktakeStation:
    """Return a station at work on a box."""
    options = {"box": box, "folder": str(tmp_path)} | given
    station = school.station("stocktake", given=options)
    assert isinstance(station, StocktakeStation)
    return station


def shown(swipe: Swipe) -> tuple[str, str]:
    return swipe.verdict, swipe.card


def test_each_card_is_told_what_it_is(boxes: School, tmp_path: Path) -> None:
    station = counter(boxes, tmp_path)
    found = station.take(boxes.read(ANNAS_UID))
    assert (*shown(found), found.name) == ("shown", "C1", "Anna")
    assert found.message == "Card C1 belongs here. 0 are still missing."
    assert shown(station.take(boxes.read(ANNAS_UID))) == ("repeated", "C1")
    elsewhere = station.take(boxes.read(BORIS_UID))
    assert shown(elsewhere) == ("refused", "C2")
    assert elsewhere.message == "Card C2 belongs in box B2."
    loose = station.take(boxes.typed("c3"))
    assert shown(loose) == ("refused", "C3")
    assert "no box of the ledger has it" in loose.message
    stranger = station.take(boxes.read(STRANGE))
    assert (stranger.verdict, stranger.uid) == ("refused", STRANGE)
    assert stranger.message == f"uid:{STRANGE}: the ledger knows no such card."
    assert station.take(boxes.typed("卡 1")).verdict == "refused"
    assert boxes.events("box.stocktaken/1") == []


def test_the_end_records_the_count_and_writes_the_manifest(boxes: School, tmp_path: Path) -> None:
    station = counter(boxes, tmp_path)
    for uid in (BORIS_UID, STRANGE):
        station.take(boxes.read(uid))
    ended = station.end()
    assert ended.verdict == "recorded", ended.message
    assert "Expected 1: 0 found, 1 missing; 1 unexpected, 1 belong in other boxes." in ended.message
    (event,) = boxes.events("box.stocktaken/1")
    told: Any = event
    assert (told.box, told.found, told.expected) == ("B1", 0, 1)
    assert (told.missing, told.unexpected) == (("C1",), (f"uid:{STRANGE}",))
    assert (told.elsewhere, told.handler, told.evidence) == (("C2@B2",), "Wang", "read")
    assert told.frozen == ended.positions[0] - 1
    (manifest,) = tmp_path.glob("stocktake-B1-*.html")
    assert str(manifest) in ended.hint
    page = manifest.read_text("utf-8")
    assert "Stocktake of box B1" in page
    assert "Boris" in page
    assert manifest.stat().st_mode & 0o077 == 0
    for after in (station.end(), station.undo(), station.take(boxes.read(ANNAS_UID))):
        assert after.message == "The count is recorded."
    assert len(boxes.events("box.stocktaken/1")) == 1


def test_what_is_missing_is_shown_as_a_class_is(boxes: School, tmp_path: Path) -> None:
    station = counter(boxes, tmp_path, "b2")
    (box,) = station.progress().classes
    assert (box.class_, box.pupils, box.registered) == ("B2", 1, 0)
    assert [one.student_number for one in box.missing] == ["C2"]
    station.take(boxes.typed("C2"))
    (box,) = station.progress().classes
    assert (box.registered, box.missing) == (1, ())


def test_the_last_card_is_taken_back(boxes: School, tmp_path: Path) -> None:
    station = counter(boxes, tmp_path)
    station.take(boxes.read(ANNAS_UID))
    station.take(boxes.read(STRANGE))
    assert station.undo().message == f"Undone: card uid:{STRANGE} is not counted."
    assert station.undo().message == "Undone: card C1 is not counted."
    assert station.undo().message == "There is nothing to undo."
    assert station.take(boxes.read(ANNAS_UID)).verdict == "shown"


def test_a_count_that_was_not_ended_goes_on_with_what_was_expected_then(
    boxes: School, tmp_path: Path
) -> None:
    with boxes.shift("stocktake", given={"box": "B1"}) as first:
        assert first.notes() == []
        first.take(boxes.read(ANNAS_UID))
    boxes.given(act("box-put", box="B1", card="C3", at="2010-03-05T09:00"))
    station = counter(boxes, tmp_path)
    resumed, changed = station.notes()
    assert "goes on; 1 cards were counted" in resumed
    assert "Somebody else changed box B1 meanwhile" in changed
    assert station.counting.expected.cards == ("C1",)
    added = station.take(boxes.typed("C3"))
    assert added.message == "Card C3 was put into this box after the count began."
    assert station.end().verdict == "recorded"
    (event,) = boxes.events("box.stocktaken/1")
    told: Any = event
    assert (told.found, told.expected, told.unexpected) == (1, 1, ("C3",))


def test_a_count_can_be_dropped(boxes: School, tmp_path: Path) -> None:
    with boxes.shift("stocktake", given={"box": "B1"}) as first:
        first.take(boxes.read(ANNAS_UID))
    boxes.given(act("box-put", box="B1", card="C3", at="2010-03-05T09:00"))
    station = counter(boxes, tmp_path, drop=True)
    assert station.notes() == []
    assert station.counting.expected.cards == ("C1", "C3")
    assert station.counting.counted == {}


def test_what_somebody_else_does_with_the_box_is_said_once(boxes: School, tmp_path: Path) -> None:
    station = counter(boxes, tmp_path)
    boxes.given(act("box-put", box="B1", card="C3", at="2010-03-05T09:00"))
    told = station.take(boxes.read(ANNAS_UID)).message
    assert "Somebody else changed box B1 meanwhile (lines " in told
    assert "Somebody else" not in station.take(boxes.read(BORIS_UID)).message


def test_a_box_is_counted_once_at_a_time(boxes: School, tmp_path: Path) -> None:
    counter(boxes, tmp_path)
    with pytest.raises(StocktakeBusy):
        counter(boxes, tmp_path)
    counter(boxes, tmp_path, "B2")


def test_a_box_that_is_not_there_and_a_handler_who_is_not_named(
    boxes: School, tmp_path: Path
) -> None:
    with pytest.raises(NotFound):
        counter(boxes, tmp_path, "B9")
    with pytest.raises(BadValue), boxes.shift("stocktake", given={"box": "B1"}, handler=""):
        pass


def test_it_is_recorded_once_although_it_was_killed_before_the_journal_was_gone(
    boxes: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    station = boxes.shift("stocktake", given={"box": "B1", "folder": str(tmp_path)})
    with station:
        assert isinstance(station, StocktakeStation)
        station.take(boxes.read(ANNAS_UID))
        # What a kill between the two leaves: the line is there, and so is the journal.
        monkeypatch.setattr(station._journal, "end", lambda: None)
        assert station.end().verdict == "recorded"
    again = counter(boxes, tmp_path)
    assert again.end().verdict == "repeated"
    assert len(boxes.events("box.stocktaken/1")) == 1
    assert not list((boxes.queue.parent / "stocktakes").iterdir())


def test_while_the_ledger_is_away_nothing_is_lost(file_school: School, tmp_path: Path) -> None:
    school = packed(file_school)
    station = counter(school, tmp_path)
    station.take(school.read(ANNAS_UID))
    away = Path(school.place).with_suffix(".away")
    Path(school.place).rename(away)
    assert station.take(school.read(BORIS_UID)).verdict == "failed"
    ended = station.end()
    assert ended.verdict == "failed"
    assert "kept on this machine" in ended.message
    away.rename(school.place)
    assert shown(station.take(school.read(BORIS_UID))) == ("refused", "C2")
    assert station.end().verdict == "recorded"


def test_a_full_disk_is_said_and_the_card_is_not_counted(
    boxes: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    station = counter(boxes, tmp_path)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("cardledger.station.stocktaking.journal.os.fsync", full)
        failed = station.take(boxes.read(ANNAS_UID))
        assert failed.verdict == "failed"
        assert "No space left" in failed.message
    assert station.counting.counted == {}
    assert station.take(boxes.read(ANNAS_UID)).verdict == "shown"


def test_a_folder_that_cannot_be_used_is_said_at_the_start(boxes: School, tmp_path: Path) -> None:
    boxes.queue.parent.mkdir(parents=True, exist_ok=True)
    (boxes.queue.parent / "stocktakes").write_text("", "utf-8")
    with pytest.raises(StocktakeUnwritable):
        counter(boxes, tmp_path)


def test_it_speaks_chinese(boxes: School, tmp_path: Path) -> None:
    given = {"box": "B1", "folder": str(tmp_path)}
    station = boxes.station("stocktake", given=given, translate=translator("zh"))
    assert station.take(boxes.read(BORIS_UID)).message == "卡 C2 属于箱 B2。"
    assert station.end().message.startswith("箱 B1 已盘点。应有 1 张：")
    (manifest,) = tmp_path.glob("*.html")
    assert "箱 B1 盘点单" in manifest.read_text("utf-8")


def test_what_is_taken_back_is_not_counted_among_the_verdicts(
    boxes: School, tmp_path: Path
) -> None:
    station = counter(boxes, tmp_path)
    station.take(boxes.read(ANNAS_UID))
    station.take(boxes.read(BORIS_UID))
    station.undo()
    assert station.progress().counts == {"shown": 1}
    before = station.closing
    station.end()
    assert (before, station.closing) == ("open", "done")


def test_a_mistyped_number_is_not_counted_until_it_is_typed_again(
    boxes: School, tmp_path: Path
) -> None:
    station = counter(boxes, tmp_path)
    unknown = station.take(boxes.typed("c9"))
    assert shown(unknown) == ("refused", "c9")
    assert unknown.outcome is not None
    assert unknown.outcome.code == "unknown-card"
    assert unknown.message == "Unknown card: the ledger knows no C9. It is not counted yet."
    # Another card between the two: it was a slip.
    assert station.take(boxes.read(ANNAS_UID)).verdict == "shown"
    assert "not counted yet" in station.take(boxes.typed("C9")).message
    assert list(station.counting.counted) == ["C1"]
    meant = station.take(boxes.typed("c9"))
    assert (meant.verdict, meant.message) == ("refused", "C9: the ledger knows no such card.")
    assert list(station.counting.counted) == ["C1", "C9"]
    assert station.take(boxes.typed("C9")).verdict == "repeated"
    assert station.undo().message == "Undone: card C9 is not counted."
    assert "not counted yet" in station.take(boxes.typed("C9")).message
    assert station.end().verdict == "recorded"
    (event,) = boxes.events("box.stocktaken/1")
    told: Any = event
    assert (told.found, told.unexpected) == (1, ())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_word_is_no_card_however_often_it_is_typed(
    boxes: School, tmp_path: Path, language: Any
) -> None:
    say = translator(language)
    given = {"box": "B1", "folder": str(tmp_path)}
    station = boxes.station("stocktake", given=given, translate=say)
    for _time in range(3):
        swipe = station.take(boxes.typed("finish"))
        assert (swipe.verdict, swipe.outcome and swipe.outcome.code) == ("refused", "bad-input")
        word = say("“{value}” is a word and no card number.").format(value="finish")
        assert word in swipe.message
    assert isinstance(station, StocktakeStation)
    assert station.counting.counted == {}


def test_a_chip_that_was_read_is_told_from_one_with_the_bytes_backwards(
    boxes: School, tmp_path: Path
) -> None:
    backwards = bytes.fromhex(ANNAS_UID)[::-1].hex().upper()
    boxes.given(
        pupil(number(8), name="Gina"), act("register", card="C4", student=number(8), uid=backwards)
    )
    station = counter(boxes, tmp_path)
    assert shown(station.take(boxes.read(ANNAS_UID))) == ("shown", "C1")
    assert shown(station.take(boxes.read(backwards))) == ("refused", "C4")
