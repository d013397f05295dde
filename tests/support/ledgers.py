"""Ledgers for tests: made at a place, told rows of a batch, by a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cardledger import Ledger, init_ledger
from cardledger.batch import command_of_row
from cardledger.naming import find_students
from cardledger.outcomes import Outcome
from cardledger.replay import Replay
from projections import Shown
from tests.support.given import NEIGHBOUR, PRESENT, PRIMARY, Row, moment, school


@contextmanager
def made(place: str, folder: Path) -> Iterator[Ledger]:
    """Give a ledger of two schools at a place; its key store is in `folder`."""
    with init_ledger(place, school=PRIMARY, name="School", keys=folder / "keys.db") as ledger:
        set_clock(ledger, PRESENT)
        tell(ledger, school(NEIGHBOUR))
        yield ledger


def set_clock(ledger: Ledger, text: str) -> None:
    """Let the ledger's clock stand at a moment."""
    present = moment(text)
    ledger.clock = lambda: present


def outcomes(ledger: Ledger, *rows: Row) -> list[Outcome]:
    """Record rows, each on its own; return what became of them."""
    return ledger.record_many(map(command_of_row, rows), atomic=False, retry_keys=False)


def tell(ledger: Ledger, *rows: Row) -> list[int]:
    """Record rows that must be recorded, contested ones included; return their positions."""
    told = outcomes(ledger, *rows)
    for row, outcome in zip(rows, told, strict=True):
        assert outcome.outcome == "recorded", (row, outcome.codes)
    return [outcome.positions[0] for outcome in told]


def student_id(ledger: Ledger, number: str) -> str:
    """Return the id of the one pupil of a number."""
    (found,) = find_students(ledger, number)
    return found


def row_of(ledger: Ledger, name: str, where: dict[str, str], as_of: str | None = None) -> Shown:
    """Return the one row of a projection that fits a filter."""
    (found,) = Replay(ledger).rows(name, where=where, as_of=as_of)
    return found
