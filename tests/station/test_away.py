"""The ledger is locked or away: nothing is lost, and all is written in order, once."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from cardledger.errors import LedgerMissing, StorageError
from cardledger.ledger import Ledger
from cardledger.station.acts import ACTS
from cardledger.station.queue import LIMIT, QueueFull, file
from cardledger.station.station import Station
from cardledger.station.swipe import Swipe
from cardledger.verify import verify
from tests.station.away import locked, no_space, swiped
from tests.station.conftest import ANNAS_UID, BORIS_UID, School, seen
from tests.support.given import act, moment
from tests.support.relay import Do, Said, relay_to
from tests.support.wire import wire_to


def verdicts(swipes: list[Swipe]) -> list[tuple[int, str, str]]:
    """Return what became of swipes: number, verdict and card."""
    return [(one.number, one.verdict, one.card) for one in swipes]


def test_while_the_ledger_is_locked_swipes_are_kept_and_then_written_in_order(
    primary: School,
) -> None:
    station = primary.station()
    with locked(primary):
        first = station.take(primary.read())
        second = station.take(primary.read(BORIS_UID))
        assert seen(first) == ("queued", "C1", "Anna")
        assert (first.number, first.positions, first.outcome) == (1, (), None)
        assert "Another program is writing" in first.message
        assert seen(second) == ("queued", "C2", "Boris")
        assert (station.flush(), station.waiting()) == ([], 2)
        assert station.progress().waiting == 2
    assert not swiped(primary)
    told = station.flush()
    assert verdicts(told) == [(1, "recorded", "C1"), (2, "recorded", "C2")]
    assert [one.name for one in told] == ["Anna", "Boris"]
    assert station.waiting() == 0
    assert station.progress().counts == {"recorded": 2}
    assert station.progress().registered == 2
    one, two = swiped(primary)
    assert (one.at, two.at) == (first.at, second.at)
    assert one.reading is not None
    assert one.recorded > two.at


def test_a_later_swipe_goes_behind_what_waits(primary: School) -> None:
    station = primary.station()
    with locked(primary):
        station.take(primary.read())
    assert station.take(primary.typed("C2")).verdict == "queued"
    assert [one.card for one in station.flush()] == ["C1", "C2"]
    assert [one.card for one in swiped(primary)] == ["C1", "C2"]


def test_what_is_refused_when_it_is_written_is_told_with_its_number(primary: School) -> None:
    primary.given(act("lost", card="C1", at="2010-03-01"))
    station = primary.station()
    with locked(primary):
        station.take(primary.read())
        station.take(primary.read("04FFFFFF"))
        station.take(primary.read(BORIS_UID))
    told = station.flush()
    assert [(one.number, one.verdict) for one in told] == [
        (1, "refused"),
        (2, "refused"),
        (3, "recorded"),
    ]
    assert told[0].name == "Anna"
    assert told[0].hint
    assert len(primary.events("swipe.refused/1")) == 2
    assert station.undo().card == "C2"
    assert station.undo().verdict == "shown"


def test_the_next_station_writes_what_an_earlier_one_kept(primary: School) -> None:
    with primary.shift() as station, locked(primary):
        kept = station.take(primary.read())
    (path,) = primary.queue.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    content = path.read_text()
    assert "Anna" not in content
    assert "C1" in content or ANNAS_UID in content
    later = primary.station("upgrade")
    assert later.waiting() == 1
    assert later.take(primary.typed("C2")).verdict == "queued"
    assert [(one.verdict, one.card) for one in later.flush()] == [
        ("recorded", "C1"),
        ("repeated", "C2"),
    ]
    assert swiped(primary)[0].at == kept.at


def test_a_file_that_is_taken_away_and_put_back(file_school: School, tmp_path: Path) -> None:
    station = file_school.station()
    assert station.take(file_school.read()).verdict == "recorded"
    ledger, stick = Path(file_school.place), tmp_path / "stick"
    stick.mkdir()
    ledger.rename(stick / ledger.name)
    swipe = station.take(file_school.read(BORIS_UID))
    assert (swipe.verdict, swipe.name) == ("queued", None)
    assert "no ledger" in swipe.message
    assert station.flush() == []
    (stick / ledger.name).rename(ledger)
    assert [one.card for one in station.flush()] == ["C2"]
    assert len(swiped(file_school)) == 2


def test_a_ledger_that_was_replaced_is_not_written_where_nobody_will_look(
    file_school: School, tmp_path: Path
) -> None:
    station = file_school.station()
    ledger = Path(file_school.place)
    shutil.copy(ledger, tmp_path / "copy")
    (tmp_path / "copy").replace(ledger)
    assert station.take(file_school.read()).verdict == "recorded"
    assert len(swiped(file_school)) == 1


def test_a_file_that_goes_while_it_is_written_gets_it_once_more(
    file_school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line went into a file that is gone; it is written into the one that is there."""
    station = file_school.station()
    ledger = Path(file_school.place)
    shutil.copy(ledger, tmp_path / "copy")
    record = Ledger.record

    def and_away(self: Ledger, *given: Any, **named: Any) -> Any:
        outcome = record(self, *given, **named)
        (tmp_path / "copy").replace(ledger)
        for beside in ("-wal", "-shm"):
            Path(f"{ledger}{beside}").unlink(missing_ok=True)
        # The checkpoint tells that the copy is older.
        ledger.with_suffix(".checkpoint").unlink()
        return outcome

    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "record", and_away)
        swipe = station.take(file_school.read())
    assert (swipe.verdict, "replaced" in swipe.message) == ("queued", True)
    assert [one.verdict for one in station.flush()] == ["recorded"]
    assert len(swiped(file_school)) == 1


