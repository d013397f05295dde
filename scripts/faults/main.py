"""The command `scripts/torture`."""

from __future__ import annotations

import argparse
import itertools
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

from scripts.faults import __doc__ as about
from scripts.faults.bench import Bench
from scripts.faults.children import Broken
from scripts.faults.kinds import kinds
from scripts.faults.operations import OPERATIONS


def main() -> int:
    """Do faults and tell of each; exit status 1 where something did not hold."""
    asked = _asked()
    if shutil.which("strace") is None:
        print("strace is not here: apt-get install strace", file=sys.stderr)
        return 2
    sys.dont_write_bytecode = True
    with tempfile.TemporaryDirectory(prefix="cardledger-torture-", dir=asked.folder) as name:
        # The server's own user has to pass through to what is its own.
        Path(name).chmod(0o711)
        bench = Bench(Path(name))
        try:
            return _replayed(bench, asked.replay) if asked.replay else _tortured(bench, asked)
        finally:
            bench.close()


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/torture", description=about, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1, help="of what is left to chance")
    parser.add_argument("--faults", type=int, default=10_000, help="how many, at most")
    parser.add_argument("--kind", action="append", choices=list(kinds()), help="only these")
    parser.add_argument("--operation", action="append", choices=list(OPERATIONS), help="only these")
    parser.add_argument("--sample", type=int, default=1, help="of the points every Nth only")
    parser.add_argument("--replay", metavar="FAULT", help="do this fault again")
    parser.add_argument("--folder", type=Path, help="where to work; else the system's own place")
    return parser.parse_args()


def _planned(bench: Bench, asked: argparse.Namespace) -> Iterator[str]:
    """Yield the names of faults: every point once, then by chance for as long as it is wanted."""
    names = asked.kind or list(kinds())
    operations = asked.operation or list(OPERATIONS)
    chosen = [(name, kinds()[name], OPERATIONS[each]) for name in names for each in operations]
    random = Random(asked.seed)
    for name, kind, operation in chosen:
        every = list(kind.points(bench, operation))
        start = random.randrange(asked.sample)
        yield from (f"{name}/{operation.name}/{at}" for at in every[start :: asked.sample])
    while True:
        name, kind, operation = random.choice(chosen)
        at = kind.chance(bench, operation, random)
        if at is not None:
            yield f"{name}/{operation.name}/{at}"


def _tortured(bench: Bench, asked: argparse.Namespace) -> int:
    start, left, failed = time.monotonic(), Counter[str](), 0
    for count, fault in enumerate(itertools.islice(_planned(bench, asked), asked.faults), 1):
        try:
            state = strike(bench, fault)
        except Broken as error:
            failed += 1
            print(f"{fault} BROKEN: {error}", flush=True)
        else:
            left[state] += 1
            print(f"{fault} {state}", flush=True)
        if count % 500 == 0:
            print(f"{count} faults, {time.monotonic() - start:.0f} s", file=sys.stderr)
    states = ", ".join(f"{count} {state}" for state, count in sorted(left.items()))
    print(f"faults: {left.total() + failed} = {left.total()} held ({states}) + {failed} broken")
    return 1 if failed else 0


def strike(bench: Bench, fault: str) -> str:
    """Do one fault by its name; return the state that it left. Raises `Broken`."""
    kind, operation, at = fault.split("/")
    return kinds()[kind].strike(bench, OPERATIONS[operation], at)


def _replayed(bench: Bench, fault: str) -> int:
    try:
        print(f"{fault} {strike(bench, fault)}")
    except Broken as error:
        print(f"{fault} BROKEN: {error}")
        return 1
    return 0
