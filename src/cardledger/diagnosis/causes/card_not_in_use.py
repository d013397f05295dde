"""The card is not in use: it was reported lost, replaced by another, or taken back.

Possible by the line that made it so; ruled out where the card is live or swiped out, by the line
that made it that. Unknown for a card that the ledger does not have.
"""

from __future__ import annotations

from typing import Final

from cardledger.diagnosis.facts import Facts
from cardledger.diagnosis.verdict import Verdict, possible, ruled_out, unknown
from cardledger.i18n import _

CAUSE: Final = "card-not-in-use"
TITLE: Final = _("Card not in use")
ORDER: Final = 80

_IN_USE: Final = _("The card was not reported lost, replaced or taken back.")
_NOWHERE: Final = _("The ledger does not have the card.")
_CHECK: Final = _("Check the card number.")
#: What is said of a state, and what to do.
_STATES: Final[dict[str, tuple[str, str]]] = {
    "lost": (
        _("The card was reported lost on {day}."),
        _("If it was found, record that first with: cardledger found {card}"),
    ),
    "outstanding": (
        _("The card was replaced by {new} on {day}."),
        _("Use the new card; take this one back: cardledger recycle {card} --reason replaced"),
    ),
    "replaced-lost": (
        _("The card was lost and replaced by {new} on {day}."),
        _("Use the new card; this one was found: cardledger found {card}"),
    ),
    "recycled": (
        _("The card was taken back on {day} and is never used again."),
        _(
            "Take it away. The pupil gets a new card with: cardledger reissue NEW_CARD --student"
            " {number} --reason REASON"
        ),
    ),
}


def verdict(facts: Facts) -> Verdict:
    card = facts.card
    if not card.known:
        return unknown(_NOWHERE, _CHECK)
    by = facts.became(lambda one: one.state == card.state)
    if card.state not in _STATES:
        return ruled_out(_IN_USE, by)
    message, todo = _STATES[card.state]
    if card.state == "recycled" and card.replaced_by:
        todo = _("Use card {new}.")
    return possible(
        *(message, todo, by),
        day=by.event.at[:10] if by else "-",
        card=card.number,
        new=card.replaced_by or "-",
        number=facts.student.number or "STUDENT",
    )
