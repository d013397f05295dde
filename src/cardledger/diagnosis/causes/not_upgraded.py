"""The card was not upgraded, so that the new school's tool finds nothing on it.

Ruled out by the line of the upgrade, by one that declares it (a card taken over from a school
outside), by a card that was never of the old format, or by a policy that wants no upgrade. Possible
where the card is known and none of these lines is there. Unknown for a card that the ledger does
not have.
"""

from __future__ import annotations

from typing import Final

from cardledger.diagnosis.facts import Facts
from cardledger.diagnosis.verdict import Verdict, possible, ruled_out, unknown
from cardledger.i18n import _

CAUSE: Final = "not-upgraded"
TITLE: Final = _("Not upgraded")
ORDER: Final = 10

_UPGRADED: Final = _("The card was upgraded by {day}.")
_NEW: Final = _("The card is of the new format and needs no upgrade.")
_FREE: Final = _("The policy in force on {day} wants no upgrade.")
_NOT: Final = _("No line says that the card was upgraded; it has been in the ledger since {day}.")
_NOWHERE: Final = _("The ledger does not have the card, so it does not know of an upgrade.")
_UPGRADE: Final = _(
    "Ask school {former} whether it upgraded the card, and have that recorded with: cardledger"
    " upgrade {card}"
)
_ASK: Final = _("Check the card number; ask the former school whether it upgraded the card.")


def verdict(facts: Facts) -> Verdict:
    card = facts.card
    if not card.known:
        return unknown(_NOWHERE, _ASK)
    by = facts.became(lambda one: one.upgraded)
    if card.format == "cpu":
        return ruled_out(_NEW, by)
    if by is not None:
        return ruled_out(_UPGRADED, by, day=by.event.at[:10])
    if not facts.policy.upgrade_required:
        adopted = tuple(
            one.position
            for one in facts.book.policies
            if "upgrade_required" in one.changes and one.from_day <= facts.moment[:10]
        )
        return Verdict("ruled-out", _FREE, "", {"day": facts.moment[:10]}, adopted[-1:])
    first = facts.first
    return possible(
        *(_NOT, _UPGRADE, first),
        day=first.event.at[:10] if first else "-",
        former=facts.former,
        card=card.number,
    )
