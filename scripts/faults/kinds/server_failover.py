"""PostgreSQL fails with its machine, and the standby that confirmed every commit is promoted.

The command knows both by its URL. A plus sign: just after the message was passed on; else before.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from random import Random

from scripts.faults.bench import Bench
from scripts.faults.operations import Operation
from scripts.faults.server import SERVED
from tests.support.relay import Do, Said


def points(bench: Bench, operation: Operation) -> Iterator[str]:
    """Yield each commit by the number of its message, before and after it was passed on."""
    if operation.name in SERVED:
        for said in bench.server.said(operation.name):
            if said.is_commit:
                yield from (f"{said.number}", f"{said.number}+")


def chance(bench: Bench, operation: Operation, chance: Random) -> str | None:
    """Return any message."""
    if operation.name not in SERVED:
        return None
    number = chance.randint(1, len(bench.server.said(operation.name)))
    return f"{number}{chance.choice(('', '+'))}"


def strike(bench: Bench, operation: Operation, at: str) -> str:
    """Let it fail there."""
    server = bench.server.replicated
    failing = threading.Thread(target=server.pair.fail_over)

    def plan(said: Said) -> Do:
        if said.number == int(at.removesuffix("+")):
            failing.start()
            if not at.endswith("+"):
                failing.join()
        return Do.PASS

    folder, ran = server.relayed(operation, plan, (server.pair.second.port,))
    if failing.ident is None:
        return server.checked(folder, operation, ran)
    failing.join()
    place = server.take_over()
    try:
        return server.checked(folder, operation, ran, place)
    finally:
        server.renew()