def test_what_the_ledger_took_although_it_said_that_it_failed_is_recorded_once(
    primary: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    station = primary.station()
    with monkeypatch.context() as patched:
        patched.setattr("cardledger.anchor.Anchor.keep", no_space)
        swipe = station.take(primary.read())
    assert swipe.verdict == "queued"
    (told,) = station.flush()
    (event,) = swiped(primary)
    assert (told.verdict, told.number, len(told.positions)) == ("recorded", 1, 1)
    assert station.undo().verdict == "recorded"
    assert event.at == swipe.at
    assert len(primary.events("line.voided/1")) == 1


def test_a_ledger_that_may_only_be_read_keeps_swipes_waiting(
    file_school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    station = file_school.station()
    reason = sqlite3.OperationalError("attempt to write a readonly database")

    def readonly(*_given: object, **_named: object) -> None:
        raise StorageError(reason=reason)

    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "append", readonly)
        swipe = station.take(file_school.read())
        assert (swipe.verdict, "readonly" in swipe.message) == ("queued", True)
    assert [one.verdict for one in station.flush()] == ["recorded"]


def test_without_the_key_store_swipes_wait_for_it(file_school: School, tmp_path: Path) -> None:
    file_school.keys.rename(tmp_path / "elsewhere")
    station = file_school.station()
    swipe = station.take(file_school.read())
    assert (swipe.verdict, swipe.name) == ("queued", None)
    assert "key store" in swipe.message
    (tmp_path / "elsewhere").rename(file_school.keys)
    assert [seen(one) for one in station.flush()] == [("recorded", "C1", "Anna")]


def test_a_server_that_goes_and_comes_again(postgres_place: str, tmp_path: Path) -> None:
    school = School(postgres_place, tmp_path)
    url = make_url(postgres_place)
    with wire_to(str(url.host), int(url.port or 5432)) as wire:
        there = url.set(port=wire.port).render_as_string(hide_password=False)
        with Station(
            there,
            ACTS["term-swipe"],
            {"term": "2010-spring"},
            keys=school.keys,
            queue=school.queue,
            clock=school.now,
        ) as station:
            assert station.take(school.read()).verdict == "recorded"
            wire.cut()
            swipe = station.take(school.read(BORIS_UID))
            assert (swipe.verdict, swipe.uid) == ("queued", BORIS_UID)
            assert swipe.message
            assert station.flush() == []
            wire.mend()
            assert [seen(one) for one in station.flush()] == [("recorded", "C2", "Boris")]
            assert station.take(school.read()).verdict == "repeated"
    assert len(swiped(school)) == 2


def test_a_server_that_hangs_keeps_nobody_waiting_and_gets_its_swipes_later(
    postgres_place: str, tmp_path: Path
) -> None:
    school = School(postgres_place, tmp_path)
    url = make_url(postgres_place)
    hangs = False

    def plan(_said: Said) -> Do:
        return Do.HOLD if hangs else Do.PASS

    with relay_to(str(url.host), int(url.port or 5432), plan) as relay:
        there = url.set(port=relay.port).update_query_dict({"answer_timeout": "0.5"})
        school.place = there.render_as_string(hide_password=False)
        station = school.station()
        assert station.take(school.read()).verdict == "recorded"
        hangs = True
        begun = time.monotonic()
        swipe = station.take(school.read(BORIS_UID))
        assert swipe.verdict == "queued"
        assert "did not answer" in swipe.message
        # While anything waits the next card is not kept waiting at all.
        assert station.take(school.typed("C2")).verdict == "queued"
        assert time.monotonic() - begun < 6
        assert station.flush() == []
        hangs = False
        assert verdicts(station.flush()) == [(2, "recorded", "C2"), (3, "repeated", "C2")]
        school.close()
    school.place = postgres_place
    assert [one.card for one in swiped(school)] == ["C1", "C2"]


def test_a_connection_that_was_cut_between_two_cards_is_replaced_unnoticed(
    postgres_place: str, tmp_path: Path
) -> None:
    school = School(postgres_place, tmp_path)
    url = make_url(postgres_place)
    with wire_to(str(url.host), int(url.port or 5432)) as wire:
        school.place = url.set(port=wire.port).render_as_string(hide_password=False)
        station = school.station()
        assert station.take(school.read()).verdict == "recorded"
        wire.cut()
        wire.mend()
        assert station.take(school.read(BORIS_UID)).verdict == "recorded"
        school.close()
    school.place = postgres_place
    assert len(swiped(school)) == 2


def test_another_ledger_in_its_place_gets_nothing(file_school: School, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = School(str(tmp_path / "other.db"), tmp_path / "other")
    station = file_school.station()
    names = ["{}", "{}-wal", "{}-shm"]
    for name in names:
        for ledger, kept in ((file_school.place, "kept"), (other.place, file_school.place)):
            if Path(name.format(ledger)).exists():
                Path(name.format(ledger)).rename(name.format(tmp_path / kept))
    swipe = station.take(file_school.read())
    assert swipe.verdict == "queued"
    assert station.flush() == []


def test_a_station_does_not_begin_without_its_ledger(file_school: School) -> None:
    Path(file_school.place).rename(f"{file_school.place}.away")
    with pytest.raises(LedgerMissing):
        file_school.station()
    assert not file_school.queue.exists()


# The queue itself


def test_where_the_queue_cannot_keep_it_either_the_swipe_has_failed(
    primary: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    station = primary.station()
    with locked(primary):
        station.take(primary.read())
        monkeypatch.setattr(file, "LIMIT", 10)
        swipe = station.take(primary.read(BORIS_UID))
        assert (swipe.verdict, swipe.uid) == ("failed", BORIS_UID)
        assert "full" in swipe.message
        monkeypatch.setattr(file, "LIMIT", LIMIT)
    assert [one.card for one in station.flush()] == ["C1"]
    assert QueueFull.__doc__


def test_what_is_damaged_in_the_queue_is_told_by_the_next_flush(file_school: School) -> None:
    with file_school.shift() as station, locked(file_school):
        station.take(file_school.read())
        station.take(file_school.read(BORIS_UID))
    (path,) = file_school.queue.iterdir()
    path.write_bytes(path.read_bytes().replace(ANNAS_UID.encode(), b"04A1B2C4", 1))
    station = file_school.station()
    problem, written = station.flush()
    assert (problem.verdict, written.card) == ("failed", "C2")
    assert "damaged" in problem.message
    assert len(swiped(file_school)) == 1


def test_a_command_of_another_version_is_set_aside_and_the_others_go_on(
    file_school: School,
) -> None:
    with file_school.shift() as station, locked(file_school):
        station.take(file_school.read())
        station._queue.put({"action": "dance", "card": "C1", "at": moment("2010-03-05")})
        station._queue.put({"action": "term-swipe", "colour": "red", "at": moment("2010-03-05")})
        station.take(file_school.read(BORIS_UID))
    station = file_school.station()
    told = station.flush()
    assert sorted(one.verdict for one in told) == ["failed", "failed", "recorded", "recorded"]
    assert station.waiting() == 0
    asides = [path for path in file_school.queue.iterdir() if path.suffix == ".damaged"]
    (aside,) = asides
    assert len(aside.read_bytes().splitlines()) == 2


def test_a_long_queue_is_written_in_order_and_the_ledger_is_whole(primary: School) -> None:
    station = primary.station()
    with locked(primary):
        for index in range(450):
            station.take(primary.typed(("C1", "C2", "C9")[index % 3]))
    told = station.flush()
    assert len(told) == 450
    assert [one.number for one in told] == list(range(1, 451))
    assert station.progress().counts == {"recorded": 2, "repeated": 298, "refused": 150}
    with primary.open() as ledger:
        assert verify(ledger).ok
