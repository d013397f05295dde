"""A replaced card was not handed in within 30 days.

The days count from the new card, or, where the old one was lost, from the day on which it was found
again. A lost card that nobody found is no finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from cardledger.audit.finding import Finding
from cardledger.audit.history import History
from cardledger.audit.setting import Setting
from cardledger.audit.times import day, elapsed, later
from cardledger.i18n import _

RULE: Final = "old-card-outstanding"
SEVERITY: Final = "warning"
SUBJECTS: Final = ("card",)
TODO: Final = _("Ask the pupil for the old card; when it is back, record it as recycled.")

GRACE: Final = timedelta(days=30)
_MESSAGE: Final = _(
    "The old card {card} of {student} has been due since {day} and was not handed in."
)


def findings(history: History, setting: Setting) -> Iterator[Finding]:
    if history.card.state != "outstanding":
        return
    since, position = "", 0
    for line, book in history.walk():
        if book.card(history.key).state != "outstanding":
            since, position = line.event.when, line.position
    card = history.card
    if elapsed(since, setting.moment) > GRACE:
        yield Finding(
            rule=RULE,
            subjects=(history.tag, f"student:{card.student}"),
            positions=(position,),
            since=later(since, GRACE),
            message=_MESSAGE,
            values={"card": card.number, "student": card.student, "day": day(since)},
            which=since,
            school=card.school,
        )
