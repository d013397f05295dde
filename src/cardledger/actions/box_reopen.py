"""Reopen a sealed box, for a reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from cardledger.book import Book
from cardledger.commands import BoxCommand, help_of
from cardledger.decider import Case
from cardledger.events import Event
from cardledger.i18n import _


class BoxReopen(BoxCommand, frozen=True, kw_only=True, omit_defaults=True, tag="box-reopen"):
    """Reopen a sealed box."""

    path: ClassVar[tuple[str, ...]] = ("box", "reopen")
    needs_reason: ClassVar[bool] = True

    reason: Annotated[str, help_of(_("Why the box is reopened"), personal=True)]


class BoxReopened(Event, frozen=True, kw_only=True, omit_defaults=True, tag="box.reopened/1"):
    """A sealed box was reopened.

    The reason is sealed with the note.
    """

    box: str

    def tags(self) -> tuple[str, ...]:
        return (f"box:{self.box}",)


COMMAND = BoxReopen
EVENTS = (BoxReopened,)


def refusals(case: Case) -> Iterator[str]:
    yield from ()


def repeated(case: Case) -> bool:
    return case.box.state == "open"


def decide(case: Case) -> BoxReopened:
    return BoxReopened(**case.context(), box=case.box.id)


def again(event: BoxReopened) -> None:
    """Opening a box that is open changes nothing, and is not refused."""


def evolve(book: Book, event: BoxReopened, position: int) -> None:
    box = book.box(event.box)
    box.state = "open"
    box.reopened += 1
