"""The card broke on the way.

Ruled out by a line that shows that the chip answered after it left the former school: read by a
reader (also where the office refused the swipe), or swiped with success, at any other school, or
anywhere after the attempt that failed. A UID that two cards share proves nothing. Possible where
the chip was read before, for it may have broken since, and where a new card was made because this
one was damaged. Unknown where no line says that the chip ever answered.
"""

from __future__ import annotations

from typing import Final

from cardledger.actions.reissue import CardReissued
from cardledger.diagnosis.facts import Facts
from cardledger.diagnosis.verdict import Verdict, possible, ruled_out, unknown
from cardledger.events import Line
from cardledger.i18n import _

CAUSE: Final = "card-broke"
TITLE: Final = _("Card broke on the way")
ORDER: Final = 30

_WORKS: Final = _("The chip was read on {day} at school {school}, after the card was under way.")
_DAMAGED: Final = _("On {day} card {new} was made because this one was damaged.")
_BEFORE: Final = _("The chip was read last on {day} at school {school}; nobody has read it since.")
_NEVER: Final = _("No line says that a reader ever read the chip.")
_READ: Final = _(
    "Put the card on another reader. If none reads it: cardledger recycle {card} --reason replaced,"
    " then cardledger reissue NEW_CARD --student {number} --reason damaged"
)
_REPLACED: Final = _("Use card {new}.")


def verdict(facts: Facts) -> Verdict:
    after = _since(facts)
    if after is not None:
        return ruled_out(_WORKS, after, day=after.event.at[:10], school=after.event.school)
    number = facts.card.number
    for line in facts.of(CardReissued):
        event = line.event
        if isinstance(event, CardReissued) and (event.old, event.reason) == (number, "damaged"):
            return possible(_DAMAGED, _REPLACED, line, day=event.at[:10], new=event.card)
    values = {"card": number or "CARD", "number": facts.student.number or "STUDENT"}
    if not facts.reads:
        return unknown(_NEVER, _READ, **values)
    last = facts.reads[-1]
    return possible(
        _BEFORE, _READ, last, day=last.event.at[:10], school=last.event.school, **values
    )


def _since(facts: Facts) -> Line | None:
    """Return the last line by which the chip answered when it was under way already."""
    begins = facts.left or facts.first
    failed = facts.attempts[-1].event.at if facts.attempts else None
    for line in reversed(facts.reads):
        at, school = line.event.at, line.event.school
        elsewhere = begins is not None and at >= begins.event.at and school != facts.former
        if elsewhere or line is facts.arrived or (failed is not None and at > failed):
            return line
    return None
