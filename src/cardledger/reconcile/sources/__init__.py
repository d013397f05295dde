"""What the ledger is compared with: one file for each kind of list, and its presence registers it.

Every module of this package whose name does not begin with an underscore is one source and offers
the names of `Source`; `cardledger reconcile --NAME FILE` follows from them.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol, cast

from cardledger.exchange.reading.columns import Vocabulary
from cardledger.reconcile.differences import Difference
from cardledger.reconcile.side import Side
from cardledger.reconcile.sources._base import Judged, Listed, Listing

#: Rows that are kept; some 40 MiB of them.
KEPT: Final = 20_000

__all__ = ["SOURCES", "Comparison", "Judged", "Listed", "Listing", "Rows", "Source"]


class Comparison(Protocol):
    """The comparison of all lists of one source with the ledger's side."""

    def announce(self, row: Listed) -> None:
        """Take note of what rows there are, before the first of them is judged."""

    def judge(self, row: Listed) -> Judged:
        """Say what became of a row that can be used."""

    def rest(self) -> Iterable[Difference]:
        """Return what the ledger has and no row of the lists."""


class Source(Protocol):
    """What every module of this package offers.

    ORDER: sources are compared in it, so that one can build on what another found. TITLE: what
    people call it (an English msgid). HELP: what such a file is, for the option. VOCABULARY: its
    columns.
    """

    @property
    def ORDER(self) -> int: ...

    @property
    def TITLE(self) -> str: ...

    @property
    def HELP(self) -> str: ...

    @property
    def VOCABULARY(self) -> Vocabulary: ...

    def read(self, file: Path | BinaryIO, *, name: str = "") -> Listing:
        """Open a file; raises `UnreadableFile` before any row is read where it cannot be."""

    def fits(self, fields: Collection[str]) -> bool:
        """Tell whether a file may be of this kind whose columns are these fields, of any source."""

    def comparison(self, side: Side) -> Comparison:
        """Begin a comparison."""


def _discover() -> dict[str, Source]:
    names = (info.name for info in pkgutil.iter_modules(__path__) if info.name[0] != "_")
    found = {name: cast(Source, importlib.import_module(f"{__name__}.{name}")) for name in names}
    return dict(sorted(found.items(), key=lambda one: one[1].ORDER))


#: All sources by name, such as "roster", in their order.
SOURCES: Final[Mapping[str, Any]] = _discover()


class Rows:
    """The rows of lists, which are gone through several times.

    As many as fit are kept; longer lists are read anew each time.
    """

    def __init__(self, listings: Iterable[Listing]) -> None:
        self.listings = list(listings)
        self._kept: list[Listed] | None = None

    def __iter__(self) -> Iterator[Listed]:
        if self._kept is not None:
            yield from self._kept
            return
        kept: list[Listed] = []
        for row in self._read():
            if len(kept) <= KEPT:
                kept.append(row)
            yield row
        if len(kept) <= KEPT:
            self._kept = kept

    def _read(self) -> Iterator[Listed]:
        for listing in self.listings:
            sheets = {sheet.name: sheet for sheet in listing.table.sheets}
            for row in listing.rows():
                yield Listed(listing.table.file, sheets[row.sheet], row)
