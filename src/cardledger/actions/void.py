"""Void: a mistake is corrected by a further line that names the line it corrects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from cardledger.book import VOIDS, Book
from cardledger.commands import Command, help_of
from cardledger.decider import Case, sealable
from cardledger.events import OFFICE, Event, stored_name
from cardledger.i18n import _


class Void(Command, frozen=True, kw_only=True, omit_defaults=True, tag="void"):
    """Declare a line of the ledger void. The line stays; folds leave it out."""

    path: ClassVar[tuple[str, ...]] = ("void",)
    arguments: ClassVar[tuple[str, ...]] = ("position",)
    needs_reason: ClassVar[bool] = True

    position: Annotated[int, help_of(_("Position of the line that is void"), "count")]
    reason: Annotated[str, help_of(_("Why the line is void"), personal=True)]

    def positions(self) -> tuple[int, ...]:
        return (self.position,)


def _owner(subjects: tuple[str, ...]) -> str:
    """Return the pupil whom some subjects are about, if any."""
    student = next((tag for tag in subjects if tag.startswith("student:")), "")
    return student.removeprefix("student:")


class LineVoided(Event, frozen=True, kw_only=True, omit_defaults=True, tag="line.voided/1"):
    """A line was declared void. It carries the subjects of that line, so that all see it.

    The line itself is a subject too: whoever shows a line finds at once what voids it.
    """

    voidable: ClassVar[bool] = False

    position: int
    voids: str
    subjects: tuple[str, ...]

    @property
    def owner(self) -> str:
        return _owner(self.subjects) or OFFICE

    def tags(self) -> tuple[str, ...]:
        return (*self.subjects, f"line:{self.position}")


COMMAND = Void
EVENTS = (LineVoided,)
VOIDS[LineVoided] = lambda event: event.position


def _target(case: Case) -> Event | None:
    """Return the event that is to be void, or none where there is no such line."""
    line = case.lines.line(case.command.position)
    return line.event if line is not None else None


def refusals(case: Case) -> Iterator[str]:
    target = _target(case)
    if target is None:
        case.about["why"] = _("There is no such line.")
        yield "not-voidable"
    elif not target.voidable:
        case.about["why"] = _("Lines of this kind cannot be void.")
        yield "not-voidable"
    else:
        later = case.refuses_anew(case.command.position)
        if later is not None:
            case.about["why"] = _("Without it, line {later} would be refused ({later_code}).")
            case.about["later"], case.about["later_code"] = later
            yield "not-voidable"


def repeated(case: Case) -> bool:
    return case.lines.is_void(case.command.position)


def decide(case: Case) -> LineVoided:
    target = _target(case)
    return LineVoided(
        **case.context(),
        position=case.command.position,
        voids=stored_name(type(target)) if target else "",
        subjects=target.tags() if target else (),
    )


def personal(case: Case) -> dict[str, str]:
    target = _target(case)
    return sealable(case, _owner(target.tags()) if target else "")


def again(event: LineVoided) -> None:
    """A void is not decided anew."""


def evolve(book: Book, event: LineVoided, position: int) -> None:
    """A void changes nothing by itself: the fold leaves out the line that it names."""
