"""Pre-allocated student numbers are filed before cards are made with them.

The office sets no day. Due as long as a number is allocated and not filed; one that was rejected
needs another number. Not on the agenda of a school that never allocated one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.agenda.entry import Entry, tags
from cardledger.agenda.office import Office
from cardledger.i18n import _

ITEM: Final = "file-numbers"
TITLE: Final = _("File student numbers")
ORDER: Final = 110

_LEFT: Final = _("Pre-allocated and not filed: {open}; rejected: {rejected}.")
_DONE: Final = _("All {filed} pre-allocated numbers are filed.")
_RUN: Final = _(
    "Make the file with: cardledger export numbers; take in the result with: cardledger import"
    " numbers FILE. In place of a rejected number: cardledger number allocate"
)


def entries(office: Office) -> Iterator[Entry]:
    states = {key: row.state for key, row in office.numbers.items() if row.allocated_at}
    if not states:
        return
    waiting = [key for key, state in states.items() if state == "allocated"]
    # A rejected number that no pupil has any more was replaced by another one.
    rejected = [
        key for key, state in states.items() if state == "rejected" and _still_meant(office, key)
    ]
    todo = waiting + rejected
    yield Entry(
        state="due" if todo else "done",
        due=None,
        detail_template=_LEFT if todo else _DONE,
        todo_template=_RUN,
        values={"open": len(waiting), "rejected": len(rejected), "filed": len(states)},
        count=len(todo),
        subjects=tags("number", todo),
    )


def _still_meant(office: Office, number: str) -> bool:
    """Whether a rejected number is the present one of a pupil in school, or still nobody's."""
    row = office.numbers[number]
    pupils = [office.here[key] for key in (*row.pupils, row.student) if key in office.here]
    return not pupils or any(student.number == number for student in pupils)
