"""A card was made before the number of its pupil was filed.

A number is checked, then filed, then the card is made. What counts is the number that the pupil had
on that day. Cards from before the ledger are left out: when they were made it does not know.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.actions.issue import CardIssued
from cardledger.actions.numbers_filed import NumbersWereFiled
from cardledger.actions.reissue import CardReissued
from cardledger.audit.finding import Finding
from cardledger.audit.history import History
from cardledger.audit.rule import Told
from cardledger.audit.rules._numbers import NUMBERED
from cardledger.audit.setting import Setting
from cardledger.audit.times import day
from cardledger.i18n import _

RULE: Final = "made-before-filing"
SEVERITY: Final = "warning"
SUBJECTS: Final = ("student",)
TODO: Final = _("File the number; where it is rejected, take the card back and make it anew.")

TELLS: Final = "number"
_NEVER: Final = _("Card {card} of {student} was made on {day}; number {number} was never filed.")
_LATER: Final = _(
    "Card {card} of {student} was made on {day}; number {number} was filed only on {filed}."
)


def tells(history: History) -> Iterator[Told]:
    """Say of each pupil who was given the number when it was filed, unless that was before."""
    filed, position = "", 0
    for line in history.lines:
        event = line.event
        if isinstance(event, NumbersWereFiled) and history.key in event.accepted:
            filed, position = event.at, line.position
            break
    for line in history.of(*NUMBERED):
        event = line.event
        if isinstance(event, NUMBERED) and not (filed and filed <= event.when):
            yield Told(event.student, history.key, (filed, position))


def findings(history: History, setting: Setting) -> Iterator[Finding]:
    told, number = setting.told.get(history.key), ""
    if not told:
        return
    for line in history.lines:
        event = line.event
        if isinstance(event, NUMBERED):
            number = event.number or number
        elif isinstance(event, (CardIssued, CardReissued)) and event.student == history.key:
            filed, position = told.get(number, ("0", 0))
            if not filed or filed > event.at:
                yield Finding(
                    rule=RULE,
                    subjects=(f"card:{event.card}", history.tag),
                    positions=(line.position, position) if position else (line.position,),
                    since=event.at,
                    message=_LATER if filed else _NEVER,
                    values={
                        "card": event.card,
                        "student": history.key,
                        "number": number,
                        "day": day(event.at),
                        "filed": day(filed),
                    },
                    school=event.school,
                    cohort=history.student.cohort,
                )
