"""Gathering: the lines that a diagnosis needs, and no others, however long the history is."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from cardledger.actions._sync import SyncEvent
from cardledger.actions.tool_installed import ToolWasInstalled
from cardledger.actions.transfer_swipe import TransferSwiped
from cardledger.actions.void import LineVoided
from cardledger.book import fold
from cardledger.events import REFERENCE_TAG, Event, Line, stored_name
from cardledger.ledger import Ledger, event_of
from cardledger.log import Line as RawLine
from cardledger.moments import Moment
from cardledger.replay import Replay
from cardledger.replay.sources import FoldedRows, Source
from cardledger.states import Card, Student
from cardledger.streams import Cut, counted, known_by

#: Pupils who came to a school last, among whose cards those are looked for that were swiped in.
NEWCOMERS: Final = 200
#: Of the lines of a school only these are read; its filings list all cards that it has.
_SCHOOLS: Final = (ToolWasInstalled, SyncEvent, LineVoided)


def about(ledger: Ledger, card: str, student: str, cut: Cut) -> list[Line]:
    """Return the lines of a card, of its UIDs and of a pupil, and those of the reference.

    They are those that were written by a cut, also where they happened later.
    """
    tags = {REFERENCE_TAG}
    tags |= {f"card:{card}"} if card else set()
    tags |= {f"student:{student}"} if student else set()
    lines = counted(ledger, tags, cut)
    uids = {
        f"uid:{uid}"
        for line in lines
        if card
        and getattr(line.event, "card", "") == card
        and (uid := getattr(line.event, "uid", ""))
    }
    return lines + counted(ledger, uids, cut) if uids else lines


def at_schools(ledger: Ledger, schools: Collection[str], cut: Cut) -> list[Line]:
    """Return what was installed and synchronised at schools; their filings stay unread."""
    return _some(ledger, [f"school:{code}" for code in schools], _SCHOOLS, cut)


def newcomers(ledger: Ledger, school: str, moment: Moment, cut: Cut) -> list[Line]:
    """Return the lines of the last pupils who had come to a school by a moment.

    Their transfer swipes are among them.
    """
    came: list[tuple[str, str]] = []
    with Replay(ledger).current() as current:
        # The tables know everybody who ever came, except for what was made void since the cut.
        whole = cut.known is None and cut.upto in (None, ledger.head())
        every: Source = current if whole else FoldedRows(ledger.log, cut)
        row: Any
        for key, row in every.rows("terms"):
            since = [stay[0] for stay in row.stays if stay[2] == school and "" < stay[0] <= moment]
            if since:
                came.append((max(since), key))
    tags = [f"student:{key}" for _since, key in sorted(came)[-NEWCOMERS:]]
    return _some(ledger, tags, (TransferSwiped, LineVoided), cut)


def _some(ledger: Ledger, tags: list[str], kinds: tuple[type[Event], ...], cut: Cut) -> list[Line]:
    """Return the lines of some kinds; the others are not even decoded."""
    wanted = {stored_name(kind) for kind in _stored(kinds)}
    found: list[Line] = []
    raw: RawLine
    for raw in ledger.log.read(tags=tags, upto=cut.upto) if tags else ():
        if raw.name in wanted:
            event = event_of(raw)
            if isinstance(event, Event):
                found.append(Line(raw.seq, event))
    return list(known_by(found, cut))


def _stored(kinds: tuple[type[Event], ...]) -> Iterator[type[Event]]:
    """Yield the kinds that are stored: for a base class those that follow from it."""
    for kind in kinds:
        yield from kind.__subclasses__() or [kind]


def holder(lines: list[Line], card: str) -> Student:
    """Return the pupil who has a card, or who tried it where nobody has it."""
    book = fold(lines)
    key = book.card(card).student
    if not key:
        key = next((found for line in lines if (found := getattr(line.event, "student", ""))), "")
    return book.student(key)


def present_card(student: Student) -> Card | None:
    """Return a pupil's record card: the one that the pupil has, else the last one."""
    return next(reversed(student.held("record") or student.ever_had("record")), None)
