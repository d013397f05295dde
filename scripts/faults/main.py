"""The command `scripts/torture`."""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Final

from scripts.faults import __doc__ as about
from scripts.faults.bench import Bench
from scripts.faults.children import Broken
from scripts.faults.kinds import Kind, kinds, weight
from scripts.faults.loading import load
from scripts.faults.operations import OPERATIONS, Operation
from scripts.faults.telling import Account
from scripts.faults.workers import Result, in_order

#: Kinds that strike a server begin so.
_SERVER: Final = "server-"


def main() -> int:
    """Do faults and tell of each; exit status 1 where something did not hold."""
    asked = _asked()
    if shutil.which("strace") is None:
        print("strace is not here: apt-get install strace", file=sys.stderr)
        return 2
    sys.dont_write_bytecode = True
    load()
    with tempfile.TemporaryDirectory(prefix="cardledger-torture-", dir=asked.folder) as name:
        # The server's own user has to pass through to what is its own.
        Path(name).chmod(0o711)
        bench = Bench(Path(name) / "bench")
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
    parser.add_argument(
        "--jobs", type=int, default=len(os.sched_getaffinity(0)), help="how many at a time"
    )
    return parser.parse_args()


def _planned(bench: Bench, asked: argparse.Namespace) -> Iterator[str]:
    """Yield the names of faults, for as long as they are wanted.

    Where no kinds were chosen: every point on files once; then those of servers, of which there
    are thousands, shuffled, in turn with what chance chooses among all kinds. Else every point of
    the chosen kinds, and then chance.
    """
    names = asked.kind or list(kinds())
    operations = asked.operation or list(OPERATIONS)
    chosen = [(name, kinds()[name], OPERATIONS[each]) for name in names for each in operations]
    random = Random(asked.seed)
    points: dict[bool, list[str]] = {False: [], True: []}
    for name, kind, operation in chosen:
        later = not asked.kind and name.startswith(_SERVER)
        every = list(kind.points(bench, operation))
        start = random.randrange(asked.sample)
        points[later] += [f"{name}/{operation.name}/{at}" for at in every[start :: asked.sample]]
    yield from points[False]
    random.shuffle(points[True])
    by_chance = _by_chance(bench, chosen, random)
    for point in points[True]:
        yield point
        yield next(by_chance)
    yield from by_chance


def _by_chance(
    bench: Bench, chosen: list[tuple[str, Kind, Operation]], random: Random
) -> Iterator[str]:
    """Yield names of faults that chance chooses, without end."""
    weights = [weight(kind) for _name, kind, _operation in chosen]
    while True:
        name, kind, operation = random.choices(chosen, weights)[0]
        at = kind.chance(bench, operation, random)
        if at is not None:
            yield f"{name}/{operation.name}/{at}"


def _tortured(bench: Bench, asked: argparse.Namespace) -> int:
    operations = asked.operation or list(OPERATIONS)
    bench.prepare(operations)
    account = Account(time.monotonic())
    faults = itertools.islice(_planned(bench, asked), asked.faults)

    def begin(index: int) -> tuple[Callable[[str], Result], Callable[[], None]]:
        own = bench.worker(index)
        return lambda fault: struck(own, fault), own.close

    for result in in_order(faults, max(asked.jobs, 1), begin):
        account.add(result)
        print(f"{result.fault} {result.state}", flush=True)
        if result.broken:
            print(f"  BROKEN: {result.broken}", flush=True)
        if account.count % 500 == 0:
            print(f"{account.count} faults, {account.seconds():.0f} s", file=sys.stderr)
    account.close(bench, operations)
    return 1 if account.broken else 0


def struck(bench: Bench, fault: str) -> Result:
    """Do one fault by its name, and return what came of it."""
    try:
        return Result(fault, strike(bench, fault))
    except Broken as error:
        return Result(fault, "BROKEN", str(error))


def strike(bench: Bench, fault: str) -> str:
    """Do one fault by its name; return the state that it left. Raises `Broken`."""
    kind, operation, at = fault.split("/")
    return kinds()[kind].strike(bench, OPERATIONS[operation], at)


def _replayed(bench: Bench, fault: str) -> int:
    result = struck(bench, fault)
    print(f"{fault} {result.state}")
    if result.broken:
        print(f"  BROKEN: {result.broken}")
    return 1 if result.broken else 0
