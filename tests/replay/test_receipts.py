from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path

import pytest

from cardledger import Ledger, open_ledger
from cardledger.errors import LedgerBusy
from cardledger.events import Codec, Event
from cardledger.log import Entry, Log
from cardledger.replay import Replay, checking, tables
from cardledger.version import __version__
from projections import PROJECTIONS
from tests.support.anything import BEGINNING
from tests.support.given import act
from tests.support.ledgers import made, tell


@pytest.fixture
def told(sqlite_ledger: Ledger) -> Ledger:
    tell(
        sqlite_ledger,
        *BEGINNING,
        act("lost", card="C1", at="2010-03-02"),
        act("cards-filed", cards=["C1", "C2"]),
    )
    return sqlite_ledger


@pytest.fixture
def copies(told: Ledger, postgres_place: str, tmp_path: Path) -> Iterator[list[Log]]:
    """Return the log and two copies of its lines, one of them on PostgreSQL."""
    with ExitStack() as stack:
        logs = [told.log]
        for place in (postgres_place, str(tmp_path / "copy.db")):
            copy = stack.enter_context(Log.create(place, origin=told.log.origin))
            for raw in told.raw_lines():
                event = Codec.decode(raw.name, raw.data)
                assert isinstance(event, Event)
                copy.append([Entry(raw.name, raw.data, event.tags())])
            logs.append(copy)
        yield logs


def test_copies_of_one_history_give_one_receipt(copies: list[Log]) -> None:
    first, *others = [checking.receipt(log) for log in copies]
    assert set(first.projections) == set(PROJECTIONS)
    assert others == [first, first]


def test_a_receipt_names_position_root_and_code(told: Ledger) -> None:
    receipt = Replay(told).receipt()
    assert receipt.position == told.head()
    assert receipt.root == told.log.root().hex()
    assert receipt.code.startswith(f"cardledger {__version__}+")
    with told.log.snapshot() as connection:
        rows = list(tables.stream(connection, "cards"))
    assert [subject for subject, _data in rows] == ["C1", "C2"]
    text = b"".join(subject.encode() + b"\t" + data + b"\n" for subject, data in rows)
    assert receipt.projections["cards"] == sha256(text).hexdigest()


def test_a_receipt_needs_no_keys(told: Ledger, sqlite_place: str, tmp_path: Path) -> None:
    with open_ledger(sqlite_place, keys=tmp_path / "away.db") as closed:
        assert closed.keys is None
        assert Replay(closed).receipt() == Replay(told).receipt()


def test_one_more_line_changes_only_what_it_is_about(told: Ledger) -> None:
    before = Replay(told).receipt()
    tell(told, act("found", card="C1", at="2010-03-03"))
    after = Replay(told).receipt()
    assert after.position == before.position + 1
    assert after.root != before.root
    changed = {name for name in PROJECTIONS if after.projections[name] != before.projections[name]}
    assert changed == {"cards"}


def test_a_receipt_does_not_depend_on_when_rows_were_folded(told: Ledger) -> None:
    replay = Replay(told)
    replay.catch_up()
    tell(told, act("found", card="C1", at="2010-03-03"))
    followed = replay.receipt()
    replay.rebuild()
    assert replay.receipt() == followed


def test_ledgers_of_different_histories_differ(tmp_path: Path) -> None:
    receipts = []
    for name in ("one", "two"):
        (folder := tmp_path / name).mkdir()
        with made(f"sqlite:///{folder / 'ledger.db'}", folder) as ledger:
            tell(ledger, *BEGINNING)
            receipts.append(Replay(ledger).receipt())
    # Their pupils have ids of their own.
    assert receipts[0].position == receipts[1].position
    assert receipts[0].root != receipts[1].root
    assert receipts[0].projections["roster"] != receipts[1].projections["roster"]
    assert receipts[0].code == receipts[1].code


def test_a_receipt_of_tables_that_never_meet_is_not_given(
    told: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    Replay(told).catch_up()
    with told.log.writing() as connection:
        cursor = tables.metadata.tables["projection_cursor"]
        connection.execute(cursor.update().where(cursor.c.name == "cards").values(seq=1))
    monkeypatch.setattr(checking, "catch_up", lambda _log: None)
    with pytest.raises(LedgerBusy):
        Replay(told).receipt()
