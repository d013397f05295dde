"""Gathering: the lines of all that commands name are brought to a desk."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from cardledger.actions.student_add import StudentAdd
from cardledger.actions.student_change import StudentChange
from cardledger.cases import named_tags, uid_tags
from cardledger.commands import Command
from cardledger.desk import Desk
from cardledger.events import REFERENCE_TAG

if TYPE_CHECKING:
    from cardledger.ledger import Ledger

#: How many lines a desk keeps from one call to the next.
DESK_LIMIT: Final = 200_000
#: Actions that are decided on what is known of the pupil as a person.
_COMPARING: Final = (StudentAdd, StudentChange)


class Gathering:
    """Reads from a ledger what its commands are decided on."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def desk(self, kept: Desk | None) -> Desk:
        """Return the desk that was kept, told of what others wrote since, or a new one."""
        ledger, desk = self._ledger, kept
        head = ledger.head()
        if desk is None or len(desk.lines) > DESK_LIMIT or head < desk.head:
            desk = Desk()
            desk.load((REFERENCE_TAG,), ledger.reference_lines(head))
            desk.settle()
        elif desk.head < head:
            desk.follow(ledger.lines(after=desk.head, upto=head))
        desk.head = head
        return desk

    def load(self, desk: Desk, commands: list[Command]) -> set[str]:
        """Bring the lines of all that commands name to the desk; returns the tags that matter.

        First the cards, numbers and boxes by name, then the UIDs of cards that no number fits,
        then the pupils found by them.
        """
        ledger = self._ledger
        needed: set[str] = set()
        cards: set[str] = set()
        made: set[str] = set()
        positions: set[int] = set()
        for command in commands:
            named = command.refs()
            needed.update(named_tags(named))
            (cards if command.needs_card else made).update(named.cards)
            positions.update(named.positions)
            if command.reads_school:
                needed.add(f"school:{command.school or ledger.default_school}")
        voided = self._voided(desk, positions)
        needed |= voided
        self._fetch(desk, needed)
        if voided:
            # The later lines of these subjects are decided anew, on all that they are about.
            needed |= {tag for line in desk.lines_of(voided) for tag in line.event.tags()}
            self._fetch(desk, needed)
        # A card that this very chunk makes is no UID of another, however much it looks like one.
        uids = uid_tags(cards - made, desk.book)
        if uids:
            self._fetch(desk, uids)
            needed |= uids
        found = {
            f"card:{card}"
            for tag in uids
            for card in desk.book.uids.get(tag.removeprefix("uid:"), ())
        }
        self._fetch(desk, found)
        needed |= found
        students = desk.students_found(needed)
        self._fetch(desk, students)
        if any(isinstance(one, _COMPARING) for one in commands):
            # What they say is compared with what is sealed: one read brings all keys.
            ledger.key_store().keys(one.removeprefix("student:") for one in students)
        shared = desk.shared_cards(students)
        self._fetch(desk, shared)
        return needed | students | shared

    def _voided(self, desk: Desk, positions: Collection[int]) -> set[str]:
        """Return the subjects of the lines that commands want to be void."""
        return {
            tag
            for position in positions
            if 1 <= position <= desk.head
            for line in self._ledger.lines(after=position - 1, upto=position)
            for tag in line.event.tags()
            if tag != REFERENCE_TAG
        }

    def _fetch(self, desk: Desk, tags: set[str]) -> None:
        missing = tags - desk.loaded
        if missing:
            lines = self._ledger.lines(missing, upto=desk.head, besides=desk.lines)
            desk.load(missing, lines)
            desk.settle()
