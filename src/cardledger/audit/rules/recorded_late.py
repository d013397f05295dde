"""An act was written more than 7 days after it happened.

Late lines are not wrong by that, but what was decided in between did not know of them. Cards from
before the ledger are registered whenever it begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from cardledger.actions.register import CardRegistered
from cardledger.audit.finding import Finding
from cardledger.audit.history import History
from cardledger.audit.rules._acts import told
from cardledger.audit.setting import Setting
from cardledger.audit.times import day, elapsed
from cardledger.events import stored_name
from cardledger.i18n import _
from cardledger.moments import ALWAYS

RULE: Final = "recorded-late"
SEVERITY: Final = "notice"
SUBJECTS: Final = ("card", "student", "box", "school")
TODO: Final = _("Ask why it came so late, and see what was done in between.")

LIMIT: Final = timedelta(days=7)
_MESSAGE: Final = _("What happened on {day} was written only on {written}: {act}")


def findings(history: History, setting: Setting) -> Iterator[Finding]:
    for line in history.lines:
        event = line.event
        if event.at[:10] == event.recorded[:10] or isinstance(event, CardRegistered):
            continue
        # Every line is told of once: with the first of its subjects.
        if elapsed(event.at, event.recorded) > LIMIT and event.tags()[0] == history.tag:
            student = getattr(event, "student", "")
            if history.kind == "card":
                student = history.card.student or student
            about = (f"student:{student}",) if student else ()
            yield Finding(
                rule=RULE,
                subjects=tuple(dict.fromkeys((history.tag, *about))),
                positions=(line.position,),
                since=event.recorded or ALWAYS,
                message=_MESSAGE,
                values={
                    "day": day(event.at),
                    "written": day(event.recorded),
                    "act": told(type(event)),
                },
                which=f"{stored_name(type(event))} {event.at}",
                school=event.school,
            )
