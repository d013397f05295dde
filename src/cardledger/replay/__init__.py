"""Replay: the lines of the ledger become the rows of the projections.

    replay = Replay(ledger)
    replay.rows("roster", as_of="2010-03-20")
    replay.check().ok

Rows are kept in tables beside the log's and follow it by themselves: every question first folds
what was written since the last one. They can be dropped at any time, and made again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Final

from cardledger.errors import BadValue, RowsBehind
from cardledger.i18n import _
from cardledger.ledger import Ledger
from cardledger.replay import checking, keeping
from cardledger.replay.checking import Checked, Difference, Receipt
from cardledger.replay.keeping import silent
from cardledger.replay.showing import FILTERS, show
from cardledger.replay.sources import FoldedRows, Source, StoredRows
from cardledger.streams import Cut, Progress, asked_for
from projections import PROJECTIONS, Shown

__all__ = ["FILTERS", "Checked", "Difference", "Progress", "Receipt", "Replay"]

_EVERYTHING: Final[Mapping[str, str]] = MappingProxyType({})


class Replay:
    """The projections of one open ledger. Making one costs nothing."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def rows(
        self,
        name: str,
        *,
        as_of: str | None = None,
        known: str | None = None,
        where: Mapping[str, str] = _EVERYTHING,
        progress: Progress = silent,
    ) -> list[Shown]:
        """Return the rows of a projection, with the keys of its columns, in their order.

        as_of: a day, a moment or `@position`: only what had happened by then. known: the same:
        only what was written by then. Both are folded from the lines; otherwise the tables are
        brought up to date and read. where: values that rows must have, by the names of `FILTERS`.
        Raises `BadValue`, and `NotFound` for an unknown pupil or card in `where`.
        """
        _known((name,))
        asked = asked_for(self._ledger, as_of, known)
        if asked is not None:
            folded = FoldedRows(self._ledger.log, asked.cut)
            return show(self._ledger, name, folded, asked, where)
        with self.current(progress) as source:
            return show(self._ledger, name, source, None, where)

    @contextmanager
    def current(self, progress: Progress = silent) -> Iterator[Source]:
        """Give the rows of now, of one state of the ledger.

        They come from the tables, which are brought up to date; whoever may only read them, and
        finds them behind, folds the lines for this once.
        """
        try:
            self.catch_up(progress)
        except RowsBehind:
            yield FoldedRows(self._ledger.log, Cut(self._ledger.head()))
            return
        with self._ledger.log.snapshot() as connection:
            yield StoredRows(connection)

    def stored(self, name: str) -> Iterator[tuple[str, Any]]:
        """Yield the rows of a projection as they are kept, by subject: texts are still sealed."""
        _known((name,))
        with self.current() as source:
            yield from source.rows(name)

    def catch_up(self, progress: Progress = silent) -> int:
        """Fold what was written since the last time; return the position of the last line."""
        return keeping.catch_up(self._ledger.log, progress)

    def rebuild(self, names: Collection[str] = (), *, progress: Progress = silent) -> int:
        """Fold projections (all by default) from the beginning; return the last position."""
        _known(names)
        return keeping.rebuild(self._ledger.log, names, progress)

    def check(self, *, progress: Progress = silent) -> Checked:
        """Fold everything again, compare it with the tables, and name what differs."""
        return checking.check(self._ledger.log, progress)

    def receipt(self) -> Receipt:
        """Return the hashes of the tables, for auditors to compare; no key is needed."""
        return checking.receipt(self._ledger.log)


def _known(names: Collection[str]) -> None:
    for name in names:
        if name not in PROJECTIONS:
            raise BadValue(
                _("There is no projection “{name}”."),
                hint=_("There are: {names}"),
                name=name,
                names=", ".join(PROJECTIONS),
            )
