"""The teacher's steps were wrong.

Ruled out by a transfer swipe of this card at the school that succeeded. Possible where a term
swipe was tried there before any transfer swipe, and where other cards were swiped in with the same
tool since its last installation: then the tool works, and hands are left. Otherwise unknown: no
line says what somebody did at the screen.
"""

from __future__ import annotations

from typing import Final

from cardledger.actions._swipes import SwipeRefused
from cardledger.diagnosis.causes._tools import succeeded
from cardledger.diagnosis.facts import Facts
from cardledger.diagnosis.verdict import Verdict, possible, ruled_out, unknown
from cardledger.i18n import _

CAUSE: Final = "wrong-steps"
TITLE: Final = _("Wrong steps")
ORDER: Final = 60

_DONE: Final = _("The card was swiped in at school {school} by {day}.")
_OTHER_SWIPE: Final = _(
    "On {day} a term swipe was tried at school {school}; the transfer swipe comes first."
)
_TOOL_WORKS: Final = _(
    "Card {other} was swiped in at school {school} on {day} with the same tool: it works."
)
_UNSAID: Final = _("No line says what was done at the screen.")
_AGAIN: Final = _(
    "Do it once more, step by step; when it succeeded: cardledger transfer-swipe {card} --school"
    " {school}"
)


def verdict(facts: Facts) -> Verdict:
    values = {"school": facts.school, "card": facts.card.number or "CARD"}
    if facts.arrived is not None:
        return ruled_out(_DONE, facts.arrived, day=facts.arrived.event.at[:10], **values)
    for line in facts.attempts[:1]:
        event = line.event
        if isinstance(event, SwipeRefused) and event.action == "term-swipe":
            return possible(_OTHER_SWIPE, _AGAIN, line, day=event.at[:10], **values)
    tool = facts.installed("transfer")
    worked = succeeded(facts, tool) if tool is not None else list(facts.arrivals)
    if worked:
        last = worked[-1]
        other = getattr(last.event, "card", "")
        return possible(_TOOL_WORKS, _AGAIN, last, day=last.event.at[:10], other=other, **values)
    return unknown(_UNSAID, _AGAIN, *facts.attempts[-1:], **values)
