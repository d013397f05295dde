"""An act stands before the one that it needs.

A swipe before the card was made, a term swipe after the pupil had left, a card put into a box
before it was taken back: each line was in order when it was written, or came from another system,
and the lines together cannot be. Every act about which something was written later with an earlier
moment is decided anew, on all that had happened before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.actions.box_put import CardBoxed
from cardledger.actions.box_reopen import BoxReopened
from cardledger.actions.box_seal import BoxSealed
from cardledger.audit.anew import codes_anew
from cardledger.audit.finding import Finding
from cardledger.audit.history import History
from cardledger.audit.rules._acts import told
from cardledger.audit.setting import Setting
from cardledger.audit.times import day
from cardledger.events import Event, Line, stored_name
from cardledger.i18n import _
from cardledger.states import Box

RULE: Final = "impossible-order"
SEVERITY: Final = "serious"
SUBJECTS: Final = ("student", "card", "box")
TODO: Final = _(
    "Find out which of the dates is wrong; void that line and record the act with its right date."
)

#: Codes that say that something had to come before. An act that is judged at its own moment does
#: not know the card yet, so that both of the first are the same.
_NEEDS: Final = frozenset(
    {
        *("unknown-card", "not-recycled", "no-leave-swipe", "not-upgraded", "card-not-lost"),
        *("not-away", "no-card-to-replace"),
    }
)
#: Codes that say that something came before which ended it.
_ENDED: Final = frozenset(
    {
        *("card-recycled", "card-replaced", "card-lost", "wrong-school", "not-in-school"),
        *("card-not-live", "student-holds-card", "was-here-before", "old-card-not-collected"),
    }
)
_MESSAGE: Final = _("On {day}, at that moment impossible for {student}: {act} (line {position})")
_OF_BOX: Final = _("On {day}, at that moment impossible for box {box}: {act} (line {position})")
_OF_CARD: Final = _("On {day}, at that moment impossible for card {card}: {act} (line {position})")


def findings(history: History, setting: Setting) -> Iterator[Finding]:
    if history.kind == "student":
        yield from _of_student(history, setting)
    elif history.kind == "box":
        for line, book in history.walk():
            if _impossible(line.event, book.box(history.key)):
                yield _finding(history, line, ())
    elif history.of(CardBoxed):
        for line, book in history.walk():
            if isinstance(line.event, CardBoxed) and book.card(history.key).state != "recycled":
                yield _finding(history, line, ())


def _of_student(history: History, setting: Setting) -> Iterator[Finding]:
    written = 0
    for line in history.lines:
        event = line.event
        overtaken = line.position < written
        written = max(written, line.position)
        contested = _same(event.contested)
        if getattr(event, "student", "") != history.key or isinstance(event, CardBoxed):
            continue
        if not overtaken and not contested & _NEEDS:
            continue
        before = history.before(line)
        codes = _same(codes_anew(line, before, setting))
        if codes & _NEEDS or (codes & _ENDED) - contested:
            later = [one.position for one in before if one.position > line.position]
            yield _finding(history, line, tuple(later))


def _same(codes: set[str] | tuple[str, ...]) -> set[str]:
    return {"unknown-card" if code == "before-issue" else code for code in codes}


def _impossible(event: Event, box: Box) -> bool:
    """Whether a box could not be put into, sealed or reopened as it was."""
    if isinstance(event, CardBoxed):
        return not box.cohort or box.state == "sealed"
    if isinstance(event, BoxSealed):
        return not box.cards
    return isinstance(event, BoxReopened) and box.state != "sealed"


def _finding(history: History, line: Line, overtaking: tuple[int, ...]) -> Finding:
    event = line.event
    card, student = getattr(event, "card", ""), getattr(event, "student", "")
    tags = [history.tag]
    if history.kind != "box":
        tags = [f"card:{card}"] if card else []
        tags += [f"student:{student}"] if student else []
    messages = {"student": _MESSAGE, "card": _OF_CARD, "box": _OF_BOX}
    values = {"day": day(event.at), "act": told(type(event)), "position": line.position}
    values |= {"student": student} if history.kind == "student" else {history.kind: history.key}
    return Finding(
        rule=RULE,
        subjects=tuple(tags) or (history.tag,),
        positions=tuple(sorted((line.position, *overtaking))),
        since=event.at,
        message=messages[history.kind],
        values=values,
        which=f"{stored_name(type(event))} {event.at}",
        school=event.school,
    )
