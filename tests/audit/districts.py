"""Made districts in a ledger, and their truth in the words of an audit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from pathlib import Path
from typing import Final

from cardledger import Ledger, init_ledger
from cardledger.audit import Finding
from cardledger.batch import command_of_row
from cardledger.book import fold
from cardledger.moments import moment_of
from scripts.district.making import make
from tests.district.auditor import Found, expected
from tests.district.reading import District, Line, read, rows_of

#: Rows that are recorded in one batch; the clock of a batch is that of its last row.
_BATCH: Final = 400

#: A rule, its subjects whatever their order, and the period.
Key = tuple[str, frozenset[str], str]


def made_district(
    folder: Path, *, seed: int, schools: int, pupils: int, terms: int, start: str = "2010-spring"
) -> District:
    """Make a district without workbooks."""
    make(
        folder,
        seed=seed,
        schools=schools,
        pupils=pupils,
        terms=terms,
        start=start,
        with_workbooks=False,
    )
    return read(folder)


def recorded(district: District, place: str | Path, keys: Path | None = None) -> Ledger:
    """Record a district in a new ledger, each row on the day on which it was written."""
    first = district.truth["schools"][0]["code"]
    ledger = init_ledger(place, school=first, keys=keys)
    begins = moment_of(district.lines[0].written)
    ledger.clock = lambda: begins
    policy = {"action": "policy-adopt", "changes": district.truth["policy"], "from": "2000-01-01"}
    rows = [*rows_of(district.folder / "schools.jsonl"), policy]
    outcomes = ledger.record_many(map(command_of_row, rows))
    # The school of the ledger is there already, unless its name is new.
    assert {one.outcome for one in outcomes} <= {"recorded", "repeated"}
    expectations = district.expectations()
    for lines in _batches(district.lines):
        written = moment_of(lines[-1].written)
        ledger.clock = lambda written=written: written  # type: ignore[misc]
        got = ledger.record_many(
            (command_of_row(line.fields) for line in lines), atomic=False, retry_keys=False
        )
        for line, outcome in zip(lines, got, strict=True):
            wanted = expectations.get(line.place, ("recorded", []))
            kind = "contested" if outcome.contested else outcome.outcome
            assert (kind, [*outcome.codes, *outcome.contested]) == tuple(wanted), line
    return ledger


def _batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    for _day, group in groupby(lines, lambda line: line.written.date()):
        while batch := list(islice(group, _BATCH)):
            yield batch


def truth_of(district: District) -> Counter[Key]:
    """Return what an audit must find, by rule, subjects and period."""
    return Counter(_key(one) for one in expected(district.truth))


def _key(found: Found) -> Key:
    return (found.rule, frozenset(found.subjects), found.period)


def as_truth(ledger: Ledger, findings: Iterable[Finding]) -> Counter[Key]:
    """Return findings in the words of the truth: pupils go by the number that they have last.

    The truth says the month or the term of a finding only where it may come again.
    """
    numbers = {
        tag: fold(ledger.lines((tag,))).student(tag.removeprefix("student:")).number
        for tag in ledger.log.tags("student:")
    }
    return Counter(
        (
            one.rule,
            frozenset(f"number:{numbers[tag]}" if tag in numbers else tag for tag in one.subjects),
            one.period,
        )
        for one in findings
    )
