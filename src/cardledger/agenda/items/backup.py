"""Before tools are installed, back up both databases and the photos.

Due on the day before the swipe window opens, like the tools. No line says that somebody made a
copy, so the state is unknown, whatever else was done.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from cardledger.agenda.entry import Entry
from cardledger.agenda.office import Office
from cardledger.i18n import _

ITEM: Final = "backup"
TITLE: Final = _("Back up")
ORDER: Final = 10

_UNSAID: Final = _("No line says whether both databases and the photos were backed up.")
_BACKUP: Final = _(
    "Back up both databases and the photos before a tool is installed; the ledger with: cardledger"
    " backup FILE"
)


def entries(office: Office) -> Iterator[Entry]:
    due = office.window[0] - timedelta(days=1)
    yield Entry(state="unknown", due=due, detail_template=_UNSAID, todo_template=_BACKUP)
