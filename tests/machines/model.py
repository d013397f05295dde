"""A model of the office: it answers what becomes of an act, by the handbook and nothing else.

It keeps the facts in a list and adds them up anew whenever it is asked, so that acts of the past
and voids need no thought. It is told at which position an act was written, never what to think.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tests.machines.judging import (
    NEW_CARDS,
    NOBODY,
    ORDER,
    RULES,
    SWIPES,
    Case,
    general,
    old_card,
    term_of,
)
from tests.machines.picture import Fact, Picture
from tests.support.given import Row

if TYPE_CHECKING:
    from cardledger import Outcome


class Answer(NamedTuple):
    """What becomes of an act; `writes` says whether there is a line of it, as fact or evidence."""

    outcome: str
    codes: tuple[str, ...] = ()
    writes: bool = False

    def unwritten(self) -> Answer:
        """Return the same answer, of which nothing is written."""
        return self._replace(writes=False)


def as_answer(outcome: Outcome) -> Answer:
    """Return what a ledger answered in the words of the model."""
    return Answer(outcome.outcome, outcome.codes, bool(outcome.positions))


class Model:
    """The office, at one default school; `schools` are those of the ledger."""

    def __init__(self, school: str, schools: Collection[str]) -> None:
        self.school: Final = school
        self.schools: Final = schools
        self.facts: dict[int, Fact] = {}
        self.void: set[int] = set()
        #: Positions of lines that are no facts, and those that nobody may declare void.
        self.fixed: set[int] = set()
        self.head = 0
        self.keys: set[str] = set()
        self.refused_keys: set[str] = set()
        #: The first 15 digits of every number that was ever spoken of.
        self.numbers: set[str] = set()
        self._pictures: dict[str, Picture] = {}

    # Asking

    def picture(self, until: str = "9999", known: int = 10**9) -> Picture:
        """Return where everything was at a moment, by the lines up to a position."""
        if known < self.head:
            return Picture(self._counting(lambda one: one.when <= until, known))
        picture = self._pictures.get(until)
        if picture is None:
            picture = Picture(self._counting(lambda one: one.when <= until))
            self._pictures[until] = picture
        return picture

    def _counting(self, wanted: Callable[[Fact], bool], known: int = 10**9) -> list[Fact]:
        """Return the facts that count: those that no line up to a position declares void."""
        void = self.void
        if known < self.head:
            void = {one.said["position"] for one in self.facts.values() if _voids(one, known)}
        return [
            one
            for one in self.facts.values()
            if one.position <= known and one.position not in void and wanted(one)
        ]

    def answer(self, row: Row, now: str) -> Answer:
        """Say what becomes of an act that is asked for now."""
        if row.get("key", "") in self.keys:
            return Answer("repeated")
        case = self._case(row, now, *self._pictures_of(row, now))
        outcome, codes = self._judged(case)
        evidence = row["action"] in SWIPES and row.get("key", "-") not in self.refused_keys
        return Answer(outcome, codes, outcome == "recorded" or (outcome == "refused" and evidence))

    def _pictures_of(self, row: Row, now: str) -> tuple[Picture, Picture]:
        return self.picture(moment(row.get("at", ""), now)), self.picture()

    def answers(self, rows: Sequence[Row], now: str) -> list[Answer]:
        """Say what becomes of a batch of which all is recorded, or nothing."""
        kept = (dict(self.facts), set(self.void), set(self.fixed), self.head)
        keys = (set(self.keys), set(self.refused_keys), set(self.numbers))
        pictures = dict(self._pictures)
        answers = []
        for row in rows:
            answers.append(self.answer(row, now))
            if answers[-1].outcome == "recorded":
                self.wrote(self.head + 1, row, now)
        self.facts, self.void, self.fixed, self.head = kept
        self.keys, self.refused_keys, self.numbers = keys
        self._pictures = pictures
        if all(one.outcome != "refused" for one in answers):
            return answers
        aborted = Answer("refused", ("batch-aborted",))
        return [aborted if one.outcome == "recorded" else one.unwritten() for one in answers]

    # Telling

    def wrote(self, position: int, row: Row, now: str) -> None:
        """Learn that an act was written at a position: as a fact, or as evidence of a refusal."""
        assert position == self.head + 1, (position, self.head)
        case = self._case(row, now, *self._pictures_of(row, now))
        outcome, _codes = self._judged(case)
        if outcome == "refused":
            self.fixed.add(position)
            if "key" in row:
                self.refused_keys.add(row["key"])
        else:
            self._learn(position, case)
            if "key" in row:
                self.keys.add(row["key"])
        self.head = position
        self._pictures = {}

    def _learn(self, position: int, case: Case) -> None:
        row, said = case.row, case.said
        when = case.at
        match row["action"]:
            case "student-add":
                said["student"], when = f"#{position}", ""
            case "register" if "at" not in row:
                when = ""
            case "term-swipe":
                said["term"] = term_of(case)
            case "transfer-swipe":
                # The word of a school outside is taken; of ours the ledger knows better.
                outside = row.get("from_school", self.school) not in self.schools
                taken = outside or not case.card.state
                said["upgraded"] = bool(row.get("upgraded")) and taken
            case "recycle":
                said["cohort"] = case.pupil.cohort
            case "reissue":
                old = old_card(case)
                said["replaces"] = old.number if old else ""
            case "student-renumber":
                moved = row["number"][9:11] != case.pupil.number[9:11]
                said["cohort"] = 2000 + int(row["number"][9:11]) if moved else 0
            case "student-repeat-year":
                said["cohort"] = case.pupil.cohort + 1
            case "student-resume":
                said["cards"] = list(case.whole.pupil(case.pupil.key).cards)
            case "box-stocktake":
                said["expected"] = len(case.before.box(row["box"]).cards)
            case "void":
                self.void.add(row["position"])
                self.fixed.add(position)
        if "number" in said:
            self.numbers.add(said["number"][:15])
        fact = Fact(position, row["action"], when, case.now, said, _about(said))
        self.facts[position] = fact

    def skip(self, position: int) -> None:
        """Learn of a line that is about nothing here: the schools with which all began."""
        self.fixed.add(position)
        self.head = position

    # Judging

    def _case(self, row: Row, now: str, before: Picture, whole: Picture) -> Case:
        """Find what an act names; the codes of not finding it come first."""
        at, codes = moment(row.get("at", ""), now), list[str]()
        action, number = row["action"], row.get("card", "")
        there = action not in NEW_CARDS and number != ""
        holder = whole.card(number).holder if there else ""
        if there and not whole.card(number).state and not self._brought(row):
            codes.append("unknown-card")
        key = holder
        if row.get("student"):
            found = _found(whole, row["student"])
            key = found[0] if found else ""
            if not found:
                codes.append("unknown-student")
            elif holder and holder != key:
                codes.append("ambiguous-student")
        return Case(
            row=row,
            at=at,
            now=now,
            before=before,
            whole=whole,
            school=row.get("school", self.school),
            codes=codes,
            card=before.card(number),
            pupil=before.pupil(key),
            default=self.school,
            schools=self.schools,
        )

    def _brought(self, row: Row) -> bool:
        """Whether a pupil brings the card from a school that is none of ours."""
        brought = row["action"] == "transfer-swipe" and bool(row.get("student"))
        return brought and row.get("from_school", self.school) not in self.schools

    def _judged(self, case: Case) -> tuple[str, tuple[str, ...]]:
        """Return outcome and codes."""
        codes = [*case.codes, *general(case)]
        if NOBODY.isdisjoint(codes):
            again, own = self._own(case)
            if not codes and again:
                return "repeated", ()
            codes += own
        if not codes:
            return "recorded", ()
        unique = dict.fromkeys(codes)
        places = {code: place for place, code in enumerate(ORDER)}
        return "refused", tuple(sorted(unique, key=lambda code: places.get(code, len(ORDER))))

    def _own(self, case: Case) -> tuple[bool, list[str]]:
        """Return what an act's own rules say: known already, and why it is refused."""
        if case.row["action"] == "void":
            return self._void(case)
        if case.row["action"] == "number-allocate":
            used = case.row["number"][:15] in self.numbers
            return False, ["number-used"] if used else []
        return RULES[case.row["action"]](case)

    def _void(self, case: Case) -> tuple[bool, list[str]]:
        position = case.row["position"]
        if position in self.void:
            return True, []
        fact = self.facts.get(position)
        if fact is None or position in self.fixed or self._needed(fact, case.now):
            return False, ["not-voidable"]
        return False, []

    def _needed(self, fact: Fact, now: str) -> bool:
        """Whether a later fact about the same subjects would be refused without this one."""
        later: Sequence[Fact] = [
            one
            for one in self._counting(lambda one: one.position > fact.position)
            if one.action not in _NEVER_ANEW and one.about & fact.about
        ]
        return any(
            self._refused_anew(one, now, fact.position) and not self._refused_anew(one, now)
            for one in later
        )

    def _refused_anew(self, fact: Fact, now: str, without: int = 0) -> bool:
        """Whether a fact would be refused if it were decided again, on what was written before."""
        earlier = self._counting(
            lambda one: one.position < fact.position and one.position != without
        )
        whole = Picture(earlier)
        before = Picture(one for one in earlier if one.place < fact.place)
        row = {**fact.said, "at": fact.when} if fact.when else fact.said
        return self._judged(self._case(row, now, before, whole))[0] == "refused"


#: Adding a pupil and opening what is open need nothing that came before.
_NEVER_ANEW: Final = ("student-add", "box-reopen", "void", "number-allocate")


def _voids(fact: Fact, known: int) -> bool:
    return fact.action == "void" and fact.position <= known


def _about(said: dict[str, Any]) -> frozenset[str]:
    kinds = ("card", "student", "box", "number")
    about = {f"{kind}:{said[kind]}" for kind in kinds if said.get(kind)}
    if said.get("holder"):
        about.add(f"student:{said['holder']}")
    cards = [*said.get("cards", ()), *said.get("missing", ()), said.get("replaces", "")]
    return frozenset(about | {f"card:{card}" for card in cards if card})


def _found(picture: Picture, text: str) -> list[str]:
    return [text] if picture.pupil(text).status else picture.named(text)


def moment(text: str, now: str) -> str:
    """Return a moment in full; a day that is not today is its end (HANDBOOK 4)."""
    if not text or text == now[:10]:
        return now
    if len(text) == 10:
        return f"{text}T23:59:59.999+08:00"
    return text if "+" in text else f"{text}:00.000+08:00"
