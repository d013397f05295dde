"""On 16 March transfers in and out are handled.

Spring term. Open are pupils who came, but whose card was not swiped in, and pupils who went to
another school, but whose card was not swiped out. Where none is open it is done after the day;
until then more may come.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from cardledger.agenda.entry import Entry, state_on, tags
from cardledger.agenda.office import Office
from cardledger.i18n import _
from cardledger.states import AWAY

ITEM: Final = "transfers"
TITLE: Final = _("Handle transfers")
ORDER: Final = 50

_OPEN: Final = _(
    "Came, but the card was not swiped in: {came}. Went, but the card was not swiped out: {went}."
)
_NONE: Final = _("No transfer is open.")
_RUN: Final = _("Record what is missing with: cardledger transfer-swipe, cardledger leave-swipe")
_WENT: Final = ("transfer", "transfer-out", "out-of-province")


def entries(office: Office) -> Iterator[Entry]:
    if not office.spring:
        return
    came, went = set(), set()
    for key, history in office.pupils.items():
        student = history.student
        card = office.present(student)
        if card is None:
            continue
        if key in office.here and card[1].state == "left":
            came.add(key)
        elif student.status in AWAY and student.left_school == office.school:
            moved = student.transferred_out or student.left_reason in _WENT
            if moved and card[1].state == "live":
                went.add(key)
    due = date(office.day.year, 3, 16)
    waiting = came | went
    state = state_on(office.day, due, done=not waiting and office.day > due)
    yield Entry(
        state="upcoming" if state == "due" and not waiting else state,
        due=due,
        detail_template=_OPEN if waiting else _NONE,
        todo_template=_RUN if waiting else "",
        values={"came": len(came), "went": len(went)},
        count=len(waiting),
        subjects=tags("student", waiting),
    )
