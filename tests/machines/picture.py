"""A picture of the office, as simple as it can be: dicts of cards, pupils and boxes.

It is written from the handbook (section 4) and shares no code with the ledger. A picture is what
facts add up to in the order in which they happened; every fact may come at any time, so that what
a fact does to something that is not there, or in another state, is said here too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

HELD: Final = ("live", "lost", "left")
REPLACED: Final = ("outstanding", "replaced-lost")
AWAY: Final = ("left", "graduated")


@dataclass(frozen=True)
class Fact:
    """What was recorded at a position: an act, as it was understood.

    `said` holds the fields of the act with subjects found and what was left out filled in; `about`
    are its subjects.
    """

    position: int
    action: str
    when: str
    recorded: str
    said: dict[str, Any]
    about: frozenset[str]

    @property
    def place(self) -> tuple[str, str, int]:
        """The place in the order in which things happened."""
        return (self.when, self.recorded, self.position)


@dataclass
class Card:
    """One card; `state` is empty while there is none of this number."""

    number: str
    kind: str = "record"
    state: str = ""
    upgraded: bool = False
    holder: str = ""
    #: By which act it came, and when.
    came_by: str = ""
    came_at: str = ""
    left_on: tuple[str, str] = ("", "")
    arrived_on: tuple[str, str] = ("", "")
    cohort: int = 0
    box: str = ""
    taken_back_by: str = ""
    replaces: str = ""


@dataclass
class Pupil:
    """One pupil, by a key that no act can change; `status` is empty for nobody."""

    key: str
    name: str = ""
    status: str = ""
    school: str = ""
    cohort: int = 0
    number: str = ""
    numbers: list[str] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)
    terms: set[str] = field(default_factory=set)
    #: Schools and statuses, one after the other.
    places: list[tuple[str, str]] = field(default_factory=list)
    years_repeated: set[int] = field(default_factory=set)
    transferred_in: bool = False
    transferred_out: bool = False
    graduated: bool = False
    reasons: list[str] = field(default_factory=list)

    def moves(self, status: str = "", school: str = "") -> None:
        """Note that the pupil is somewhere else from now on."""
        self.status, self.school = status or self.status, school or self.school
        self.places.append((self.school, self.status))

    def arrives(self, school: str) -> None:
        """Bring the pupil into a school."""
        if (self.school, self.status) != (school, "in-school"):
            self.transferred_in = self.transferred_out = self.graduated = False
            self.reasons = []
            self.moves("in-school", school)

    def leaves(self, status: str) -> None:
        """Take the pupil out of school: whichever act comes first (HANDBOOK 4)."""
        if self.status not in AWAY:
            self.moves(status)

    def was_here_before(self, school: str) -> bool:
        """Whether the pupil was at a school, and then away from it (HANDBOOK 7.2)."""
        at = [place == (school, "in-school") for place in self.places]
        return True in at and False in at[at.index(True) :]


@dataclass
class Box:
    """One box; `state` is empty while there is none of this name."""

    name: str
    cohort: int = 0
    school: str = ""
    state: str = ""
    cards: list[str] = field(default_factory=list)
    count: int = -1
    stocktake: tuple[Any, ...] = ()


class Picture:
    """Where everything is."""

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self.cards: dict[str, Card] = {}
        self.pupils: dict[str, Pupil] = {}
        self.boxes: dict[str, Box] = {}
        for fact in sorted(facts, key=lambda one: one.place):
            self.takes(fact)

    def takes(self, fact: Fact) -> None:
        """Let one more fact, which happened last, change the picture."""
        effect = EFFECTS.get(fact.action)
        if effect is not None:
            effect(self, fact)

    def card(self, number: str) -> Card:
        """Return a card, to look at."""
        return self.cards.get(number) or Card(number)

    def pupil(self, key: str) -> Pupil:
        """Return a pupil, to look at."""
        return self.pupils.get(key) or Pupil(key)

    def box(self, name: str) -> Box:
        """Return a box, to look at."""
        return self.boxes.get(name) or Box(name)

    def named(self, number: str) -> list[str]:
        """Return the keys of the pupils who ever had a student number."""
        return [key for key, pupil in self.pupils.items() if number in pupil.numbers]

    def held(self, pupil: Pupil, kind: str) -> list[Card]:
        """Return the cards of a kind that are a pupil's own now."""
        return [
            card
            for card in map(self.card, pupil.cards)
            if card.kind == kind and card.state in HELD and card.holder == pupil.key
        ]

    def ever_had(self, pupil: Pupil, kind: str) -> list[Card]:
        """Return the cards of a kind that a pupil ever had."""
        return [
            card for card in map(self.card, pupil.cards) if card.kind == kind and card.state != ""
        ]


