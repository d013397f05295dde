"""The audit by all rules: two processes against one, and the memory of the larger of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.opening import open_ledger
from scripts.benchmarks.figures import Cost, Figure
from scripts.benchmarks.stand import PEAK, Stand, run_alone

PLACE: Final = 80
LONG: Final = True

#: With fewer lines the start of a second process is what is measured.
SCALES_FROM: Final = 1_000_000

#: What a process of its own runs: the rules over all subjects, findings counted and not told.
_PROGRAM = f"""{PEAK}
import resource, sys, time
from cardledger.audit.auditing import counted
from cardledger.opening import open_ledger
if __name__ == "__main__":
    with open_ledger(sys.argv[1]) as ledger:
        start = time.perf_counter()
        counted(ledger, jobs=int(sys.argv[2]))
        seconds = time.perf_counter() - start
    # What this account of theirs begins with is what this process had, which counts anyway.
    theirs = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(seconds, max(peak(), theirs))
"""


def figures(stand: Stand) -> Iterator[Figure]:
    """Measure the audit of a ledger: memory, and where it is long enough, scaling."""
    with open_ledger(stand.ledger) as ledger:
        lines = ledger.head()
    two, memory = run_alone(_PROGRAM, str(stand.ledger), "2")
    if stand.lines >= SCALES_FROM:
        one, alone = run_alone(_PROGRAM, str(stand.ledger), "1")
        memory = max(memory, alone)
        yield Figure(
            f"audit {lines:,} lines by all rules, two processes against one",
            f"{two:,.1f} s", f"{one:,.1f} s", one / two, 1.6, 1.9, True,
        )  # fmt: skip
    yield Figure(
        f"audit {lines:,} lines by all rules, two processes, in µs a line",
        f"{two:,.1f} s", "-", two / lines * 1e6, 60, 20, False,
        Cost("audit, two processes", lines, two / lines * 1e6, "µs a line"),
    )  # fmt: skip
    yield Figure(
        f"memory of an audit of {lines:,} lines, its largest process",
        f"{memory:,.0f} MiB", "-", memory, 1024, 300, False,
        Cost("memory of an audit", lines, memory, "MiB"),
    )  # fmt: skip
