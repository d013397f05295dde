"""The rows of the report: one file a kind of work, its presence registers it.

Each offers `PLACE`, where it stands in the table; `figures(stand)`, what it measures; and `LONG`,
whether it can do so on a ledger of any length that is given, not only on one that it recorded.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from typing import Protocol

from scripts.benchmarks.figures import Figure
from scripts.benchmarks.stand import Stand


class Row(Protocol):
    """What a module of this folder offers."""

    PLACE: int
    LONG: bool

    @staticmethod
    def figures(stand: Stand) -> Iterable[Figure]:
        """Measure."""


def rows() -> dict[str, Row]:
    """Return all rows by name, in the order of the table."""
    names = [info.name for info in pkgutil.iter_modules(__path__) if info.name[0] != "_"]
    found: dict[str, Row] = {
        name: importlib.import_module(f"{__name__}.{name}")  # type: ignore[misc]
        for name in names
    }
    return dict(sorted(found.items(), key=lambda item: item[1].PLACE))
