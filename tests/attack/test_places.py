"""Places that are none, hold something else, or were left half-made."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cardledger import init_ledger, open_ledger
from cardledger.anchor import origin_of
from cardledger.errors import (
    BadInput,
    IntegrityBroken,
    KeyStoreExists,
    NotAKeyStore,
    NotALedger,
)
from cardledger.keys import KeyStore
from cardledger.log import Log
from cardledger.places import places_of
from cardledger.verify import verify, verify_place
from tests.support.given import PRIMARY

PASSWORD = "TopSecret"


def test_a_ledger_is_finished_whose_making_was_killed_between_its_keys_and_its_first_line(
    ledger_url: str, tmp_path: Path
) -> None:
    keys = tmp_path / "keys.db"
    Log.create(ledger_url, origin=origin_of("LKILLED")).close()
    with KeyStore.create(keys) as store:
        store.set_meta("ledger", "LKILLED")
        store.set_secret("person", os.urandom(32))
    with init_ledger(ledger_url, school=PRIMARY, keys=keys) as ledger:
        assert ledger.id == "LKILLED"
    with open_ledger(ledger_url, keys=keys) as ledger:
        assert verify(ledger).ok


def test_a_ledger_whose_making_was_killed_is_no_broken_one(ledger_url: str, tmp_path: Path) -> None:
    Log.create(ledger_url, origin=origin_of("LKILLED")).close()
    with pytest.raises(NotALedger):
        verify_place(ledger_url, keys=tmp_path / "keys.db")


def test_the_keys_of_another_ledger_do_not_make_this_one_broken(tmp_path: Path) -> None:
    for name in ("ledger", "other"):
        init_ledger(tmp_path / f"{name}.db", school=PRIMARY).close()
    assert verify_place(tmp_path / "ledger.db").ok
    with pytest.raises(BadInput, match="belongs to another ledger"):
        verify_place(tmp_path / "ledger.db", keys=tmp_path / "other.keys.db")


def test_the_keys_of_another_ledger_are_never_taken_for_a_new_one(tmp_path: Path) -> None:
    init_ledger(tmp_path / "first.db", school=PRIMARY).close()
    with pytest.raises(KeyStoreExists):
        init_ledger(tmp_path / "new.db", school=PRIMARY, keys=tmp_path / "first.keys.db")


@pytest.mark.parametrize(
    "place",
    [
        f"postgresql+psycopg://office:{PASSWORD}@localhost:port/cards",
        f"postgresql+psycopg://office:{PASSWORD}@[::1/cards",
        f"mysql://office:{PASSWORD}@localhost/cards",
    ],
)
def test_what_is_no_url_is_named_without_its_password(place: str) -> None:
    for use in (Log.open, open_ledger, KeyStore.open):
        with pytest.raises(BadInput) as caught:
            use(place)
        assert PASSWORD not in str(caught.value) + caught.value.hint


@pytest.mark.parametrize("place", ["", ".", "/"])
def test_a_place_without_a_name_is_refused_in_a_sentence(place: str) -> None:
    with pytest.raises(BadInput, match="does not name a file"):
        places_of(place)


def test_a_ledger_and_its_keys_are_never_one_file(tmp_path: Path) -> None:
    place = tmp_path / "both.db"
    with pytest.raises(BadInput, match="cannot hold both"):
        init_ledger(place, school=PRIMARY, keys=place)
    assert not place.exists()


def test_a_name_in_the_wrong_encoding_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="not text"):
        init_ledger(tmp_path / "ledger.db", school=PRIMARY, name="\udcff\udcfe")
    assert list(tmp_path.iterdir()) == []


def test_a_checkpoint_that_is_no_text_is_a_broken_one(tmp_path: Path) -> None:
    place = tmp_path / "ledger.db"
    init_ledger(place, school=PRIMARY).close()
    places_of(place).checkpoint.write_bytes(b"\xff\xfe garbage \x80")
    with pytest.raises(IntegrityBroken, match="cannot be trusted"):
        open_ledger(place)
    with open_ledger(place, check=False) as ledger:
        assert not verify(ledger).ok


def test_a_file_that_only_begins_like_a_database_is_no_key_store(tmp_path: Path) -> None:
    place = tmp_path / "ledger.db"
    init_ledger(place, school=PRIMARY).close()
    keys = tmp_path / "ledger.keys.db"
    keys.write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 32)
    with pytest.raises(NotAKeyStore):
        open_ledger(place)
