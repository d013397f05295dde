"""The acts of the station: one file each, and the file's presence registers it.

Every module of this package whose name does not begin with an underscore is one act and offers
`ACT`. To add an act, add a file. An act that records is one of the ledger's own actions: its
options are fields of that action's command, declared there with their help.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Final

from cardledger.station.acts._base import COMMON, TOOL, Act, Begin, Look, Looked

__all__ = ["ACTS", "COMMON", "TOOL", "Act", "Begin", "Look", "Looked"]


def _discover() -> dict[str, Act]:
    acts: list[Act] = [
        importlib.import_module(f"{__name__}.{info.name}").ACT
        for info in pkgutil.iter_modules(__path__)
        if not info.name.startswith("_")
    ]
    return {act.name: act for act in acts}


#: All acts by name, such as "term-swipe" and "box put".
ACTS: Final[dict[str, Act]] = _discover()
