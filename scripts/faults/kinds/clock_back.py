"""The clock goes back: before a command, or each time that it looks.

The program looks at one clock (`cardledger.moments.now`); the child is given another there. The
machine's own stays right: other programs need it, and no namespace has a clock of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from random import Random

from scripts.faults.bench import Bench
from scripts.faults.checking import check_after, demand
from scripts.faults.children import run
from scripts.faults.operations import Operation

_JUMPS = {
    "second": timedelta(seconds=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    # Before all that the ledger holds: what is recorded would lie in the future.
    "decades": timedelta(days=30 * 365),
}
#: Each look at the clock tells an earlier time than the one before.
_SLIDING = "sliding"
_STEP = timedelta(minutes=7)
#: What is refused as long as the clock says that it has not happened yet, and the lines of it.
_REFUSED = {"record-one": 1, "record-batch": 0}


def points(_bench: Bench, operation: Operation) -> list[str]:
    """Return every jump."""
    return [*_JUMPS, _SLIDING] if operation.is_command else []


def chance(_bench: Bench, operation: Operation, chance: Random) -> str | None:
    """Return a jump of some seconds."""
    return f"{int(10 ** chance.uniform(0, 8))}s" if operation.is_command else None


def strike(bench: Bench, operation: Operation, at: str) -> str:
    """Put the clock back, run, and put it right."""
    folder = bench.fresh(operation)
    ran = run(folder, operation.command, prepare=_put_back(at))
    refused = _REFUSED.get(operation.name) if at == "decades" else None
    if refused is None:
        return check_after(folder, operation, ran, statuses=(0,))
    demand("is in the future" in ran.out + ran.err, f"it said: {ran.out} {ran.err}")
    lines = tuple(count + refused for count in operation.lines if count is not None)
    return check_after(folder, replace(operation, lines=lines), ran, statuses=(3,))


def _put_back(at: str) -> Callable[[], None]:
    def put_back() -> None:
        from cardledger import moments

        back = timedelta(0) if at == _SLIDING else _jump(at)
        step = _STEP if at == _SLIDING else timedelta(0)

        class Clock(datetime):
            """A clock that goes wrong."""

            looks = 0

            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Clock:
                cls.looks += 1
                wrong = datetime.now(tz) - back - cls.looks * step
                return cls.fromisoformat(wrong.isoformat())

        vars(moments)["datetime"] = Clock

    return put_back


def _jump(at: str) -> timedelta:
    return _JUMPS[at] if at in _JUMPS else timedelta(seconds=int(at.removesuffix("s")))
