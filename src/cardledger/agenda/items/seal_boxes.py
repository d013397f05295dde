"""Before graduation the boxes are sealed, with handler and date.

Due at the end of the school year in which their cohort graduates, from 1 June on; overdue where the
cohort graduated earlier. Counted are open boxes with cards in them. Not on the agenda of a school
that has no box.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from cardledger.agenda.entry import Entry, state_on, tags
from cardledger.agenda.office import Office
from cardledger.i18n import _

ITEM: Final = "seal-boxes"
TITLE: Final = _("Seal boxes")
ORDER: Final = 140

_LEFT: Final = _("Open boxes with cards in them: {boxes}; cards: {cards}.")
_DONE: Final = _("No box with cards in it is open.")
_RUN: Final = _("Count the cards, and seal each with: cardledger box seal BOX --count N")
_NAMED: Final = 6


def entries(office: Office) -> Iterator[Entry]:
    if not office.boxes:
        return
    unsealed = {key: row for key, row in office.boxes.items() if row.state == "open" and row.cards}
    years = [row.cohort for row in unsealed.values() if row.cohort]
    due = date(min(years, default=office.leaving), 8, 31)
    names = sorted(unsealed)
    named = (*names[:_NAMED], "…") if len(names) > _NAMED else tuple(names)
    yield Entry(
        state=state_on(office.day, due, done=not unsealed, opens=date(due.year, 6, 1)),
        due=due,
        detail_template=_LEFT if unsealed else _DONE,
        todo_template=_RUN,
        values={
            "count": len(unsealed),
            "cards": sum(len(row.cards) for row in unsealed.values()),
            "boxes": named,
        },
        count=len(unsealed),
        subjects=tags("box", unsealed),
    )
