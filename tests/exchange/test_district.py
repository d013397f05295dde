"""The workbooks of a made district, read by their headings, say what its JSON lines say."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cardledger import init_ledger
from cardledger.batch import command_of_row
from cardledger.commands import Command
from cardledger.errors import BadStudentNumber
from cardledger.exchange.imports.roster import read_roster
from cardledger.exchange.intake.rosters import RosterPlan
from cardledger.exchange.reading.rows import read_rows
from cardledger.exchange.reading.source import SourceRow
from cardledger.moments import Moment, now, parse_moment
from scripts.district.making import make


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exchange") / "district"
    make(folder, seed=3, schools=2, pupils=240, terms=2, start="2010-spring")
    return folder


def plain(values: Any) -> dict[str, Any]:
    """Return fields without what is as if it were not said, moments in one form."""
    kept = {name: value for name, value in values.items() if value not in ("", [], "typed")}
    if "at" in kept:
        kept["at"] = parse_moment(kept["at"], now())
    return kept


def both(place: Path, rows: Iterator[SourceRow]) -> list[tuple[dict[str, Any], SourceRow]]:
    lines = place.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()
    pairs = list(zip(map(json.loads, lines), rows, strict=True))
    assert pairs
    return pairs


def test_rosters_of_the_first_term_read_as_the_pupils_that_they_list(district: Path) -> None:
    places = sorted(district.glob("*/roster-2010-spring.xlsx"))
    assert len(places) == 2
    for place in places:
        roster = read_roster(place)
        assert [sheet.unknown for sheet in roster.table.sheets] == [()]
        for line, row in both(place, roster.rows()):
            if row.usable:
                said = {name: line[name] for name in line if name not in {"at", "handler"}}
                assert row.faults == ()
                assert plain(row.values) == plain(said)
                assert isinstance(command_of_row(row.values), Command)
            else:
                assert [fault.value for fault in row.faults] == [line["number"]]


def test_the_only_fault_of_all_rosters_is_the_number_that_is_planted(district: Path) -> None:
    faults = set()
    for place in sorted(district.glob("*/roster-*.xlsx")):
        rows = list(read_roster(place).rows())
        assert rows
        faults |= {
            (fault.kind, type(fault.problem), fault.value) for row in rows for fault in row.faults
        }
    # A letter O in the place of a zero.
    ((kind, problem, value),) = faults
    assert (kind, problem) == ("row", BadStudentNumber)
    assert "O" in value


def test_lists_of_actions_read_as_the_acts_that_they_list(district: Path) -> None:
    places = sorted(district.glob("*/actions-*.xlsx"))
    assert len(places) == 4
    for place in places:
        for line, row in both(place, read_rows(place).rows()):
            assert row.faults == ()
            assert plain(row.values) == plain(line)
            assert isinstance(command_of_row(row.values), Command)


def test_the_opening_stock_is_a_list_of_one_action(district: Path) -> None:
    for place in sorted(district.glob("*/cards-opening.xlsx")):
        for line, row in both(place, read_rows(place, default_action="register").rows()):
            assert row.faults == ()
            assert plain(row.values) == plain(line)


def test_rosters_of_the_next_term_say_only_what_happened(district: Path, tmp_path: Path) -> None:
    """What schools recorded is no news in their next rosters; only the new first grades are."""
    with init_ledger(tmp_path / "ledger.db", school="01170012") as ledger:
        ledger.clock = lambda: Moment("2011-01-31T10:00:00.000+08:00")
        for name in ("schools.jsonl", "district-2010-spring.jsonl"):
            rows = (district / name).read_text(encoding="utf-8").splitlines()
            ledger.record_many([command_of_row(json.loads(row)) for row in rows], atomic=False)
        kinds: Counter[str] = Counter()
        for place in sorted(district.glob("*/roster-2010-autumn.xlsx")):
            found = [row for row in read_roster(place).rows() if row.usable]
            commands = [command_of_row(row.values) for row in found]
            plan = RosterPlan(
                ledger,
                commands,
                [str(row.row) for row in found],
                at="2010-09-01",
                keys=ledger.retry_keys(commands, as_one=True),
            )
            plan.make()
            kinds.update(one.kind for one in [*plan.planned, *plan.gone])
            first = [
                one
                for one, command in zip(plan.planned, commands, strict=True)
                if getattr(command, "entered", "") >= "2010-09-01"
            ]
            assert {one.kind for one in first} <= {"new"}
    assert set(kinds) == {"new", "same"}, kinds
    assert kinds["same"] > kinds["new"] > 0