Effect = Callable[[Picture, Fact], None]


def _card(picture: Picture, fact: Fact) -> Card:
    number = fact.said["card"]
    return picture.cards.setdefault(number, Card(number))


def _pupil(picture: Picture, fact: Fact) -> Pupil:
    key = fact.said["student"]
    return picture.pupils.setdefault(key, Pupil(key))


def _box(picture: Picture, fact: Fact) -> Box:
    name = fact.said["box"]
    return picture.boxes.setdefault(name, Box(name))


def _new_card(picture: Picture, fact: Fact, state: str = "live") -> Card:
    """Put a card into a pupil's hands; one that was taken back for good stays so."""
    card, pupil = _card(picture, fact), _pupil(picture, fact)
    if not card.came_by:
        card.came_by, card.came_at = fact.action, fact.when
        card.kind = fact.said.get("kind", "record")
    if card.state != "recycled":
        card.state = state
    card.holder = pupil.key
    if card.number not in pupil.cards:
        pupil.cards.append(card.number)
    return card


def _student_add(picture: Picture, fact: Fact) -> None:
    pupil, number = _pupil(picture, fact), fact.said["number"]
    pupil.name, pupil.number, pupil.cohort = fact.said["name"], number, 2000 + int(number[9:11])
    pupil.numbers.append(number)
    pupil.moves("in-school", fact.said["school"])


def _student_renumber(picture: Picture, fact: Fact) -> None:
    pupil, number = _pupil(picture, fact), fact.said["number"]
    pupil.number = number
    if number not in pupil.numbers:
        pupil.numbers.append(number)
    pupil.cohort = fact.said["cohort"] or pupil.cohort


def _student_repeat_year(picture: Picture, fact: Fact) -> None:
    pupil = _pupil(picture, fact)
    pupil.cohort = fact.said["cohort"]
    pupil.years_repeated.add(school_year(fact.when))


def _student_suspend(picture: Picture, fact: Fact) -> None:
    _pupil(picture, fact).moves("suspended")


def _student_resume(picture: Picture, fact: Fact) -> None:
    pupil = _pupil(picture, fact)
    pupil.arrives(fact.said["school"])
    for number in fact.said["cards"]:
        # A line that names a card makes it known by name, also where it was never issued after all.
        card = picture.cards.setdefault(number, Card(number))
        if card.state == "left" and card.holder == pupil.key:
            card.state = "live"


def _student_transfer_in(picture: Picture, fact: Fact) -> None:
    pupil = _pupil(picture, fact)
    pupil.arrives(fact.said["school"])
    pupil.transferred_in = True


def _student_transfer_out(picture: Picture, fact: Fact) -> None:
    pupil = _pupil(picture, fact)
    pupil.leaves("left")
    pupil.transferred_out = True


def _student_graduate(picture: Picture, fact: Fact) -> None:
    pupil = _pupil(picture, fact)
    pupil.graduated = True
    pupil.leaves("graduated")
    pupil.status = "graduated"


def _register(picture: Picture, fact: Fact) -> None:
    card = _new_card(picture, fact, "left" if fact.said.get("swiped_out") else "live")
    card.upgraded = card.upgraded or bool(fact.said.get("upgraded"))


def _issue(picture: Picture, fact: Fact) -> None:
    _new_card(picture, fact)


