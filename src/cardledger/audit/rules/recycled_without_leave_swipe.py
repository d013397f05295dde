"""The holder left and the record card was taken back, but it was never swiped out.

Without the leave swipe the city's system still has the pupil at the school. A card in whose place
another was made, or that was taken back for that, needs none. A pupil who came to another school or
back is swiped out anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.actions.leave_swipe import LeaveSwiped
from cardledger.actions.recycle import CardRecycled
from cardledger.actions.register import CardRegistered
from cardledger.actions.student_resume import StudentResumed
from cardledger.actions.transfer_swipe import TransferSwiped
from cardledger.audit.finding import Finding
from cardledger.audit.history import History
from cardledger.audit.setting import Setting
from cardledger.i18n import _
from cardledger.moments import Moment
from cardledger.states import AWAY, RECORD, Card

RULE: Final = "recycled-without-leave-swipe"
SEVERITY: Final = "warning"
SUBJECTS: Final = ("student",)
TODO: Final = _("Have the leave swipe made up for at the centre, and note it.")

_ASIDE: Final = ("replaced", "found")
_MESSAGE: Final = _(
    "{student} left, record card {card} was taken back, and it was never swiped out."
)


def findings(history: History, setting: Setting) -> Iterator[Finding]:
    student = history.student
    if student.status not in AWAY:
        return
    for card in student.ever_had(RECORD):
        taken = card.state == "recycled" and card.recycled_reason not in _ASIDE
        replaced = card.replaced_by or card.student != student.id
        if taken and not replaced and not _swiped_out(history, card):
            yield _finding(history, card)


def _swiped_out(history: History, card: Card) -> bool:
    """Whether the card was swiped out of the last school at which the pupil had it."""
    out = False
    for line in history.lines:
        event = line.event
        if isinstance(event, LeaveSwiped) and event.card == card.number:
            out = True
        elif isinstance(event, StudentResumed) or (
            isinstance(event, TransferSwiped) and event.card == card.number
        ):
            out = False
        elif isinstance(event, CardRegistered) and event.card == card.number:
            out = event.swiped_out
    return out


def _finding(history: History, card: Card) -> Finding:
    student = history.student
    lines = [
        line for line in history.of(CardRecycled) if getattr(line.event, "card", "") == card.number
    ]
    return Finding(
        rule=RULE,
        subjects=(f"card:{card.number}", history.tag),
        positions=tuple(line.position for line in lines),
        since=Moment(max(card.recycled_at, student.left_at)),
        message=_MESSAGE,
        values={"student": student.id, "card": card.number},
        which=card.recycled_at,
        school=student.left_school,
        cohort=student.cohort,
    )
