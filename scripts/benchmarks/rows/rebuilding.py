"""A rebuild of all tables: against the library's runner by lines a second, and its memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.opening import init_ledger, open_ledger
from scripts.benchmarks import workload
from scripts.benchmarks.figures import Cost, Figure, rate
from scripts.benchmarks.peers import runner
from scripts.benchmarks.stand import PEAK, Stand, run_alone

PLACE: Final = 30
LONG: Final = True

#: What the library's runner is given: it commits once an event, and would take minutes for more.
PROJECTED: Final = 4000

_PROGRAM = f"""{PEAK}
import sys, time
from cardledger.opening import open_ledger
from cardledger.replay import Replay
if __name__ == "__main__":
    with open_ledger(sys.argv[1]) as ledger:
        start = time.perf_counter()
        Replay(ledger).rebuild()
        seconds = time.perf_counter() - start
    print(seconds, peak())
"""


def figures(stand: Stand) -> Iterator[Figure]:
    """Measure a rebuild in a process of its own."""
    place = stand.folder / "projected.db"
    with init_ledger(place, school=workload.SCHOOL) as ledger:
        ledger.record_many(workload.commands(workload.rows(PROJECTED)))
        events = ledger.head()
    theirs = events / runner.seconds_to_project(place, events)
    with open_ledger(stand.ledger) as ledger:
        lines = ledger.head()
    seconds, memory = run_alone(_PROGRAM, str(stand.ledger))
    mine = lines / seconds
    yield Figure(
        f"rebuild all projections of {lines:,} lines, against the library's runner",
        rate(mine), rate(theirs), mine / theirs, 5, 10, True,
        Cost("rebuild of all tables", lines, seconds / lines * 1e6, "µs a line"),
    )  # fmt: skip
    yield Figure(
        f"memory of a rebuild of {lines:,} lines", f"{memory:,.0f} MiB", "-",
        memory, 1024, 300, False,
        Cost("memory of a rebuild", lines, memory, "MiB"),
    )  # fmt: skip
