"""The kinds of faults. Each file has the same names:

    points(bench, operation)     every point at which it can strike, in order
    chance(bench, operation, r)  one more, chosen by chance
    strike(bench, operation, at) do it, check what is left; return which state that was

`at` is a word that says where it strikes. The docstring's first line tells of the kind. A kind
that takes long may say `WEIGHT`, how often chance is to choose it; of others it is 10.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from random import Random
from typing import Protocol

from scripts.faults.bench import Bench
from scripts.faults.operations import Operation


class Kind(Protocol):
    """A module of this package."""

    def points(self, bench: Bench, operation: Operation) -> Iterable[str]:
        """Return every point at which it can strike."""

    def chance(self, bench: Bench, operation: Operation, chance: Random) -> str | None:
        """Return a point chosen by chance; none where it does not strike this operation."""

    def strike(self, bench: Bench, operation: Operation, at: str) -> str:
        """Strike there and check; return the state that was left. Raises `Broken`."""


def kinds() -> dict[str, Kind]:
    """Return all kinds by their names."""
    return {
        info.name.replace("_", "-"): importlib.import_module(f"{__name__}.{info.name}")
        for info in pkgutil.iter_modules(__path__)
    }


def weight(kind: Kind) -> int:
    """Return how often chance is to choose a kind."""
    return int(getattr(kind, "WEIGHT", 10))
