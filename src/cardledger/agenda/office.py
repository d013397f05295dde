"""The office of one school, as the items look at it: pure data of one moment."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from cardledger.actions.leave_swipe import LeaveSwiped
from cardledger.actions.student_forget import StudentForgotten
from cardledger.actions.sync_confirmed import SyncWasConfirmed
from cardledger.actions.sync_sent import SyncWasSent
from cardledger.actions.transfer_swipe import TransferSwiped
from cardledger.audit.history import History
from cardledger.audit.setting import Setting
from cardledger.events import Line, StudentEvent
from cardledger.moments import Moment, day_of, school_year, term_of
from cardledger.policy import Policy
from cardledger.states import RECORD, Student
from projections import boxes as box_rows
from projections import cards as card_rows
from projections import numbers as number_rows

#: What changes a pupil, so that the school has to synchronise.
_CHANGES: Final = (StudentEvent, LeaveSwiped, TransferSwiped)


class Faults(NamedTuple):
    """What the data check found: how many faults, in which pupils, of how many; unread ones."""

    faults: int
    pupils: tuple[str, ...]
    checked: int
    closed: int


@dataclass(frozen=True, kw_only=True)
class Office:
    """What the items look at.

    lines: of the school. pupils: all who ever were here, with their lines. cards: those of the
    pupils, and those that are or were taken back here. outstanding: the lines of cards that are
    outstanding. faults: the data check, which is made when it is asked for.
    """

    school: str
    moment: Moment
    setting: Setting
    lines: History
    pupils: Mapping[str, History]
    cards: Mapping[str, card_rows.Row]
    boxes: Mapping[str, box_rows.Row]
    numbers: Mapping[str, number_rows.Row]
    outstanding: Mapping[str, History]
    faults: Callable[[], Faults]

    @functools.cached_property
    def day(self) -> date:
        """The day of the agenda."""
        return day_of(self.moment)

    @property
    def term(self) -> str:
        """The term of the day."""
        return term_of(self.day)

    @property
    def spring(self) -> bool:
        """Whether it is the spring term, of which the handbook has the office year."""
        return self.term.endswith("spring")

    @property
    def policy(self) -> Policy:
        """The policy in force on the day."""
        return self.setting.policy(self.moment)

    @functools.cached_property
    def window(self) -> tuple[date, date]:
        """The first and the last day of the swipe window of the term."""
        window = self.setting.window(self.term)
        if window is None:
            return self.day, self.day
        return day_of(window.opens), day_of(window.closes)

    @property
    def leaving(self) -> int:
        """The cohort that graduates at the end of this school year."""
        return school_year(self.day) + 1

    @property
    def graduation(self) -> date:
        """The last day of the school year; the handbook says no more than “before graduation”."""
        return date(self.leaving, 8, 31)

    @functools.cached_property
    def here(self) -> dict[str, Student]:
        """The pupils who are in school here."""
        return {
            key: history.student
            for key, history in self.pupils.items()
            if history.student.in_school and history.student.school == self.school
        }

    def present(self, student: Student) -> tuple[str, card_rows.Row] | None:
        """Return a pupil's present record card."""
        return card_rows.present_card(student.id, RECORD, student.cards, self.cards)

    @functools.cached_property
    def synced(self) -> str:
        """Until when all changes are with the centre: when that was sent which it confirmed last.

        A confirmation without a line of its sending counts by its own moment.
        """
        sent = covered = ""
        for line in self.lines.lines:
            event = line.event
            if isinstance(event, SyncWasConfirmed):
                covered = max(covered, sent or event.at)
                sent = ""
            elif isinstance(event, SyncWasSent):
                sent = event.at
        return covered

    def changes(self) -> Iterator[tuple[str, Line]]:
        """Yield the lines by which pupils of the school were changed here."""
        for key, history in self.pupils.items():
            for line in history.of(*_CHANGES):
                forgotten = isinstance(line.event, StudentForgotten)
                if line.event.school == self.school and not forgotten:
                    yield key, line
