"""What is told at the end: how many faults held, and that no point was left out."""

from __future__ import annotations

import time
from collections import Counter

from scripts.faults.bench import Bench
from scripts.faults.kinds import killed
from scripts.faults.operations import OPERATIONS
from scripts.faults.workers import Result

#: The state of a fault that never came: the command was done before.
MISSED = "missed"


class Account:
    """Counts faults."""

    def __init__(self, begun: float) -> None:
        self._begun = begun
        self._left: Counter[str] = Counter()
        self._kinds: Counter[str] = Counter()
        self._hit: dict[str, set[str]] = {}
        self.count = 0
        self.broken = 0

    def seconds(self) -> float:
        """Return for how long it has been going on."""
        return time.monotonic() - self._begun

    def add(self, result: Result) -> None:
        """Count what came of a fault."""
        kind, operation, at = result.fault.split("/")
        self.count += 1
        self._kinds[kind] += 1
        if result.broken:
            self.broken += 1
        else:
            self._left[result.state] += 1
        if kind in killed.HITTING and result.state != MISSED:
            self._hit.setdefault(operation, set()).add(at)

    def close(self, bench: Bench, operations: list[str]) -> None:
        """Tell all of it."""
        print("kinds: " + ", ".join(f"{kind} {many}" for kind, many in sorted(self._kinds.items())))
        if self._kinds.keys() & set(killed.HITTING):
            print("points at which a command writes or makes durable, and those it was killed at:")
            for name in operations:
                self._points(bench, name)
        states = ", ".join(f"{count} {state}" for state, count in sorted(self._left.items()))
        held = self._left.total()
        print(f"faults: {self.count} = {held} held ({states}) + {self.broken} broken")

    def _points(self, bench: Bench, name: str) -> None:
        points = list(killed.points(bench, OPERATIONS[name]))
        hit = self._hit.get(name, set()) & set(points)
        calls = Counter(point.partition(":")[0] for point in points)
        which = ", ".join(f"{call} {count}" for call, count in sorted(calls.items()))
        print(f"  {name}: {len(hit)} of {len(points)} ({which})")
