"""A whole district: made, recorded, rebuilt, audited, verified; time, memory, and room on disk.

    python -m scripts.benchmarks.district --schools 70 --pupils 40000 --terms 24

Every row is recorded on the day on which it happened (or was written, where it was late), in
batches of a day, as an office would. Each step is a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import groupby, islice
from pathlib import Path
from typing import Any, Final

import msgspec

from cardledger.batch import command_of_row
from cardledger.moments import Moment, now, parse_moment
from cardledger.opening import init_ledger

#: Rows that are recorded at once, at most.
BATCH: Final = 2000
#: What an audit or a comparison that found something ends with.
FOUND: Final = 4


class Truth(msgspec.Struct):
    """What is needed here of the truth of a district, whose whole takes half a gigabyte to read."""

    as_of: str
    policy: dict[str, Any]
    schools: list[dict[str, Any]]
    terms: list[dict[str, Any]]
    backdated: list[dict[str, Any]]


def truth_of(folder: Path) -> Truth:
    """Read the truth of a made district."""
    return msgspec.json.decode((folder / "truth.json").read_bytes(), type=Truth)


def record(folder: Path, place: Path) -> int:
    """Record all rows of a made district in a new ledger; return how many lines there are."""
    truth = truth_of(folder)
    late = {
        (one["district_file"], one["district_row"]): parse_moment(one["written"], now())
        for one in truth.backdated
    }
    with init_ledger(place, school=truth.schools[0]["code"]) as ledger:
        latest = ""
        for moment, rows in _days(folder, truth, late):
            latest = max(latest, moment)
            written = Moment(latest)
            ledger.clock = lambda written=written: written  # type: ignore[misc]
            ledger.record_many(map(command_of_row, rows), atomic=False, retry_keys=False)
        return ledger.head()


def _days(
    folder: Path, truth: Truth, late: dict[tuple[str, int], Moment]
) -> Iterator[tuple[Moment, list[dict[str, Any]]]]:
    """Yield batches of rows, each with the moment at which it was written."""
    policy = {"action": "policy-adopt", "changes": truth.policy, "from": "2000-01-01"}
    schools = [row for _moment, row in _rows(folder / "schools.jsonl", {})]
    yield moment_of_text(f"{truth.terms[0]['term'][:4]}-01-01"), [*schools, policy]
    for term in truth.terms:
        rows = _rows(folder / f"district-{term['term']}.jsonl", late)
        for _day, group in groupby(rows, lambda one: one[0][:10]):
            while batch := list(islice(group, BATCH)):
                yield max(moment for moment, _row in batch), [row for _moment, row in batch]


def moment_of_text(text: str) -> Moment:
    """Read a moment of a file."""
    return parse_moment(text, now())


def _rows(
    file: Path, late: dict[tuple[str, int], Moment]
) -> Iterator[tuple[Moment, dict[str, Any]]]:
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            row = json.loads(line)
            at = row.get("at") or "2010-01-01"
            yield late.get((file.name, number)) or moment_of_text(at), row


def step(name: str, *command: str | Path) -> None:
    """Run one step; print how long it took, and the memory of its largest process."""
    before = time.perf_counter()
    with tempfile.TemporaryFile("w+") as answer:
        # Not waited for by subprocess: only the system's own wait tells the memory of one child.
        process = subprocess.Popen(list(map(str, command)), stdout=answer)
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - before
        if process.returncode not in (0, FOUND):
            raise SystemExit(f"{name} ended with {process.returncode}")
        answer.seek(0)
        last = answer.read().strip().splitlines()[-1:] or [""]
    print(f"| {name} | {seconds:,.0f} s | {usage.ru_maxrss / 1024:,.0f} MiB | {last[0][:60]} |",
          flush=True)  # fmt: skip


def main() -> int:
    """Run all steps, or what one of them does."""
    parser = argparse.ArgumentParser(prog="district", description=__doc__)
    parser.add_argument("--schools", type=int, default=70)
    parser.add_argument("--pupils", type=int, default=40_000)
    parser.add_argument("--terms", type=int, default=24)
    parser.add_argument("--seed", type=int, default=2010)
    parser.add_argument("--folder", type=Path, help="where files are made, some gigabytes")
    parser.add_argument("--record", nargs=2, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.record:
        print(f"{record(*options.record):,} lines")
        return 0
    with tempfile.TemporaryDirectory(prefix="cardledger-district-", dir=options.folder) as name:
        run(Path(name), options)
    return 0


def run(folder: Path, options: argparse.Namespace) -> None:
    """Make a district and take it through all steps."""
    made, place = folder / "district", folder / "ledger.db"
    us = [sys.executable, "-m", "cardledger", "--ledger", str(place)]
    print("| step | time | memory of its largest process | |\n|---|---|---|---|", flush=True)
    step("make the files", sys.executable, "scripts/make_district", made, "--no-workbooks",
         "--seed", str(options.seed), "--schools", str(options.schools),
         "--pupils", str(options.pupils), "--terms", str(options.terms))  # fmt: skip
    step("record", sys.executable, "-m", "scripts.benchmarks.district", "--record", made, place)
    end = truth_of(made).as_of[:10]
    step("verify", *us, "verify")
    step("rebuild the tables", *us, "rebuild")
    step("audit", *us, "audit", "--as-of", end, "--output", folder / "findings.jsonl")
    with (folder / "findings.jsonl").open(encoding="utf-8") as findings:
        print(f"| findings | | | {sum(1 for _line in findings):,} |")
    for file in sorted(folder.glob("ledger.*")):
        print(f"| {file.name} | | | {file.stat().st_size / 2**20:,.0f} MiB on disk |")


if __name__ == "__main__":
    sys.exit(main())
