"""Restore: a whole ledger in a place where none was, or nothing."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from cardledger import StudentAdd, StudentForget, open_ledger
from cardledger.backup import backup, restore, restoring
from cardledger.errors import (
    BadInput,
    ForeignCheckpoint,
    LedgerExists,
    RollbackFound,
    StorageError,
)
from cardledger.events import LedgerRolledBack
from cardledger.ledger import Ledger
from cardledger.places import places_of
from cardledger.verify import verify, verify_place
from tests.backup.conftest import NUMBER
from tests.conftest import Databases
from tests.verify.making import SCHOOL, grow, make_ledger, rows

NewPlace = Callable[[], str]


def name_of_the_pupil(ledger: Ledger) -> str:
    event = next(iter(ledger.lines((f"number:{NUMBER}",)))).event
    facts = ledger.unseal("student.added/1", event.owner, event.sealed)
    return facts.get("name", "")


def dump(ledger: Ledger) -> list[list[object]]:
    """Return all that the log holds."""
    return [
        rows(ledger, f"SELECT * FROM {table} ORDER BY 1, 2, 3")
        for table in ("line", "tag", "tile", "frontier", "checkpoint")
    ] + [rows(ledger, "SELECT * FROM about ORDER BY 1")]


def test_a_restored_ledger_is_the_same_on_either_database(
    new_place: NewPlace, tmp_path: Path
) -> None:
    """From each database into each: the form in between is the same."""
    with make_ledger(new_place(), tmp_path / "a.keys.db", 700) as ledger:
        before = dump(ledger)
        backup(ledger, tmp_path / "first.backup")
    with restore(tmp_path / "first.backup", tmp_path / "b.db") as other:
        assert dump(other) == before
        backup(other, tmp_path / "second.backup")
    with restore(tmp_path / "second.backup", new_place(), keys=tmp_path / "c.keys.db") as third:
        assert dump(third) == before
        assert verify(third).ok
        grow(third, 1000)
        assert verify(third).ok


def test_names_are_readable_after_a_restore(saved: Path, ledger_url: str, tmp_path: Path) -> None:
    with restore(saved, ledger_url, keys=tmp_path / "keys.db") as ledger:
        assert name_of_the_pupil(ledger) == "王小明"
        assert ledger.record(StudentAdd(number=NUMBER, name="王小明")).outcome == "repeated"
        assert ledger.anchor.note() == ledger.log.checkpoint()
    assert verify_place(ledger_url, keys=tmp_path / "keys.db").unchecked == ()


def test_restored_files_belong_to_their_owner_alone(saved: Path, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        restore(saved, tmp_path / "ledger.db").close()
    finally:
        os.umask(before)
    names = ("ledger.db", "ledger.keys.db", "ledger.checkpoint")
    modes = {name: stat.S_IMODE((tmp_path / name).stat().st_mode) for name in names}
    assert modes == dict.fromkeys(names, 0o600)
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted([*names, saved.name])


def test_keys_may_go_to_a_server(
    saved: Path, postgres_place: str, postgres_databases: Databases
) -> None:
    with postgres_databases.one() as keys, restore(saved, postgres_place, keys=keys) as ledger:
        assert name_of_the_pupil(ledger) == "王小明"
        assert verify(ledger).unchecked == ()


# What is there already


def test_a_ledger_that_is_there_stays(saved: Path, ledger_url: str, tmp_path: Path) -> None:
    with make_ledger(ledger_url, tmp_path / "keys.db", 10) as ledger:
        before = dump(ledger)
        with pytest.raises(LedgerExists):
            restore(saved, ledger_url, keys=tmp_path / "keys.db")
        assert dump(ledger) == before
        assert verify(ledger).ok


def test_a_ledger_that_appears_meanwhile_stays(
    saved: Path, ledger_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two restore to one place at once: both saw it vacant."""
    monkeypatch.setattr(restoring, "_demand_vacant", lambda *_given: None)
    with make_ledger(ledger_url, tmp_path / "keys.db", 10) as ledger:
        backup(ledger, tmp_path / "same.backup")
        before = dump(ledger)
        with pytest.raises(LedgerExists):
            restore(tmp_path / "same.backup", ledger_url, keys=tmp_path / "keys.db")
        assert dump(ledger) == before
        assert verify(ledger).ok


def test_a_place_in_no_folder_is_said_so(saved: Path, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="nowhere"):
        restore(saved, tmp_path / "nowhere" / "ledger.db")


@pytest.mark.parametrize("suffix", ["-wal", "-journal"])
def test_remains_of_another_ledger_are_not_mixed_in(
    saved: Path, tmp_path: Path, suffix: str
) -> None:
    remains = tmp_path / f"ledger.db{suffix}"
    remains.write_bytes(b"the newest lines of something else")
    with pytest.raises(BadInput, match=f"ledger.db{suffix}"):
        restore(saved, tmp_path / "ledger.db")
    remains.unlink()
    restore(saved, tmp_path / "ledger.db").close()


