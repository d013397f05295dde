"""From March to May the pupils' data are checked, before cards are applied for.

Spring term. Due on 31 May, from 1 March on. Done where the data check finds no fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from cardledger.agenda.entry import Entry, state_on, tags
from cardledger.agenda.office import Office
from cardledger.i18n import _

ITEM: Final = "data-check"
TITLE: Final = _("Check the pupils' data")
ORDER: Final = 90

_LEFT: Final = _("Faults: {faults}, in the data of {count} of {checked} pupils.")
_DONE: Final = _("No faults in the data of {checked} pupils.")
_CLOSED: Final = _("The data of none of the {closed} pupils can be opened, so none is checked.")
_RUN: Final = _(
    "Hand out the sheets with: cardledger export data-check --school {school}; see the faults with:"
    " cardledger student check --school {school}"
)


def entries(office: Office) -> Iterator[Entry]:
    if not office.spring:
        return
    found = office.faults()
    year = office.day.year
    first, last = date(year, 3, 1), date(year, 5, 31)
    unread = bool(found.closed) and not found.checked
    state = state_on(office.day, last, done=not found.faults, opens=first)
    yield Entry(
        state="unknown" if unread else state,
        due=last,
        detail_template=_CLOSED if unread else _LEFT if found.faults else _DONE,
        todo_template=_RUN,
        values={
            "faults": found.faults,
            "count": len(found.pupils),
            "checked": found.checked,
            "closed": found.closed,
            "school": office.school,
        },
        count=len(found.pupils),
        subjects=tags("student", found.pupils),
    )
