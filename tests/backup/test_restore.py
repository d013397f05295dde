"""Restore: a whole ledger in a place where none was, or nothing."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from cardledger import StudentAdd, StudentForget, init_ledger, open_ledger
from cardledger.backup import backup, restore, restoring
from cardledger.backup.archive import write_archive
from cardledger.errors import (
    BadInput,
    ForeignCheckpoint,
    IntegrityBroken,
    LedgerExists,
    NotALedger,
    RollbackFound,
    StorageError,
    UnreadableFile,
)
from cardledger.events import LedgerRolledBack
from cardledger.keys import KeyStore
from cardledger.ledger import Ledger
from cardledger.log import Entry, Log
from cardledger.places import places_of
from cardledger.verify import verify, verify_place
from tests.conftest import Databases
from tests.verify.making import SCHOOL, grow, make_ledger, rows

NewPlace = Callable[[], str]
NUMBER = "0117001101610101"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "monday.backup"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return the folder of a ledger of 300 lines with a pupil of a name."""
    folder = tmp_path / "source"
    folder.mkdir()
    with init_ledger(folder / "ledger.db", school=SCHOOL, name="一小") as ledger:
        ledger.record(StudentAdd(number=NUMBER, name="王小明"))
        grow(ledger, 300)
    return folder


@pytest.fixture
def saved(source: Path, file: Path) -> Path:
    """Return the backup of that ledger, which is then lost with all its files."""
    with open_ledger(source / "ledger.db") as ledger:
        backup(ledger, file)
    shutil.rmtree(source)
    return file


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


# What is no backup, or a damaged one


@pytest.mark.parametrize("content", [b"", b"not a backup", b"SQLite format 3\0" + bytes(100)])
def test_what_is_no_backup_is_said_so(tmp_path: Path, file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(UnreadableFile, match="is not a backup of a ledger"):
        restore(file, tmp_path / "ledger.db")


def test_another_archive_is_no_backup(tmp_path: Path, file: Path) -> None:
    with ZipFile(file, "w") as archive:
        archive.writestr("photos.txt", "none")
    with pytest.raises(UnreadableFile, match="is not a backup of a ledger"):
        restore(file, tmp_path / "ledger.db")


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path, file: Path) -> None:
    with pytest.raises(UnreadableFile, match="There is no file"):
        restore(file, tmp_path / "ledger.db")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_instead_of_a_file_is_trouble(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        restore(tmp_path, tmp_path / "ledger.db")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_backup_that_was_cut_off_is_damaged(saved: Path, tmp_path: Path, share: float) -> None:
    data = saved.read_bytes()
    saved.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(IntegrityBroken, match="is damaged"):
        restore(saved, tmp_path / "ledger.db")
    assert list(tmp_path.iterdir()) == [saved]


@pytest.mark.parametrize("at", range(0, 100, 5))
def test_a_byte_that_changed_anywhere_is_found(saved: Path, tmp_path: Path, at: int) -> None:
    data = bytearray(saved.read_bytes())
    data[len(data) * at // 100 + 50] ^= 0x10
    saved.write_bytes(data)
    try:
        restore(saved, tmp_path / "ledger.db").close()
    except (IntegrityBroken, UnreadableFile):
        assert list(tmp_path.iterdir()) == [saved]
    else:
        # A byte of the archive itself that says nothing, such as the date of a member.
        assert verify_place(tmp_path / "ledger.db").ok


def rewritten(file: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Write a backup anew with other members."""
    with ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def forget_a_member(members: dict[str, bytes]) -> None:
    del members["keys.db"]


def another_form(members: dict[str, bytes]) -> None:
    manifest = json.loads(members["manifest.json"])
    members["manifest.json"] = json.dumps(manifest | {"format": "cardledger-backup/9"}).encode()


def fewer_lines_said(members: dict[str, bytes]) -> None:
    manifest = json.loads(members["manifest.json"])
    members["manifest.json"] = json.dumps(manifest | {"lines": 299}).encode()


def more_bytes_than_said(members: dict[str, bytes]) -> None:
    members["checkpoint"] += b"x"


def no_manifest(members: dict[str, bytes]) -> None:
    members["manifest.json"] = b"[]"


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (forget_a_member, UnreadableFile, "is not a backup of a ledger"),
        (another_form, UnreadableFile, "has the form cardledger-backup/9"),
        (fewer_lines_said, IntegrityBroken, "does not hold what its manifest says"),
        (more_bytes_than_said, IntegrityBroken, "is damaged: checkpoint"),
        (no_manifest, UnreadableFile, "is not a backup of a ledger"),
    ],
)
def test_a_backup_that_was_put_together_anew_is_refused(
    saved: Path,
    tmp_path: Path,
    change: Callable[[dict[str, bytes]], None],
    error: type[Exception],
    words: str,
) -> None:
    rewritten(saved, change)
    with pytest.raises(error, match=words):
        restore(saved, tmp_path / "ledger.db")
    assert list(tmp_path.iterdir()) == [saved]


def test_a_backup_of_a_forged_ledger_is_refused(saved: Path, tmp_path: Path) -> None:
    """With digests that fit: the log itself is verified, too."""
    import sqlite3
    from hashlib import sha256

    def forge(members: dict[str, bytes]) -> None:
        forged = tmp_path / "forged.db"
        forged.write_bytes(members["ledger.db"])
        connection = sqlite3.connect(forged)
        connection.execute("DROP TRIGGER tag_no_delete")
        connection.execute("DELETE FROM tag WHERE seq = 102 AND ordinal = 0")
        connection.commit()
        connection.close()
        members["ledger.db"] = forged.read_bytes()
        manifest = json.loads(members["manifest.json"])
        manifest["files"]["ledger.db"] = {
            "bytes": len(members["ledger.db"]),
            "sha256": sha256(members["ledger.db"]).hexdigest(),
        }
        members["manifest.json"] = json.dumps(manifest).encode()

    rewritten(saved, forge)
    with pytest.raises(IntegrityBroken, match="The tags of line 102 were altered") as raised:
        restore(saved, tmp_path / "ledger.db")
    assert raised.value.hint == "Nothing was restored. Take another backup."
    assert not (tmp_path / "ledger.db").exists()


@pytest.mark.parametrize("foreign", [True, False])
def test_the_log_of_something_else_is_no_ledger(tmp_path: Path, file: Path, foreign: bool) -> None:
    parts = tmp_path / "parts"
    parts.mkdir()
    with KeyStore.create(parts / "keys.db") as keys:
        keys.set_secret("signing", bytes(32))
    entry = Entry("ledger.created/1", b"{}", (), foreign)
    with Log.create(parts / "ledger.db", origin="cardledger/LOTHER") as log:
        log.append([entry])
        root = log.root().hex()
    (parts / "checkpoint").write_text("none")
    about = {"ledger": "LOTHER", "lines": 1, "root": root, "made": "", "tool": ""}
    write_archive(file, parts, about)
    with pytest.raises(NotALedger):
        restore(file, tmp_path / "ledger.db")
    assert not (tmp_path / "ledger.db").exists()
