"""A commit without an answer: it never reached PostgreSQL, or was done and nobody can know.

cut: the connection ends before the server has it; cut-answer: after it was done, before its answer.
hold, hold-answer: the connection stays, and says nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from scripts.faults.bench import Bench
from scripts.faults.operations import Operation
from scripts.faults.server import SERVED
from tests.support.relay import Do, Said

#: Seconds without a word after which the connection is given up.
ANSWER = "0.3"
_WAYS = (Do.CUT, Do.CUT_ANSWER, Do.HOLD, Do.HOLD_ANSWER)


def points(bench: Bench, operation: Operation) -> Iterator[str]:
    """Yield each commit by its number, and each way."""
    if operation.name in SERVED:
        count = sum(said.is_commit for said in bench.server.said(operation.name))
        for number in range(1, count + 1):
            yield from (f"{number}:{way.value}" for way in _WAYS)


def chance(bench: Bench, operation: Operation, chance: Random) -> str | None:
    """Return one of the points."""
    every = list(points(bench, operation))
    return chance.choice(every) if every else None


def strike(bench: Bench, operation: Operation, at: str) -> str:
    """Keep the answer from coming."""
    number, way = at.split(":")
    left = int(number)

    def plan(said: Said) -> Do:
        nonlocal left
        left -= said.is_commit
        return Do(way) if said.is_commit and not left else Do.PASS

    folder, ran = bench.server.relayed(operation, plan, answer_timeout=ANSWER)
    return bench.server.checked(folder, operation, ran)
