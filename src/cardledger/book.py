"""The book: what the lines of some subjects add up to.

Decisions, projections and findings all look at a book. A book is the fold of lines in the order
in which they happened (`when`, `recorded`, `position`), without those that a later line voids.
Folding is total: it has no rules and never raises, so that tightening a rule never makes an old
history unreadable, and so that it bears what should not be (two live cards, two holders, a swipe
before the issue).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from cardledger.events import Event, Line
from cardledger.moments import Moment, day_of
from cardledger.policy import DEFAULT, Adopted, Policy, in_force
from cardledger.states import Box, Card, Number, School, Student


@dataclass(slots=True)
class Book:
    """The states of some subjects. A subject that no line named yet is there, but not known."""

    cards: dict[str, Card] = field(default_factory=dict)
    students: dict[str, Student] = field(default_factory=dict)
    boxes: dict[str, Box] = field(default_factory=dict)
    schools: dict[str, School] = field(default_factory=dict)
    policies: list[Adopted] = field(default_factory=list)
    _in_force: dict[tuple[str, tuple[int, ...]], Policy] = field(
        default_factory=dict, compare=False
    )
    numbers: dict[str, dict[str, None]] = field(default_factory=dict)
    number_states: dict[str, Number] = field(default_factory=dict)
    #: The tags of the subjects that this book is about, where their lines list others as well.
    about: Collection[str] | None = field(default=None, compare=False)
    uids: dict[str, dict[str, None]] = field(default_factory=dict)
    persons: dict[str, dict[str, None]] = field(default_factory=dict)
    #: Findings that an auditor accepted, with the line that says so.
    accepted: dict[str, int] = field(default_factory=dict)

    def card(self, number: str) -> Card:
        """Return the card of this number; an unknown one where there is none."""
        card = self.cards.get(number)
        if card is None:
            card = self.cards[number] = Card(number)
        return card

    def student(self, key: str) -> Student:
        """Return the pupil of this id; an unknown one where there is none."""
        student = self.students.get(key)
        if student is None:
            student = self.students[key] = Student(key)
        return student

    def box(self, name: str) -> Box:
        """Return the box of this name; an unknown one where there is none."""
        box = self.boxes.get(name)
        if box is None:
            box = self.boxes[name] = Box(name)
        return box

    def school(self, code: str) -> School:
        """Return the school of this code; an unknown one where there is none."""
        school = self.schools.get(code)
        if school is None:
            school = self.schools[code] = School(code)
        return school

    def number_state(self, number: str) -> Number:
        """Return what became of a student number; an untouched one where no line says anything."""
        found = self.number_states.get(number)
        if found is None:
            found = self.number_states[number] = Number(number)
        return found

    def concerned(self, kind: str, listed: tuple[str, ...]) -> Iterable[str]:
        """Return which of the subjects that an event lists matter to this book.

        A filing lists all cards of a school, and is a line of each: where some of them are folded,
        looking at all the others would take the square of their number.
        """
        about = self.about
        if about is None:
            return listed
        if len(about) == 1:
            (tag,) = about
            own_kind, _colon, key = tag.partition(":")
            return (key,) if own_kind == kind and key in listed else ()
        return [one for one in listed if f"{kind}:{one}" in about]

    def policy(self, moment: str) -> Policy:
        """Return the policy in force on the day of `moment`.

        It is asked for every decision of a batch, and put together once for each day.
        """
        if not self.policies:
            return DEFAULT
        key = (moment[:10], tuple(one.position for one in self.policies))
        policy = self._in_force.get(key)
        if policy is None:
            policy = self._in_force[key] = in_force(self.policies, day_of(moment))
        return policy

    def number_of(self, number: str, student: str) -> None:
        """Note that a pupil was given this number."""
        self.numbers.setdefault(number, {})[student] = None

    def holds(self, student: str, card: Card) -> None:
        """Note that a pupil was given this card."""
        if student:
            self.student(student).cards[card.number] = card
            card.given_to(student)

    def used(self, student: str, card: Card) -> None:
        """Note with whom an act found a card.

        A swipe list may name somebody else than its holder (a sibling): that hands no card over,
        but is remembered.
        """
        if not card.student:
            self.holds(student, card)
        elif student:
            self.student(student).cards[card.number] = card
            if student not in card.holders and student not in card.users:
                card.users.append(student)

    def new_card(self, event: Any, origin: str, position: int, state: str = "live") -> Card:
        """Put a card into the hands of a pupil; a recycled one stays recycled, whatever is said.

        `event` is an event about a card that says its kind and format too.
        """
        card = self.card(event.card)
        if not card.made:
            card.origin = origin
            card.issued_at = event.when
            card.kind = event.kind
            card.format = event.format
            card.upgraded = event.format == "cpu"
        if card.state != "recycled":
            card.state = state
        card.school = event.school
        card.uid = card.uid or event.uid
        self.holds(event.student, card)
        self.seen(card, event.uid)
        card.touched(event, origin, position)
        return card

    def seen(self, card: Card, uid: str) -> None:
        """Note the UID that was read off a card, or declared for it."""
        if uid:
            card.uid = card.uid or uid
            self.uids.setdefault(uid, {})[card.number] = None


Evolve = Callable[[Book, Any, int], None]

#: How each event changes a book; filled by the actions as they are discovered.
EVOLVE: Final[dict[type[Event], Evolve]] = {}
#: Returns the position that an event voids; filled by the action `void`.
VOIDS: Final[dict[type[Event], Callable[[Any], int]]] = {}


def order_of(line: Line) -> tuple[str, str, int]:
    """Return the place of a line in the order in which things happened."""
    event = line.event
    return (event.when, event.recorded, line.position)


def voided(lines: Iterable[Line]) -> dict[int, int]:
    """Return which positions are void, each with the position of the line that voids it.

    A void carries the tags of the line it voids, so that it is among the lines of every subject.
    """
    return {
        VOIDS[type(event)](event): position for position, event in lines if type(event) in VOIDS
    }


def apply(book: Book, line: Line) -> None:
    """Let one more line change the book."""
    evolve = EVOLVE.get(type(line.event))
    if evolve is not None:
        evolve(book, line.event, line.position)


def in_order(lines: Iterable[Line], until: Moment | None = None) -> list[Line]:
    """Return the lines that count, in the order in which things happened.

    Leaves out voided lines and, with `until`, what happened after that moment.
    """
    kept = sorted(lines, key=order_of)
    gone = voided(kept)
    return [
        line
        for line in kept
        if line.position not in gone and (until is None or line.event.when <= until)
    ]


def fold(lines: Iterable[Line], until: Moment | None = None, into: Book | None = None) -> Book:
    """Return the book that lines add up to, up to the moment `until` (all of them by default)."""
    book = Book() if into is None else into
    for line in in_order(lines, until):
        apply(book, line)
    return book
