"""A ledger that was saved and lost; what a server's ledger keeps lies in the current folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cardledger import StudentAdd, init_ledger, open_ledger
from cardledger.backup import backup
from tests.verify.making import SCHOOL, grow

NUMBER = "0117001101610101"


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "monday.backup"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return the folder of a ledger of 300 lines with a pupil of a name."""
    folder = tmp_path / "source"
    folder.mkdir()
    with init_ledger(folder / "ledger.db", school=SCHOOL, name="一小") as ledger:
        ledger.record(StudentAdd(number=NUMBER, name="王小明"))
        grow(ledger, 300)
    return folder


@pytest.fixture
def saved(source: Path, file: Path) -> Path:
    """Return the backup of that ledger, which is then lost with all its files."""
    with open_ledger(source / "ledger.db") as ledger:
        backup(ledger, file)
    shutil.rmtree(source)
    return file
