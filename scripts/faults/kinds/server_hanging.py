"""PostgreSQL hangs from a message on: it says nothing, while its machine answers.

hold: nothing reaches it any more; hold-answer: none of its answers comes back; stopped: all of its
processes stand still until the command has ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from random import Random

from scripts.faults.bench import Bench
from scripts.faults.kinds.server_doubt import ANSWER
from scripts.faults.operations import Operation
from scripts.faults.server import SERVED
from tests.support.relay import Do, Said

_STOPPED = "stopped"
_WAYS = (Do.HOLD.value, Do.HOLD_ANSWER.value, _STOPPED)


def points(bench: Bench, operation: Operation) -> Iterator[str]:
    """Yield each message by its number, each in one of the ways."""
    if operation.name in SERVED:
        for number in range(1, len(bench.server.said(operation.name)) + 1):
            yield f"{number}:{_WAYS[number % len(_WAYS)]}"


def chance(bench: Bench, operation: Operation, chance: Random) -> str | None:
    """Return any message and way."""
    if operation.name not in SERVED:
        return None
    return f"{chance.randint(1, len(bench.server.said(operation.name)))}:{chance.choice(_WAYS)}"


def strike(bench: Bench, operation: Operation, at: str) -> str:
    """Let it hang there."""
    number, way = at.split(":")
    first = int(number)
    with ExitStack() as stack:

        def plan(said: Said) -> Do:
            if way != _STOPPED:
                return Do(way) if said.number >= first else Do.PASS
            if said.number == first:
                stack.enter_context(bench.server.cluster.hanging())
            return Do.PASS

        folder, ran = bench.server.relayed(
            operation, plan, answer_timeout=ANSWER, connect_timeout="2"
        )
    return bench.server.checked(folder, operation, ran)
