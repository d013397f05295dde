"""In the swipe window every pupil in school is registered by the term swipe.

Due on the last day of the window, from its first day on. Counted are the pupils in school who have
no swipe of the term; one that was made at another school does not register.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.agenda.entry import Entry, groups, state_on, tags
from cardledger.agenda.office import Office
from cardledger.i18n import _

ITEM: Final = "term-swipe"
TITLE: Final = _("Term swipe")
ORDER: Final = 40

_LEFT: Final = _("{count} of {pupils} pupils in school are not registered; by class: {classes}.")
_DONE: Final = _("All {pupils} pupils in school are registered.")
_RUN: Final = _(
    "See them with: cardledger roster --school {school}; record swipes with: term-swipe"
)


def entries(office: Office) -> Iterator[Entry]:
    missing = {
        key: student.class_
        for key, student in office.here.items()
        if student.swipes.get(office.term, ("",))[0] != office.school
        or office.term in student.contested_terms
    }
    first, last = office.window
    yield Entry(
        state=state_on(office.day, last, done=not missing, opens=first),
        due=last,
        detail_template=_LEFT if missing else _DONE,
        todo_template=_RUN,
        values={
            "count": len(missing),
            "pupils": len(office.here),
            "classes": groups(missing.values()),
            "school": office.school,
        },
        count=len(missing),
        subjects=tags("student", missing),
    )
