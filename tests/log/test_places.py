"""A log is created once, opened where it is, and never made by opening."""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url

from cardledger.errors import (
    BadValue,
    CardledgerError,
    IntegrityBroken,
    LedgerExists,
    LedgerMissing,
    NotALedger,
    StorageError,
)
from cardledger.log import Log
from tests.log.samples import ORIGIN, entries, rows, seqs


def test_log_that_was_created_is_opened(ledger_url: str) -> None:
    with Log.create(ledger_url, origin=ORIGIN) as log:
        log.append(entries(3))
    with Log.open(ledger_url) as log:
        assert log.origin == ORIGIN
        assert seqs(log.read()) == [1, 2, 3]


def test_creating_refuses_a_log_that_exists(ledger_url: str) -> None:
    with Log.create(ledger_url, origin=ORIGIN) as log:
        log.append(entries(1))
    with pytest.raises(LedgerExists, match="already"):
        Log.create(ledger_url, origin="another")
    with Log.open(ledger_url) as log:
        assert (log.origin, log.head()) == (ORIGIN, 1)


def test_opening_refuses_a_missing_log_and_says_how_to_make_it(ledger_url: str) -> None:
    with pytest.raises(LedgerMissing) as caught:
        Log.open(ledger_url)
    assert "init --school" in caught.value.hint
    with pytest.raises(LedgerMissing):
        Log.open(ledger_url)


def test_opening_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(LedgerMissing):
        Log.open(tmp_path / "ledger.db")
    with pytest.raises(LedgerMissing):
        Log.open(tmp_path / "no" / "such" / "folder" / "ledger.db")
    assert list(tmp_path.iterdir()) == []


def test_path_and_url_mean_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    name = "a ledger? 50% #1.db"
    Log.create(name, origin=ORIGIN).close()
    assert (tmp_path / name).exists()
    with Log.open(Path(name)) as log:
        monkeypatch.chdir("/")
        log.append(entries(1))
    plain = tmp_path / "plain.db"
    Log.create(f"sqlite:///{plain}", origin=ORIGIN).close()
    with Log.open(str(plain)) as log:
        assert log.place == str(plain)


@pytest.mark.parametrize("umask", [0o000, 0o777])
def test_files_are_for_their_owner_only_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        log = Log.create(tmp_path / "ledger.db", origin=ORIGIN)
        log.append(entries(1))
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
        log.close()
    finally:
        os.umask(before)
    assert modes == dict.fromkeys(("ledger.db", "ledger.db-wal", "ledger.db-shm"), 0o600)


def test_empty_file_is_a_place_for_a_log(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.touch()
    with pytest.raises(LedgerMissing):
        Log.open(path)
    Log.create(path, origin=ORIGIN).close()
    Log.open(path).close()


def test_file_of_another_kind_is_told_apart_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear registrar, " * 100)
    for use in (Log.open, lambda path: Log.create(path, origin=ORIGIN)):
        with pytest.raises(NotALedger, match=r"letter\.txt"):
            use(path)
    assert path.read_text() == "Dear registrar, " * 100
    with pytest.raises(NotALedger, match="is a folder"):
        Log.open(tmp_path)
    with pytest.raises(NotALedger, match="is a folder"):
        Log.create(tmp_path, origin=ORIGIN)


def test_header_alone_makes_no_ledger(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    with pytest.raises((NotALedger, IntegrityBroken)):
        Log.open(path)


def test_damaged_file_is_called_damaged(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with Log.create(path, origin=ORIGIN) as log:
        log.append(entries(2000))
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * (size - 8192))
    with Log.open(path) as log, pytest.raises(IntegrityBroken, match="is damaged"):
        list(log.read())


def test_sqlite_file_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "browser.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE bookmark (url TEXT)")
    connection.close()
    with pytest.raises(NotALedger):
        Log.open(path)
    with pytest.raises(NotALedger, match="something else"):
        Log.create(path, origin=ORIGIN)
    with Log.create(path, origin=ORIGIN, beside_others=True) as log:
        log.append(entries(1))


def test_postgres_database_may_hold_other_tables(postgres_place: str) -> None:
    engine = create_engine(postgres_place)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE bookmark (url TEXT)")
    engine.dispose()
    with pytest.raises(LedgerMissing):
        Log.open(postgres_place)
    Log.create(postgres_place, origin=ORIGIN).close()
    Log.open(postgres_place).close()


def test_tables_of_the_same_names_are_refused(ledger_url: str) -> None:
    Log.create(ledger_url, origin=ORIGIN).close()
    engine = create_engine(ledger_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE about")
    # With all the other tables it is a log all the same, of which one was taken away.
    with pytest.raises(IntegrityBroken, match=r"The table about of .* is missing"):
        Log.open(ledger_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE checkpoint")
    engine.dispose()
    with pytest.raises(NotALedger):
        Log.open(ledger_url)
    with pytest.raises(NotALedger, match="something else"):
        Log.create(ledger_url, origin=ORIGIN)


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("UPDATE about SET value = 'cardledger-log/2' WHERE key = 'format'", NotALedger),
        ("UPDATE about SET value = 'cardledger-lag/1' WHERE key = 'format'", IntegrityBroken),
        ("UPDATE about SET key = 'formats' WHERE key = 'format'", IntegrityBroken),
        ("DELETE FROM about WHERE key = 'origin'", IntegrityBroken),
        ("DELETE FROM about", IntegrityBroken),
    ],
)
def test_another_version_is_told_from_an_altered_log(
    ledger_url: str, statement: str, error: type[Exception]
) -> None:
    Log.create(ledger_url, origin=ORIGIN).close()
    engine = create_engine(ledger_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
    with pytest.raises(error):
        Log.open(ledger_url)


@pytest.mark.parametrize("at", [0, 5, 15])
def test_a_file_whose_first_bytes_were_altered_is_a_damaged_log(tmp_path: Path, at: int) -> None:
    file = tmp_path / "log.db"
    Log.create(file, origin=ORIGIN).close()
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)
    with pytest.raises(IntegrityBroken, match="is damaged"):
        Log.open(file)
    file.write_bytes(b"a text\n" * 1000)
    with pytest.raises(NotALedger):
        Log.open(file)


def test_log_that_lost_a_table_is_broken(ledger_url: str) -> None:
    with Log.create(ledger_url, origin=ORIGIN) as log, log.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE tile")
    with pytest.raises(IntegrityBroken, match="tile"):
        Log.open(ledger_url)


def test_log_of_another_version_is_refused_with_its_format(ledger_url: str) -> None:
    with Log.create(ledger_url, origin=ORIGIN) as log, log.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE about SET value = 'cardledger-log/99'")
    with pytest.raises(NotALedger) as caught:
        Log.open(ledger_url)
    assert "cardledger-log/99" in caught.value.hint


def test_missing_postgres_database_is_a_missing_ledger(postgres_url: str) -> None:
    place = make_url(postgres_url).set(database="nowhere")
    with pytest.raises(LedgerMissing) as caught:
        Log.open(place.render_as_string(hide_password=False))
    assert "createdb" in caught.value.hint
    assert str(place.password) not in str(caught.value) + caught.value.hint


def test_server_that_does_not_answer_is_a_storage_error(postgres_url: str) -> None:
    place = make_url(postgres_url).set(port=1)
    with pytest.raises(StorageError, match="refused"):
        Log.open(place.render_as_string(hide_password=False))


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ("", "does not name a file"),
        ("a\0b", "does not name a file"),
        ("sqlite://", "does not name a file"),
        ("sqlite:///:memory:", "does not name a file"),
        ("sqlite:///file:x?mode=memory", "does not name a file"),
        ("://", "is not a URL"),
        ("mysql://host/ledger", "neither SQLite nor PostgreSQL"),
        ("postgresql+pg8000://host/ledger", "neither SQLite nor PostgreSQL"),
    ],
)
def test_place_that_cannot_be_is_refused(place: str, problem: str) -> None:
    with pytest.raises(BadValue, match=problem):
        Log.open(place)


