"""A pupil got a new card where a reissue was due.

Only a first-year primary pupil gets a new card, and a guest from outside the city after it was
confirmed that no other school in the city has the pupil. Everybody else gets a reissue.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.actions.issue import CardIssued
from cardledger.audit.finding import Finding
from cardledger.audit.history import History
from cardledger.audit.setting import Setting
from cardledger.audit.times import day
from cardledger.i18n import _

RULE: Final = "ineligible-new-card"
SEVERITY: Final = "serious"
SUBJECTS: Final = ("card",)
TODO: Final = _(
    "Look for the old card and take it back; ask the other school where there may be one."
)

_CODE: Final = "not-eligible-for-new-card"
_MESSAGE: Final = _("{student} got the new card {card} on {day}, where a reissue was due.")


def findings(history: History, setting: Setting) -> Iterator[Finding]:
    for line in history.lines:
        event = line.event
        if isinstance(event, CardIssued) and _CODE in event.contested:
            yield Finding(
                rule=RULE,
                subjects=(history.tag, f"student:{event.student}"),
                positions=(line.position,),
                since=event.at,
                message=_MESSAGE,
                values={"student": event.student, "card": event.card, "day": day(event.at)},
                school=event.school,
            )
