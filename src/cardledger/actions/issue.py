"""Issue: a pupil's first card. Only first-year primary pupils get one (HANDBOOK 5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from cardledger.book import Book
from cardledger.commands import NewCardCommand, help_of
from cardledger.decider import Case
from cardledger.events import CardEvent
from cardledger.i18n import _
from cardledger.moments import day_of


class Issue(NewCardCommand, frozen=True, kw_only=True, omit_defaults=True, tag="issue"):
    """Issue a first card to a pupil."""

    path: ClassVar[tuple[str, ...]] = ("issue",)

    confirmed_no_other_school: Annotated[
        bool, help_of(_("It was confirmed that no other school in the city has the pupil"))
    ] = False


class CardIssued(CardEvent, frozen=True, kw_only=True, omit_defaults=True, tag="card.issued/1"):
    """A first card was handed to a pupil."""

    kind: str = "record"
    format: str = "m1"
    confirmed_no_other_school: bool = False


COMMAND = Issue
EVENTS = (CardIssued,)


def eligible(case: Case) -> bool:
    """Whether the pupil may get a new card: first year of primary school, or a guest from
    outside the city whose number shows it, after no other school was found to have the pupil."""
    student, policy = case.student, case.policy
    level = policy.level(student.number)
    if level == "primary" and student.grade_on(day_of(case.at), policy) == 1:
        return True
    shows_guest = student.number[8:9] in policy.guests + policy.treated_as_local
    return (
        student.guest
        and student.from_outside_city
        and shows_guest
        and case.command.confirmed_no_other_school
    )


def refusals(case: Case) -> Iterator[str]:
    if case.whole.card(case.card.number).made:
        yield "card-number-used"
    if case.student.held(case.command.kind):
        yield "student-holds-card"
    if not case.student.in_school:
        yield "not-in-school"
    if not eligible(case):
        grade = case.student.grade_on(day_of(case.at), case.policy)
        case.about["grade"] = grade if grade > 0 else "?"
        yield "not-eligible-for-new-card"


def repeated(case: Case) -> bool:
    card = case.whole.card(case.card.number)
    return (
        card.origin == "issue"
        and (card.held or card.issued_at == case.at)
        and card.student == case.student.id
        and card.kind == case.command.kind
    )


def decide(case: Case) -> CardIssued:
    command = case.command
    return CardIssued(
        **case.card_context(),
        kind=command.kind,
        format=command.format,
        confirmed_no_other_school=command.confirmed_no_other_school,
    )


def evolve(book: Book, event: CardIssued, position: int) -> None:
    book.new_card(event, "issue", position)
