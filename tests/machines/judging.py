"""Judging: why the office refuses an act, and when the same fact is known already (HANDBOOK 5).

Each act is one function of its case. They look at pictures and at nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

from tests.machines.picture import AWAY, HELD, REPLACED, Card, Picture, Pupil, school_year
from tests.support.given import Row

#: HANDBOOK 5: of several codes the first in this order goes first.
ORDER: Final = (
    "bad-input",
    "unknown-student",
    "unknown-card",
    "unknown-box",
    "ambiguous-student",
    "happened-in-future",
    "before-issue",
    "wrong-kind",
    "card-recycled",
    "card-replaced",
    "card-lost",
    "wrong-school",
    "not-in-school",
    "not-upgraded",
)
#: Who or what is meant, and when: where that fails there is nothing to judge.
NOBODY: Final = {"unknown-student", "unknown-card", "unknown-box", "before-issue"}
SWIPES: Final = ("term-swipe", "leave-swipe", "transfer-swipe")
NEW_CARDS: Final = ("issue", "register", "reissue")
RECORD_ONLY: Final = ("upgrade", *SWIPES)


@dataclass
class Case:
    """One act and what it is judged by: the picture just before it, and that of everything."""

    row: Row
    at: str
    now: str
    before: Picture
    whole: Picture
    school: str
    codes: list[str]
    card: Card
    pupil: Pupil
    #: The ledger's default school, and all of its schools.
    default: str
    schools: Collection[str]

    @property
    def said(self) -> dict[str, Any]:
        """The act as it is understood."""
        given = {name: value for name, value in self.row.items() if name not in ("at", "key")}
        given |= {"school": self.school}
        if self.row["action"] == "box-put":
            return given | {"holder": self.pupil.key}
        if "card" in self.row or "student" in self.row:
            given["student"] = self.pupil.key
        return given


def general(case: Case) -> Iterable[str]:
    """Yield what any act may be refused for."""
    row, card = case.row, case.card
    if case.at > case.now:
        yield "happened-in-future"
    if "box" in row and row["action"] != "box-open" and not case.before.box(row["box"]).state:
        yield "unknown-box"
    if row["action"] in NEW_CARDS or "card" not in row:
        return
    later = case.whole.card(row["card"])
    if not card.state and later.state:
        yield "before-issue"
    if row["action"] in RECORD_ONLY and (card.state or later.state):
        kind = card.kind if card.state else later.kind
        if kind != "record":
            yield "wrong-kind"


def student_add(case: Case) -> tuple[bool, list[str]]:
    known = case.whole.named(case.row["number"])
    same = any(case.whole.pupil(key).name == case.row["name"] for key in known)
    return same, ["ambiguous-student"] if known and not same else []


def student_renumber(case: Case) -> tuple[bool, list[str]]:
    number = case.row["number"]
    others = [key for key in case.whole.named(number) if key != case.pupil.key]
    return case.pupil.number == number, ["ambiguous-student"] if others else []


def student_repeat_year(case: Case) -> tuple[bool, list[str]]:
    return school_year(case.at) in case.pupil.years_repeated, _not_in_school(case)


def student_suspend(case: Case) -> tuple[bool, list[str]]:
    return case.pupil.status == "suspended", _not_in_school(case)


def student_resume(case: Case) -> tuple[bool, list[str]]:
    return False, ["not-away"] if case.pupil.status == "in-school" else []


def student_transfer_in(case: Case) -> tuple[bool, list[str]]:
    pupil = case.pupil
    here = (pupil.school, pupil.status) == (case.school, "in-school")
    before = pupil.was_here_before(case.school)
    return here and pupil.transferred_in, ["was-here-before"] if before else []


def student_transfer_out(case: Case) -> tuple[bool, list[str]]:
    gone = case.pupil.status == "graduated"
    return case.pupil.transferred_out, ["not-in-school"] if gone else []


def student_graduate(case: Case) -> tuple[bool, list[str]]:
    pupil = case.pupil
    swiped_out = pupil.status in AWAY and "graduation" in pupil.reasons
    return pupil.graduated, [] if swiped_out else _not_in_school(case)


def register(case: Case) -> tuple[bool, list[str]]:
    card = case.whole.card(case.row["card"])
    again = card.came_by == "register" and _is_of(card, case)
    return again, [*_number_used(case), *_holds_one(case)]


def issue(case: Case) -> tuple[bool, list[str]]:
    codes = [*_number_used(case), *_holds_one(case), *_not_in_school(case)]
    if not _first_year(case):
        codes.append("not-eligible-for-new-card")
    return _made_already(case), codes


def reissue(case: Case) -> tuple[bool, list[str]]:
    old, codes = old_card(case), _not_in_school(case)
    if old is None:
        codes.append("no-card-to-replace")
    codes += _number_used(case)
    must_return = case.row["reason"] in ("renumbered", "damaged")
    if old and must_return and old.state != "recycled" and not case.row.get("old_outstanding"):
        codes.append("old-card-not-collected")
    return _made_already(case), codes


def upgrade(case: Case) -> tuple[bool, list[str]]:
    card = case.card
    again = card.upgraded and card.state in HELD
    return again, ["card-not-live"] if card.state != "live" else []


def term_swipe(case: Case) -> tuple[bool, list[str]]:
    pupil, codes = case.pupil, list[str]()
    if pupil.status == "in-school" and pupil.school != case.school:
        codes.append("wrong-school")
    elif pupil.status != "in-school" or case.card.state == "left":
        codes.append("not-in-school")
    codes += [*_not_upgraded(case), *_retired(case.card)]
    return term_of(case) in pupil.terms and not codes, codes


def leave_swipe(case: Case) -> tuple[bool, list[str]]:
    card, codes = case.card, list[str]()
    if card.state != "live":
        codes.append("card-not-live")
    if case.pupil.status == "suspended":
        codes.append("not-in-school")
    return card.state == "left" and card.left_on == (case.school, case.at[:10]), codes


def transfer_swipe(case: Case) -> tuple[bool, list[str]]:
    card, pupil, row = case.card, case.pupil, case.row
    outside = row.get("from_school", case.default) not in case.schools
    codes = _retired(card)
    if pupil.status == "suspended":
        codes.append("not-in-school")
    if not (outside and row.get("upgraded")):
        codes += _not_upgraded(case)
    if pupil.was_here_before(case.school):
        codes.append("was-here-before")
    # What happened outside is declared; what happened here is known.
    declared = outside and row.get("leave_swiped")
    declared = declared and not (card.state and pupil.status == "in-school")
    if card.state != "left" and not declared:
        codes.append("no-leave-swipe")
    again = card.state == "live" and card.arrived_on == (case.school, case.at[:10])
    return again, codes


def recycle(case: Case) -> tuple[bool, list[str]]:
    return case.card.state == "recycled", []


def lost(case: Case) -> tuple[bool, list[str]]:
    return case.card.state == "lost", [code for code in _retired(case.card) if code != "card-lost"]


def found(case: Case) -> tuple[bool, list[str]]:
    lost = case.card.state in ("lost", "replaced-lost")
    return False, [] if lost else ["card-not-lost"]


def box_open(case: Case) -> tuple[bool, list[str]]:
    box = case.whole.box(case.row["box"])
    same = (box.cohort, box.school) == (case.row["cohort"], case.school)
    return same, ["box-name-used"] if box.cohort else []


def box_put(case: Case) -> tuple[bool, list[str]]:
    box, card, codes = case.before.box(case.row["box"]), case.card, list[str]()
    if card.state != "recycled":
        codes.append("not-recycled")
    elif card.cohort != box.cohort:
        codes.append("wrong-cohort")
    if box.state == "sealed":
        codes.append("box-sealed")
    # Whether a card lies in a box already ignores time.
    if case.whole.card(card.number).box not in ("", box.name):
        codes.append("already-boxed")
    return card.box == box.name, codes


def box_seal(case: Case) -> tuple[bool, list[str]]:
    box, count, codes = case.before.box(case.row["box"]), case.row["count"], list[str]()
    if not box.cards:
        codes.append("empty-box")
    if count != len(box.cards):
        codes.append("count-mismatch")
    if box.state == "sealed":
        codes.append("box-sealed")
    return box.state == "sealed" and box.count == count, codes


def box_reopen(case: Case) -> tuple[bool, list[str]]:
    return case.before.box(case.row["box"]).state == "open", []


def box_stocktake(case: Case) -> tuple[bool, list[str]]:
    row, box, codes = case.row, case.before.box(case.row["box"]), list[str]()
    missing = row["missing"]
    if any(not case.whole.card(card).state for card in missing):
        codes.append("unknown-card")
    if missing and "expected" not in row and row["found"] + len(missing) != len(box.cards):
        codes.append("bad-input")
    counted = (case.at, row["handler"], row["found"], tuple(missing))
    return box.stocktake == counted, codes


def _not_in_school(case: Case) -> list[str]:
    return [] if case.pupil.status == "in-school" else ["not-in-school"]


def _not_upgraded(case: Case) -> list[str]:
    return [] if case.card.upgraded else ["not-upgraded"]


def _retired(card: Card) -> list[str]:
    codes = ["card-recycled"] if card.state == "recycled" else []
    codes += ["card-replaced"] if card.state in REPLACED else []
    return codes + (["card-lost"] if card.state == "lost" else [])


def _number_used(case: Case) -> list[str]:
    return ["card-number-used"] if case.whole.card(case.row["card"]).came_by else []


def _holds_one(case: Case) -> list[str]:
    holds = case.before.held(case.pupil, case.row.get("kind", "record"))
    return ["student-holds-card"] if holds else []


def _is_of(card: Card, case: Case) -> bool:
    return card.holder == case.pupil.key and card.kind == case.row.get("kind", "record")


def _made_already(case: Case) -> bool:
    card = case.whole.card(case.row["card"])
    same = card.state in HELD or card.came_at == case.at
    return card.came_by == case.row["action"] and same and _is_of(card, case)


def old_card(case: Case) -> Card | None:
    kind, pupil = case.row.get("kind", "record"), case.pupil
    had = [
        card
        for card in case.before.ever_had(pupil, kind)
        if card.number != case.row["card"] and card.holder == pupil.key
    ]
    if case.row.get("replaces"):
        return next((card for card in had if card.number == case.row["replaces"]), None)
    held = [card for card in had if card.state in HELD]
    return next(reversed(held or had), None)


def _first_year(case: Case) -> bool:
    """Whether the pupil is in the first of the six years of primary school."""
    pupil = case.pupil
    primary = pupil.number[8:9] in ("0", "4", "7")
    return primary and pupil.cohort - school_year(case.at) - 1 == 5


def term_of(case: Case) -> str:
    if case.row.get("term"):
        return str(case.row["term"])
    year, month = int(case.at[:4]), case.at[5:7]
    if month == "01":
        return f"{year - 1}-autumn"
    return f"{year}-spring" if month < "09" else f"{year}-autumn"


#: How each act is judged: whether the same fact is known already, and why it is refused.
RULES: Final[dict[str, Callable[[Case], tuple[bool, list[str]]]]] = {
    "student-add": student_add,
    "student-renumber": student_renumber,
    "student-repeat-year": student_repeat_year,
    "student-suspend": student_suspend,
    "student-resume": student_resume,
    "student-transfer-in": student_transfer_in,
    "student-transfer-out": student_transfer_out,
    "student-graduate": student_graduate,
    "register": register,
    "issue": issue,
    "reissue": reissue,
    "upgrade": upgrade,
    "term-swipe": term_swipe,
    "leave-swipe": leave_swipe,
    "transfer-swipe": transfer_swipe,
    "recycle": recycle,
    "lost": lost,
    "found": found,
    "box-open": box_open,
    "box-put": box_put,
    "box-seal": box_seal,
    "box-reopen": box_reopen,
    "box-stocktake": box_stocktake,
}
