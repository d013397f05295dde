"""A small office of its own, after the handbook's sections 4 and 5: it judges row after row.

It shares nothing with the maker of districts nor with cardledger, so that it can say whether a
district that should be regular is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from tests.district.reading import Fields, Line

RETIRED: Final = {
    "recycled": "card-recycled",
    "outstanding": "card-replaced",
    "replaced-lost": "card-replaced",
    "lost": "card-lost",
}


@dataclass(eq=False, slots=True)
class Pupil:
    number: str
    school: str
    cohort: int
    grade: int
    grade_year: int
    guest: bool
    treated: bool
    from_outside: bool
    identity: str
    numbers: list[str] = field(default_factory=list)
    status: str = "in-school"
    former: set[str] = field(default_factory=set)
    cards: list[Card] = field(default_factory=list)
    goes_on: bool | None = None

    def held(self, kind: str) -> list[Card]:
        return [
            card
            for card in self.cards
            if card.kind == kind and card.holder is self and card.state in ("live", "lost", "left")
        ]


@dataclass(eq=False, slots=True)
class Card:
    number: str
    kind: str
    uid: str
    holder: Pupil
    state: str = "live"
    upgraded: bool = False
    holders: list[Pupil] = field(default_factory=list)
    replaced: bool = False
    outstanding_since: datetime | None = None
    leave_swiped: bool = False
    cohort: int = 0
    box: str = ""
    filed: bool = False


@dataclass(eq=False, slots=True)
class Box:
    school: str
    cohort: int
    cards: list[Card] = field(default_factory=list)
    state: str = "open"
    count: int | None = None
    #: At the sealing, or at a stocktake after it.
    counted: int | None = None
    reopened: bool = False


def school_year(when: datetime) -> int:
    return when.year if when.month >= 9 else when.year - 1


class Office:
    """The state after some rows."""

    def __init__(self) -> None:
        self.pupils: list[Pupil] = []
        self.numbers: dict[str, list[Pupil]] = {}
        self.cards: dict[str, Card] = {}
        self.boxes: dict[str, Box] = {}
        self.swiped: dict[str, set[Pupil]] = {}
        self.digests: set[tuple[str, str]] = set()

    def pupil(self, row: Fields) -> Pupil | None:
        found = self.numbers.get(row.get("student", ""), [])
        if found:
            return found[0]
        card = self.cards.get(row.get("card", ""))
        return card.holder if card and "student" not in row else None

    def judge(self, line: Line, whole: Office) -> tuple[str, list[str]]:
        """Return what becomes of a row: outcome and codes. `whole` knows what happened later."""
        row = line.fields
        codes = list(self._generic(row, whole))
        repeats = _REPEATS.get(row["action"])
        if not codes and repeats is not None and repeats(self, row):
            return "repeated", []
        if not {"unknown-student", "unknown-card", "before-issue"} & set(codes):
            codes += _CODES.get(row["action"], _none)(self, line)
        if not codes:
            return "recorded", []
        understood = not {"bad-student-number", "unknown-student", "unknown-card"} & set(codes)
        imported = row.get("evidence") == "imported" and understood
        return ("contested" if imported else "refused"), codes

    def _generic(self, row: Fields, whole: Office) -> Iterator[str]:
        number = row.get("number", "0" * 16)
        if row["action"].startswith("student") and not (len(number) == 16 and number.isdigit()):
            yield "bad-student-number"
        if "student" in row:
            found = self.numbers.get(row["student"], [])
            if len(found) != 1:
                yield "ambiguous-student" if found else "unknown-student"
        needs_card = row["action"] not in ("register", "issue", "reissue") and "card" in row
        brought = row["action"] == "transfer-swipe" and row["from_school"][:4] != "0117"
        if needs_card and row["card"] not in self.cards and not brought:
            yield "before-issue" if row["card"] in whole.cards else "unknown-card"

    def eligible(self, pupil: Pupil, row: Fields, at: datetime) -> bool:
        """Whether a pupil may get a new card (handbook, section 5)."""
        if pupil.grade + school_year(at) - pupil.grade_year == 1:
            return True
        shows = pupil.number[8] in "456789"
        confirmed = bool(row.get("confirmed_no_other_school"))
        return pupil.guest and pupil.from_outside and shows and confirmed


def _none(_office: Office, _line: Line) -> list[str]:
    return []


def _add(office: Office, line: Line) -> Iterator[str]:
    if office.numbers.get(line.fields["number"]):
        yield "ambiguous-student"


def _renumber(office: Office, line: Line) -> Iterator[str]:
    pupil = office.pupil(line.fields)
    if any(other is not pupil for other in office.numbers.get(line.fields.get("number", ""), [])):
        yield "ambiguous-student"


def _new_card(office: Office, line: Line) -> Iterator[str]:
    row, pupil = line.fields, office.pupil(line.fields)
    assert pupil is not None
    if row["card"] in office.cards:
        yield "card-number-used"
    if row["action"] != "reissue" and pupil.held(row["kind"]):
        yield "student-holds-card"
    if row["action"] != "register" and pupil.status != "in-school":
        yield "not-in-school"
    if row["action"] == "issue" and not office.eligible(pupil, row, line.at):
        yield "not-eligible-for-new-card"


def _reissue(office: Office, line: Line) -> Iterator[str]:
    row = line.fields
    yield from _new_card(office, line)
    old = office.cards.get(row["replaces"])
    if old is None or office.pupil(row) is not old.holder:
        yield "no-card-to-replace"
        return
    due = row["reason"] in ("renumbered", "damaged") and "old_outstanding" not in row
    if due and old.state != "recycled":
        yield "old-card-not-collected"


def _term_swipe(office: Office, line: Line) -> Iterator[str]:
    row = line.fields
    card = office.cards[row["card"]]
    if card.state in RETIRED:
        yield RETIRED[card.state]
    if card.holder.status != "in-school":
        yield "not-in-school"
    elif card.holder.school != row["school"]:
        yield "wrong-school"
    if not card.upgraded:
        yield "not-upgraded"


def _transfer_swipe(office: Office, line: Line) -> Iterator[str]:
    row, pupil = line.fields, office.pupil(line.fields)
    card = office.cards.get(row["card"])
    if card is not None and card.state in RETIRED:
        yield RETIRED[card.state]
    if not (card.upgraded if card else row.get("upgraded")):
        yield "not-upgraded"
    if pupil is not None and row["school"] in pupil.former:
        yield "was-here-before"
    if not (card.state == "left" if card else row.get("leave_swiped")):
        yield "no-leave-swipe"


def _live(office: Office, line: Line) -> Iterator[str]:
    if office.cards[line.fields["card"]].state != "live":
        yield "card-not-live"


def _found(office: Office, line: Line) -> Iterator[str]:
    if office.cards[line.fields["card"]].state not in ("lost", "replaced-lost"):
        yield "card-not-lost"


def _lost(office: Office, line: Line) -> Iterator[str]:
    state = office.cards[line.fields["card"]].state
    if state not in ("live", "left"):
        yield RETIRED[state]


def _in_school(office: Office, line: Line) -> Iterator[str]:
    pupil = office.pupil(line.fields)
    if pupil is not None and pupil.status != "in-school":
        yield "not-in-school"


def _graduate(office: Office, line: Line) -> Iterator[str]:
    pupil = office.pupil(line.fields)
    if pupil is not None and pupil.status == "suspended":
        yield "not-in-school"
    if line.fields.get("continues"):
        yield from _in_school(office, line)
        yield from _renumber(office, line)


def _repeat_year(office: Office, line: Line) -> Iterator[str]:
    yield from _in_school(office, line)
    yield from _renumber(office, line)


def _resume(office: Office, line: Line) -> Iterator[str]:
    pupil = office.pupil(line.fields)
    if pupil is not None and pupil.status == "in-school":
        yield "not-away"


def _transfer_in(office: Office, line: Line) -> Iterator[str]:
    pupil = office.pupil(line.fields)
    if pupil is not None and line.fields["school"] in pupil.former:
        yield "was-here-before"


def _put(office: Office, line: Line) -> Iterator[str]:
    card, box = office.cards[line.fields["card"]], office.boxes.get(line.fields["box"])
    if box is None:
        yield "unknown-box"
        return
    if card.state != "recycled":
        yield "not-recycled"
    elif card.cohort != box.cohort:
        yield "wrong-cohort"
    if box.state == "sealed":
        yield "box-sealed"
    if card.box:
        yield "already-boxed"


def _seal(office: Office, line: Line) -> Iterator[str]:
    box = office.boxes[line.fields["box"]]
    if not box.cards:
        yield "empty-box"
    if box.state == "sealed":
        yield "box-sealed"
    if len(box.cards) != line.fields["count"]:
        yield "count-mismatch"


def _filed(office: Office, line: Line) -> Iterator[str]:
    for number in line.fields["cards"]:
        if number not in office.cards or office.cards[number].kind != "record":
            yield "unknown-card"


_CODES: Final[dict[str, Callable[[Office, Line], Iterator[str] | list[str]]]] = {
    "student-add": _add,
    "student-renumber": _renumber,
    "student-repeat-year": _repeat_year,
    "student-suspend": _in_school,
    "student-resume": _resume,
    "student-transfer-in": _transfer_in,
    "student-graduate": _graduate,
    "register": _new_card,
    "issue": _new_card,
    "reissue": _reissue,
    "upgrade": _live,
    "leave-swipe": _live,
    "lost": _lost,
    "found": _found,
    "term-swipe": _term_swipe,
    "transfer-swipe": _transfer_swipe,
    "box-put": _put,
    "box-seal": _seal,
    "cards-filed": _filed,
}


def _swiped_before(office: Office, row: Fields) -> bool:
    card = office.cards[row["card"]]
    fine = card.state == "live" and card.holder.school == row["school"] and card.upgraded
    return fine and card.holder in office.swiped.get(row["term"], ())


_REPEATS: Final[dict[str, Callable[[Office, Fields], bool]]] = {
    "term-swipe": _swiped_before,
    "upgrade": lambda office, row: office.cards[row["card"]].upgraded,
    "recycle": lambda office, row: office.cards[row["card"]].state == "recycled",
    "cards-filed": lambda office, row: (row["school"], row["digest"]) in office.digests,
    "numbers-filed": lambda office, row: (row["school"], row["digest"]) in office.digests,
}
