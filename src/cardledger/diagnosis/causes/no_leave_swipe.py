"""The card was not swiped out at the former school.

Ruled out by the leave swipe, or a line that declares it, if no school has taken the card in since;
and by the transfer swipe at the new school, where that has succeeded. Possible where the card is
known and no such line is there. Unknown for a card that the ledger does not have.
"""

from __future__ import annotations

from typing import Final

from cardledger.diagnosis.facts import Facts
from cardledger.diagnosis.verdict import Verdict, possible, ruled_out, unknown
from cardledger.i18n import _

CAUSE: Final = "no-leave-swipe"
TITLE: Final = _("Not swiped out")
ORDER: Final = 20

_LEFT: Final = _("The card was swiped out at school {former} by {day}.")
_ARRIVED: Final = _("The card was swiped in at school {school} by {day}.")
_NOT: Final = _("No line says that the card was swiped out; it is with school {former}.")
_NOWHERE: Final = _("The ledger does not have the card, so it does not know of a leave swipe.")
_SWIPE: Final = _(
    "Ask school {former} for the leave swipe; it is recorded with: cardledger leave-swipe {card}"
    " --school {former} --reason transfer"
)
_ASK: Final = _("Check the card number; ask the former school for the leave swipe.")


def verdict(facts: Facts) -> Verdict:
    if facts.left is not None:
        day = facts.left.event.at[:10]
        return ruled_out(_LEFT, facts.left, former=facts.former, day=day)
    if facts.arrived is not None:
        day = facts.arrived.event.at[:10]
        return ruled_out(_ARRIVED, facts.arrived, school=facts.school, day=day)
    if not facts.card.known:
        return unknown(_NOWHERE, _ASK)
    return possible(_NOT, _SWIPE, facts.first, former=facts.former, card=facts.card.number)
