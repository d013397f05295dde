"""Sync failed: the data did not arrive; it is then carried to the centre on a disk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cardledger.actions import _sync
from cardledger.book import Book
from cardledger.decider import Case


class SyncFailed(
    _sync.SyncCommand, frozen=True, kw_only=True, omit_defaults=True, tag="sync-failed"
):
    """Record that a synchronisation failed."""

    path: ClassVar[tuple[str, ...]] = ("sync", "failed")


class SyncWasFailed(
    _sync.SyncEvent, frozen=True, kw_only=True, omit_defaults=True, tag="sync.failed/1"
):
    """A synchronisation failed."""


COMMAND = SyncFailed
EVENTS = (SyncWasFailed,)


def refusals(case: Case) -> Iterator[str]:
    yield from ()


def repeated(case: Case) -> bool:
    return _sync.repeated(case, "failed")


def decide(case: Case) -> SyncWasFailed:
    return SyncWasFailed(**case.context(), by=case.command.by)


def evolve(book: Book, event: SyncWasFailed, position: int) -> None:
    _sync.note(book, event, "failed")
