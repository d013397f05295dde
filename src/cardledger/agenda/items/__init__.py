"""The items: one file each, and the file's presence registers it.

Every module of this package whose name does not begin with an underscore is one item of the office
year and offers the names of `Item`. To add an item, add a file.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Final, Protocol, cast

from cardledger.agenda.entry import Entry
from cardledger.agenda.office import Office


class Item(Protocol):
    """What every module of this package offers. Its docstring says when it is due and done.

    ITEM: its code. TITLE: what people call it (an English msgid). ORDER: its place among others of
    the same day.
    """

    @property
    def ITEM(self) -> str: ...

    @property
    def TITLE(self) -> str: ...

    @property
    def ORDER(self) -> int: ...

    def entries(self, office: Office) -> Iterator[Entry]:
        """Yield what stands on the agenda of a school; nothing where it does not apply. Pure."""


def _discover() -> dict[str, Item]:
    modules = [
        cast(Item, importlib.import_module(f"{__name__}.{info.name}"))
        for info in pkgutil.iter_modules(__path__)
        if not info.name.startswith("_")
    ]
    return {one.ITEM: one for one in sorted(modules, key=lambda one: one.ORDER)}


#: All items by code, in the order of the office year.
ITEMS: Final = _discover()
