"""Undoing while the ledger cannot be written: what waits, what it took secretly."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.station.away import locked, no_space, swiped
from tests.station.conftest import BORIS_UID, School, seen


def test_undo_of_what_waits_takes_it_out_for_good(primary: School) -> None:
    with primary.shift() as station:
        with locked(primary):
            station.take(primary.read())
            station.take(primary.read(BORIS_UID))
            undone = station.undo()
        assert seen(undone)[:2] == ("shown", "") or undone.card == "C2"
        assert "taken out of the queue" in undone.message
        assert (station.waiting(), station.progress().counts) == (1, {"queued": 1})
    assert [one.card for one in primary.station().flush()] == ["C1"]
    assert [one.card for one in swiped(primary)] == ["C1"]


def test_undo_of_what_is_written_waits_while_the_ledger_is_locked(primary: School) -> None:
    station = primary.station()
    station.take(primary.read())
    with locked(primary):
        assert station.undo().verdict == "queued"
        assert station.take(primary.read()).verdict == "queued"
    voided, again = station.flush()
    assert "void" in voided.message
    assert again.verdict == "recorded"
    assert station.progress().registered == 1
    assert len(swiped(primary)) == 2
    assert len(primary.events("line.voided/1")) == 1


def test_undo_of_what_the_ledger_took_secretly_makes_it_void(
    primary: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    station = primary.station()
    with monkeypatch.context() as patched:
        patched.setattr("cardledger.anchor.Anchor.keep", no_space)
        assert station.take(primary.read()).verdict == "queued"
    undone = station.undo()
    assert (undone.verdict, station.waiting()) == ("shown", 1)
    (voided,) = station.flush()
    assert voided.message.endswith("is void.")
    assert len(primary.events("line.voided/1")) == 1
    assert station.progress().registered == 0
    assert station.take(primary.read()).verdict == "recorded"


def test_undo_of_what_the_ledger_never_took_writes_nothing(
    file_school: School, tmp_path: Path
) -> None:
    station = file_school.station()
    ledger = Path(file_school.place)
    ledger.rename(tmp_path / "away")
    station.take(file_school.read())
    station.take(file_school.read(BORIS_UID))
    station.undo()
    station.undo()
    (tmp_path / "away").rename(ledger)
    assert station.flush() == []
    assert station.waiting() == 0
    assert not swiped(file_school)


def test_undo_of_what_a_flush_wrote_secretly_makes_it_void(
    primary: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    station = primary.station()
    with locked(primary):
        assert station.take(primary.read()).verdict == "queued"
    with monkeypatch.context() as patched:
        patched.setattr("cardledger.anchor.Anchor.keep", no_space)
        assert station.flush() == []
    station.undo()
    (voided,) = station.flush()
    assert voided.message.endswith("is void.")
    assert len(primary.events("line.voided/1")) == len(swiped(primary)) == 1
