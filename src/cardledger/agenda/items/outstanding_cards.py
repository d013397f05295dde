"""Old cards that were replaced and not handed in are taken back within 30 days.

Due 30 days after the oldest of them became outstanding. Not on the agenda where there are none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.agenda.entry import Entry, state_on, tags
from cardledger.agenda.office import Office
from cardledger.audit.history import History
from cardledger.audit.rules.old_card_outstanding import GRACE
from cardledger.events import Line
from cardledger.i18n import _
from cardledger.moments import day_of

ITEM: Final = "outstanding-cards"
TITLE: Final = _("Take old cards back")
ORDER: Final = 160

_LEFT: Final = _("Old cards not handed in: {count}, the oldest since {since}.")
_RUN: Final = _("Ask for them; record each with: cardledger recycle CARD --reason replaced")


def entries(office: Office) -> Iterator[Entry]:
    since = {key: line for key, one in office.outstanding.items() if (line := _since(one))}
    if not since:
        return
    oldest = min(since.values(), key=lambda line: line.event.at)
    first = day_of(oldest.event.at)
    due = first + GRACE
    yield Entry(
        state=state_on(office.day, due, done=False, opens=first),
        due=due,
        detail_template=_LEFT,
        todo_template=_RUN,
        values={"count": len(since), "since": first.isoformat()},
        count=len(since),
        subjects=tags("card", since),
        positions=tuple(sorted(line.position for line in since.values())),
    )


def _since(history: History) -> Line | None:
    """Return the line by which a card became outstanding; none if it is not so."""
    if history.card.state != "outstanding":
        return None
    found = None
    for line, book in history.walk():
        if book.card(history.key).state != "outstanding":
            found = line
    return found
