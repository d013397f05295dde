"""The pupils' data check (数据校验, HANDBOOK 10): what of a pupil's data is empty or wrong.

Every module of this package whose name does not begin with an underscore checks one field and
offers the names of `Field`; its presence registers it. Checks are pure: the pupil, the day and the
policy come in, faults come out, and nothing is ever repaired here.

    check(Pupil(state=student, facts=ledger.opened(student)), Setting(day=…, policy=…))
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from cardledger.actions._pupils import RosterFacts
from cardledger.datacheck._base import Fault, Field, Pupil, Setting

__all__ = ["FIELDS", "Fault", "Field", "Pupil", "Setting", "check", "closed"]


def _discover() -> dict[str, Any]:
    modules: list[Any] = [
        importlib.import_module(f"{__name__}.{info.name}")
        for info in pkgutil.iter_modules(__path__)
        if not info.name.startswith("_")
    ]
    # In the order of the roster; the student number stands first there.
    order = [field.column for field in RosterFacts.describe()]
    places = {name: place for place, name in enumerate(order)}
    found = sorted(modules, key=lambda one: (places.get(one.FIELD, -1), one.FIELD))
    return {module.FIELD: module for module in found}


#: All checked fields by name, in the order in which rosters have them.
FIELDS: Final[Mapping[str, Any]] = _discover()


def check(
    pupil: Pupil, setting: Setting, fields: Collection[str] = ()
) -> Iterator[tuple[str, Fault]]:
    """Yield the faults of a pupil with their fields, of some fields only where they are given."""
    for name, module in FIELDS.items():
        if not fields or name in fields:
            for fault in module.faults(pupil, setting):
                # Fields are read in half-width characters; shown is what somebody wrote.
                written = pupil.facts.get(name, "").strip()
                yield name, replace(fault, value=written) if written else fault


def closed(pupil: Pupil) -> bool:
    """Tell whether nothing can be said of a pupil: forgotten, or the key store cannot open it.

    Every pupil was added with a name; where none can be read, its lack is no fault of the data.
    """
    return pupil.state.forgotten or (bool(pupil.state.sealed) and not pupil.facts)
