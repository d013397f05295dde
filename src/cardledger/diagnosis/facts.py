"""Facts: what is known of a card, its pupil and the schools, from their lines alone.

Everything is as of one moment. Nothing here reads a ledger: lines come in, in any order.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from cardledger.actions._swipes import SwipeRefused
from cardledger.actions._sync import SyncEvent
from cardledger.actions.leave_swipe import LeaveSwiped
from cardledger.actions.student_resume import StudentResumed
from cardledger.actions.term_swipe import TermSwiped
from cardledger.actions.tool_installed import ToolWasInstalled
from cardledger.actions.transfer_swipe import TransferSwiped
from cardledger.actions.upgrade import CardUpgraded
from cardledger.book import EVOLVE, Book, apply, in_order
from cardledger.events import CardEvent, Event, Line
from cardledger.moments import Moment
from cardledger.policy import Policy
from cardledger.states import Card, Student

#: Acts at which a reader finds the chip, unless they are only inferred.
_READING: Final = (TermSwiped, LeaveSwiped, TransferSwiped, CardUpgraded)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the causes look at.

    card, student: as they are at the moment; not known where the ledger has none. school: where
    the card is swiped in, or should be. lines: of the card, pupil: of the pupil, each in the order
    in which things happened; refused swipes, which are evidence, are among them. same_uid: lines
    with the UID of the card that name another card, or none. arrivals: transfer swipes of other
    cards at the school. tools: installations at all schools.
    """

    card: Card
    student: Student
    school: str
    moment: Moment
    book: Book
    lines: tuple[Line, ...]
    pupil: tuple[Line, ...]
    same_uid: tuple[Line, ...]
    arrivals: tuple[Line, ...]
    tools: tuple[Line, ...]
    syncs: tuple[Line, ...]

    @functools.cached_property
    def policy(self) -> Policy:
        """The policy in force on the day."""
        return self.book.policy(self.moment)

    def of(self, *kinds: type[Event]) -> list[Line]:
        """Return the lines of the card of some kinds."""
        return [line for line in self.lines if isinstance(line.event, kinds)]

    def became(self, holds: Callable[[Card], bool]) -> Line | None:
        """Return the line by which something became so of the card; none if it is not so now."""
        found, before, book = None, False, Book()
        for line in self.lines:
            apply(book, line)
            now = holds(book.card(self.card.number))
            if now and not before:
                found = line
            before = now
        return found if before else None

    @property
    def first(self) -> Line | None:
        """The line by which the card came into the ledger."""
        return self.became(lambda card: card.known)

    @functools.cached_property
    def left(self) -> Line | None:
        """The last line by which the card was swiped out, if no school has taken it in since."""
        found = None
        for line in self.lines:
            event = line.event
            if isinstance(event, LeaveSwiped):
                found = line
            elif isinstance(event, TransferSwiped | StudentResumed) and not event.contested:
                found = None
        return found or self.became(lambda card: card.state == "left")

    @functools.cached_property
    def arrived(self) -> Line | None:
        """The transfer swipe by which the card was taken in at the school, if it is there now."""
        swipes = self.of(TransferSwiped, LeaveSwiped)
        last = next((line for line in reversed(swipes) if not line.event.contested), None)
        if last is None or not isinstance(last.event, TransferSwiped):
            return None
        return last if last.event.school == self.school else None

    @property
    def former(self) -> str:
        """The school from which the card comes, as far as the ledger knows."""
        return self.left.event.school if self.left else self.card.school

    @functools.cached_property
    def attempts(self) -> tuple[Line, ...]:
        """Swipes of the card that were refused at the school since it was swiped out."""
        since = self.left.event.at if self.left else ""
        return tuple(
            line
            for line in self.lines
            if isinstance(line.event, SwipeRefused)
            and line.event.school == self.school
            and line.event.at >= since
        )

    @functools.cached_property
    def reads(self) -> tuple[Line, ...]:
        """Lines by which the chip of the card answered a reader.

        What a reader read (also where the office refused the swipe), and swipes that went through,
        however they were learnt and whether or not a rule was broken: the chip answered. A UID
        under which two cards are known proves nothing.
        """
        own = [line for line in self.lines if _read(line.event)]
        shared = any(
            type(line.event) in EVOLVE and isinstance(line.event, CardEvent) and line.event.card
            for line in self.same_uid
        )
        if shared:
            return tuple(own)
        found = [*own, *(line for line in self.same_uid if line.event.evidence == "read")]
        return tuple(sorted(found, key=lambda line: (line.event.when, line.position)))

    def installed(self, program: str, school: str = "") -> Line | None:
        """Return the last installation of a program at a school, by default at the new one."""
        found = None
        for line in self.tools:
            event = line.event
            if (
                isinstance(event, ToolWasInstalled)
                and event.program == program
                and event.school == (school or self.school)
            ):
                found = line
        return found


def _read(event: Event) -> bool:
    """Whether an act shows that the chip was read."""
    if isinstance(event, SwipeRefused):
        return event.evidence == "read" and bool(event.uid)
    if event.evidence == "read":
        return True
    return isinstance(event, _READING) and event.evidence != "inferred"


def facts_of(lines: Iterable[Line], card: str, student: str, school: str, moment: Moment) -> Facts:
    """Return what lines say of a card, its pupil and a school, as of a moment."""
    happened = in_order(lines, moment)
    book = Book()
    for line in happened:
        apply(book, line)
    tagged = [(line, set(line.event.tags())) for line in happened]
    own = {f"card:{card}"} if card else set()
    uids = {
        f"uid:{uid}"
        for line, tags in tagged
        if own & tags and (uid := getattr(line.event, "uid", ""))
    }
    kinds = _by_kind(happened, card, school)
    return Facts(
        card=book.card(card),
        student=book.student(student),
        school=school,
        moment=moment,
        book=book,
        lines=tuple(line for line, tags in tagged if own & tags),
        pupil=tuple(line for line, tags in tagged if student and f"student:{student}" in tags),
        same_uid=tuple(line for line, tags in tagged if uids & tags and not own & tags),
        **kinds,
    )


def _by_kind(lines: Iterable[Line], card: str, school: str) -> dict[str, tuple[Line, ...]]:
    found: dict[str, list[Line]] = {"arrivals": [], "tools": [], "syncs": []}
    for line in lines:
        event = line.event
        if isinstance(event, ToolWasInstalled):
            found["tools"].append(line)
        elif isinstance(event, SyncEvent):
            found["syncs"].append(line)
        elif isinstance(event, TransferSwiped) and event.school == school and event.card != card:
            found["arrivals"].append(line)
    return {name: tuple(some) for name, some in found.items()}
