"""What is no backup, was cut off, altered or put together anew is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from cardledger.backup import restore
from cardledger.backup.archive import write_archive
from cardledger.errors import (
    IntegrityBroken,
    NotALedger,
    UnreadableFile,
)
from cardledger.keys import KeyStore
from cardledger.log import Entry, Log
from cardledger.verify import verify_place


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


def test_a_folder_instead_of_a_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"cannot be read: .*Is a directory"):
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
