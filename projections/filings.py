"""Filings: what each school reported upward, card numbers and student numbers, with the result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from cardledger.book import Book
from cardledger.i18n import _
from projections import _base
from projections._base import Column, Shown, View

SUBJECT: Final = "school"

COLUMNS: Final = (
    Column("position", _("Position"), "count"),
    Column("kind", _("Kind"), "code"),
    Column("school", _("School"), "id"),
    Column("filed_at", _("Filed"), "moment"),
    Column("handler", _("Handler")),
    Column("digest", _("Digest"), "id", 1),
    Column("count", _("Count"), "count"),
    Column("accepted", _("Accepted"), "list", 2),
    Column("rejected", _("Rejected"), "list", 1),
)

KEPT: Final[tuple[str, ...]] = ()


class Filed(NamedTuple):
    """One filing. kind: `cards` or `numbers`. Cards that are filed count as accepted."""

    position: int
    kind: str
    at: str
    handler: str
    digest: str
    accepted: list[str]
    rejected: list[str]


class Row(_base.Row, frozen=True, kw_only=True):
    """All filings of a school, first those of cards, each kind in its order."""

    filings: list[Filed]


STORED: Final = Row


def fold(book: Book, key: str) -> Row | None:
    school = book.school(key)
    kinds = (("cards", school.filings), ("numbers", school.number_filings))
    filings = [
        Filed(
            one.position,
            kind,
            one.at,
            one.handler,
            one.digest,
            list(one.listed),
            list(one.rejected),
        )
        for kind, every in kinds
        for one in every
    ]
    return Row(filings=filings) if filings else None


def present(rows: Iterable[tuple[str, Row]], view: View) -> Iterator[Shown]:
    for key, row in rows:
        for filed in row.filings:
            yield {
                "position": filed.position,
                "kind": filed.kind,
                "school": key,
                "filed_at": filed.at,
                "handler": filed.handler or None,
                "digest": filed.digest or None,
                "count": len(filed.accepted) + len(filed.rejected),
                "accepted": list(filed.accepted),
                "rejected": list(filed.rejected),
            }


def order(shown: Shown) -> tuple[Any, ...]:
    return _base.place(shown, "school", "filed_at", "position")
