"""Where a ledger lies; and the checkpoint that lies outside of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardledger.anchor import Anchor, origin_of, replace_file
from cardledger.errors import ForeignCheckpoint, IntegrityBroken
from cardledger.keys import KeyStore
from cardledger.places import places_of

ROOT = bytes(range(32))


def test_a_file_has_its_keys_and_its_checkpoint_beside_it(tmp_path: Path) -> None:
    places = places_of(tmp_path / "district.db")
    assert places.database == str(tmp_path / "district.db")
    assert places.keys == str(tmp_path / "district.keys.db")
    assert places.checkpoint == tmp_path / "district.checkpoint"
    assert places.shown == places.database


def test_a_url_of_a_file_is_that_file(tmp_path: Path) -> None:
    assert places_of(f"sqlite:///{tmp_path / 'a.db'}") == places_of(tmp_path / "a.db")
    assert places_of(tmp_path / "a").keys == str(tmp_path / "a.keys.db")


def test_keys_may_lie_elsewhere(tmp_path: Path) -> None:
    places = places_of(tmp_path / "a.db", "/safe/keys.db")
    assert places.keys == "/safe/keys.db"
    assert places.checkpoint == tmp_path / "a.checkpoint"


def test_the_ledger_of_a_server_is_shown_without_its_password() -> None:
    places = places_of("postgresql+psycopg://li:secret@db/pinggu")
    assert places.keys == "pinggu.keys.db"
    assert places.checkpoint == Path("pinggu.checkpoint")
    assert "secret" in places.database
    assert "secret" not in places.shown
    assert "pinggu" in places.shown


@pytest.fixture
def keys(tmp_path: Path) -> KeyStore:
    store = KeyStore.create(tmp_path / "keys.db")
    store.set_secret("signing", bytes(32))
    return store


def test_a_checkpoint_is_signed_and_kept(tmp_path: Path, keys: KeyStore) -> None:
    with keys:
        anchor = Anchor(tmp_path / "checkpoint", "L1", keys)
        assert anchor.note() is None
        assert anchor.kept() is None
        anchor.keep()
        assert anchor.note() is None
        note = anchor.sign(3, ROOT)
        anchor.keep()
        assert anchor.note() == note
        kept = anchor.kept()
        assert kept is not None
        assert (kept.origin, kept.size, kept.root) == (origin_of("L1"), 3, ROOT)


def test_a_later_checkpoint_stays(tmp_path: Path, keys: KeyStore) -> None:
    with keys:
        slow, fast = (Anchor(tmp_path / "checkpoint", "L1", keys) for _one in range(2))
        slow.sign(3, ROOT)
        fast.sign(5, ROOT)
        fast.keep()
        slow.keep()
        kept = slow.kept()
        assert kept is not None
        assert kept.size == 5


def test_a_file_that_was_written_before_is_looked_at_again(tmp_path: Path, keys: KeyStore) -> None:
    file = tmp_path / "checkpoint"

    def put(anchor: Anchor, size: int) -> int:
        anchor.sign(size, ROOT)
        anchor.keep()
        kept = Anchor(file, "L1", keys).kept()
        return kept.size if kept else 0

    with keys:
        ours, theirs = (Anchor(file, "L1", keys) for _one in range(2))
        assert [put(ours, 3), put(ours, 4), put(theirs, 9)] == [3, 4, 9]
        # What another program put there in between is later, and stays.
        assert [put(ours, 5), put(ours, 10), put(theirs, 11)] == [9, 10, 11]
        # What cannot be trusted is replaced, and what is gone is made anew.
        file.write_text(file.read_text().replace("\n11\n", "\n99\n"))
        assert put(ours, 12) == 12
        file.unlink()
        assert put(ours, 13) == 13
        foreign = Anchor(file, "L2", keys).sign(1, ROOT)
        file.write_text(foreign)
        ours.sign(14, ROOT)
        with pytest.raises(ForeignCheckpoint):
            ours.keep()
        assert file.read_text() == foreign


def test_what_was_not_signed_by_this_ledger_is_not_trusted(tmp_path: Path, keys: KeyStore) -> None:
    file = tmp_path / "checkpoint"
    with keys:
        note = Anchor(file, "L1", keys).sign(3, ROOT)
        for content in (note.replace("\n3\n", "\n9\n"), note.split("\n\n")[0], ""):
            file.write_text(content)
            with pytest.raises(IntegrityBroken, match="cannot be trusted"):
                Anchor(file, "L1", keys).kept()
        file.write_bytes(b"\xff\xfe")
        with pytest.raises(IntegrityBroken, match="cannot be trusted"):
            Anchor(file, "L1", keys).kept()
        file.write_text(note)
        # Another ledger's own says nothing of this one; one that was given another name does.
        for known in (keys, None):
            with pytest.raises(ForeignCheckpoint, match="another ledger, cardledger/L1"):
                Anchor(file, "L2", known).kept()
        file.write_text(note.replace("cardledger/L1\n", "cardledger/L3\n"))
        with pytest.raises(IntegrityBroken):
            Anchor(file, "L2", keys).kept()
        file.write_text(note)
        unchecked = Anchor(file, "L1", None).kept()
        assert unchecked is not None
        assert unchecked.size == 3


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "note"
    replace_file(file, "one")
    replace_file(file, "two")
    assert file.read_text() == "two"
    with pytest.raises(UnicodeEncodeError):
        replace_file(file, "\ud800")
    assert file.read_text() == "two"
    assert [one.name for one in tmp_path.iterdir()] == ["note"]
