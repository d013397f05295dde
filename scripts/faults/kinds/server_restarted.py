"""PostgreSQL is started again at a message: stopped in order, without ceremony, or by kill -9.

A plus sign: just after the message was passed on, while the server works at it; else before.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from random import Random

from scripts.faults.bench import Bench
from scripts.faults.operations import Operation
from scripts.faults.server import SERVED
from tests.support.relay import Do, Said

_MODES = ("fast", "immediate", "killed")


def points(bench: Bench, operation: Operation) -> Iterator[str]:
    """Yield each message by its number, each in one of the modes."""
    if operation.name in SERVED:
        for number in range(1, len(bench.server.said(operation.name)) + 1):
            yield f"{number}:{_MODES[number % len(_MODES)]}"


def chance(bench: Bench, operation: Operation, chance: Random) -> str | None:
    """Return any message and mode."""
    if operation.name not in SERVED:
        return None
    number = chance.randint(1, len(bench.server.said(operation.name)))
    return f"{number}:{chance.choice(_MODES)}{chance.choice(('', '+'))}"


def strike(bench: Bench, operation: Operation, at: str) -> str:
    """Start it again there."""
    number, mode = at.split(":")
    server = bench.server
    again = threading.Thread(target=server.cluster.restart, args=(mode.removesuffix("+"),))

    def plan(said: Said) -> Do:
        if said.number == int(number):
            again.start()
            if not mode.endswith("+"):
                again.join()
        return Do.PASS

    folder, ran = server.relayed(operation, plan)
    if again.ident is not None:
        again.join()
    return server.checked(folder, operation, ran)
