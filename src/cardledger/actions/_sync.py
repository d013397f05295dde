"""What the three acts of a synchronisation share (HANDBOOK 8: only "同步成功" counts)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from cardledger.book import Book
from cardledger.commands import Command, help_of
from cardledger.decider import Case
from cardledger.events import SchoolEvent
from cardledger.i18n import _


class SyncCommand(Command, frozen=True, kw_only=True, omit_defaults=True):
    """A step of a synchronisation of the school's data with the centre."""

    path: ClassVar[tuple[str, ...]] = ("sync",)
    reads_school: ClassVar[bool] = True

    by: Annotated[Literal["network", "disk"], help_of(_("By network or on a disk"))] = "network"


class SyncEvent(SchoolEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A step of a synchronisation: how the data went."""

    by: str = "network"


def repeated(case: Case, step: str) -> bool:
    """Whether the school recorded this step at this very moment already."""
    return (case.at, step, case.command.by) in case.book.school(case.school).syncs


def note(book: Book, event: SyncEvent, step: str) -> None:
    """Add a step to the school's synchronisations."""
    book.school(event.school).syncs.append((event.at, step, event.by))
