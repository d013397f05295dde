"""A ledger of two pupils, and a workbook of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cardledger import Ledger
from tests.exchange.provenance.workbooks import workbook
from tests.support import ledgers
from tests.support.given import ANNA, BORIS, pupil


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """Return a ledger of two pupils."""
    folder = tmp_path_factory.mktemp("ledger")
    with ledgers.made(str(folder / "ledger.db"), folder) as opened:
        ledgers.tell(opened, pupil(ANNA), pupil(BORIS))
        yield opened


@pytest.fixture(scope="module")
def written(ledger: Ledger, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workbook of that ledger."""
    file = tmp_path_factory.mktemp("written") / "written.xlsx"
    file.write_bytes(workbook(ledger))
    return file
