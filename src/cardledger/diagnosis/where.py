"""Where: at which school a card should be swiped in, if nobody says it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from cardledger.actions._swipes import SwipeRefused
from cardledger.actions.leave_swipe import LeaveSwiped
from cardledger.actions.student_transfer_out import StudentTransferredOut
from cardledger.book import fold, in_order
from cardledger.events import Line
from cardledger.moments import Moment


def school_of(
    lines: Iterable[Line],
    card: str,
    student: str,
    moment: Moment,
    ours: Collection[str],
    default: str,
) -> str:
    """Return the school of the last transfer swipe that was refused; else the pupil's destination.

    A destination is the school of this ledger to which the last transfer-out sent the pupil, else
    the school that has the pupil where the card was swiped out at another. Else it is the school
    of another refused swipe, and the default school at last.
    """
    happened = in_order(lines, moment)
    book = fold(happened)
    pupil, left_school = book.student(student), book.card(card).left_school
    refused = others = destination = ""
    for line in happened:
        event = line.event
        if isinstance(event, LeaveSwiped) and event.card == card:
            refused = others = destination = ""
        elif isinstance(event, SwipeRefused) and event.card == card:
            if event.action == "transfer-swipe":
                refused = event.school
            elif event.action == "term-swipe":
                others = event.school
        elif isinstance(event, StudentTransferredOut) and event.student == student:
            destination = event.to_school if event.to_school in ours else ""
    if pupil.in_school and left_school and pupil.school != left_school:
        destination = pupil.school
    return refused or destination or others or default
