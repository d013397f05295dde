"""Measure cardledger against its peers, in one run, and print one table of ratios.

At 100,000 lines every row is measured; at 1 million, and with --full at 10 million, those whose
cost might grow with the ledger. Peers and plots have an environment of their own, which is made.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Final

from scripts.benchmarks.figures import Figure, table
from scripts.benchmarks.plots import draw
from scripts.benchmarks.rows import rows
from scripts.benchmarks.stand import Stand

SIZE: Final = 100_000
LONG: Final = 1_000_000
FULL: Final = 10_000_000


def versions() -> str:
    """Return what was measured, on what."""
    names = ("cardledger", "eventsourcing", "SQLAlchemy")
    parts = [f"{name} {version(name)}" for name in names]
    system = [
        f"SQLite {sqlite3.sqlite_version}",
        f"Python {platform.python_version()}",
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
    ]
    return ", ".join(parts + system)


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    """Run what is asked for, size by size."""
    wanted = {name: row for name, row in rows().items() if name in (options.rows or rows())}
    for lines in options.sizes:
        with tempfile.TemporaryDirectory(prefix="cardledger-bench-", dir=options.folder) as name:
            stand = Stand(Path(name), lines, options.repeats)
            for row in wanted.values():
                if lines == options.sizes[0] or row.LONG:
                    for figure in row.figures(stand):
                        print(f"  {figure.what}: {figure.value:.2f}", file=sys.stderr)
                        yield figure


def main() -> int:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--full", action="store_true", help=f"also at {FULL:,} lines (an hour)")
    parser.add_argument(
        "--sizes", type=int, nargs="+", help="sizes in lines; the first has all rows"
    )
    parser.add_argument("--rows", nargs="+", choices=list(rows()), help="only these rows")
    parser.add_argument("--repeats", type=int, default=3, help="turns whose median counts")
    parser.add_argument("--folder", type=Path, help="where ledgers are made, some gigabytes")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--write", type=Path, help="also write table, JSON and plots to this folder"
    )
    options = parser.parse_args()
    options.sizes = options.sizes or [SIZE, LONG] + [FULL] * options.full
    figures = list(measure(options))
    found = json.dumps([one.as_json() for one in figures], ensure_ascii=False, indent=1)
    shown = f"{versions()}\n\n{table(figures)}"
    print(found if options.json else shown)
    if options.write:
        options.write.mkdir(parents=True, exist_ok=True)
        (options.write / "figures.json").write_text(found + "\n", encoding="utf-8")
        (options.write / "figures.md").write_text(shown + "\n", encoding="utf-8")
        draw(options.write / "figures.json", options.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
