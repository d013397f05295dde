"""The projections: one file each, and the file's presence registers it.

Every module of this package whose name does not begin with an underscore is one projection and
offers the names of `Projection`. To add a projection, add a file. They are loaded when somebody
asks for `PROJECTIONS`: who needs only the types does not wait for them.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Any, cast

from projections._base import CHUNK, Column, Kind, Projection, Row, Sealed, Shown, View

__all__ = [
    "CHUNK",
    "PROJECTIONS",
    "Column",
    "Kind",
    "Projection",
    "Row",
    "Sealed",
    "Shown",
    "View",
]


def _discover() -> dict[str, Projection]:
    names = sorted(info.name for info in pkgutil.iter_modules(__path__))
    return {
        name: cast(Projection, importlib.import_module(f"{__name__}.{name}"))
        for name in names
        if not name.startswith("_")
    }


def __getattr__(name: str) -> Any:
    if name != "PROJECTIONS":
        raise AttributeError(f"module 'projections' has no attribute {name!r}")
    # From now on it is an ordinary attribute.
    return globals().setdefault(name, _discover())


if TYPE_CHECKING:
    #: All projections by name, such as "roster".
    PROJECTIONS: dict[str, Projection]
