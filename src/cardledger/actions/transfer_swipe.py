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


def refusals(case: Case) -> Iterator[str]:
    yield from retired(case)
    if lacks_upgrade(case, case.command.upgraded and not case.card.known):
        yield "not-upgraded"
    if case.student.was_before_at(case.school):
        yield "was-here-before"
    swiped_out = case.card.state == "left" if case.card.known else case.command.leave_swiped
    if not swiped_out:
        yield "no-leave-swipe"


def repeated(case: Case) -> bool:
    stay = case.student.since()
    return (
        case.card.state == "live"
        and stay is not None
        and case.card.last_action == "transfer-swipe"
        and case.student.in_school
        and case.student.school == case.school
        and day_of(case.card.last_at) == day_of(case.at)
    )


def decide(case: Case) -> TransferSwiped:
    command = case.command
    return TransferSwiped(
        **case.card_context(),
        from_school=command.from_school,
        upgraded=command.upgraded,
        leave_swiped=command.leave_swiped,
        class_=command.class_,
    )


def refused(case: Case, codes: tuple[str, ...]) -> SwipeRefused:
    return keep(case, codes)


def evolve(book: Book, event: TransferSwiped, position: int) -> None:
    known = book.card(event.card).known
    card = book.new_card(event, "transfer-swipe", position)
    card.upgraded = card.upgraded or (event.upgraded and not known)
    if event.student:
        book.student(event.student).arrives(event, "transfer-swipe", event.class_)
