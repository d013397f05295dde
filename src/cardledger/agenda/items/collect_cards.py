"""Before graduation the record cards are collected from those who must hand them in.

Who must is said by the policy. Counted are the cards of pupils who left and had to (as the finding
`left-not-collected` has them), overdue since they left, and those of senior pupils who graduate at
the end of this school year, which are due from 1 June on. Of junior pupils nobody knows before the
graduation is recorded whether they go on: they are told apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from cardledger.agenda.entry import Entry, state_on, tags
from cardledger.agenda.office import Office
from cardledger.audit.rules import RULES
from cardledger.i18n import _
from cardledger.moments import day_of
from cardledger.states import AWAY

ITEM: Final = "collect-cards"
TITLE: Final = _("Collect record cards")
ORDER: Final = 120

_SENIOR: Final = ("senior", "vocational")
_LEFT: Final = _(
    "Left without handing the card in: {gone}. Graduate this year and must hand it in: {coming};"
    " juniors of whom nobody knows yet whether they go on: {undecided}."
)
_DONE: Final = _("Nobody has a card to hand in.")
_RUN: Final = _(
    "Take the cards back, and record that with: cardledger recycle CARD --reason graduation; say"
    " who goes on with: cardledger student graduate"
)


def entries(office: Office) -> Iterator[Entry]:
    gone = {
        finding.subjects[0]: finding
        for history in office.pupils.values()
        if history.student.status in AWAY and history.student.left_school == office.school
        for finding in RULES["left-not-collected"].findings(history, office.setting)
    }
    coming, undecided = _graduating(office)
    last = office.graduation
    state = state_on(office.day, last, done=not (coming or undecided), opens=date(last.year, 6, 1))
    first = min((finding.since for finding in gone.values()), default="")
    yield Entry(
        state="overdue" if gone else state,
        due=day_of(first) if first else last,
        detail_template=_LEFT if gone or coming or undecided else _DONE,
        todo_template=_RUN,
        values={"gone": len(gone), "coming": len(coming), "undecided": len(undecided)},
        count=len(gone) + len(coming),
        subjects=(*sorted(gone), *tags("card", coming)),
        positions=tuple(sorted({one for finding in gone.values() for one in finding.positions})),
    )


def _graduating(office: Office) -> tuple[list[str], list[str]]:
    """Return the cards of pupils who graduate this year: of those who must, and who may have to."""
    collect = office.policy.collect_from
    must, may = [], []
    for student in office.here.values():
        card = office.present(student)
        if student.cohort != office.leaving or card is None or card[1].state != "live":
            continue
        level = office.policy.level(student.number)
        if level in _SENIOR and "senior" in collect:
            must.append(card[0])
        elif level == "junior" and "junior-not-continuing" in collect:
            may.append(card[0])
    return must, may
