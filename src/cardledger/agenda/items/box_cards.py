"""Before graduation the cards that were taken back lie in the box of their cohort.

Due at the end of the school year in which their cohort graduates, from 1 June on; overdue where the
cohort graduated earlier. Counted are recycled cards that lie in no box.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from cardledger.agenda.entry import Entry, groups, state_on, tags
from cardledger.agenda.office import Office
from cardledger.i18n import _

ITEM: Final = "box-cards"
TITLE: Final = _("Box recycled cards")
ORDER: Final = 130

_LEFT: Final = _("Recycled cards in no box: {count}; by cohort: {cohorts}.")
_DONE: Final = _("Every recycled card lies in a box.")
_RUN: Final = _("Open a box with: cardledger box open BOX --cohort YEAR; then: cardledger box put")


def entries(office: Office) -> Iterator[Entry]:
    loose = {
        key: row.cohort
        for key, row in office.cards.items()
        if row.state == "recycled" and not row.box and row.school == office.school
    }
    year = min((cohort for cohort in loose.values() if cohort), default=office.leaving)
    due = date(max(year, 1), 8, 31)
    yield Entry(
        state=state_on(office.day, due, done=not loose, opens=date(due.year, 6, 1)),
        due=due,
        detail_template=_LEFT if loose else _DONE,
        todo_template=_RUN,
        values={"count": len(loose), "cohorts": groups(loose.values())},
        count=len(loose),
        subjects=tags("card", loose),
    )
