"""After the swipe window the school synchronises: in spring on 20 March.

Due on the last day of the window. Done where what was sent on that day or later was confirmed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.agenda.entry import Entry, state_on
from cardledger.agenda.items import _syncs
from cardledger.agenda.office import Office
from cardledger.i18n import _

ITEM: Final = "sync-term"
TITLE: Final = _("Synchronise after the swipes")
ORDER: Final = 60

_DONE: Final = _("Confirmed is what was sent on {synced}.")
_OPEN: Final = _("Nothing that was sent on {day} or later is confirmed.")


def entries(office: Office) -> Iterator[Entry]:
    due = office.window[1]
    done = office.synced[:10] >= due.isoformat()
    last = _syncs.last_step(office)
    yield Entry(
        state=state_on(office.day, due, done=done),
        due=due,
        detail_template=_DONE if done else _OPEN,
        todo_template=_syncs.RUN,
        values={"synced": _syncs.minute(office.synced), "day": due.isoformat()},
        positions=(last.position,) if last else (),
    )
