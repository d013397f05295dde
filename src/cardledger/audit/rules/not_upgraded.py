"""A live record card of the old format was not upgraded when the swipe window closed.

All M1 cards are upgraded in the swipe window, for without it a card cannot be swiped. A card that
came later is due in the next window. Where the policy wants no upgrade this is no finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.audit.finding import Finding
from cardledger.audit.history import GIVEN, History
from cardledger.audit.setting import Setting
from cardledger.audit.times import day, terms
from cardledger.i18n import _
from cardledger.states import RECORD

RULE: Final = "not-upgraded"
SEVERITY: Final = "notice"
SUBJECTS: Final = ("card",)
TODO: Final = _("Upgrade the card.")

_MESSAGE: Final = _("Record card {card} of {student} had not been upgraded by {day}.")


def findings(history: History, setting: Setting) -> Iterator[Finding]:
    card = history.card
    due = card.kind == RECORD and card.state == "live" and not card.upgraded
    if not due or not setting.policy(setting.moment).upgrade_required:
        return
    given = [line for line in history.lines if isinstance(line.event, GIVEN)]
    if not given or given[0].event.at > setting.moment:
        return
    there = given[0].event.at
    for term in terms(there[:10], setting.moment[:10]):
        window = setting.window(term)
        if window is not None and there <= window.closes <= setting.moment:
            yield Finding(
                rule=RULE,
                subjects=(history.tag,),
                positions=(given[0].position,),
                since=window.closes,
                message=_MESSAGE,
                values={"card": card.number, "student": card.student, "day": day(window.closes)},
                school=card.school,
            )
            return
