"""Sync sent: the school's data went to the centre, by network or on a disk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cardledger.actions import _sync
from cardledger.book import Book
from cardledger.decider import Case


class SyncSent(_sync.SyncCommand, frozen=True, kw_only=True, omit_defaults=True, tag="sync-sent"):
    """Record that the school's data was sent to the centre."""

    path: ClassVar[tuple[str, ...]] = ("sync", "sent")


class SyncWasSent(
    _sync.SyncEvent, frozen=True, kw_only=True, omit_defaults=True, tag="sync.sent/1"
):
    """The school's data was sent to the centre."""


COMMAND = SyncSent
EVENTS = (SyncWasSent,)


def refusals(case: Case) -> Iterator[str]:
    yield from ()


def repeated(case: Case) -> bool:
    return _sync.repeated(case, "sent")


def decide(case: Case) -> SyncWasSent:
    return SyncWasSent(**case.context(), by=case.command.by)


def evolve(book: Book, event: SyncWasSent, position: int) -> None:
    _sync.note(book, event, "sent")
