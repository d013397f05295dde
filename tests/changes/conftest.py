from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cardledger import Ledger
from tests.support.ledgers import made


@pytest.fixture
def ledger(ledger_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """Return a ledger of two schools, on SQLite and on PostgreSQL in turn."""
    # The checkpoint of a ledger on a server lies in the current folder.
    monkeypatch.chdir(tmp_path)
    with made(ledger_url, tmp_path) as ledger:
        yield ledger


@pytest.fixture
def sqlite_ledger(sqlite_place: str, tmp_path: Path) -> Iterator[Ledger]:
    """Return a ledger of two schools in a file, for what does not depend on the database."""
    with made(sqlite_place, tmp_path) as ledger:
        yield ledger
