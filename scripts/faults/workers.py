"""Processes that do faults side by side; what came of them is told in the order of the faults."""

from __future__ import annotations

import contextlib
import os
import traceback
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, Pipe, wait
from typing import Final, NamedTuple

#: Faults that may be done ahead of the first one that is not done yet, for each worker.
AHEAD: Final = 200


class Result(NamedTuple):
    """What came of a fault: the state that it left, or what does not hold."""

    fault: str
    state: str
    broken: str = ""


#: Does a fault by its name.
Work = Callable[[str], Result]


class _Worker:
    """A process that does one fault after the other."""

    def __init__(self, begin: Callable[[], tuple[Work, Callable[[], None]]]) -> None:
        self.pipe, other = Pipe()
        self.child = os.fork()
        if self.child == 0:
            self.pipe.close()
            _work(other, begin)
        other.close()

    def give(self, number: int, fault: str) -> None:
        self.pipe.send((number, fault))

    def end(self) -> None:
        # Other workers have this pipe too: that it is closed here would not be noticed.
        with contextlib.suppress(OSError):
            self.pipe.send(None)
        os.waitpid(self.child, 0)


def _work(pipe: Connection, begin: Callable[[], tuple[Work, Callable[[], None]]]) -> None:
    """Work until nobody gives anything any more; never returns."""
    status = 0
    try:
        work, end = begin()
        try:
            while (given := pipe.recv()) is not None:
                number, fault = given
                pipe.send((number, work(fault), ""))
        finally:
            end()
    except BaseException:
        status = 1
        pipe.send((0, None, traceback.format_exc()))
    os._exit(status)


def in_order(
    faults: Iterable[str], jobs: int, begin: Callable[[int], tuple[Work, Callable[[], None]]]
) -> Iterator[Result]:
    """Yield what came of faults, in their order, whichever worker did them and when.

    `begin` is called in each worker with its number; it returns what does a fault, and what is to
    be called at the end.
    """
    coming = enumerate(faults)
    done: dict[int, Result] = {}
    workers = [_Worker(lambda index=index: begin(index)) for index in range(jobs)]  # type: ignore[misc]
    busy: dict[Connection, _Worker] = {}
    idle = list(workers)
    told = given = 0
    try:
        while True:
            while idle and given - told < AHEAD * jobs and (one := next(coming, None)) is not None:
                worker = idle.pop()
                worker.give(*one)
                busy[worker.pipe] = worker
                given += 1
            if not busy:
                return
            for pipe in wait(list(busy)):
                assert isinstance(pipe, Connection)
                number, result, error = pipe.recv()
                if error:
                    raise SystemExit(f"a worker failed: {error}")
                idle.append(busy.pop(pipe))
                done[number] = result
            while told in done:
                yield done.pop(told)
                told += 1
    finally:
        for worker in workers:
            worker.end()
