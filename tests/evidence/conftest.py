"""Ledgers to be proved, each in a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cardledger.ledger import Ledger
from tests.evidence.forging import Forger
from tests.verify.making import make_ledger


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def ledger(ledger_url: str, tmp_path: Path) -> Iterator[Ledger]:
    """Return a ledger of 300 lines: one full tile and a tail."""
    with make_ledger(ledger_url, tmp_path / "keys.db", 300) as ledger:
        yield ledger


@pytest.fixture(scope="module")
def forger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forger]:
    """Return somebody who has a proof, the key that signed it, and ideas."""
    folder = tmp_path_factory.mktemp("forged")
    with make_ledger(folder / "ledger.db", folder / "ledger.keys.db", 300) as ledger:
        yield Forger.of(ledger)
