"""At once after every change of a pupil the school synchronises, and looks after six hours.

Changed are pupils whom a line of this school changed after the last thing that was sent and
confirmed. Due on the day of the first such change. While less than six hours have passed since it
was sent, it is due and not overdue: nobody can know yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.agenda.entry import Entry, state_on, tags
from cardledger.agenda.items import _syncs
from cardledger.agenda.office import Office
from cardledger.events import Line
from cardledger.i18n import _
from cardledger.moments import day_of

ITEM: Final = "sync-change"
TITLE: Final = _("Synchronise after changes")
ORDER: Final = 80
#: So many lines are named as proof; the subjects are all there.
_NAMED: Final = 20

_DONE: Final = _("All changes are with the centre; the last one was on {last}.")
_OPEN: Final = _("Changed since {first} and in no confirmed synchronisation: pupils {count}.")


def entries(office: Office) -> Iterator[Entry]:
    changes = list(office.changes())
    if not changes:
        return
    open_ = [(key, line) for key, line in changes if line.event.at > office.synced]
    lines = sorted((line for _key, line in open_), key=_happened)
    latest = max((line for _key, line in changes), key=_happened)
    if not lines:
        due = day_of(latest.event.at)
        yield Entry(
            state="done",
            due=due,
            detail_template=_DONE,
            values={"last": _syncs.minute(latest.event.at)},
            positions=(latest.position,),
        )
        return
    due = day_of(lines[0].event.at)
    pending = _syncs.waiting(office)
    fresh = pending is not None and pending[0].event.at >= lines[-1].event.at
    wait = fresh and pending is not None and pending[1] > office.moment
    values: dict[str, object] = {
        "count": len({key for key, _line in open_}),
        "first": _syncs.minute(lines[0].event.at),
    }
    if pending is not None:
        values |= {
            "sent": _syncs.minute(pending[0].event.at),
            "look": _syncs.minute(pending[1]),
        }
    yield Entry(
        state="due" if wait else state_on(office.day, due, done=False),
        due=due,
        detail_template=_OPEN,
        todo_template=_syncs.WAIT if fresh else _syncs.RUN,
        values=values,
        count=len({key for key, _line in open_}),
        subjects=tags("student", {key for key, _line in open_}),
        positions=tuple(sorted(line.position for line in lines[:_NAMED])),
    )


def _happened(line: Line) -> tuple[str, int]:
    return line.event.at, line.position
