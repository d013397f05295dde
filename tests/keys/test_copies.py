"""Copies of a key store: complete, consistent, and never a way back for the forgotten."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from cardledger.errors import BadInput, KeyStoreExists, KeyStoreMissing, NotAKeyStore, StorageError
from cardledger.keys import KeyStore, copying, tables
from tests.conftest import NewPlace

OWNERS = [f"P{number}" for number in range(1300)]


@pytest.fixture
def keys(new_place: NewPlace) -> Iterator[KeyStore]:
    with KeyStore.create(new_place()) as made:
        made.set_secret("person", b"p" * 32)
        made.set_secret("signing", b"s" * 32)
        made.set_meta("ledger", "a ledger")
        made.ensure(OWNERS)
        made.destroy("P7")
        yield made


def test_a_copy_opens_as_a_store_with_everything_in_one_private_file(
    keys: KeyStore, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    keys.backup_to(copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert list(tmp_path.glob("copy.db*")) == [copy]
    with KeyStore.open(copy) as opened:
        assert opened.keys(OWNERS) == keys.keys(OWNERS)
        assert len(opened.keys(OWNERS)) == len(OWNERS) - 1
        assert opened.destroyed() == {"P7"}
        assert opened.secret("person") == b"p" * 32
        assert opened.meta("ledger") == "a ledger"


def test_a_copy_never_overwrites(keys: KeyStore, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    keys.backup_to(copy)
    before = copy.read_bytes()
    with pytest.raises(KeyStoreExists):
        keys.backup_to(copy)
    assert copy.read_bytes() == before


def test_a_copy_that_fails_leaves_no_file(
    keys: KeyStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StorageError):
        keys.backup_to(tmp_path / "absent" / "copy.db")

    def stop(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(copying, "insert_if_absent", stop)
    with pytest.raises(KeyboardInterrupt):
        keys.backup_to(tmp_path / "copy.db")
    assert list(tmp_path.glob("copy.db*")) == []


def test_a_copy_is_of_one_moment(
    keys: KeyStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert = tables.insert_if_absent
    written: list[str] = []

    def insert_while_others_write(*arguments: object) -> None:
        if not written:
            written.append("P-later")
            with KeyStore.open(keys.url.render_as_string(hide_password=False)) as other:
                other.ensure(written)
        insert(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(copying, "insert_if_absent", insert_while_others_write)
    keys.backup_to(tmp_path / "copy.db")
    assert keys.key("P-later") is not None
    with KeyStore.open(tmp_path / "copy.db") as copy:
        assert copy.key("P-later") is None
        assert len(copy.keys(OWNERS)) == len(OWNERS) - 1


def test_a_copy_is_restored_into_a_new_store_on_either_database(
    keys: KeyStore, new_place: NewPlace, tmp_path: Path
) -> None:
    keys.backup_to(tmp_path / "copy.db")
    with KeyStore.create(new_place()) as fresh:
        fresh.restore_from(tmp_path / "copy.db")
        assert fresh.keys(OWNERS) == keys.keys(OWNERS)
        assert fresh.destroyed() == {"P7"}
        assert fresh.secret("signing") == b"s" * 32
        assert fresh.meta("ledger") == "a ledger"
        fresh.ensure(["P7"])
        assert fresh.key("P7") is None


def test_restoring_an_older_copy_forgets_again_and_loses_no_later_key(
    keys: KeyStore, tmp_path: Path
) -> None:
    keys.backup_to(tmp_path / "copy.db")
    keys.destroy("P8")
    keys.ensure(["P-later"])
    later = keys.key("P-later")
    for _twice in range(2):
        keys.restore_from(tmp_path / "copy.db")
        assert keys.key("P8") is None
        assert keys.destroyed() == {"P7", "P8"}
        assert keys.key("P-later") == later


def test_who_was_forgotten_in_the_copy_is_forgotten_here(keys: KeyStore, tmp_path: Path) -> None:
    keys.backup_to(tmp_path / "copy.db")
    with KeyStore.open(tmp_path / "copy.db") as copy:
        copy.destroy("P9")
    assert keys.key("P9") is not None
    keys.restore_from(tmp_path / "copy.db")
    assert keys.key("P9") is None
    assert keys.destroyed() == {"P7", "P9"}


def test_a_copy_of_another_ledger_is_refused_and_changes_nothing(
    keys: KeyStore, tmp_path: Path
) -> None:
    for name, secret, owner in (
        ("secret.db", b"other" * 8, "P-x"),
        ("key.db", b"p" * 32, "P1299"),
    ):
        with KeyStore.create(tmp_path / name) as other:
            other.set_secret("person", secret)
            other.ensure([owner, "P-x"])
        before = keys.keys([*OWNERS, "P-x"])
        with pytest.raises(BadInput, match="another ledger"):
            keys.restore_from(tmp_path / name)
        assert keys.keys([*OWNERS, "P-x"]) == before


def test_only_a_key_store_is_restored(keys: KeyStore, tmp_path: Path) -> None:
    with pytest.raises(KeyStoreMissing):
        keys.restore_from(tmp_path / "absent.db")
    (tmp_path / "list.csv").write_text("学籍号\n")
    with pytest.raises(NotAKeyStore):
        keys.restore_from(tmp_path / "list.csv")
