"""Kinds of tables that can be read: one file each, and the file's presence registers it.

Every module of this package is one format and offers the names of `Format`. What a file is, its
bytes decide; two formats that claim one file are a mistake in the program. To add a format, add a
file.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from typing import Final, Protocol, cast

from cardledger.exchange.containers.raw import RawFile, Source

__all__ = ["FORMATS", "Format"]


class Format(Protocol):
    """What every module of this package offers."""

    def identify(self, source: Source) -> bool:
        """Tell by its bytes whether a file is of this format, be it whole or not."""

    def open_sheets(self, source: Source) -> RawFile:
        """Return its sheets.

        Raises `UnreadableFile` where it is damaged, protected or too large: quickly, and without
        taking memory for what it only claims to have.
        """


def _discover() -> dict[str, Format]:
    names = sorted(info.name for info in pkgutil.iter_modules(__path__))
    return {name: cast(Format, importlib.import_module(f"{__name__}.{name}")) for name in names}


#: All formats by name, such as "xlsx".
FORMATS: Final[Mapping[str, Format]] = _discover()
