"""A pupil was in school when the swipe window of a term closed, and had not been swiped.

Terms count from the day on which the pupil came onto the roster of this ledger. A swipe after the
window, or one with the card at another school, does not make up for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.actions.student_add import StudentAdded
from cardledger.actions.term_swipe import TermSwiped
from cardledger.audit.finding import Finding
from cardledger.audit.history import History
from cardledger.audit.setting import Setting
from cardledger.audit.times import day, terms
from cardledger.i18n import _
from cardledger.moments import Moment
from cardledger.states import Stay

RULE: Final = "not-registered"
SEVERITY: Final = "notice"
SUBJECTS: Final = ("student",)
TODO: Final = _(
    "Find out why the pupil was not swiped: ill, no card, not upgraded, or not in school any more."
)

_MESSAGE: Final = _("{student} was in school on {day} and not swiped for the term {term}.")


def findings(history: History, setting: Setting) -> Iterator[Finding]:
    known = _known_since(history)
    if not known or known > setting.moment:
        return
    swiped = _swiped(history)
    for term in terms(known[:10], setting.moment[:10]):
        window = setting.window(term)
        if window is None or not known <= window.closes <= setting.moment:
            continue
        stay = _stay_at(history, window.closes)
        late = swiped.get(term, "9") > window.closes
        if late and stay is not None and stay.status == "in-school":
            yield Finding(
                rule=RULE,
                subjects=(history.tag,),
                positions=_proof(history, window.closes),
                since=window.closes,
                message=_MESSAGE,
                values={"student": history.key, "day": day(window.closes), "term": term},
                period=term,
                school=stay.school,
                cohort=stay.cohort,
            )


def _known_since(history: History) -> str:
    """Return when the ledger got to know the pupil; an entry may lie years before."""
    return min((line.event.at for line in history.of(StudentAdded)), default="")


def _swiped(history: History) -> dict[str, str]:
    """Return the first swipe of each term; that of a sibling at another school registers nobody."""
    first: dict[str, str] = {}
    for line in history.lines:
        event = line.event
        if not isinstance(event, TermSwiped) or event.student != history.key:
            continue
        if "wrong-school" not in event.contested:
            first.setdefault(event.term, event.at)
    return first


def _stay_at(history: History, moment: Moment) -> Stay | None:
    found = None
    for stay in history.student.stays:
        if stay.since > moment:
            break
        found = stay
    return found


def _proof(history: History, moment: Moment) -> tuple[int, ...]:
    """Return the line by which the pupil was where the pupil was at a moment."""
    position, count = 0, 0
    for line, book in history.steps():
        if line.event.when > moment:
            break
        stays = len(book.student(history.key).stays)
        if stays > count:
            position, count = line.position, stays
    return (position,)
