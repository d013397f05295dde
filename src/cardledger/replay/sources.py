"""Where rows come from when they are shown: the tables, or the lines of a cut of the history.

Both answer the same two questions: all rows of a projection in the order of their subjects, and
the rows of some subjects.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Protocol

import msgspec
from sqlalchemy import Connection

from cardledger.errors import IntegrityBroken
from cardledger.i18n import _
from cardledger.log import Log
from cardledger.replay import tables
from cardledger.replay.folding import decoded, fold_all, fold_some
from cardledger.streams import Cut
from projections import PROJECTIONS, Row


class Source(Protocol):
    """Rows of projections."""

    def rows(self, name: str) -> Iterator[tuple[str, Row]]:
        """Return all rows of a projection, with their subjects."""

    def find(self, name: str, subjects: Collection[str]) -> dict[str, Row]:
        """Return the rows of some subjects; those without a row are left out."""


class StoredRows:
    """The rows in the tables, as one connection sees them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def rows(self, name: str) -> Iterator[tuple[str, Row]]:
        for subject, data in tables.stream(self._connection, name):
            yield subject, self._read(name, subject, data)

    def find(self, name: str, subjects: Collection[str]) -> dict[str, Row]:
        found = tables.find(self._connection, name, subjects)
        return {subject: self._read(name, subject, data) for subject, data in found.items()}

    def _read(self, name: str, subject: str, data: bytes) -> Row:
        try:
            return decoded(name, data)
        except msgspec.MsgspecError as error:
            raise IntegrityBroken(
                _("The row of {subject} in {projection} cannot be read: {reason}"),
                hint=_(
                    "Somebody changed the table. `cardledger replay --check` shows what differs,"
                    " `cardledger rebuild` makes it again from the lines."
                ),
                subject=subject,
                projection=name,
                reason=error,
            ) from error


class FoldedRows:
    """The rows of a cut of the history, folded when they are asked for. No table is touched."""

    def __init__(self, log: Log, cut: Cut) -> None:
        self._log = log
        self._cut = cut

    def rows(self, name: str) -> Iterator[tuple[str, Row]]:
        subject = PROJECTIONS[name].SUBJECT
        for key, folded in fold_all(self._log, subject, [name], self._cut):
            if (row := folded[name]) is not None:
                yield key, row

    def find(self, name: str, subjects: Collection[str]) -> dict[str, Row]:
        subject = PROJECTIONS[name].SUBJECT
        every = fold_some(self._log, subject, subjects, [name], self._cut)
        return {key: row for key, folded in every if (row := folded[name]) is not None}
