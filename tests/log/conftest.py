"""A log on each database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cardledger.log import Log
from tests.log.samples import ORIGIN


@pytest.fixture
def log(ledger_url: str) -> Iterator[Log]:
    """Return a new log, on SQLite and on PostgreSQL in turn."""
    with Log.create(ledger_url, origin=ORIGIN) as log:
        yield log
