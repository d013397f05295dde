"""Open a box for the recycled cards of one cohort."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cardledger.book import Book
from cardledger.commands import BoxCommand, CohortYear
from cardledger.decider import Case
from cardledger.events import Event


class BoxOpen(BoxCommand, frozen=True, kw_only=True, omit_defaults=True, tag="box-open"):
    """Open a new box for the cards of one cohort."""

    path: ClassVar[tuple[str, ...]] = ("box", "open")
    needs_box: ClassVar[bool] = False

    cohort: CohortYear


class BoxOpened(Event, frozen=True, kw_only=True, omit_defaults=True, tag="box.opened/1"):
    """A box was opened for a cohort."""

    box: str
    cohort: int

    def tags(self) -> tuple[str, ...]:
        return (f"box:{self.box}",)


COMMAND = BoxOpen
EVENTS = (BoxOpened,)


def refusals(case: Case) -> Iterator[str]:
    """Whether a box's name is taken ignores time (HANDBOOK 4)."""
    if case.whole.box(case.command.box).cohort:
        yield "box-name-used"


def repeated(case: Case) -> bool:
    box = case.whole.box(case.command.box)
    return box.known and (box.cohort, box.school) == (case.command.cohort, case.school)


def decide(case: Case) -> BoxOpened:
    return BoxOpened(**case.context(), box=case.command.box, cohort=case.command.cohort)


def evolve(book: Book, event: BoxOpened, position: int) -> None:
    box = book.box(event.box)
    if not box.cohort:
        box.cohort = event.cohort
        box.school = event.school
    box.state = box.state or "open"
