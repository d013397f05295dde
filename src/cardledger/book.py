"""The book: what the lines of some subjects add up to.

Decisions, projections and findings all look at a book. A book is the fold of lines in the order
in which they happened (`when`, `recorded`, `position`), without those that a later line voids.
Folding is total: it has no rules and never raises, so that tightening a rule never makes an old
history unreadable, and so that it bears what should not be (two live cards, two holders, a swipe
before the issue).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

from cardledger.events import Event, Line
from cardledger.moments import Moment, day_of, school_year
from cardledger.policy import Adopted, Policy, in_force

RECORD: Final = "record"
IDENTITY: Final = "identity"

#: States in which a card counts as held by its pupil (HANDBOOK 4).
HELD: Final = frozenset({"live", "lost", "left"})
#: States of a pupil who is in no school of this ledger.
AWAY: Final = frozenset({"left", "graduated"})
#: States of a card in whose place another was made.
REPLACED: Final = frozenset({"outstanding", "replaced-lost"})


@dataclass(slots=True)
class Card:
    """One card. `state` is empty while the ledger knows no card of this number."""

    number: str
    kind: str = RECORD
    state: str = ""
    uid: str = ""
    format: str = ""
    upgraded: bool = False
    student: str = ""
    holders: list[str] = field(default_factory=list)
    school: str = ""
    origin: str = ""
    issued_at: str = ""
    last_at: str = ""
    last_action: str = ""
    replaces: str = ""
    replaced_by: str = ""
    left_at: str = ""
    left_school: str = ""
    arrived_at: str = ""
    arrived_school: str = ""
    recycled_at: str = ""
    recycled_by: str = ""
    recycled_reason: str = ""
    cohort: int = 0
    box: str = ""
    filed_at: str = ""
    lines: list[int] = field(default_factory=list)

    @property
    def known(self) -> bool:
        """Whether the ledger has this card."""
        return self.state != ""

    @property
    def made(self) -> bool:
        """Whether its number was given out; one that was only taken back never was."""
        return self.origin != ""

    @property
    def held(self) -> bool:
        """Whether the card counts as its pupil's one card of its kind."""
        return self.state in HELD

    def given_to(self, student: str) -> None:
        """Make `student` the holder; earlier holders are remembered."""
        if student and student not in self.holders:
            self.holders.append(student)
        self.student = student or self.student

    def touched(self, event: Event, action: str, position: int) -> None:
        """Note the last act with this card."""
        self.last_at = event.when
        self.last_action = action
        self.lines.append(position)


class Stay(NamedTuple):
    """Where a pupil was from a moment on: status, school, class and cohort until the next stay.

    `by` is the act that began it.
    """

    since: Moment
    status: str
    school: str
    class_: str
    cohort: int
    by: str


class Departure(NamedTuple):
    """How a pupil left a school, before arriving at another or coming back."""

    at: str
    reason: str
    school: str
    cohort: int
    leave_swiped_at: str


