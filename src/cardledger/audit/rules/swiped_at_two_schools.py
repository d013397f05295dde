"""One card, or one chip serial, was read at two schools in one term.

So it looks when a pupil's card is handed to a brother or sister, or when a chip has a clone. A
refused swipe counts too. A transfer swipe that broke no rule, or the return of the pupil, moves the
card to the new school, and what is read there from then on is in order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.actions._swipes import SwipeRefused
from cardledger.actions.student_resume import StudentResumed
from cardledger.actions.transfer_swipe import TransferSwiped
from cardledger.audit.finding import Finding
from cardledger.audit.history import SWIPES, History
from cardledger.audit.setting import Setting
from cardledger.audit.times import term_at
from cardledger.events import Line
from cardledger.i18n import _

RULE: Final = "swiped-at-two-schools"
SEVERITY: Final = "serious"
SUBJECTS: Final = ("card", "uid")
TODO: Final = _("Ask both schools who came with the card; see whether the pupil has it in hand.")

_MESSAGES: Final = {
    "card": _("Card {cards} was read at {schools} in the term {term}."),
    "uid": _("The chip serial of the cards {cards} was read at {schools} in the term {term}."),
}


def findings(history: History, setting: Setting) -> Iterator[Finding]:
    cards = [history.key]
    if history.kind == "uid":
        cards = list(history.book.uids.get(history.key, ()))
        if len(cards) < 2:
            return
    for term, lines in _conflicts(history).items():
        swiped = {getattr(line.event, "card", "") for line in lines}
        if history.kind == "uid" and len(swiped) < 2:
            continue  # it is one of the cards, which has a finding of its own
        schools = sorted({line.event.school for line in lines})
        tags = tuple(f"card:{card}" for card in cards)
        yield Finding(
            rule=RULE,
            subjects=(history.tag, *tags) if history.kind == "uid" else tags,
            positions=tuple(line.position for line in lines),
            since=lines[-1].event.at,
            message=_MESSAGES[history.kind],
            values={"cards": cards, "schools": schools, "term": term},
            period=term,
            school=schools[0],
        )


def _conflicts(history: History) -> dict[str, list[Line]]:
    """Return the swipes of each term in which two schools had the card without a transfer."""
    here, swipes, odd = "", dict[str, list[Line]](), set[str]()
    for line in history.lines:
        event = line.event
        if isinstance(event, StudentResumed):
            here = event.school
        if not isinstance(event, (*SWIPES, SwipeRefused)):
            continue
        term = term_at(event.at)
        before = swipes.setdefault(term, [])
        arrived = isinstance(event, TransferSwiped) and not event.contested
        if not before:
            here = event.school
        elif event.school != here:
            if not arrived:
                odd.add(term)
            here = event.school if arrived else here
        before.append(line)
    return {term: lines for term, lines in swipes.items() if term in odd}
