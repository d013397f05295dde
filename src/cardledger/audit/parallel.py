"""Tasks, one by one or in several processes; their results come in the order of the tasks."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import Final

from cardledger.audit.running import Order, Result, Task, Worker, reference_of
from cardledger.audit.telling import Tellings
from cardledger.log import Log

#: Results that may wait for an earlier one, for each process: their memory has a limit.
_AHEAD: Final = 3


def run(
    log: Log, place: str, order: Order, tasks: Iterable[Task], told: Path | None, jobs: int
) -> Iterator[Result]:
    """Run tasks and yield their results in the order of the tasks.

    `place` is where the log is: every process opens it on its own. `told` is the file of what the
    lines of other subjects say, where that is known already.
    """
    remaining = list(tasks)
    if jobs <= 1 or len(remaining) <= 1:
        yield from _here(log, order, remaining, told)
        return
    # A process that is forked would share the connections of this one.
    context = multiprocessing.get_context("spawn")
    workers = min(jobs, len(remaining))
    with ProcessPoolExecutor(workers, context, _begin, (place, order, told)) as pool:
        waiting: deque[Future[Result]] = deque()
        try:
            for task in remaining:
                waiting.append(pool.submit(_work, task))
                if len(waiting) >= workers * _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            # Who stops early waits for what is running, and no process outlives the audit.
            pool.shutdown(cancel_futures=True)


def _here(log: Log, order: Order, tasks: Iterable[Task], told: Path | None) -> Iterator[Result]:
    worker = _worker(log, order, told)
    try:
        for task in tasks:
            yield worker.run(task)
    finally:
        if worker.tellings is not None:
            worker.tellings.close()


def _worker(log: Log, order: Order, told: Path | None) -> Worker:
    tellings = Tellings(told) if told is not None else None
    return Worker(log, order, reference_of(log, order.cut), tellings)


#: The worker of a process that was started for it.
_own: list[Worker] = []


def _begin(place: str, order: Order, told: Path | None) -> None:
    _own[:] = [_worker(Log.open(place), order, told)]


def _work(task: Task) -> Result:
    return _own[0].run(task)
