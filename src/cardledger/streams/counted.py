"""The lines of a few subjects that a cut leaves: for answers that fold them there and then."""

from __future__ import annotations

from collections.abc import Collection

from cardledger.book import Book, fold
from cardledger.events import REFERENCE_TAG, Line
from cardledger.ledger import Ledger
from cardledger.streams.cuts import Cut
from cardledger.streams.grouping import known_by


def counted(ledger: Ledger, tags: Collection[str], cut: Cut) -> list[Line]:
    """Return the lines of some subjects that were written by a cut, in the order of arrival.

    What happened later is among them: a void counts once it is known, whenever that was. Fold
    them up to `cut.until`.
    """
    return list(known_by(list(ledger.lines(tags, upto=cut.upto)), cut))


def reference_of(ledger: Ledger, cut: Cut) -> Book:
    """Return the schools and policies that were known by a cut.

    A circular may come after the day from which it holds: policies are not cut by their own day.
    """
    return fold(counted(ledger, (REFERENCE_TAG,), cut))
