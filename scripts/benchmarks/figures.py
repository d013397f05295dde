"""Figures: what was measured, against what, and whether it is good enough."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple


class Cost(NamedTuple):
    """What a kind of work costs at one size of the ledger, in `unit`."""

    work: str
    lines: int
    amount: float
    unit: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the report.

    `value` is the ratio of `ours` to `peer`, or `ours` itself where there is no peer. `at_least`
    says whether a good value is a high one.
    """

    what: str
    ours: str
    peer: str
    value: float
    #: None where nothing was agreed.
    budget: float | None
    stretch: float | None
    at_least: bool
    #: What it cost at which number of lines, for the plots of cost against size.
    cost: Cost | None = None

    @property
    def met(self) -> bool:
        """Whether the budget is met."""
        return self._is_good(self.budget)

    @property
    def stretched(self) -> bool:
        """Whether the stretch goal is met too."""
        return self._is_good(self.stretch)

    @property
    def verdict(self) -> str:
        """How it compares with what was agreed."""
        if self.budget is None:
            return ""
        return "stretch met" if self.stretched else "met" if self.met else "missed"

    def _is_good(self, limit: float | None) -> bool:
        if limit is None:
            return True
        return self.value >= limit if self.at_least else self.value <= limit

    def as_json(self) -> dict[str, Any]:
        """Return the figure for scripts."""
        return {
            "what": self.what,
            "ours": self.ours,
            "peer": self.peer,
            "value": round(self.value, 3),
            "budget": self.budget,
            "stretch": self.stretch,
            "met": self.met,
            "cost": self.cost._asdict() if self.cost else None,
        }


@contextmanager
def stopwatch() -> Iterator[list[float]]:
    """Give a list that holds the seconds of the block when it is done."""
    seconds: list[float] = []
    start = time.perf_counter()
    yield seconds
    seconds.append(time.perf_counter() - start)


def seconds_of(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes."""
    with stopwatch() as seconds:
        work()
    return seconds[0]


def in_turns(repeats: int, *works: Callable[[], float]) -> list[float]:
    """Run works in turns, so that a slow moment of the machine hits all; return their medians."""
    seen: list[list[float]] = [[] for _work in works]
    for _turn in range(repeats):
        for times, work in zip(seen, works, strict=True):
            times.append(work())
    return [statistics.median(times) for times in seen]


def rate(value: float) -> str:
    """Write how many a second."""
    return f"{value:,.0f}/s"


def milliseconds(seconds: float) -> str:
    """Write seconds as milliseconds."""
    return f"{seconds * 1000:.2f} ms"


def table(figures: list[Figure]) -> str:
    """Return the figures as a table of plain text (Markdown)."""
    rows = [("what", "ours", "peer", "ratio", "budget", "stretch", "")]
    for one in figures:
        sign = "≥" if one.at_least else "≤"
        rows.append(
            (
                one.what,
                one.ours,
                one.peer,
                f"{one.value:.2f}",
                f"{sign} {one.budget:g}" if one.budget is not None else "",
                f"{sign} {one.stretch:g}" if one.stretch is not None else "",
                one.verdict,
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)
