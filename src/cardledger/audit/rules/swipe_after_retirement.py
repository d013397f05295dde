"""Somebody tried to use a card that was lost, replaced or taken back.

A refused swipe is itself evidence. What another system reports as having happened with such a card
counts as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.actions._swipes import SwipeRefused
from cardledger.actions.upgrade import CardUpgraded
from cardledger.audit.finding import Finding
from cardledger.audit.history import SWIPES, History
from cardledger.audit.setting import Setting
from cardledger.audit.times import day
from cardledger.events import Event
from cardledger.i18n import _
from cardledger.states import REPLACED

RULE: Final = "swipe-after-retirement"
SEVERITY: Final = "serious"
SUBJECTS: Final = ("card",)
TODO: Final = _("Take the card in at once and ask who had it.")

_CODES: Final = {"card-lost": "lost", "card-replaced": "replaced", "card-recycled": "recycled"}
_MESSAGES: Final = {
    "lost": _("Card {card} of {student} is reported lost, and was used on {day}."),
    "replaced": _("Card {card} of {student} was replaced, and was used on {day}."),
    "recycled": _("Card {card} of {student} was taken back, and was used on {day}."),
}


def findings(history: History, setting: Setting) -> Iterator[Finding]:
    if not any(_tells(line.event) for line in history.lines):
        return
    for line, book in history.walk():
        event = line.event
        codes = event.contested
        if isinstance(event, SwipeRefused):
            codes = event.codes
        elif not isinstance(event, (*SWIPES, CardUpgraded)):
            continue
        was = _retired(codes, book.card(history.key).state)
        if was:
            holder = history.card.student or event.student
            yield Finding(
                rule=RULE,
                subjects=(history.tag, *((f"student:{holder}",) if holder else ())),
                positions=(line.position,),
                since=event.at,
                message=_MESSAGES[was],
                values={"card": history.key, "student": holder, "day": day(event.at)},
                which=event.at,
                school=event.school,
            )


def _tells(event: Event) -> bool:
    """Whether an act may have been refused, or be contested, for what the card was."""
    return isinstance(event, SwipeRefused) or bool(event.contested)


def _retired(codes: tuple[str, ...], state: str) -> str:
    """Return what the card was then; empty where it was in use. A leave swipe has one code."""
    for code in codes:
        if code in _CODES:
            return _CODES[code]
    if "card-not-live" in codes:
        return "replaced" if state in REPLACED else state if state in _MESSAGES else ""
    return ""
