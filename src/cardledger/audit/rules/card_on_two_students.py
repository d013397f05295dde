"""One card number has two holders.

A card number is issued once, ever. Two holders come from a list in which a number was mistyped, or
from a card that was handed on. Who merely used a card once, such as a sibling, is no holder.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.audit.finding import Finding
from cardledger.audit.history import GIVEN, History, latest, positions
from cardledger.audit.setting import Setting
from cardledger.i18n import _

RULE: Final = "card-on-two-students"
SEVERITY: Final = "serious"
SUBJECTS: Final = ("card",)
TODO: Final = _(
    "Find out who has the card; void the line that is wrong, and give the other pupil a card."
)

_MESSAGE: Final = _("Card {card} is recorded for {count} pupils: {students}.")


def findings(history: History, setting: Setting) -> Iterator[Finding]:
    card = history.card
    if len(card.holders) > 1:
        lines = history.of(*GIVEN) or history.lines
        yield Finding(
            rule=RULE,
            subjects=(history.tag, *(f"student:{student}" for student in card.holders)),
            positions=positions(lines),
            since=latest(lines),
            message=_MESSAGE,
            values={"card": card.number, "students": card.holders, "count": len(card.holders)},
            school=card.school,
        )
