"""The causes: one file each, and the file's presence registers it.

Every module of this package whose name does not begin with an underscore is one cause and offers
the names of `Cause`. To add a cause, add a file.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Final, Protocol, cast

from cardledger.diagnosis.facts import Facts
from cardledger.diagnosis.verdict import Verdict


class Cause(Protocol):
    """What every module of this package offers. Its docstring says what rules the cause out.

    CAUSE: its code. TITLE: what people call it (an English msgid). ORDER: its place among the
    others, in the order in which the office goes through them.
    """

    @property
    def CAUSE(self) -> str: ...

    @property
    def TITLE(self) -> str: ...

    @property
    def ORDER(self) -> int: ...

    def verdict(self, facts: Facts) -> Verdict:
        """Return what the ledger says of the cause. Pure; it never raises."""


def _discover() -> dict[str, Cause]:
    modules = [
        cast(Cause, importlib.import_module(f"{__name__}.{info.name}"))
        for info in pkgutil.iter_modules(__path__)
        if not info.name.startswith("_")
    ]
    return {one.CAUSE: one for one in sorted(modules, key=lambda one: one.ORDER)}


#: All causes by code, in the order in which the office goes through them.
CAUSES: Final = _discover()
