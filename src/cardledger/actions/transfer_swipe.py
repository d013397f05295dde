"""Transfer swipe: the pupil arrives at a new school with the card of the former one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, ClassVar

import msgspec

from cardledger.actions._swipes import SwipeRefused, keep, lacks_upgrade, retired
from cardledger.book import Book
from cardledger.commands import CardCommand, ClassName, OtherSchool, help_of
from cardledger.decider import Case
from cardledger.events import CardEvent
from cardledger.i18n import _
from cardledger.moments import day_of


class TransferSwipe(
    CardCommand, frozen=True, kw_only=True, omit_defaults=True, tag="transfer-swipe"
):
    """Record the transfer swipe of a card at the pupil's new school.

    From a school outside this ledger the card is taken over, with upgrade and leave swipe as
    declared.
    """

    path: ClassVar[tuple[str, ...]] = ("transfer-swipe",)
    record_card_only: ClassVar[bool] = True

    from_school: OtherSchool = ""
    upgraded: Annotated[bool, help_of(_("The former school upgraded the card"))] = False
    leave_swiped: Annotated[bool, help_of(_("The former school swiped the card out"))] = False
    class_: ClassName = msgspec.field(default="", name="class")

    def brings_card(self, is_ours: Callable[[str], bool]) -> bool:
        return bool(self.from_school and self.student) and not is_ours(self.from_school)


class TransferSwiped(
    CardEvent, frozen=True, kw_only=True, omit_defaults=True, tag="transfer.swiped/1"
):
    """A card was swiped in at a new school."""

    from_school: str = ""
    upgraded: bool = False
    leave_swiped: bool = False
    class_: str = msgspec.field(default="", name="class")
    kind: str = "record"
    format: str = "m1"


COMMAND = TransferSwipe
EVENTS = (TransferSwiped,)
EVIDENCE = (SwipeRefused,)


def from_outside(case: Case) -> bool:
    """Whether the card comes from a school outside this ledger, whose word is taken."""
    school = case.command.from_school
    return bool(school) and not case.whole.school(school).known


def refusals(case: Case) -> Iterator[str]:
    yield from retired(case)
    if case.student.status == "suspended":
        yield "not-in-school"
    command, card, outside = case.command, case.card, from_outside(case)
    if lacks_upgrade(case, outside and command.upgraded):
        yield "not-upgraded"
    if case.student.was_before_at(case.school):
        yield "was-here-before"
    # What a school outside did is not in this ledger; what ours did is.
    elsewhere = outside and not (card.known and case.student.in_school)
    if card.state != "left" and not (elsewhere and command.leave_swiped):
        yield "no-leave-swipe"


def repeated(case: Case) -> bool:
    card = case.card
    return (
        card.state == "live"
        and bool(card.arrived_at)
        and card.arrived_school == case.school
        and day_of(card.arrived_at) == day_of(case.at)
    )


def decide(case: Case) -> TransferSwiped:
    command = case.command
    return TransferSwiped(
        **case.card_context(),
        from_school=command.from_school,
        upgraded=command.upgraded and (from_outside(case) or not case.card.known),
        leave_swiped=command.leave_swiped,
        class_=command.class_,
    )


def refused(case: Case, codes: tuple[str, ...]) -> SwipeRefused:
    return keep(case, codes)


def evolve(book: Book, event: TransferSwiped, position: int) -> None:
    card = book.new_card(event, "transfer-swipe", position)
    card.upgraded = card.upgraded or event.upgraded
    card.arrived_at = event.at
    card.arrived_school = event.school
    if event.student:
        book.student(event.student).arrives(event, "transfer-swipe", event.class_)
