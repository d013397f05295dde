"""After all cards are handed out the school files all card numbers.

The office sets no day. It is due once every pupil in school has a record card and some live ones
are in no filing; until then it is upcoming. Done where all are filed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.agenda.entry import Entry, tags
from cardledger.agenda.office import Office
from cardledger.i18n import _

ITEM: Final = "file-cards"
TITLE: Final = _("File card numbers")
ORDER: Final = 100

_WITHOUT: Final = _(
    "{count} of {cards} live record cards are in no filing; {without} pupils have no card yet."
)
_LEFT: Final = _("{count} of {cards} live record cards are in no filing.")
_DONE: Final = _("All {cards} live record cards are filed.")
_RUN: Final = _(
    "Make the file with: cardledger export filing --school {school}; when it was handed in:"
    " cardledger import filing FILE"
)


def entries(office: Office) -> Iterator[Entry]:
    live, unfiled, without = 0, [], 0
    for student in office.here.values():
        card = office.present(student)
        if card is None or card[1].state not in ("live", "lost"):
            without += 1
        elif card[1].state == "live":
            live += 1
            if not card[1].filed_at:
                unfiled.append(card[0])
    if not (live or without):
        return
    message = _WITHOUT if without else _LEFT if unfiled else _DONE
    yield Entry(
        state="upcoming" if without else "due" if unfiled else "done",
        due=None,
        detail_template=message,
        todo_template=_RUN,
        values={
            "count": len(unfiled),
            "cards": live,
            "without": without,
            "school": office.school,
        },
        count=len(unfiled),
        subjects=tags("card", unfiled),
    )
