"""Backup: one verified file of a ledger that is in use."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import threading
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import text

from cardledger import StudentAdd, StudentForget, init_ledger, open_ledger
from cardledger.backup import backup, partial, restore
from cardledger.errors import BadInput, IntegrityBroken, KeyStoreMissing, StorageError
from cardledger.ledger import Ledger
from cardledger.verify import verify
from tests.verify.making import SCHOOL, grow, make_ledger, unguarded


@pytest.fixture
def ledger(ledger_url: str, tmp_path: Path) -> Iterator[Ledger]:
    with make_ledger(ledger_url, tmp_path / "keys.db", 300) as ledger:
        yield ledger


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return where the backup goes, in a folder that holds nothing else."""
    folder = tmp_path / "disk"
    folder.mkdir()
    return folder / "monday.backup"


def alone(file: Path) -> bool:
    """Return whether nothing but the file is in its folder."""
    return list(file.parent.iterdir()) == [file]


def test_a_backup_says_what_is_in_it(ledger: Ledger, file: Path) -> None:
    manifest = backup(ledger, file)
    assert alone(file)
    assert (manifest.ledger, manifest.lines) == (ledger.id, 300)
    assert manifest.root == ledger.log.root().hex()
    with ZipFile(file) as archive:
        said = json.loads(archive.read("manifest.json"))
        assert sorted(archive.namelist()) == [
            "checkpoint",
            "keys.db",
            "ledger.db",
            "manifest.json",
        ]
        for name, member in said["files"].items():
            data = archive.read(name)
            assert member == {"bytes": len(data), "sha256": sha256(data).hexdigest()}
        assert archive.read("checkpoint").decode() == ledger.log.checkpoint()
    assert said["lines"] == 300


def test_a_backup_is_readable_by_its_owner_alone(ledger: Ledger, file: Path) -> None:
    before = os.umask(0)
    try:
        backup(ledger, file)
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_backup_never_overwrites(ledger: Ledger, file: Path) -> None:
    file.write_text("precious")
    with pytest.raises(BadInput, match="There is a file"):
        backup(ledger, file)
    assert file.read_text() == "precious"
    file.unlink()
    file.symlink_to("nowhere")
    with pytest.raises(BadInput, match="There is a file"):
        backup(ledger, file)
    assert alone(file)


def test_a_name_that_is_taken_meanwhile_is_not_overwritten(
    ledger: Ledger, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def somebody_is_faster(made: Path, name: Path) -> None:
        file.write_text("precious")
        link(made, name)

    monkeypatch.setattr(os, "link", somebody_is_faster)
    with pytest.raises(BadInput, match="There is a file"):
        backup(ledger, file)
    assert file.read_text() == "precious"
    assert alone(file)


def test_a_disk_without_links_takes_a_backup_too(
    ledger: Ledger, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(_made: Path, _name: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    backup(ledger, file)
    assert alone(file)
    other = file.with_name("other.backup")
    other.write_text("precious")
    with pytest.raises(FileExistsError):
        partial.publish(file, other)
    assert other.read_text() == "precious"


def test_a_folder_that_is_not_there_is_said_so(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="nowhere"):
        backup(ledger, tmp_path / "nowhere" / "monday.backup")


def test_without_keys_there_is_no_backup(ledger: Ledger, ledger_url: str, file: Path) -> None:
    ledger.close()
    with (
        open_ledger(ledger_url, keys=file.parent / "nothing.db") as keyless,
        pytest.raises(KeyStoreMissing),
    ):
        backup(keyless, file)
    assert list(file.parent.iterdir()) == []


def test_a_broken_ledger_is_not_backed_up(ledger: Ledger, file: Path) -> None:
    with unguarded(ledger) as hand:
        hand("UPDATE line SET data = :d WHERE seq = 100", d=b"{}")
    with pytest.raises(IntegrityBroken, match="Line 100 was changed"):
        backup(ledger, file)
    assert list(file.parent.iterdir()) == []


def test_a_ledger_that_was_rolled_back_is_not_backed_up(ledger: Ledger, file: Path) -> None:
    ledger.places.checkpoint.write_text(ledger.anchor.sign(301, bytes(32)))
    with pytest.raises(IntegrityBroken, match="covers 301 lines, 300 are there"):
        backup(ledger, file)


def test_what_is_derived_from_the_log_stays_out(ledger: Ledger, file: Path, tmp_path: Path) -> None:
    with ledger.log.engine.begin() as connection:
        connection.execute(text('CREATE TABLE "a roster" (name TEXT)'))
        connection.execute(text('CREATE VIEW everybody AS SELECT * FROM "a roster"'))
    backup(ledger, file)
    with ZipFile(file) as archive:
        archive.extract("ledger.db", tmp_path)
    copy = sqlite3.connect(tmp_path / "ledger.db")
    names = {row[0] for row in copy.execute("SELECT name FROM sqlite_master")}
    copy.close()
    assert names.isdisjoint({"a roster", "everybody"})
    assert {"line", "tag", "tile", "line_no_update"} <= names


@pytest.mark.slow
def test_a_ledger_in_use_is_backed_up_in_one_state(
    ledger: Ledger, ledger_url: str, file: Path, tmp_path: Path
) -> None:
    stop = threading.Event()
    grow(ledger, 2000)

    def write() -> None:
        with open_ledger(ledger_url, keys=tmp_path / "keys.db") as other:
            while not stop.is_set():
                grow(other, other.head() + 10)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [backup(ledger, file.with_name(f"{number}.backup")) for number in range(4)]
    finally:
        stop.set()
        writer.join()
    assert made[0].lines < made[-1].lines
    for number, manifest in enumerate(made):
        place = tmp_path / f"restored-{number}.db"
        with restore(file.with_name(f"{number}.backup"), place) as restored:
            assert restored.head() == manifest.lines
            assert verify(restored).ok


def test_a_forgotten_pupil_is_not_in_a_later_backup(tmp_path: Path, file: Path) -> None:
    with init_ledger(tmp_path / "a.db", school=SCHOOL) as ledger:
        ledger.record(StudentAdd(number="0117001101610101", name="王小明"))
        ledger.record(StudentForget(student="0117001101610101"))
        backup(ledger, file)
    with ZipFile(file) as archive:
        archive.extract("keys.db", tmp_path)
    connection = sqlite3.connect(tmp_path / "keys.db")
    keys = connection.execute("SELECT owner, key FROM keystore_key WHERE owner LIKE 'P%'")
    assert [key for _owner, key in keys.fetchall()] == [None]
    connection.close()


def test_what_a_killed_backup_left_is_cleared_away_but_not_what_another_one_makes(
    tmp_path: Path,
) -> None:
    file = tmp_path / "monday.backup"
    left = tmp_path / ".monday.backup.partial-dead"
    left.mkdir()
    (left / "keys.db").write_text("secret")
    with partial.workshop(file) as first:
        assert not left.exists()
        (first / "keys.db").write_text("secret")
        with partial.workshop(file) as second:
            assert first.exists()
            assert second != first
        assert (first / "keys.db").exists()
    assert list(tmp_path.iterdir()) == []
