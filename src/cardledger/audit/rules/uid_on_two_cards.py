"""One chip serial is on two card numbers.

Either somebody made a clone of a chip, or the serial is not unique: two different chips can carry
one serial. Both stay open until somebody has held the two cards in hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.audit.finding import Finding
from cardledger.audit.history import History
from cardledger.audit.setting import Setting
from cardledger.i18n import _
from cardledger.moments import Moment

RULE: Final = "uid-on-two-cards"
SEVERITY: Final = "serious"
SUBJECTS: Final = ("uid",)
TODO: Final = _(
    "Have both cards read side by side; what remains unclear is reported to the district."
)

_MESSAGE: Final = _("The chip serial {uid} is on {count} cards: {cards}.")


def findings(history: History, setting: Setting) -> Iterator[Finding]:
    cards = list(history.book.uids.get(history.key, ()))
    if len(cards) < 2:
        return
    first: dict[str, tuple[int, Moment]] = {}
    for line in history.lines:
        card = getattr(line.event, "card", "")
        if card in cards:
            first.setdefault(card, (line.position, line.event.at))
    yield Finding(
        rule=RULE,
        subjects=(history.tag, *(f"card:{card}" for card in cards)),
        positions=tuple(sorted(position for position, _when in first.values())),
        since=max(when for _position, when in first.values()),
        message=_MESSAGE,
        values={"uid": history.key, "cards": cards, "count": len(cards)},
        school=next(iter(history.book.cards.values())).school,
    )
