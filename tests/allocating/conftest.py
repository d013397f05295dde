from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cardledger import Ledger
from tests.support.ledgers import made


@pytest.fixture
def ledger(sqlite_place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """Return a ledger of two schools."""
    monkeypatch.chdir(tmp_path)
    with made(sqlite_place, tmp_path) as ledger:
        yield ledger