@pytest.mark.parametrize("origin", ["", "  ", "two\nlines"])
def test_origin_that_is_not_one_line_is_refused(tmp_path: Path, origin: str) -> None:
    with pytest.raises(BadValue, match="name of a log"):
        Log.create(tmp_path / "ledger.db", origin=origin)
    assert list(tmp_path.iterdir()) == []


def test_folder_that_is_not_there_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="No such file"):
        Log.create(tmp_path / "no" / "ledger.db", origin=ORIGIN)


def test_sqlite_is_set_to_keep_what_it_acknowledged(sqlite_place: str) -> None:
    with Log.create(sqlite_place, origin=ORIGIN) as log:
        assert rows(log, "PRAGMA journal_mode") == [("wal",)]
        assert rows(log, "PRAGMA synchronous") == [(2,)]


def test_postgres_is_set_to_keep_what_it_acknowledged(postgres_place: str) -> None:
    engine = create_engine(postgres_place, isolation_level="AUTOCOMMIT")
    database = make_url(postgres_place).database
    with engine.connect() as connection:
        for setting in (
            "synchronous_commit = off",
            "default_transaction_isolation = 'serializable'",
        ):
            connection.exec_driver_sql(f"ALTER DATABASE {database} SET {setting}")
    engine.dispose()
    with Log.create(postgres_place, origin=ORIGIN) as log:
        assert rows(log, "SHOW synchronous_commit") == [("on",)]
        assert rows(log, "SHOW transaction_isolation") == [("read committed",)]


def test_file_that_cannot_be_read_is_a_storage_error(tmp_path: Path) -> None:
    loop = tmp_path / "ledger.db"
    loop.symlink_to(loop)
    with pytest.raises(StorageError):
        Log.create(loop, origin=ORIGIN)


def test_postgres_without_its_package_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(CardledgerError) as caught:
        Log.open("postgresql://localhost/ledger")
    assert "cardledger[postgres]" in caught.value.hint


def test_copy_in_another_mode_is_set_right_when_it_is_opened(tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with Log.create(copy, origin=ORIGIN) as log:
        log.append(entries(3))
    connection = sqlite3.connect(copy)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    with Log.open(copy) as log:
        assert log.head() == 3
        assert rows(log, "PRAGMA journal_mode") == [("wal",)]


def test_copy_that_nobody_may_write_is_read(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with Log.create(path, origin=ORIGIN) as log:
        log.append(entries(3))
    url = f"file:{path}?mode=ro"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    reader = sqlite3.connect(url, uri=True)
    try:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM line").fetchone()
        # Whoever reads it so keeps its mode from being changed.
        with Log.open(path, timeout=0.05) as log:
            assert seqs(log.read()) == [1, 2, 3]
    finally:
        reader.close()
