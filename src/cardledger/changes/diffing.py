"""Diff: what changed between two moments."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from cardledger import ids
from cardledger.changes.comparing import FILTERS, TABLES, Change, compare
from cardledger.changes.sides import Side, may_differ
from cardledger.errors import BadValue
from cardledger.i18n import _
from cardledger.ledger import Ledger
from cardledger.replay.keeping import silent
from cardledger.streams import Asked, Cut, Progress, asked_for
from projections import PROJECTIONS

_EVERYTHING: Final[Mapping[str, str]] = MappingProxyType({})


class Moment(NamedTuple):
    """One of two moments: what had happened by `as_of`, as it was known by `known`; none is now."""

    as_of: str | None = None
    known: str | None = None


def diff(
    ledger: Ledger,
    before: Moment,
    after: Moment = Moment(),  # noqa: B008
    *,
    tables: Collection[str] = TABLES,
    where: Mapping[str, str] = _EVERYTHING,
    progress: Progress = silent,
) -> Iterator[Change]:
    """Yield what changed between two moments, table by table, in the order of each table.

    where: `school`, `class`, `cohort` that a row must have, before or after. Raises `BadValue` for
    a moment that cannot be read, and for an unknown table or filter.
    """
    sides = [Side.of(ledger, asked(ledger, *one)) for one in (before, after)]
    yield from changes(ledger, sides[0], sides[1], tables, where, progress)


def asked(ledger: Ledger, as_of: str | None = None, known: str | None = None) -> Asked:
    """Read a moment; without one it is now."""
    return asked_for(ledger, as_of, known) or Asked(Cut(ledger.head()), ledger.clock())


def changes(
    ledger: Ledger,
    before: Side,
    after: Side,
    tables: Collection[str],
    where: Mapping[str, str],
    progress: Progress,
) -> Iterator[Change]:
    """Yield what differs between two sides; see `diff`."""
    for table in tables:
        if table not in TABLES:
            raise BadValue(
                _("“{name}” is not compared."),
                hint=_("There are: {names}"),
                name=table,
                names=", ".join(TABLES),
            )
    wanted = {name: _values(name, text) for name, text in where.items()}
    found = may_differ(ledger, before, after, progress)
    for table in dict.fromkeys(tables):
        keys = found[PROJECTIONS[table].SUBJECT]
        placed = list(compare(ledger, table, keys, before, after, wanted))
        placed.sort(key=lambda one: one[0])
        for _place, found_of in placed:
            yield from found_of


def _values(name: str, text: str) -> set[Any]:
    if name not in FILTERS:
        raise BadValue(
            _("“{name}” is no filter."),
            hint=_("There are: {names}"),
            name=name,
            names=", ".join(FILTERS),
        )
    if name == "school":
        return {ids.parse_school_code(text)}
    return {ids.parse_cohort(text)} if name == "cohort" else {ids.plain(text)}