@dataclass(slots=True)
class Student:
    """One pupil. `status` is empty while the ledger knows no pupil of this id."""

    id: str
    status: str = ""
    school: str = ""
    class_: str = ""
    cohort: int = 0
    numbers: list[str] = field(default_factory=list)
    number: str = ""
    grade: int = 0
    grade_year: int = 0
    guest: bool = False
    treated_as_local: bool = False
    from_outside_city: bool = False
    person: str = ""
    stays: list[Stay] = field(default_factory=list)
    cards: dict[str, Card] = field(default_factory=dict)
    swipes: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    left_at: str = ""
    left_reason: str = ""
    left_school: str = ""
    leave_swiped_at: str = ""
    leave_reasons: list[str] = field(default_factory=list)
    departures: list[Departure] = field(default_factory=list)
    transferred_out: bool = False
    transferred_in: bool = False
    graduated: bool = False
    goes_on: bool | None = None
    sealed: list[tuple[str, str]] = field(default_factory=list)
    forgotten: bool = False

    @property
    def known(self) -> bool:
        """Whether the ledger has this pupil."""
        return self.status != ""

    @property
    def in_school(self) -> bool:
        return self.status == "in-school"

    def held(self, kind: str) -> list[Card]:
        """Return the cards of a kind that count as this pupil's own: one, if all is well."""
        return [
            card
            for card in self.cards.values()
            if card.kind == kind and card.held and card.student == self.id
        ]

    def ever_had(self, kind: str) -> list[Card]:
        """Return all cards of a kind that this pupil ever had, in the order in which they came."""
        return [card for card in self.cards.values() if card.kind == kind and card.known]

    def was_before_at(self, school: str) -> bool:
        """Whether the pupil was at `school` once and was away from it (HANDBOOK 7.2)."""
        here = False
        for stay in self.stays:
            if stay.school == school and stay.status == "in-school":
                here = True
            elif here and (stay.school != school or stay.status != "in-school"):
                return True
        return False

    def since(self) -> Stay | None:
        """Return the present stay, or none for a pupil whom the ledger does not know."""
        return self.stays[-1] if self.stays else None

    def stays_on(
        self,
        since: Moment,
        by: str,
        *,
        status: str = "",
        school: str = "",
        class_: str = "",
        cohort: int = 0,
    ) -> None:
        """Begin a new stay; what is not given stays as it was."""
        self.status = status or self.status
        self.school = school or self.school
        self.class_ = class_ or self.class_
        self.cohort = cohort or self.cohort
        self.stays.append(Stay(since, self.status, self.school, self.class_, self.cohort, by))

    def arrives(self, event: Event, by: str, class_: str = "") -> None:
        """Bring the pupil into the school of the event; an earlier leaving becomes a departure."""
        if not (self.in_school and self.school == event.school):
            if (departure := self.departure()) is not None:
                self.departures.append(departure)
            if self.school != event.school:
                self.class_ = ""
            self.left_at = self.left_reason = self.left_school = self.leave_swiped_at = ""
            self.leave_reasons = []
            self.transferred_out = self.transferred_in = self.graduated = False
            self.stays_on(event.when, by, status="in-school", school=event.school, class_=class_)
        elif class_:
            self.stays_on(event.when, by, class_=class_)

    def leaves(self, event: Event, by: str, reason: str, status: str = "left") -> None:
        """Take the pupil out of school, unless another act did so already.

        A leave swipe or a transfer-out, whichever comes first; the second only adds its facts
        (HANDBOOK 4).
        """
        if self.status in AWAY:
            self.left_reason = self.left_reason or reason
            return
        self.left_at = event.at
        self.left_reason = reason
        self.left_school = self.school
        self.stays_on(event.when, by, status=status)

    def departure(self) -> Departure | None:
        """Return how the pupil left the school that the pupil is away from now, if so."""
        if self.status not in AWAY:
            return None
        return Departure(
            self.left_at, self.left_reason, self.left_school, self.cohort, self.leave_swiped_at
        )

    def renumbered(self, number: str) -> None:
        """Give the pupil a number; every number that the pupil ever had is kept."""
        if number:
            self.number = number
            if number not in self.numbers:
                self.numbers.append(number)

    def grade_on(self, day: date, policy: Policy) -> int:
        """Return the grade on a day, 1 to 12; 0 where neither roster nor cohort tells.

        From the roster where it says so, else from the cohort: a primary pupil graduates six
        years after entering, junior and senior three; a grade advances every 1 September
        (HANDBOOK 3).
        """
        if self.grade:
            return self.grade + school_year(day) - self.grade_year
        top = {"primary": 6, "junior": 9, "senior": 12, "vocational": 12}.get(
            policy.level(self.number), 0
        )
        return top - (self.cohort - school_year(day) - 1) if top and self.cohort else 0


@dataclass(slots=True)
class Box:
    """A box of recycled cards. `state` is empty, `open` or `sealed`."""

    id: str
    school: str = ""
    cohort: int = 0
    state: str = ""
    cards: dict[str, int] = field(default_factory=dict)
    count: int | None = None
    handler: str = ""
    sealed_on: str = ""
    reopened: int = 0

    @property
    def known(self) -> bool:
        """Whether the ledger has this box."""
        return self.state != ""


class Filing(NamedTuple):
    """A file that was handed in upward: when, by whom, and what it listed."""

    position: int
    at: str
    handler: str
    digest: str
    listed: tuple[str, ...]
    rejected: tuple[str, ...] = ()


@dataclass(slots=True)
class School:
    """A school of this ledger, and its acts without a card."""

    code: str
    name: str = ""
    known: bool = False
    tools: dict[str, str] = field(default_factory=dict)
    syncs: list[tuple[str, str, str]] = field(default_factory=list)
    filings: list[Filing] = field(default_factory=list)
    number_filings: list[Filing] = field(default_factory=list)


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
    uids: dict[str, dict[str, None]] = field(default_factory=dict)
    persons: dict[str, dict[str, None]] = field(default_factory=dict)

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

    def policy(self, moment: str) -> Policy:
        """Return the policy in force on the day of `moment`.

        It is asked for every decision of a batch, and put together once for each day.
        """
        key = (moment[:10], tuple(one.position for one in self.policies))
        policy = self._in_force.get(key)
        if policy is None:
            policy = self._in_force[key] = in_force(self.policies, day_of(moment))
        return policy

    def number_of(self, number: str, student: str) -> None:
        """Note that a pupil was given this number."""
        self.numbers.setdefault(number, {})[student] = None

    def holds(self, student: str, card: Card) -> None:
        """Note that a pupil has, or had, this card."""
        if student:
            self.student(student).cards[card.number] = card
            card.given_to(student)

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
