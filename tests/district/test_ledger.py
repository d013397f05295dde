"""The ledger and the truth, made apart from each other, say the same of every row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cardledger import init_ledger
from cardledger.batch import command_of_row
from cardledger.commands import Command
from cardledger.ledger import Ledger
from cardledger.moments import Moment, moment_of
from tests.district.reading import District, Fields, Line, rows_of


def _record(ledger: Ledger, fields: Fields, written: Moment | None = None) -> tuple[str, list[str]]:
    """Record a row at the moment at which it was written; what became of it."""
    command = command_of_row(fields)
    assert isinstance(command, Command), fields
    if written is not None:
        ledger.clock = lambda: written
    outcome = ledger.record(command)
    if outcome.contested:
        return "contested", list(outcome.contested)
    return outcome.outcome, list(outcome.codes)


def _disagreements(district: District, ledger: Ledger) -> list[Any]:
    expectations = district.expectations()

    def differs(line: Line) -> bool:
        got = _record(ledger, line.fields, moment_of(line.written))
        return got != tuple(expectations.get(line.place, ("recorded", [])))

    return [(line.place, line.fields) for line in district.lines if differs(line)]


@pytest.mark.slow
def test_the_ledger_decides_every_row_as_the_truth_says(
    one_school: District, tmp_path: Path
) -> None:
    first = one_school.truth["schools"][0]["code"]
    with init_ledger(tmp_path / "district.db", school=first) as ledger:
        for fields in rows_of(one_school.folder / "schools.jsonl"):
            assert _record(ledger, fields) == ("recorded", [])
        assert _disagreements(one_school, ledger) == []
