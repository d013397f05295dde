"""Run the benchmarks and print one table of ratios.

The first rows of the design's budgets: recording in batches, one durable action, rebuilding the
tables, tracing a card, reading a roster, auditing by all rules.
"""

from __future__ import annotations

import argparse
import json
import platform
import sqlite3
import statistics
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from cardledger.actions.found import Found
from cardledger.actions.lost import Lost
from cardledger.opening import init_ledger, open_ledger
from cardledger.replay import Replay
from cardledger.trace import trace
from scripts.benchmarks import audits, library, raw, reading, runner, workload
from scripts.benchmarks.figures import Figure, in_turns, seconds_of, table

#: Lines in one transaction, ours and the peers'.
BATCH = 1000
#: What the library's runner is given: it commits once an event, and would take minutes for more.
PROJECTED = 4000
SINGLE_ACTS = 200


def record_figures(folder: Path, acts: list[workload.Row], repeats: int) -> list[Figure]:
    """Measure recording in batches against the floor and against the library."""
    commands = workload.commands(acts)

    def ours() -> float:
        for file in folder.glob("ours.*"):
            file.unlink()
        with init_ledger(folder / "ours.db", school=workload.SCHOOL) as ledger:
            return seconds_of(
                lambda: [
                    ledger.record_many(commands[start : start + BATCH])
                    for start in range(0, len(commands), BATCH)
                ]
            )

    ours()
    rows = raw.rows_of(folder / "ours.db")
    if len(rows.lines) < len(acts):
        raise SystemExit(f"only {len(rows.lines)} of {len(acts)} acts were recorded")
    seconds, floor = in_turns(
        repeats, ours, lambda: raw.seconds_to_write(folder / "raw.db", rows, BATCH)
    )
    peer = library.seconds_to_record(folder / "library.db", acts, BATCH)
    rate = len(acts) / seconds
    what = f"record {len(acts):,} mixed actions in batches"
    return [
        Figure(f"{what}, against raw sqlite3", _rate(rate), _rate(len(acts) / floor),
               floor / seconds, 0.4, 0.6, True),
        Figure(f"{what}, against the library", _rate(rate), _rate(len(acts) / peer),
               peer / seconds, 1.5, 3, True),
    ]  # fmt: skip


def single_figure(folder: Path) -> Figure:
    """Measure one durable action: read, decide, append; against a raw durable commit."""
    rows = raw.rows_of(folder / "ours.db")
    database = raw.empty(folder / "raw.db", rows.schema)
    already = len(rows.lines) - SINGLE_ACTS
    raw.write(database, raw.Rows(rows.schema, rows.lines[:already], rows.tags), BATCH)
    ours: list[float] = []
    floor: list[float] = []
    # Cards 2, 7, 12 … of the workload stay in use.
    cards = [f"C{pupil:07d}" for pupil in range(2, 5 * SINGLE_ACTS, 5)]
    with open_ledger(folder / "ours.db") as ledger:
        for turn, card in enumerate(cards[:SINGLE_ACTS]):
            command = Lost(card=card) if turn % 2 == 0 else Found(card=cards[turn - 1])
            ours.append(seconds_of(lambda one=command: ledger.record(one)))  # type: ignore[misc]
            upto = raw.Rows(rows.schema, rows.lines[: already + turn + 1], rows.tags)
            after = already + turn
            floor.append(
                seconds_of(lambda some=upto, seq=after: raw.write(database, some, 1, seq))  # type: ignore[misc]
            )
    database.close()
    mine, theirs = statistics.median(ours), statistics.median(floor)
    return Figure(
        f"one durable action at {len(rows.lines):,} lines", _milliseconds(mine),
        _milliseconds(theirs), mine / theirs, 4, 2, False,
    )  # fmt: skip


def rebuild_figure(folder: Path, acts: list[workload.Row]) -> Figure:
    """Measure a rebuild of all tables against the library's runner, by lines a second."""
    with init_ledger(folder / "projected.db", school=workload.SCHOOL) as ledger:
        ledger.record_many(workload.commands(acts[:PROJECTED]))
        events = ledger.head()
    peer = runner.seconds_to_project(folder / "projected.db", events)
    with open_ledger(folder / "ours.db") as ledger:
        lines = ledger.head()
        seconds = seconds_of(lambda: Replay(ledger).rebuild())
    mine, theirs = lines / seconds, events / peer
    return Figure(
        "rebuild all projections, against the library's runner",
        _rate(mine),
        _rate(theirs),
        mine / theirs,
        5,
        10,
        True,
    )


def trace_figure(folder: Path) -> Figure:
    """Measure the trace of one card, in process: milliseconds."""
    with open_ledger(folder / "ours.db") as ledger:
        times = [
            seconds_of(lambda one=card: trace(ledger, one))  # type: ignore[misc]
            for card in (f"C{pupil:07d}" for pupil in range(1, 1001, 5))
        ]
        lines = ledger.head()
    mine = statistics.median(times) * 1000
    return Figure(f"trace one card of {lines:,} lines, in ms", f"{mine:.2f} ms", "-",
                  mine, 5, 1, False)  # fmt: skip


def _rate(value: float) -> str:
    return f"{value:,.0f}/s"


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"


def versions() -> str:
    """Return what was measured, on what."""
    names = ("cardledger", "eventsourcing", "SQLAlchemy")
    parts = [f"{name} {version(name)}" for name in names]
    return ", ".join(
        [*parts, f"SQLite {sqlite3.sqlite_version}", f"Python {platform.python_version()}"]
    )


def measure(lines: int, repeats: int) -> list[Figure]:
    """Run all benchmarks at one size."""
    acts = workload.rows(lines)
    with tempfile.TemporaryDirectory(prefix="cardledger-bench-") as name:
        folder = Path(name)
        return [
            *record_figures(folder, acts, repeats),
            single_figure(folder),
            rebuild_figure(folder, acts),
            trace_figure(folder),
            reading.reading_figure(folder, lines, repeats),
            *audits.audit_figures(folder / "ours.db"),
        ]


def main() -> int:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000, help="acts to record")
    parser.add_argument("--repeats", type=int, default=3, help="turns whose median counts")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    figures = measure(options.lines, options.repeats)
    if options.json:
        print(json.dumps([one.as_json() for one in figures], ensure_ascii=False, indent=1))
    else:
        print(versions(), end="\n\n")
        print(table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
