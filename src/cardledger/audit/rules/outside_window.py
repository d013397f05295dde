"""A card was swiped for a term outside the term's window.

The window is that of the policy of the day on which the card was swiped.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.actions.term_swipe import TermSwiped
from cardledger.audit.finding import Finding
from cardledger.audit.history import History
from cardledger.audit.setting import Setting
from cardledger.audit.times import day
from cardledger.i18n import _

RULE: Final = "outside-window"
SEVERITY: Final = "notice"
SUBJECTS: Final = ("card",)
TODO: Final = _(
    "See why it was early or late; after the window the pupil was not registered in time."
)

_MESSAGE: Final = _(
    "Card {card} of {student} was swiped for the term {term} on {day}, outside {first} to {last}."
)


def findings(history: History, setting: Setting) -> Iterator[Finding]:
    for line in history.lines:
        event = line.event
        if not isinstance(event, TermSwiped):
            continue
        try:
            first, last = setting.policy(event.at).window(event.term)
        except ValueError:
            continue  # a year that no calendar has
        if not first.isoformat() <= day(event.at) <= last.isoformat():
            holder = history.card.student or event.student
            yield Finding(
                rule=RULE,
                subjects=(history.tag, *((f"student:{holder}",) if holder else ())),
                positions=(line.position,),
                since=event.at,
                message=_MESSAGE,
                values={
                    "card": history.key,
                    "student": holder,
                    "term": event.term,
                    "day": day(event.at),
                    "first": first.isoformat(),
                    "last": last.isoformat(),
                },
                period=event.term,
                which=day(event.at),
                school=event.school,
            )
