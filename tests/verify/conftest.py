"""What a server's ledger keeps beside its database lies in the current folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cardledger.examining import examine
from cardledger.replay import Replay
from tests.verify.making import SIZE, grow, make_ledger


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a closed ledger with its rows, and notes of when it was smaller."""
    folder = tmp_path_factory.mktemp("pristine")
    notes = []
    with make_ledger(folder / "ledger.db", folder / "ledger.keys.db", 2) as ledger:
        for size in (40, 256, 300, 511, 650, 699, SIZE):
            grow(ledger, size)
            if size < SIZE:
                notes.append((size, ledger.log.checkpoint()))
        Replay(ledger).catch_up()
    (folder / "notes.json").write_text(json.dumps(notes), encoding="utf-8")
    verdict = examine(folder / "ledger.db")
    assert (verdict.ok, verdict.anchored, verdict.unchecked) == (True, True, ())
    return folder
