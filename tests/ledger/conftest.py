"""A ledger at a place of its own, on SQLite and on PostgreSQL in turn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from cardledger import Ledger, Outcome, init_ledger, open_ledger
from cardledger.batch import command_of_row
from cardledger.errors import BadInput
from tests.support.given import PRESENT, PRIMARY, SCHOOLS, Row, moment

_NAMED: Final = ("card", "cards", "replaces", "box", "subjects", "missing")


class Office:
    """An open ledger, told in rows."""

    def __init__(self, place: str, keys: Path, ledger: Ledger) -> None:
        self.place: Final = place
        self.keys: Final = keys
        self.ledger = ledger
        self._others: list[Office] = []
        ledger.clock = lambda: moment(PRESENT)

    def record(self, row: Row, **more: Any) -> Outcome:
        """Record one row."""
        command = command_of_row(row)
        assert not isinstance(command, BadInput), command
        return self.ledger.record(command, **more)

    def batch(self, *rows: Row, **more: Any) -> list[Outcome]:
        """Record many rows at once."""
        return self.ledger.record_many([command_of_row(row) for row in rows], **more)

    def given(self, *rows: Row) -> Office:
        """Let things happen; every row must be recorded."""
        for row, outcome in zip(rows, self.batch(*rows), strict=True):
            assert outcome.outcome == "recorded", (row, outcome)
        return self

    def another(self) -> Office:
        """Open the same ledger once more, as another process would."""
        other = Office(self.place, self.keys, open_ledger(self.place, keys=self.keys))
        self._others.append(other)
        return other

    def close(self) -> None:
        """Close the ledger, and what was opened beside it."""
        for other in self._others:
            other.close()
        self.ledger.close()

    def names(self) -> list[str]:
        """Return the stored names of all lines."""
        return [line.name for line in self.ledger.raw_lines()]


@pytest.fixture
def office(ledger_url: str, tmp_path: Path) -> Iterator[Office]:
    """Return a new ledger of three schools; what is opened beside it is closed too."""
    keys = tmp_path / "keys.db"
    ledger = init_ledger(ledger_url, school=PRIMARY, keys=keys)
    opened = Office(ledger_url, keys, ledger)
    opened.given(*SCHOOLS[1:])
    yield opened
    opened.close()


def own(row: Row, case: int) -> Row:
    """Return a row with cards, boxes and pupils that only this case has."""
    return {name: _own(name, value, case) for name, value in row.items()}


def _own(name: str, value: Any, case: int) -> Any:
    if isinstance(value, list):
        return [_own(name, one, case) for one in value]
    if isinstance(value, str) and re.fullmatch(r"\d{16}", value):
        return f"{value[:11]}{case:03}{value[14:]}"
    if name in _NAMED:
        return f"{value}-{case}"
    if name == "elsewhere":
        return "@".join(f"{part}-{case}" for part in value.split("@"))
    if name in ("uid", "finding"):
        return f"{value[:-2]}{case:02}"
    if name == "identity":
        return f"{value[:8]}{case:02}{value[10:]}"
    return value
