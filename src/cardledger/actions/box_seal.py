"""Seal a box: the handler states the count, which must be the ledger's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from cardledger.book import Book
from cardledger.commands import BoxCommand, help_of
from cardledger.decider import Case
from cardledger.events import Event
from cardledger.i18n import _


class BoxSeal(BoxCommand, frozen=True, kw_only=True, omit_defaults=True, tag="box-seal"):
    """Seal a box."""

    path: ClassVar[tuple[str, ...]] = ("box", "seal")
    needs_handler: ClassVar[bool] = True

    count: Annotated[int, help_of(_("How many cards the handler counted in the box"), "count")]


class BoxSealed(Event, frozen=True, kw_only=True, omit_defaults=True, tag="box.sealed/1"):
    """A box was sealed.

    `count` is what the handler counted.
    """

    box: str
    count: int

    def tags(self) -> tuple[str, ...]:
        return (f"box:{self.box}",)


COMMAND = BoxSeal
EVENTS = (BoxSealed,)


def refusals(case: Case) -> Iterator[str]:
    box = case.box
    if not box.cards:
        yield "empty-box"
    if case.command.count != len(box.cards):
        case.about["count"], case.about["in_ledger"] = case.command.count, len(box.cards)
        yield "count-mismatch"
    if box.state == "sealed":
        yield "box-sealed"


def repeated(case: Case) -> bool:
    return case.box.state == "sealed" and case.box.count == case.command.count


def decide(case: Case) -> BoxSealed:
    return BoxSealed(**case.context(), box=case.box.id, count=case.command.count)


def evolve(book: Book, event: BoxSealed, position: int) -> None:
    box = book.box(event.box)
    box.state = "sealed"
    box.count = event.count
    box.handler = event.handler
    box.sealed_on = event.at
