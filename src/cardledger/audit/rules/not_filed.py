"""A live record card is in no filing.

After all cards are handed out the school files all card numbers. What the school never filed the
city does not know.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.audit.finding import Finding
from cardledger.audit.history import History, latest, positions
from cardledger.audit.setting import Setting
from cardledger.i18n import _
from cardledger.states import RECORD

RULE: Final = "not-filed"
SEVERITY: Final = "notice"
SUBJECTS: Final = ("card",)
TODO: Final = _("Put the card into the next filing file.")

_MESSAGE: Final = _("Record card {card} of {student} is in no filing.")


def findings(history: History, setting: Setting) -> Iterator[Finding]:
    card = history.card
    if card.kind == RECORD and card.state == "live" and not card.filed_at:
        given = history.given(card.number)[:1] or history.lines[:1]
        yield Finding(
            rule=RULE,
            subjects=(history.tag,),
            positions=positions(given),
            since=latest(given),
            message=_MESSAGE,
            values={"card": card.number, "student": card.student},
            school=card.school,
        )
