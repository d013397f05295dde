"""A key store that is a file: modes, destroyed bytes, creation, places, what is none."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from cardledger.errors import (
    BadInput,
    KeyStoreExists,
    LedgerBusy,
    NotAKeyStore,
    StorageError,
)
from cardledger.keys import KeyStore, creation
from tests.conftest import NewPlace


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cardledger.keys.db"


def all_files(file: Path) -> list[Path]:
    return sorted(file.parent.glob(file.name + "*"))


def test_the_files_are_for_their_owner_alone_whatever_the_umask(file: Path) -> None:
    before = os.umask(0)
    try:
        with KeyStore.create(file) as made:
            made.ensure(["P1"])
            files = all_files(file)
            assert len(files) == 3
            modes = {stat.S_IMODE(one.stat().st_mode) for one in files}
    finally:
        os.umask(before)
    assert modes == {0o600}


def test_a_commit_waits_for_the_disk_and_what_is_deleted_is_overwritten(file: Path) -> None:
    with KeyStore.create(file) as made, made._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_no_file_holds_a_destroyed_key(file: Path) -> None:
    owners = [f"P{number * 7919 % 3000:05}" for number in range(3000)]
    with KeyStore.create(file) as made:
        for start in range(0, len(owners), 300):
            made.ensure(owners[start : start + 300])
        doomed = made.keys(owners[::50])
        kept = made.key(owners[1])
        content = b"".join(one.read_bytes() for one in all_files(file))
        assert all(key in content for key in doomed.values())
        made.destroy(*doomed)
        content = b"".join(one.read_bytes() for one in all_files(file))
        assert not any(key in content for key in doomed.values())
        assert kept is not None
        assert kept in content


def test_a_copy_that_another_program_left_in_the_file_goes_too(file: Path) -> None:
    with KeyStore.create(file) as made:
        made.ensure(["P1"])
        key = made.key("P1")
        assert key is not None
    careless = sqlite3.connect(file)
    careless.execute("PRAGMA secure_delete=OFF")
    careless.executescript("CREATE TABLE copy AS SELECT * FROM keystore_key; DROP TABLE copy;")
    careless.close()
    with KeyStore.open(file) as made:
        assert file.read_bytes().count(key) == 2
        made.destroy("P1")
        assert file.read_bytes().count(key) == 0


def test_a_reader_that_keeps_the_old_state_is_reported_and_forgetting_is_finished_later(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with KeyStore.create(file) as made:
        made.ensure(["P1"])
        key = made.key("P1")
        assert key is not None
    monkeypatch.setattr("cardledger.keys.tables.BUSY_SECONDS", 0.05)
    with KeyStore.open(file) as made:
        reader = sqlite3.connect(file)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM keystore_key").fetchone()
        with pytest.raises(LedgerBusy, match="destroyed"):
            made.destroy("P1")
        assert made.key("P1") is None
        reader.close()
        made.destroy("P1")
        assert not any(key in one.read_bytes() for one in all_files(file))


def test_a_writer_that_does_not_finish_is_reported(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    KeyStore.create(file).close()
    monkeypatch.setattr("cardledger.keys.tables.BUSY_SECONDS", 0.05)
    writer = sqlite3.connect(file, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    with KeyStore.open(file) as made:
        with pytest.raises(LedgerBusy):
            made.ensure(["P1"])
        with pytest.raises(LedgerBusy):
            made.destroy("P1")
    writer.close()


def test_a_new_file_that_another_program_looks_at_gets_its_log_when_that_is_done(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cardledger.keys.tables.BUSY_SECONDS", 0.01)
    with KeyStore.create(file) as made:
        creation.set_journal(made._engine, "delete")
        reader = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        reader.executescript("BEGIN; SELECT count(*) FROM keystore_meta;")
        with monkeypatch.context() as patch:
            patch.setattr(creation, "BUSY_SECONDS", 0.05)
            with pytest.raises(LedgerBusy):
                creation.set_journal(made._engine, "wal")
        threading.Timer(0.1, reader.close).start()
        creation.set_journal(made._engine, "wal")
        with made._engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_a_creation_that_was_interrupted_is_repeated(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_arguments: object, **_more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(creation, "insert_if_absent", stop)
        with pytest.raises(KeyboardInterrupt):
            KeyStore.create(file)
    with pytest.raises(NotAKeyStore):
        KeyStore.open(file)
    KeyStore.create(file).close()
    KeyStore.open(file).close()


def test_a_file_of_another_kind_is_neither_taken_nor_opened(file: Path) -> None:
    file.write_text("学籍号,姓名\n")
    with pytest.raises(KeyStoreExists):
        KeyStore.create(file)
    with pytest.raises(NotAKeyStore):
        KeyStore.open(file)
    assert file.read_text() == "学籍号,姓名\n"


def test_another_programs_database_is_neither_taken_nor_opened(file: Path) -> None:
    other = sqlite3.connect(file)
    other.execute("CREATE TABLE pupil (name TEXT)")
    other.close()
    with pytest.raises(KeyStoreExists):
        KeyStore.create(file)
    with pytest.raises(NotAKeyStore):
        KeyStore.open(file)


def test_a_store_of_a_later_version_is_not_opened(new_place: NewPlace) -> None:
    place = new_place()
    with KeyStore.create(place) as made:
        made.set_meta("format", "cardledger.keys/99")
    with pytest.raises(NotAKeyStore):
        KeyStore.open(place)


def test_a_damaged_file_is_reported_as_such(file: Path) -> None:
    KeyStore.create(file).close()
    content = bytearray(file.read_bytes())
    content[100:] = os.urandom(len(content) - 100)
    file.write_bytes(content)
    with pytest.raises(StorageError, match=r"malformed|not a database|disk image"):
        KeyStore.open(file)


def test_a_folder_that_is_not_there_or_in_the_way_is_reported(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="No such file"):
        KeyStore.create(tmp_path / "absent" / "keys.db")
    with pytest.raises(StorageError, match="directory"):
        KeyStore.create(tmp_path)
    with pytest.raises(StorageError, match="directory"):
        KeyStore.open(tmp_path)


@pytest.mark.parametrize(
    "place",
    [
        *("sqlite://", "sqlite:///:memory:", "sqlite:///keys.db?mode=ro"),
        *("mysql://host/keys", "nonsense://", "://"),
    ],
)
def test_a_place_that_cannot_hold_keys_is_refused(place: str) -> None:
    with pytest.raises(BadInput, match="not a place for keys"):
        KeyStore.create(place)


def test_a_store_stays_where_it_is_when_the_working_folder_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    for place in (Path("a.db"), "sqlite:///b.db"):
        with KeyStore.create(place) as made:
            monkeypatch.chdir(tmp_path / "elsewhere")
            made.ensure(["P1"])
            made._engine.dispose()
            assert made.key("P1") is not None
            assert Path(made.place).parent == tmp_path
        monkeypatch.chdir(tmp_path)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_driver_that_is_not_installed_is_named() -> None:
    with pytest.raises(BadInput, match="pg8000") as refused:
        KeyStore.open("postgresql+pg8000://host/keys")
    assert "cardledger[postgres]" in refused.value.hint


def test_a_server_that_does_not_answer_is_reported() -> None:
    with pytest.raises(StorageError, match=r"refused|connect"):
        KeyStore.open("postgresql+psycopg://127.0.0.1:1/keys")
