"""Add a school to the ledger. A ledger holds any number of schools, up to a district."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from cardledger.book import Book
from cardledger.commands import Command, help_of
from cardledger.decider import Case
from cardledger.events import REFERENCE_TAG, Event
from cardledger.i18n import _
from cardledger.moments import ALWAYS, Moment


class SchoolAdd(Command, frozen=True, kw_only=True, omit_defaults=True, tag="school-add"):
    """Add a school to the ledger."""

    path: ClassVar[tuple[str, ...]] = ("school", "add")
    arguments: ClassVar[tuple[str, ...]] = ("code",)
    needs_school: ClassVar[bool] = False

    code: Annotated[str, help_of(_("Code of the school, 8 digits"), "school")]
    name: Annotated[str, help_of(_("Name of the school"))] = ""


class SchoolAdded(Event, frozen=True, kw_only=True, omit_defaults=True, tag="school.added/1"):
    """The ledger keeps this school's cards."""

    voidable: ClassVar[bool] = False

    code: str
    name: str = ""

    @property
    def when(self) -> Moment:
        return ALWAYS

    def tags(self) -> tuple[str, ...]:
        return (REFERENCE_TAG, f"school:{self.code}")


COMMAND = SchoolAdd
EVENTS = (SchoolAdded,)


def refusals(case: Case) -> Iterator[str]:
    yield from ()


def repeated(case: Case) -> bool:
    school = case.whole.school(case.command.code)
    return school.known and case.command.name in ("", school.name)


def decide(case: Case) -> SchoolAdded:
    return SchoolAdded(**case.context(), code=case.command.code, name=case.command.name)


def evolve(book: Book, event: SchoolAdded, position: int) -> None:
    school = book.school(event.code)
    school.known = True
    school.name = event.name or school.name