def _reissue(picture: Picture, fact: Fact) -> None:
    card = _new_card(picture, fact)
    card.replaces = fact.said["replaces"]
    old = picture.cards.setdefault(card.replaces, Card(card.replaces))
    if old.state == "lost" or (old.state in HELD and fact.said["reason"] == "lost"):
        old.state = "replaced-lost"
    elif old.state in HELD:
        old.state = "outstanding"


def _upgrade(picture: Picture, fact: Fact) -> None:
    _card(picture, fact).upgraded = True


def _term_swipe(picture: Picture, fact: Fact) -> None:
    _pupil(picture, fact).terms.add(fact.said["term"])


def _leave_swipe(picture: Picture, fact: Fact) -> None:
    card, pupil = _card(picture, fact), _pupil(picture, fact)
    if card.state == "live":
        card.state = "left"
    card.left_on = (fact.said["school"], fact.when[:10])
    reason = fact.said["reason"]
    pupil.leaves("graduated" if reason == "graduation" else "left")
    pupil.reasons.append(reason)


def _transfer_swipe(picture: Picture, fact: Fact) -> None:
    card = _new_card(picture, fact)
    card.upgraded = card.upgraded or bool(fact.said.get("upgraded"))
    card.arrived_on = (fact.said["school"], fact.when[:10])
    _pupil(picture, fact).arrives(fact.said["school"])


def _recycle(picture: Picture, fact: Fact) -> None:
    card = _card(picture, fact)
    if card.state != "recycled":
        card.state, card.cohort = "recycled", fact.said["cohort"]
        card.taken_back_by = fact.said["handler"]


def _lost(picture: Picture, fact: Fact) -> None:
    card = _card(picture, fact)
    if card.state in HELD:
        card.state = "lost"


def _found(picture: Picture, fact: Fact) -> None:
    card = _card(picture, fact)
    card.state = {"lost": "live", "replaced-lost": "outstanding"}.get(card.state, card.state)


def _box_open(picture: Picture, fact: Fact) -> None:
    box = _box(picture, fact)
    if not box.cohort:
        box.cohort, box.school = fact.said["cohort"], fact.said["school"]
    box.state = box.state or "open"


def _box_put(picture: Picture, fact: Fact) -> None:
    card, box = _card(picture, fact), _box(picture, fact)
    card.box = box.name
    if card.number not in box.cards:
        box.cards.append(card.number)
    box.state = box.state or "open"


def _box_seal(picture: Picture, fact: Fact) -> None:
    box = _box(picture, fact)
    box.state, box.count = "sealed", fact.said["count"]


def _box_reopen(picture: Picture, fact: Fact) -> None:
    _box(picture, fact).state = "open"


def _box_stocktake(picture: Picture, fact: Fact) -> None:
    box, said = _box(picture, fact), fact.said
    box.state = box.state or "open"
    box.stocktake = (fact.when, said["handler"], said["found"], tuple(said["missing"]))


#: What each act does.
EFFECTS: Final[dict[str, Effect]] = {
    "student-add": _student_add,
    "student-renumber": _student_renumber,
    "student-repeat-year": _student_repeat_year,
    "student-suspend": _student_suspend,
    "student-resume": _student_resume,
    "student-transfer-in": _student_transfer_in,
    "student-transfer-out": _student_transfer_out,
    "student-graduate": _student_graduate,
    "register": _register,
    "issue": _issue,
    "reissue": _reissue,
    "upgrade": _upgrade,
    "term-swipe": _term_swipe,
    "leave-swipe": _leave_swipe,
    "transfer-swipe": _transfer_swipe,
    "recycle": _recycle,
    "lost": _lost,
    "found": _found,
    "box-open": _box_open,
    "box-put": _box_put,
    "box-seal": _box_seal,
    "box-reopen": _box_reopen,
    "box-stocktake": _box_stocktake,
}


def school_year(moment: str) -> int:
    """Return the year in which the school year of a moment began, on 1 September."""
    return int(moment[:4]) - (moment[5:7] < "09")
