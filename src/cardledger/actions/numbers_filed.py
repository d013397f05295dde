"""Numbers filed: pre-allocated student numbers were reported upward, with the result."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Annotated, ClassVar, Self

from cardledger.book import Book
from cardledger.commands import Command, help_of, tags_of
from cardledger.decider import Case
from cardledger.errors import BadValue
from cardledger.events import SchoolEvent
from cardledger.i18n import _
from cardledger.states import Filing


class NumbersFiled(Command, frozen=True, kw_only=True, omit_defaults=True, tag="numbers-filed"):
    """Record the result of filing student numbers."""

    path: ClassVar[tuple[str, ...]] = ("numbers-filed",)
    reads_school: ClassVar[bool] = True
    arguments: ClassVar[tuple[str, ...]] = ("accepted",)

    accepted: Annotated[
        tuple[str, ...], help_of(_("Student numbers that were accepted"), "student-numbers")
    ] = ()
    rejected: Annotated[
        tuple[str, ...], help_of(_("Student numbers that were rejected"), "student-numbers")
    ] = ()
    reasons: Annotated[
        tuple[str, ...],
        help_of(_("Why each rejected number was rejected, in the same order"), "texts"),
    ] = ()
    digest: Annotated[str, help_of(_("SHA-256 of the result file"))] = ""

    def normal(self) -> Self:
        if len(self.reasons) > len(self.rejected):
            raise BadValue(
                _("There are {reasons} reasons for {rejected} rejected numbers."),
                hint=_("Give one for each rejected number, in the same order."),
                reasons=len(self.reasons),
                rejected=len(self.rejected),
            )
        return super().normal()


class NumbersWereFiled(
    SchoolEvent, frozen=True, kw_only=True, omit_defaults=True, tag="numbers.filed/1"
):
    """Student numbers were filed.

    It says which were accepted, and which rejected: `reasons` are those of the rejected ones, in
    the same order, as far as they are known.
    """

    digest: str = ""
    accepted: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    def tags(self) -> tuple[str, ...]:
        numbers = dict.fromkeys(self.accepted + self.rejected)
        return (*super().tags(), *tags_of("number", numbers))


COMMAND = NumbersFiled
EVENTS = (NumbersWereFiled,)


def refusals(case: Case) -> Iterator[str]:
    yield from ()


def repeated(case: Case) -> bool:
    command = case.command
    return any(
        filing.digest == command.digest
        if command.digest
        else (filing.listed, filing.rejected) == (command.accepted, command.rejected)
        for filing in case.whole.school(case.school).number_filings
    )


def decide(case: Case) -> NumbersWereFiled:
    command = case.command
    return NumbersWereFiled(
        **case.context(),
        digest=command.digest,
        accepted=command.accepted,
        rejected=command.rejected,
        reasons=command.reasons,
    )


def evolve(book: Book, event: NumbersWereFiled, position: int) -> None:
    book.school(event.school).number_filings.append(
        Filing(position, event.at, event.handler, event.digest, event.accepted, event.rejected)
    )
    for number in book.concerned("number", event.accepted):
        book.number_state(number).filed(event.at)
    if concerned := book.concerned("number", event.rejected):
        reasons = dict(zip_longest(event.rejected, event.reasons, fillvalue=""))
        for number in concerned:
            book.number_state(number).filed(event.at, rejected=True, reason=reasons[number])
