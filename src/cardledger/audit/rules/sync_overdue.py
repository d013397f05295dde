"""A school had no successful synchronisation at the end of a month.

At the end of every month, changed or not, the school sends its data and looks after six hours; only
a confirmed one counts. One within three days of the month's end will do, for weekends and for the
disk that is carried to the centre where the network fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from cardledger.actions._sync import SyncEvent
from cardledger.audit.finding import Finding
from cardledger.audit.history import History
from cardledger.audit.setting import Setting
from cardledger.audit.times import later, month_ends
from cardledger.i18n import _
from cardledger.moments import end_of

RULE: Final = "sync-overdue"
SEVERITY: Final = "warning"
SUBJECTS: Final = ("school",)
TODO: Final = _("Send the data again; where the network fails, carry a disk to the centre.")

#: When somebody looks whether the data arrived.
LOOK: Final = timedelta(hours=6)
NEAR: Final = timedelta(days=3)
_MESSAGE: Final = _("School {school} has no successful synchronisation at the end of {month}.")


def findings(history: History, setting: Setting) -> Iterator[Finding]:
    first_line = min(history.lines, key=lambda line: line.event.at)
    begins = first_line.event.at
    confirmed = [at for at, step, _by in history.school.syncs if step == "confirmed"]
    for last in month_ends(begins, setting.moment):
        end = end_of(last)
        if end < begins or later(end, LOOK) > setting.moment:
            continue
        first, latest = later(end, -NEAR), later(end, NEAR)
        if any(first <= at <= latest for at in confirmed):
            continue
        month = last.isoformat()[:7]
        tried = [
            line.position
            for line in history.lines
            if isinstance(line.event, SyncEvent) and first <= line.event.at <= latest
        ]
        yield Finding(
            rule=RULE,
            subjects=(history.tag,),
            positions=tuple(tried) or (first_line.position,),
            since=later(end, timedelta(milliseconds=1)),
            message=_MESSAGE,
            values={"school": history.key, "month": month},
            period=month,
            school=history.key,
        )
