"""A pupil has more than one live card of a kind.

A pupil holds one record card and one identity card. Two live ones come mostly from a new card after
a change of number, where the old one was not taken back; seen first with identity cards.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.audit.finding import Finding
from cardledger.audit.history import History, latest, positions
from cardledger.audit.setting import Setting
from cardledger.i18n import _
from cardledger.states import IDENTITY, RECORD

RULE: Final = "two-live-cards"
SEVERITY: Final = "serious"
SUBJECTS: Final = ("student",)
TODO: Final = _(
    "Take back the card that the pupil should no longer have, and record it as recycled."
)

_MESSAGES: Final = {
    RECORD: _("{student} has {count} live record cards: {cards}."),
    IDENTITY: _("{student} has {count} live identity cards: {cards}."),
}


def findings(history: History, setting: Setting) -> Iterator[Finding]:
    student = history.student
    for kind, message in _MESSAGES.items():
        live = [card for card in student.held(kind) if card.state == "live"]
        if len(live) > 1:
            numbers = [card.number for card in live]
            given = history.given(*numbers)
            yield Finding(
                rule=RULE,
                subjects=(history.tag, *(f"card:{number}" for number in numbers)),
                positions=positions(given),
                since=latest(given),
                message=message,
                values={"student": student.id, "cards": numbers, "count": len(live)},
                school=student.school,
                cohort=student.cohort,
            )
