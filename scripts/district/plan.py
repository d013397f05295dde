"""Which irregularities are planted where: several of every kind, spread by chance of their own."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Final

from scripts.district import boxes, plants_later, plants_roster, plants_window, school_acts
from scripts.district.desk import Desk
from scripts.district.model import Row, School

Plant = Callable[[Desk, School, Random], bool]

#: The irregularities of each phase of a term, by name. A function returns false where a school
#: has nobody to whom it can happen; then another school is tried, then another term.
PHASES: Final[dict[str, dict[str, Plant]]] = {
    "roster": {
        "number-category-mismatch": plants_roster.category_mismatch,
        "number-check-digit": plants_roster.wrong_check_digit,
        "number-malformed": plants_roster.malformed,
        "bad-student-number": plants_roster.refused_number,
        "one-person-two-records": plants_roster.one_person,
        "uid-on-two-cards": plants_roster.clone,
        "card-on-two-students": plants_roster.two_holders,
        "not-filed": plants_roster.never_filed,
        "not-upgraded": plants_roster.never_upgraded,
        "ineligible-new-card": plants_roster.no_record_card,
        "outdated-tool": school_acts.outdate,
    },
    "window": {
        "swipe-after-recycling": plants_window.after_recycling,
        "swipe-after-replacing": plants_window.after_replacing,
        "swipe-while-lost": plants_window.while_lost,
        "left-and-came-back": plants_window.left_and_back,
        "not-registered": plants_window.not_registered,
        "outside-window-early": plants_window.too_early,
        "outside-window-late": plants_window.too_late,
        "swiped-at-two-schools": plants_window.sibling,
        "impossible-order-issue": plants_window.before_issue,
        "impossible-order-leaving": plants_window.after_leaving,
        "no-leave-swipe": plants_window.no_leave_swipe,
        "not-in-school": plants_window.while_suspended,
        "unknown-card": plants_window.unknown_card,
        "sync-overdue": school_acts.fail_month,
    },
    "later": {
        "two-live-cards": plants_later.two_cards,
        "old-card-outstanding": plants_later.outstanding,
        "found-after-replaced": plants_later.found_again,
        "recorded-late": plants_later.written_late,
        "made-before-filing": plants_later.made_early,
        "one-number-two-students": plants_later.same_number,
        "old-card-not-collected": plants_later.not_collected_first,
        "student-holds-card": plants_later.issued_instead,
        "card-number-used": plants_later.used_number,
    },
    "leaving": {
        "left-not-collected": plants_later.not_collected,
        "recycled-without-leave-swipe": plants_later.no_leave_swipe,
    },
    "drawer": {"recycled-not-boxed": boxes.not_boxed},
}
LISTS: Final = "list-imported-twice"
FILINGS: Final = "filing-imported-twice"
#: What needs most comes first.
BOXES: Final = (
    "wrong-cohort",
    "wrong-cohort-in-box",
    "box-reopened",
    "box-count-off",
    "box-not-sealed",
    "count-mismatch",
    boxes.CARD_GONE,
)
#: Pupils for each plant of a kind, and the most of one kind.
PUPILS_A_PLANT: Final = 600
MOST: Final = 40


@dataclass(slots=True)
class Due:
    """A plant that is still to be made: in which term at the earliest, which school first."""

    kind: str
    term: int
    school: int


class Plan:
    """The plants of a district, and those for which nobody was found."""

    def __init__(self, desk: Desk, pupils: int) -> None:
        rng = desk.rng("plan")
        count = min(MOST, max(1, pupils // PUPILS_A_PLANT))
        self.missing: list[str] = []
        self._due: dict[str, deque[Due]] = {}
        kinds = {phase: [*plants] for phase, plants in PHASES.items()}
        kinds |= {"lists": [LISTS], "filings": [FILINGS], "boxes": [*BOXES]}
        for phase, names in kinds.items():
            for name in names:
                first = rng.randrange(len(desk.schools))
                for place in range(count):
                    term = self._term(name, phase, rng, desk, place)
                    school = (first + place) % len(desk.schools)
                    self._due.setdefault(phase, deque()).append(Due(name, term, school))

    @staticmethod
    def _term(name: str, phase: str, rng: Random, desk: Desk, place: int) -> int:
        """Return the first term in which a plant may be made."""
        last = len(desk.terms) - 1
        if phase == "roster":
            return 0
        if name == "one-number-two-students":
            return last
        fits = range(len(desk.terms))
        # most boxes are packed in summer, so that something fits there
        boxing = phase == "boxes" and place == 0
        if boxing or phase == "leaving" or name == "outside-window-early":
            spring = [place for place in fits if desk.terms[place].is_spring]
            return rng.choice(spring) if spring else last
        return rng.choice(fits)

    def carry_out(self, desk: Desk, phase: str) -> None:
        """Make the plants of a phase that are due in this term."""
        rng = desk.rng(f"plants/{phase}")
        plants = PHASES[phase]
        self.each(desk, phase, lambda kind, school: plants[kind](desk, school, rng))

    def each(self, desk: Desk, phase: str, make: Callable[[str, School], bool]) -> None:
        """Call `make` for every due plant of a phase with one school after another."""
        now = desk.terms.index(desk.term)
        waiting: deque[Due] = deque()
        for due in self._due.get(phase, ()):
            if due.term > now:
                waiting.append(due)
                continue
            schools = desk.schools[due.school :] + desk.schools[: due.school]
            if not any(make(due.kind, school) for school in schools):
                waiting.append(due)
        self._due[phase] = waiting

    def swipe_lists(self, desk: Desk, lists: dict[School, dict[str, list[Row]]]) -> None:
        """Have swipe lists handed in twice."""
        rng = desk.rng("plants/lists")

        def make(_kind: str, school: School) -> bool:
            return plants_window.list_twice(desk, school, rng, lists.get(school, {}))

        self.each(desk, "lists", make)

    def filings(self, desk: Desk, filed: dict[School, list[Row]]) -> None:
        """Have filing files imported twice."""
        self.each(desk, "filings", lambda _kind, school: _again(desk, school, filed))

    def boxes(self, desk: Desk, packed: dict[School, list[boxes.Box]]) -> None:
        """Spoil boxes that are about to be packed."""
        rng = desk.rng("plants/boxes")

        def make(kind: str, school: School) -> bool:
            return boxes.spoil(packed[school], kind, rng)

        self.each(desk, "boxes", make)

    def left_over(self) -> list[str]:
        """Return the kinds of the plants for which there was no occasion."""
        return sorted(due.kind for waiting in self._due.values() for due in waiting)


def _again(desk: Desk, school: School, filed: dict[School, list[Row]]) -> bool:
    """Import the first filing file of a school once more, an hour later."""
    if not filed.get(school):
        return False
    row = filed[school].pop(0)
    copy = plants_window.again(desk, row, row.at + timedelta(hours=1))
    says = "the filing file was imported twice"
    desk.plant(FILINGS, school, [f"school:{school.code}"], [copy], says)
    return True
