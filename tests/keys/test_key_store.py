"""The key store: made once, durable, private; a forgotten owner stays forgotten."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from cardledger.errors import (
    BadInput,
    KeyStoreExists,
    KeyStoreMissing,
    LedgerBusy,
    NotFound,
)
from cardledger.keys import KeyStore, scrubbing, store
from cardledger.keys.tables import BUSY_SECONDS, writing
from tests.conftest import NewPlace

LEDGER = "01170011.cardledger"
EVENT = "student.added/1"


@pytest.fixture
def keys(ledger_url: str) -> Iterator[KeyStore]:
    with KeyStore.create(ledger_url) as made:
        yield made


def test_a_store_is_made_once_and_opened_where_it_is(new_place: NewPlace) -> None:
    place = new_place()
    with KeyStore.create(place) as made:
        made.set_meta("ledger", LEDGER)
    with pytest.raises(KeyStoreExists):
        KeyStore.create(place)
    with KeyStore.open(place) as opened:
        assert opened.meta("ledger") == LEDGER


def test_opening_never_makes_a_store(new_place: NewPlace, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    with pytest.raises(KeyStoreMissing):
        KeyStore.open(new_place())
    assert sorted(tmp_path.iterdir()) == before


def test_ensured_keys_are_random_stable_and_seen_by_another_process(
    keys: KeyStore, ledger_url: str
) -> None:
    owners = [f"P{number}" for number in range(1200)]
    keys.ensure(owners)
    made = keys.keys(owners)
    assert len(set(made.values())) == len(owners)
    assert {len(key) for key in made.values()} == {32}
    keys.ensure([*owners, "P-new"])
    with KeyStore.open(ledger_url) as again:
        assert again.keys([*owners, "nobody"]) == made
        assert again.key("P-new") is not None
        assert again.key("nobody") is None


def test_nobody_gets_a_key_by_being_asked_for(keys: KeyStore) -> None:
    keys.ensure([])
    assert keys.key("P1") is None
    assert keys.keys(["P1"]) == {}
    assert keys.destroyed() == set()


def test_a_forgotten_owner_stays_forgotten(keys: KeyStore, ledger_url: str) -> None:
    keys.ensure(["P1", "P2"])
    sealed = keys.seal(LEDGER, EVENT, "P1", {"name": "张三"})
    keys.destroy("P1", "P-never-seen")
    for opened in (keys, KeyStore.open(ledger_url)):
        assert opened.destroyed() == {"P1", "P-never-seen"}
        assert opened.unseal(LEDGER, EVENT, "P1", sealed) is None
        opened.ensure(["P1", "P2", "P-never-seen"])
        assert opened.key("P1") is None
        assert opened.key("P-never-seen") is None
        assert opened.key("P2") is not None
        assert opened.unseal(LEDGER, EVENT, "P1", sealed) is None
        opened.close()


def test_destroying_twice_or_nobody_is_harmless(keys: KeyStore) -> None:
    keys.ensure(["P1", "P2"])
    keys.destroy()
    keys.destroy("P1")
    keys.destroy("P1")
    assert keys.destroyed() == {"P1"}
    assert keys.key("P2") is not None


def test_another_process_sees_within_a_second_that_a_key_is_destroyed(
    keys: KeyStore, ledger_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.ensure(["P1"])
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    with KeyStore.open(ledger_url) as other:
        assert other.key("P1") is not None
        keys.destroy("P1")
        clock[0] += store.STALE_SECONDS
        assert other.key("P1") is None


def test_a_key_read_before_it_was_destroyed_does_not_return_to_memory(keys: KeyStore) -> None:
    keys.ensure(["P1"])
    epoch, read = keys._epoch, keys.keys(["P1"])
    keys.destroy("P1")
    keys._remember(read, epoch)
    assert keys.key("P1") is None


def test_memory_holds_a_limited_number_of_keys_and_still_answers_for_all(
    keys: KeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "CACHED_KEYS", 3)
    owners = [f"P{number}" for number in range(10)]
    keys.ensure(owners)
    made = keys.keys(owners)
    assert len(made) == 10
    assert len(keys._keys) == 3
    assert [keys.key(owner) for owner in owners] == list(made.values())
    first, *_others = keys._keys
    keys.key(first)
    keys.key("P0")
    assert first in keys._keys


def test_a_secret_is_set_once(keys: KeyStore, ledger_url: str) -> None:
    keys.set_secret("person", b"p" * 32)
    keys.set_secret("person", b"p" * 32)
    with pytest.raises(BadInput, match="person"):
        keys.set_secret("person", b"q" * 32)
    with KeyStore.open(ledger_url) as again:
        assert again.secret("person") == b"p" * 32
        assert again.secret("person") == b"p" * 32
        with pytest.raises(NotFound, match="signing"):
            again.secret("signing")


def test_a_mark_can_be_changed(keys: KeyStore) -> None:
    assert keys.meta("ledger") is None
    keys.set_meta("ledger", "a")
    keys.set_meta("ledger", "b")
    assert keys.meta("ledger") == "b"


def test_threads_share_a_store(keys: KeyStore) -> None:
    found: list[dict[str, bytes]] = []
    gate = threading.Barrier(4)
    owners = [f"P{number}" for number in range(50)]

    def work() -> None:
        gate.wait()
        keys.ensure(owners)
        found.append(keys.keys(owners))

    threads = [threading.Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert all(one == found[0] for one in found)


def test_the_password_of_a_server_is_not_shown() -> None:
    for place in ("oracle://clerk:secret@host/keys", "postgresql+pg8000://clerk:secret@host/keys"):
        with pytest.raises(BadInput) as refused:
            KeyStore.open(place)
        assert "secret" not in str(refused.value)
        assert "host/keys" in str(refused.value)


# What is only true of a server


def test_a_store_may_lie_beside_other_tables_on_a_server(postgres_place: str) -> None:
    engine = create_engine(postgres_place)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE line (seq bigint)")
    engine.dispose()
    KeyStore.create(postgres_place).close()
    KeyStore.open(postgres_place).close()


def test_a_server_commits_to_the_disk_even_where_it_is_set_not_to(postgres_place: str) -> None:
    engine = create_engine(postgres_place, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        database = connection.exec_driver_sql("SELECT current_database()").scalar()
        connection.exec_driver_sql(f"ALTER DATABASE {database} SET synchronous_commit TO off")
    engine.dispose()
    with KeyStore.create(postgres_place) as made:
        with made._engine.connect() as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "off"
        with writing(made._engine) as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"


def test_a_servers_table_is_rewritten_when_a_key_is_destroyed(postgres_place: str) -> None:
    with KeyStore.create(postgres_place) as made:
        made.ensure(["P1", "P2"])
        question = "SELECT pg_relation_filenode('keystore_key')"
        with made._engine.connect() as connection:
            before = connection.exec_driver_sql(question).scalar()
        made.destroy("P1")
        with made._engine.connect() as connection:
            assert connection.exec_driver_sql(question).scalar() != before


def test_a_server_whose_table_is_in_use_is_reported(
    postgres_place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert BUSY_SECONDS > 1
    monkeypatch.setattr(scrubbing, "BUSY_SECONDS", 0.1)
    reader = create_engine(postgres_place)
    with KeyStore.create(postgres_place) as made:
        made.ensure(["P1"])
        with reader.connect() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM keystore_key")
            with pytest.raises(LedgerBusy, match="destroyed"):
                made.destroy("P1")
        made.destroy("P1")
        assert made.destroyed() == {"P1"}
    reader.dispose()
