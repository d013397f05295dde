"""What the district is made of: schools, pupils, cards; rows of files; entries of the truth."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from scripts.district.numbers import LEVELS
from scripts.district.people import Person
from scripts.district.terms import Term, school_year

#: Chinese names of the levels, as they begin the name of a class.
LEVEL_WORDS: Final = {"primary": "小", "junior": "初", "senior": "高", "vocational": "职"}
GRADE_WORDS: Final = (
    "",
    *("一年级", "二年级", "三年级", "四年级", "五年级", "六年级"),
    *("初一", "初二", "初三", "高一", "高二", "高三"),
)
#: The six grounds for treating a guest as a local (handbook, section 3).
GROUNDS: Final = (
    "知青子女",
    "随军家属",
    "博士后子女",
    "台商子女",
    "持工作居住证人员子女",
    "父母一方为北京户籍",
)


@dataclass(slots=True, eq=False)
class Card:
    """A card of a kind (record or identity) in the hands of a pupil."""

    number: str
    uid: str
    kind: str
    upgraded: bool = False
    filed: bool = False
    never_file: bool = False
    no_box: bool = False


@dataclass(slots=True, eq=False)
class Pupil:
    """A pupil. `story` names the one irregular thing that happens to a pupil, if any."""

    person: Person
    school: School
    level: str
    cohort: int
    class_no: int
    number: str
    guest: bool
    treated_as_local: bool
    ground: str
    entered: date
    status: str = "in-school"
    from_outside_city: bool = False
    record: Card | None = None
    identity: Card | None = None
    story: str = ""
    keeps_story: bool = False
    swiped: set[str] = field(default_factory=set)
    no_swipe: set[str] = field(default_factory=set)
    added_by: Row | None = None
    #: Schools that the pupil has left: the way back would be to resume, not to transfer.
    former: set[str] = field(default_factory=set)

    @property
    def class_name(self) -> str:
        """The class, one name in its school: level, cohort, class."""
        return f"{LEVEL_WORDS[self.level]}{self.cohort}届{self.class_no}班"

    @property
    def in_school(self) -> bool:
        return self.status == "in-school"

    def grade(self, day: date) -> int:
        """Return the grade on a day, 1 to 12."""
        _digit, below, years = LEVELS[self.level]
        return below + years - (self.cohort - school_year(day) - 1)

    def leaves_level(self, term: Term) -> bool:
        """Whether the pupil's level ends with this term."""
        return term.is_spring and self.cohort <= term.year

    def card(self, kind: str) -> Card:
        """Return the present card of a kind; everyone has one who gets into a story."""
        card = self.record if kind == "record" else self.identity
        if card is None:
            raise LookupError(f"{self.number} has no {kind} card")
        return card

    def hold(self, card: Card) -> None:
        """Make a card the present one of its kind."""
        if card.kind == "record":
            self.record = card
        else:
            self.identity = card


@dataclass(slots=True, eq=False)
class School:
    """A school, its people and what waits there to be boxed."""

    index: int
    code: str
    name: str
    levels: tuple[str, ...]
    grade_size: int
    registrar: str = ""
    deputy: str = ""
    pupils: list[Pupil] = field(default_factory=list)
    #: Those of the first roster whose rows cannot be understood.
    misfits: list[Pupil] = field(default_factory=list)
    drawer: list[tuple[Card, int]] = field(default_factory=list)
    boxes: int = 0
    changes: set[date] = field(default_factory=set)
    failing: set[date] = field(default_factory=set)
    outdated: str = ""

    @property
    def type(self) -> int:
        """Digit 5 of the pupils' numbers."""
        return int(self.code[4])


@dataclass(slots=True, frozen=True)
class Expect:
    """What becomes of a row: recorded, contested, refused or repeated; `codes` in order."""

    outcome: str
    codes: tuple[str, ...] = ()


RECORDED: Final = Expect("recorded")
REPEATED: Final = Expect("repeated")


@dataclass(slots=True, eq=False)
class Row:
    """A row of a file: an act. `written` is when the registrar writes it, mostly at once.

    `line` counts from 1 in the file of JSON lines of the school, `district_line` in the file of
    the whole district; both are known when the term is written out.
    """

    fields: dict[str, Any]
    at: datetime
    written: datetime
    order: int
    school: School
    term: Term
    place: str = "actions"
    expect: Expect = RECORDED
    line: int = 0
    district_line: int = 0

    @property
    def file(self) -> str:
        """The file of JSON lines, below the folder of the district."""
        name = "cards-opening" if self.place == "cards" else f"{self.place}-{self.term.name}"
        return f"{self.school.code}/{name}.jsonl"


Subject = str | Pupil | Card


@dataclass(slots=True, frozen=True)
class Finding:
    """A finding that an auditor has on the last day: the rule, whom it is about, since when."""

    rule: str
    subjects: tuple[Subject, ...]
    since: datetime
    period: str = ""


@dataclass(slots=True)
class Entry:
    """A planted irregularity. `kind` is a finding, a refusal code or the name of a situation."""

    kind: str
    school: School
    term: Term
    subjects: tuple[Subject, ...]
    rows: tuple[Row, ...]
    says: str
    finding: Finding | None = None
    implies: tuple[Finding, ...] = ()
