"""At the end of every month, changed or not, the school synchronises.

The month end that is behind and the one that is ahead. Done where what was sent within the last
three days of the month (for weekends) or later was confirmed; only “同步成功” counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from cardledger.agenda.entry import Entry, state_on
from cardledger.agenda.items import _syncs
from cardledger.agenda.office import Office
from cardledger.i18n import _

ITEM: Final = "sync-month"
TITLE: Final = _("Synchronise at the month end")
ORDER: Final = 70

_NEAR: Final = timedelta(days=3)
_DONE: Final = _("Month end {month}: confirmed is what was sent on {synced}.")
_OPEN: Final = _("Month end {month}: no confirmed synchronisation.")


def entries(office: Office) -> Iterator[Entry]:
    begins = office.lines.begins[:10] if office.lines.lines else ""
    first = office.day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    for end in (first - timedelta(days=1), following - timedelta(days=1)):
        if begins and begins <= end.isoformat():
            yield _entry(office, end)


def _entry(office: Office, end: date) -> Entry:
    done = office.synced[:10] >= (end - _NEAR).isoformat()
    pending, last = _syncs.waiting(office), _syncs.last_step(office)
    values = {"month": end.isoformat()[:7], "synced": _syncs.minute(office.synced)}
    todo = _syncs.RUN
    if pending and pending[0].event.at[:10] >= (end - _NEAR).isoformat():
        todo = _syncs.WAIT
        values |= {
            "sent": _syncs.minute(pending[0].event.at),
            "look": _syncs.minute(pending[1]),
        }
    return Entry(
        state=state_on(office.day, end, done=done, opens=end - _NEAR),
        due=end,
        detail_template=_DONE if done else _OPEN,
        todo_template=todo,
        values=values,
        positions=(last.position,) if last else (),
    )
