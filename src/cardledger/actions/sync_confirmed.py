"""Sync confirmed: the centre said "同步成功"; nothing less counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cardledger.actions import _sync
from cardledger.book import Book
from cardledger.decider import Case


class SyncConfirmed(
    _sync.SyncCommand, frozen=True, kw_only=True, omit_defaults=True, tag="sync-confirmed"
):
    """Record that the centre confirmed the synchronisation."""

    path: ClassVar[tuple[str, ...]] = ("sync", "confirmed")


class SyncWasConfirmed(
    _sync.SyncEvent, frozen=True, kw_only=True, omit_defaults=True, tag="sync.confirmed/1"
):
    """The centre confirmed the synchronisation."""


COMMAND = SyncConfirmed
EVENTS = (SyncWasConfirmed,)


def refusals(case: Case) -> Iterator[str]:
    yield from ()


def repeated(case: Case) -> bool:
    return _sync.repeated(case, "confirmed")


def decide(case: Case) -> SyncWasConfirmed:
    return SyncWasConfirmed(**case.context(), by=case.command.by)


def evolve(book: Book, event: SyncWasConfirmed, position: int) -> None:
    _sync.note(book, event, "confirmed")
