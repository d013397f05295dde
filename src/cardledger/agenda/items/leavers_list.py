"""Before graduation the list of leave swipes and recycled cards is made and handed in.

Spring term, at the end of the school year. No line says that a list was handed in, so the state is
unknown once it is due; it is upcoming before 1 June.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from cardledger.agenda.entry import Entry
from cardledger.agenda.office import Office
from cardledger.i18n import _

ITEM: Final = "leavers-list"
TITLE: Final = _("List of leavers")
ORDER: Final = 150

_UNSAID: Final = _("Left this school year: {left} pupils; no line says whether the list was made.")
_RUN: Final = _("Make the list with: cardledger export leavers --school {school}")


def entries(office: Office) -> Iterator[Entry]:
    if not office.spring:
        return
    since = f"{office.leaving - 1}-09-01"
    left = sum(
        history.student.left_school == office.school and history.student.left_at >= since
        for history in office.pupils.values()
    )
    due = office.graduation
    yield Entry(
        state="unknown" if office.day >= date(due.year, 6, 1) else "upcoming",
        due=due,
        detail_template=_UNSAID,
        todo_template=_RUN,
        values={"left": left, "school": office.school},
    )
