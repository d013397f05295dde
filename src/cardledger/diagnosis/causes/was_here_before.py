"""The pupil was at this school before, left it and came back (HANDBOOK 7.2): resume, no transfer.

Possible where the lines of the pupil say so: those by which the pupil was here and went, and a
swipe that was refused for it. Ruled out where no stay at the school is among the pupil's lines, or
where the return was recorded. Unknown where the ledger has no pupil with the card.
"""

from __future__ import annotations

from typing import Final

from cardledger.actions._swipes import SwipeRefused
from cardledger.actions.student_resume import StudentResumed
from cardledger.book import Book, apply
from cardledger.diagnosis.facts import Facts
from cardledger.diagnosis.verdict import Verdict, possible, ruled_out, unknown
from cardledger.events import Line
from cardledger.i18n import _

CAUSE: Final = "was-here-before"
TITLE: Final = _("Was at this school before")
ORDER: Final = 70

_BACK: Final = _("The pupil was at school {school} before, and the return was recorded on {day}.")
_BEFORE: Final = _("The pupil was at school {school} before: that is a return, not a transfer.")
_NEVER: Final = _("The pupil was not at school {school} before.")
_NOBODY: Final = _("The ledger has no pupil with this card.")
_RESUME: Final = _(
    "Record the return with: cardledger student resume {number} --school {school}; a card that was"
    " swiped out is in use again then"
)
_ADD: Final = _("Look for the pupil in the roster: cardledger roster --school {school}")


def verdict(facts: Facts) -> Verdict:
    student, values = facts.student, {"school": facts.school, "number": facts.student.number}
    if not student.known:
        return unknown(_NOBODY, _ADD, **values)
    turns = _turns(facts)
    if not student.was_before_at(facts.school):
        return ruled_out(_NEVER, *turns[:1], **values)
    last = turns[-1]
    event = last.event
    here = student.in_school and student.school == facts.school
    if here and isinstance(event, StudentResumed):
        return ruled_out(_BACK, last, day=event.at[:10], **values)
    refused = [
        line
        for line in facts.attempts
        if isinstance(line.event, SwipeRefused) and CAUSE in line.event.codes
    ]
    return possible(_BEFORE, _RESUME, *turns, *refused, **values)


def _turns(facts: Facts) -> list[Line]:
    """Return the lines by which the pupil came to a school or went."""
    turns: list[Line] = []
    book, where = Book(), ("", "")
    for line in facts.pupil:
        apply(book, line)
        student = book.student(facts.student.id)
        now = (student.status, student.school)
        if now != where:
            turns.append(line)
        where = now
    return turns
