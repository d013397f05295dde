"""The audit: two processes against one, and the memory of the larger of them.

    python -m scripts.benchmarks.audits --lines 10000000

makes a ledger of so many lines, by copying the lines of some pupils under other names, and audits
it. It takes minutes, and some gigabytes below the folder for temporary files.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

from cardledger.events import Codec, UnknownEvent
from cardledger.log import Entry
from cardledger.opening import init_ledger, open_ledger
from scripts.benchmarks import workload
from scripts.benchmarks.figures import Figure

#: Acts that are recorded and then copied.
_TEMPLATE = 20_000
_BATCH = 20_000
#: Characters that the subjects of a copy have more than those of the template.
_BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_NAMES = re.compile(rb'"(?:([CD]\d{7})|(01170001\d{8})|P(\w{10})|((?!01170001)[0-9A-F]{8}))"')

#: What a process of its own runs: the rules over all subjects, findings counted and not told.
_PROGRAM = """
import resource, sys, time
from cardledger.audit.auditing import counted
from cardledger.opening import open_ledger
if __name__ == "__main__":
    with open_ledger(sys.argv[1]) as ledger:
        start = time.perf_counter()
        found = counted(ledger, jobs=int(sys.argv[2]))
        seconds = time.perf_counter() - start
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    theirs = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(seconds, max(own, theirs) / 1024, sum(found.values()))
"""


def audit_figures(ledger: Path, repeats: int = 1) -> list[Figure]:
    """Measure the audit of a ledger: scaling with two processes, and memory."""
    with open_ledger(ledger) as opened:
        lines = opened.head()
    alone = [_run(ledger, 1) for _turn in range(repeats)]
    together = [_run(ledger, 2) for _turn in range(repeats)]
    one, two = min(run[0] for run in alone), min(run[0] for run in together)
    memory = max(run[1] for run in (*alone, *together))
    what = f"audit by all rules of {lines:,} lines"
    return [
        Figure(f"{what}, two processes against one", f"{two:,.1f} s", f"{one:,.1f} s",
               one / two, 1.6, 1.9, True),
        Figure(f"{what}, memory of its largest process, in MiB", f"{memory:,.0f} MiB", "-",
               memory, 1024, 300, False),
    ]  # fmt: skip


def _run(ledger: Path, jobs: int) -> tuple[float, float]:
    with tempfile.NamedTemporaryFile("w", suffix=".py") as program:
        program.write(_PROGRAM)
        program.flush()
        ran = subprocess.run(
            [sys.executable, program.name, str(ledger), str(jobs)],
            check=True,
            capture_output=True,
            text=True,
        )
    seconds, memory, _found = ran.stdout.split()
    return float(seconds), float(memory)


def make_ledger(place: Path, lines: int) -> None:
    """Make a ledger of so many lines."""
    with init_ledger(place, school=workload.SCHOOL) as ledger:
        acts = workload.commands(workload.rows(min(lines, _TEMPLATE)))
        for start in range(0, len(acts), 1000):
            ledger.record_many(acts[start : start + 1000])
        template = [(raw.name, bytes(raw.data)) for raw in ledger.raw_lines(after=1)]
        more = max(lines - ledger.head(), 0)
        copies = islice(_copies(template), more)
        while batch := list(islice(copies, _BATCH)):
            ledger.log.append(batch, sign=ledger.anchor.sign)
            ledger.anchor.keep()


def _copies(template: list[tuple[str, bytes]]) -> Iterator[Entry]:
    """Yield the lines of the template again and again, each time about other subjects."""
    for turn in count(1):
        digits = b"%04d" % (turn % 10_000)
        letters = "".join(_BASE32[turn >> shift & 31] for shift in (10, 5, 0)).encode()

        def renamed(found: re.Match[bytes], digits: bytes = digits, own: bytes = letters) -> bytes:
            card, number, student, uid = found.groups()
            if card:
                return b'"%b%b"' % (card, digits)
            if number:
                return b'"%b%b%b"' % (number[:8], digits, number[12:])
            if student:
                return b'"P%b%b"' % (own, student[3:])
            return b'"%b%b"' % (digits, uid[4:])

        for name, data in template:
            if name.startswith(("ledger.", "school.")):
                continue
            copied = _NAMES.sub(renamed, data)
            event = Codec.decode(name, copied)
            if isinstance(event, UnknownEvent):
                raise TypeError(name)
            yield Entry(name, copied, event.tags())


def main() -> int:
    """Make a ledger, audit it, print the figures."""
    parser = argparse.ArgumentParser(prog="audits", description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000, help="lines of the ledger")
    parser.add_argument("--keep", type=Path, help="make the ledger here, and keep it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cardledger-audits-") as folder:
        place = options.keep or Path(folder) / "ledger.db"
        if not place.exists():
            make_ledger(place, options.lines)
        for figure in audit_figures(place):
            print(f"{figure.what}: {figure.ours}, {figure.peer}; {figure.value:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