def test_the_keys_of_another_ledger_stay(saved: Path, tmp_path: Path) -> None:
    make_ledger(tmp_path / "ledger.db", tmp_path / "ledger.keys.db", 10).close()
    for name in ("ledger.db", "ledger.checkpoint"):
        (tmp_path / name).unlink()
    before = (tmp_path / "ledger.keys.db").read_bytes()
    with pytest.raises(BadInput, match="belong to another ledger"):
        restore(saved, tmp_path / "ledger.db")
    assert not (tmp_path / "ledger.db").exists()
    assert (tmp_path / "ledger.keys.db").read_bytes() == before


def test_the_checkpoint_of_another_ledger_is_not_replaced(saved: Path, tmp_path: Path) -> None:
    make_ledger(tmp_path / "ledger.db", tmp_path / "ledger.keys.db", 10).close()
    for name in ("ledger.db", "ledger.keys.db"):
        (tmp_path / name).unlink()
    with pytest.raises(ForeignCheckpoint):
        restore(saved, tmp_path / "ledger.db")
    assert not (tmp_path / "ledger.db").exists()


def test_keys_that_survived_are_completed(source: Path, file: Path) -> None:
    with open_ledger(source / "ledger.db") as ledger:
        backup(ledger, file)
    (source / "ledger.db").unlink()
    with restore(file, source / "ledger.db") as ledger:
        assert name_of_the_pupil(ledger) == "王小明"
        assert verify(ledger).ok


# Forgetting


def test_restoring_does_not_bring_back_who_was_forgotten_since(source: Path, file: Path) -> None:
    with open_ledger(source / "ledger.db") as ledger:
        backup(ledger, file)
        ledger.record(StudentForget(student=NUMBER))
    (source / "ledger.db").unlink()
    with restore(file, source / "ledger.db", accept_rollback=True) as ledger:
        assert name_of_the_pupil(ledger) == ""


def test_restoring_destroys_the_keys_of_whom_the_lines_forget(
    source: Path, file: Path, tmp_path: Path
) -> None:
    """As after a crash between the line and the destruction of the key."""
    keys = source / "ledger.keys.db"
    with open_ledger(source / "ledger.db") as ledger:
        assert ledger.keys is not None
        ledger.keys.backup_to(tmp_path / "keys-before.db")
        ledger.record(StudentForget(student=NUMBER))
    keys.unlink()
    shutil.copy(tmp_path / "keys-before.db", keys)
    with open_ledger(source / "ledger.db", check=False) as ledger:
        assert name_of_the_pupil(ledger) == "王小明"
        backup(ledger, file)
    with restore(file, tmp_path / "again.db") as restored:
        assert name_of_the_pupil(restored) == ""


# An older copy


def rolled_back(ledger: Ledger, file: Path) -> None:
    """Back a ledger up, let it grow, and lose its database."""
    backup(ledger, file)
    grow(ledger, ledger.head() + 50)


def test_an_older_copy_is_refused(source: Path, file: Path) -> None:
    with open_ledger(source / "ledger.db") as ledger:
        rolled_back(ledger, file)
    (source / "ledger.db").unlink()
    before = (source / "ledger.checkpoint").read_text()
    with pytest.raises(RollbackFound, match=r"has 300 lines, but .* says 350"):
        restore(file, source / "ledger.db")
    assert sorted(one.name for one in source.iterdir()) == ["ledger.checkpoint", "ledger.keys.db"]
    assert (source / "ledger.checkpoint").read_text() == before


def test_an_older_copy_that_is_accepted_leaves_a_line(
    source: Path, file: Path, new_place: NewPlace
) -> None:
    with open_ledger(source / "ledger.db") as ledger:
        rolled_back(ledger, file)
        note = ledger.anchor.note()
    place, keys = new_place(), source / "ledger.keys.db"
    (source / "ledger.db").unlink()
    checkpoint = places_of(place, keys).checkpoint
    if checkpoint != source / "ledger.checkpoint":
        shutil.copy(source / "ledger.checkpoint", checkpoint)
    with restore(file, place, keys=keys, accept_rollback=True, handler="李老师") as restored:
        assert restored.head() == 301
        event = next(iter(restored.lines(after=300))).event
        assert isinstance(event, LedgerRolledBack)
        assert (event.before, event.after, event.handler) == (350, 300, "李老师")
        assert event.checkpoint == note
        assert event.school == SCHOOL
        assert restored.anchor.note() == restored.log.checkpoint()
        assert verify(restored).ok
        grow(restored, 400)
        assert verify(restored).ok
    open_ledger(place, keys=keys).close()


def test_accepting_what_is_no_rollback_writes_nothing(saved: Path, tmp_path: Path) -> None:
    with restore(saved, tmp_path / "ledger.db", accept_rollback=True) as ledger:
        assert ledger.head() == 300
