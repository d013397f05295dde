"""Tool installed: a program of the office was installed at a school."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from cardledger.book import Book
from cardledger.commands import Command, help_of
from cardledger.decider import Case
from cardledger.events import SchoolEvent
from cardledger.i18n import _


class ToolInstalled(Command, frozen=True, kw_only=True, omit_defaults=True, tag="tool-installed"):
    """Record that a program was installed: cmis, card-manager, term-swipe or transfer."""

    path: ClassVar[tuple[str, ...]] = ("tool", "installed")
    reads_school: ClassVar[bool] = True
    arguments: ClassVar[tuple[str, ...]] = ("name", "version")

    name: Annotated[str, help_of(_("Name of the program"))]
    version: Annotated[str, help_of(_("Version of the program"))]


class ToolWasInstalled(
    SchoolEvent, frozen=True, kw_only=True, omit_defaults=True, tag="tool.installed/1"
):
    """A program was installed at a school. (`tool` is the program that reported it.)"""

    program: str
    version: str


COMMAND = ToolInstalled
EVENTS = (ToolWasInstalled,)


def refusals(case: Case) -> Iterator[str]:
    yield from ()


def repeated(case: Case) -> bool:
    installed = case.book.school(case.school).tools.get(case.command.name)
    return installed is not None and installed == case.command.version


def decide(case: Case) -> ToolWasInstalled:
    command = case.command
    return ToolWasInstalled(**case.context(), program=command.name, version=command.version)


def again(event: ToolWasInstalled) -> None:
    """An installation is never refused."""


def evolve(book: Book, event: ToolWasInstalled, position: int) -> None:
    book.school(event.school).tools[event.program] = event.version
