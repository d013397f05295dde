"""In the swipe window all M1 cards are upgraded.

Due on the last day of the window, from its first day on. Counted are the live record cards of
pupils in school that are of the old format and not upgraded. It is not on the agenda where the
policy wants no upgrade.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.agenda.entry import Entry, groups, state_on, tags
from cardledger.agenda.office import Office
from cardledger.i18n import _

ITEM: Final = "upgrade-cards"
TITLE: Final = _("Upgrade cards")
ORDER: Final = 30

_LEFT: Final = _("{count} of {cards} record cards are not upgraded; by class: {classes}.")
_DONE: Final = _("All {cards} record cards in use are upgraded.")
_RUN: Final = _("Upgrade them, and record that with: cardledger upgrade CARD")


def entries(office: Office) -> Iterator[Entry]:
    if not office.policy.upgrade_required:
        return
    live, old = 0, {}
    for student in office.here.values():
        card = office.present(student)
        if card is not None and card[1].state == "live":
            live += 1
            if not card[1].upgraded:
                old[card[0]] = student.class_
    first, last = office.window
    yield Entry(
        state=state_on(office.day, last, done=not old, opens=first),
        due=last,
        detail_template=_LEFT if old else _DONE,
        todo_template=_RUN,
        values={"count": len(old), "cards": live, "classes": groups(old.values())},
        count=len(old),
        subjects=tags("card", old),
    )
