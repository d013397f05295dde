"""Stories about the pure core: given (events or rows) / when (a row) / then (what became of it).

A story has a clock, a handful of schools and a desk; nothing of it touches a database. Rows are
those of a batch, in the fields' own names:

    given(*SCHOOLS, pupil(ANNA)).when(act("issue", card="C1", student=ANNA)).then(recorded())

Names are "sealed" readably here, so that stories can also speak of pupils as persons.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from cardledger.actions import ACTIONS
from cardledger.batch import command_of_row
from cardledger.book import Book, fold
from cardledger.cases import find_student, make_case
from cardledger.decider import Decision, Setting, decide
from cardledger.desk import Desk
from cardledger.errors import BadInput, BadStudentNumber, BadValue
from cardledger.events import Event, Line
from cardledger.moments import Moment, now, parse_moment
from cardledger.outcomes import Outcome
from cardledger.states import Box, Card, Student

Row = dict[str, Any]

#: Types 0, 0, 2 and 1 of HANDBOOK 3; the last one is in no ledger of these tests.
PRIMARY: Final = "01170011"
NEIGHBOUR: Final = "01170012"
COMBINED: Final = "01172031"
OUTSIDE: Final = "01081099"

#: When the stories are told; a school year after 1 September 2009, before the holidays.
PRESENT: Final = "2010-06-30T10:00:00+08:00"


def number(
    index: int = 1,
    *,
    school: str = PRIMARY,
    category: int = 0,
    cohort: int = 2015,
    class_: int = 1,
) -> str:
    """Return a student number of HANDBOOK 3; the check digit is not public and always 0 here."""
    return f"{school}{category}{cohort % 100:02}{class_:02}{index:02}0"


#: A first-year primary pupil of spring 2010 graduates in 2015.
ANNA: Final = number(1)
BORIS: Final = number(2)
#: A pupil of the last year.
CLARA: Final = number(3, cohort=2010)
#: At the other schools.
DAVID: Final = number(1, school=NEIGHBOUR)
EMMA: Final = number(1, school=COMBINED, cohort=2010)


def act(action: str, **fields: Any) -> Row:
    """Return one row of a batch; `class_` and `from_` stand for words that Python keeps."""
    return {"action": action} | {name.rstrip("_"): value for name, value in fields.items()}


def pupil(student: str, **fields: Any) -> Row:
    """Return the row that adds a pupil at the school that the number shows."""
    given: dict[str, Any] = {"name": f"Pupil {student}", "school": student[:8]}
    return act("student-add", number=student, **(given | fields))


def school(code: str, name: str = "") -> Row:
    """Return the row that adds a school."""
    return act("school-add", code=code, name=name or f"School {code}")


SCHOOLS: Final = (school(PRIMARY), school(NEIGHBOUR), school(COMBINED))


def moment(text: str) -> Moment:
    """Return a moment as the ledger writes it."""
    return parse_moment(text, now())


@dataclass(frozen=True)
class Expected:
    """What should become of a row. `fields` are those of the event that matter here."""

    outcome: str
    codes: tuple[str, ...] = ()
    event: type[Event] | None = None
    fields: dict[str, Any] = field(default_factory=dict)


def recorded(event: type[Event] | None = None, **fields: Any) -> Expected:
    """Expect that the row is recorded, as this event where one is named."""
    return Expected("recorded", event=event, fields=fields)


def repeated() -> Expected:
    """Expect that the same fact is in the ledger already."""
    return Expected("repeated")


def refused(*codes: str) -> Expected:
    """Expect a refusal with exactly these codes, in this order."""
    return Expected("refused", codes)


def contested(*codes: str) -> Expected:
    """Expect that a fact from elsewhere is recorded with exactly these codes."""
    return Expected("recorded", codes)


@dataclass
class Told:
    """What became of one row."""

    decision: Decision
    about: dict[str, object]

    def then(self, expected: Expected) -> Told:
        """Compare with what was expected."""
        got = self.decision
        assert (got.outcome, got.codes) == (expected.outcome, expected.codes)
        event = got.event
        if expected.outcome == "repeated":
            assert event is None
        elif expected.outcome == "recorded":
            assert event is not None
            assert event.contested == expected.codes
        if expected.event is not None:
            assert type(event) is expected.event
        for name, value in expected.fields.items():
            assert getattr(event, name) == value, name
        return self

    @property
    def event(self) -> Any:
        """The event that was written."""
        assert self.decision.event is not None
        return self.decision.event

    @property
    def outcome(self) -> Outcome:
        """The outcome, as people are told it."""
        refused_ = self.decision.outcome == "refused"
        codes = self.decision.codes
        return Outcome(
            self.decision.outcome,
            codes=codes if refused_ else (),
            contested=() if refused_ else codes,
            about=self.about,
        )


class Story:
    """What happened so far."""

    def __init__(self, present: str = PRESENT, default: str = PRIMARY) -> None:
        self.desk = Desk()
        self.default = default
        self.clock = moment(present)
        self._pupils = (f"P{index:010}" for index in itertools.count(1))

    # Telling

    def given(self, *steps: Row | Event) -> Story:
        """Let things happen; rows must be recorded, contested ones included."""
        for step in steps:
            if isinstance(step, Event):
                self.write(step)
            else:
                told = self.when(step)
                assert told.decision.outcome == "recorded", (step, told.decision.codes)
        return self

    def when(self, row: Row) -> Told:
        """Let one row be decided, and write what was decided."""
        decision, about = self.decided(row)
        if decision.event is not None:
            self.write(decision.event)
        return Told(decision, about)

    def decided(self, row: Row) -> tuple[Decision, dict[str, object]]:
        """Decide one row without writing anything."""
        command = command_of_row(row)
        if isinstance(command, BadInput):
            return Decision("refused", codes=("bad-input",)), {}
        try:
            command = command.normal()
            action = ACTIONS[command.action()]
            case = make_case(self.desk, command, self.setting())
            decision = decide(action, case)
        except BadStudentNumber:
            return Decision("refused", codes=("bad-student-number",)), {}
        except BadValue:
            return Decision("refused", codes=("bad-input",)), {}
        event = decision.event
        if event is not None and (personal := action.personal(case)):
            event = msgspec.structs.replace(event, sealed=json.dumps(personal))
        return Decision(decision.outcome, event, decision.codes), case.about

    def write(self, event: Event) -> int:
        """Write one event, whatever it says; returns its position."""
        position = self.head + 1
        self.desk.loaded.update(event.tags())
        self.desk.add(Line(position, event))
        self.desk.head = position
        return position

    def passes(self, present: str) -> Story:
        """Let time go by."""
        self.clock = moment(present)
        return self

    def setting(self) -> Setting:
        """Return what comes to a decision from outside."""
        return Setting(
            present=self.clock,
            school=self.default,
            opened=opened,
            person=lambda identity: hashlib.sha256(identity.encode()).hexdigest()[:20],
            new_student=lambda: next(self._pupils),
        )

    # Looking

    @property
    def head(self) -> int:
        """The position of the last line."""
        return max(self.desk.lines, default=0)

    @property
    def lines(self) -> list[Line]:
        """All lines, in the order of their arrival."""
        return [self.desk.lines[position] for position in sorted(self.desk.lines)]

    def events(self) -> Iterator[Event]:
        """Return the events of all lines, in the order of their arrival."""
        return (line.event for line in self.lines)

    def book(self, at: str = "") -> Book:
        """Return the book of all lines, or of what had happened at a moment, folded anew."""
        return fold(self.lines, moment(at) if at else None)

    def card(self, card: str, at: str = "") -> Card:
        """Return a card as it is, or as it was at a moment."""
        return self.book(at).card(card)

    def box(self, name: str, at: str = "") -> Box:
        """Return a box as it is, or as it was at a moment."""
        return self.book(at).box(name)

    def student(self, student: str, at: str = "") -> Student:
        """Return a pupil, by number or id, as the pupil is or was at a moment."""
        key, codes = find_student(self.book(), student)
        assert not codes, codes
        return self.book(at).student(key)

    def key(self, student: str) -> str:
        """Return the id of a pupil."""
        return self.student(student).id


def opened(student: Student) -> dict[str, str]:
    """Return what is known of a pupil as a person, as these stories seal it."""
    facts: dict[str, str] = {}
    for _name, sealed in student.sealed:
        facts |= json.loads(sealed)
    facts.pop("note", None)
    return facts


def given(*steps: Row | Event, present: str = PRESENT) -> Story:
    """Begin a story in a ledger of three schools."""
    return Story(present).given(*SCHOOLS, *steps)
