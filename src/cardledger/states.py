"""States: what a card, a pupil, a box and a school are at some moment, as the fold of their lines.

They are filled by the events of the actions, without rules: they bear what should not be (two live
cards, two holders, a swipe before the issue), so that every history can be folded.
"""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

import msgspec

from cardledger.events import Event
from cardledger.moments import Moment, school_year
from cardledger.policy import Policy

RECORD: Final = "record"
IDENTITY: Final = "identity"

#: States in which a card counts as held by its pupil (HANDBOOK 4).
HELD: Final = frozenset({"live", "lost", "left"})
#: States of a pupil who is in no school of this ledger.
AWAY: Final = frozenset({"left", "graduated"})
#: States of a card in whose place another was made.
REPLACED: Final = frozenset({"outstanding", "replaced-lost"})


class Card(msgspec.Struct):
    """One card. `state` is empty while the ledger knows no card of this number."""

    number: str
    kind: str = RECORD
    state: str = ""
    uid: str = ""
    format: str = ""
    upgraded: bool = False
    student: str = ""
    #: Who was given the card, and who else is said to have used it (a sibling).
    holders: list[str] = []
    users: list[str] = []
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
    lines: list[int] = []

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
            if student in self.users:
                self.users.remove(student)
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


class Student(msgspec.Struct):
    """One pupil. `status` is empty while the ledger knows no pupil of this id."""

    id: str
    status: str = ""
    school: str = ""
    class_: str = ""
    cohort: int = 0
    numbers: list[str] = []
    number: str = ""
    grade: int = 0
    grade_year: int = 0
    guest: bool = False
    treated_as_local: bool = False
    from_outside_city: bool = False
    person: str = ""
    stays: list[Stay] = []
    cards: dict[str, Card] = {}
    swipes: dict[str, tuple[str, str, str]] = {}
    #: Terms whose swipe breaks a rule; one that breaks none takes its place.
    contested_terms: set[str] = set()
    left_at: str = ""
    left_reason: str = ""
    left_school: str = ""
    leave_swiped_at: str = ""
    leave_reasons: list[str] = []
    departures: list[Departure] = []
    transferred_out: bool = False
    transferred_in: bool = False
    graduated: bool = False
    goes_on: bool | None = None
    sealed: list[tuple[str, str]] = []
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
        return [
            card
            for card in self.cards.values()
            if card.kind == kind and card.known and self.id in card.holders
        ]

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
        (HANDBOOK 3). Counted back to before the first grade, the roster tells nothing of the day.
        """
        if self.grade and (counted := self.grade + school_year(day) - self.grade_year) > 0:
            return counted
        top = {"primary": 6, "junior": 9, "senior": 12, "vocational": 12}.get(
            policy.level(self.number), 0
        )
        return top - (self.cohort - school_year(day) - 1) if top and self.cohort else 0


class Stocktake(NamedTuple):
    """What was found when somebody counted a box: see `cardledger.actions.box_stocktake`."""

    position: int
    at: Moment
    handler: str
    expected: int
    found: int
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    elsewhere: tuple[str, ...]

    @property
    def total(self) -> int:
        """How many cards lay in the box, whatever they are."""
        return self.found + len(self.unexpected) + len(self.elsewhere)


class Box(msgspec.Struct):
    """A box of recycled cards. `state` is empty, `open` or `sealed`; `stocktake` is the last."""

    id: str
    school: str = ""
    cohort: int = 0
    state: str = ""
    cards: dict[str, int] = {}
    count: int | None = None
    handler: str = ""
    sealed_on: str = ""
    reopened: int = 0
    stocktake: Stocktake | None = None

    @property
    def known(self) -> bool:
        """Whether the ledger has this box."""
        return self.state != ""


class Number(msgspec.Struct):
    """What became of a student number: allocated, filed, and with what result.

    `student` is for whom it was allocated, if for somebody; who has it, the book knows. `why` is
    the reason of the allocation, `reason` that of a rejection.
    """

    number: str
    school: str = ""
    student: str = ""
    class_: str = ""
    why: str = ""
    handler: str = ""
    allocated_at: str = ""
    filed_at: str = ""
    rejected: bool = False
    reason: str = ""

    @property
    def state(self) -> str:
        """`allocated` until it is filed, then `filed` or `rejected`; empty for any other."""
        if self.filed_at:
            return "rejected" if self.rejected else "filed"
        return "allocated" if self.allocated_at else ""

    def filed(self, at: str, *, rejected: bool = False, reason: str = "") -> None:
        """Note a result of filing; of several the last one counts."""
        self.filed_at, self.rejected, self.reason = at, rejected, reason


class Filing(NamedTuple):
    """A file that was handed in upward: when, by whom, and what it listed."""

    position: int
    at: str
    handler: str
    digest: str
    listed: tuple[str, ...]
    rejected: tuple[str, ...] = ()


class School(msgspec.Struct):
    """A school of this ledger, and its acts without a card."""

    code: str
    name: str = ""
    known: bool = False
    tools: dict[str, str] = {}
    syncs: list[tuple[str, str, str]] = []
    filings: list[Filing] = []
    number_filings: list[Filing] = []
