"""How an action is declared, and how every action is decided.

An action is one module of `cardledger.actions` that offers the same few names:

- `COMMAND`, the typed record of what somebody asks for;
- `EVENTS`, what may be written; the first is the one that the command usually gives;
- `refusals(case)`, the codes of the handbook for which the office refuses, none if it does not;
- `repeated(case)`, whether the same fact is in the ledger already;
- `decide(case)`, the event to write. It is called for what is not refused, and for facts imported
  from elsewhere even where they break a rule: those are recorded with the codes as `contested`;
- `evolve(book, event, position)`, what an event changes: total, without rules, never raises;
- `refused(case, codes)`, optional: the event that keeps a refused attempt as evidence;
- `again(event)`, optional: the command that would give an event, where the names differ;
- `personal(case)`, optional: what is sealed, where that is not all personal data of the command.

All of it is pure: the clock, the names and the policy come in with the `Case`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

import msgspec

from cardledger import ids
from cardledger.book import Book
from cardledger.commands import Command
from cardledger.events import Event, Line
from cardledger.moments import Moment
from cardledger.policy import Policy
from cardledger.states import Box, Card, Student

#: Where several codes fit, the first in this order is the `code` (HANDBOOK 5); an action's own
#: codes come after these, in the order in which the action yields them.
PRECEDENCE: Final = (
    "bad-input",
    "bad-student-number",
    "unknown-student",
    "unknown-card",
    "unknown-school",
    "unknown-box",
    "ambiguous-student",
    "ambiguous-card",
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
_RANK: Final = {code: rank for rank, code in enumerate(PRECEDENCE)}

#: What cannot be understood is refused even if another system reports it as having happened.
NOT_UNDERSTOOD: Final = frozenset(
    {
        "bad-input",
        "bad-student-number",
        "unknown-student",
        "unknown-school",
        "ambiguous-card",
        # A number without its last digit is none.
        "check-digit-unknown",
        # A void is an act in this ledger; no other system can report that it happened.
        "not-voidable",
    }
)
#: Where one of these applies, the action's own rules have nothing to look at.
_NOTHING_TO_JUDGE: Final = frozenset(
    {
        "bad-student-number",
        "unknown-student",
        "unknown-card",
        "unknown-box",
        "ambiguous-card",
        "before-issue",
    }
)


@dataclass(slots=True, kw_only=True)
class Setting:
    """What comes to a decision from outside: the clock, the default school, keys and ids."""

    present: Moment
    school: str
    tool: str = ""
    opened: Callable[[Student], dict[str, str]] = lambda _student: {}
    person: Callable[[str], str] = lambda _identity: ""
    new_student: Callable[[], str] = ids.new_student_id
    seal: Callable[[Event, dict[str, str]], Event] = lambda event, _personal: event


class Lines(Protocol):
    """The lines that a decision may ask about: those of the subjects that its command names."""

    def line(self, position: int) -> Line | None:
        """Return the line at a position; none where there is none."""

    def is_void(self, position: int) -> bool:
        """Whether a line declares the one at a position void."""

    def ever(self, tag: str) -> bool:
        """Whether any line ever carried a tag, be it void or of another time."""


class Case(msgspec.Struct, kw_only=True):
    """One command, and all that its decision may look at.

    `book` is the state just before `at`; `whole` is that of all lines, for questions that ignore
    time (is this card number taken?). `card` and `student` are the subjects that the command
    names, as they are in `book`: unknown ones are there, but not `known`. `codes` are those that
    naming them gave already. `about` are values for messages.
    """

    command: Any
    setting: Setting
    at: Moment
    school: str
    book: Book
    whole: Book
    card: Card
    student: Student
    lines: Lines
    #: The first later line that would be refused if the one at a position were void, and its code.
    refuses_anew: Callable[[int], tuple[int, str] | None]
    #: The UID by which the command names the card, where it does.
    uid: str = ""
    person: str = ""
    codes: list[str] = []
    contested: tuple[str, ...] = ()
    about: dict[str, object] = {}

    @property
    def box(self) -> Box:
        """The box that the command names, as it is in `book`."""
        return self.book.box(getattr(self.command, "box", ""))

    @property
    def policy(self) -> Policy:
        """The policy in force on the day of the act."""
        return self.whole.policy(self.at)

    @property
    def imported(self) -> bool:
        """Whether another system or a paper list reports this as having happened."""
        return bool(self.command.evidence == "imported")

    @property
    def others(self) -> tuple[str, ...]:
        """Further pupils who have this card, or used it, be it at another time."""
        if not self.card.number:
            return ()
        card = self.whole.card(self.card.number)
        if not card.users and (not card.holders or card.holders == [self.student.id]):
            return ()
        return tuple(one for one in (*card.holders, *card.users) if one != self.student.id)

    def context(self) -> dict[str, Any]:
        """Return what every event carries."""
        command = self.command
        return {
            "at": self.at,
            "recorded": self.setting.present,
            "school": self.school,
            "handler": command.handler,
            "evidence": command.evidence,
            "tool": command.tool or self.setting.tool,
            "key": command.key,
            "contested": self.contested,
            "reading": command.reading,
        }

    @property
    def read_uid(self) -> str:
        """The UID that a reader saw; empty where none did."""
        return self.command.reading.uid if self.command.reading else ""

    def card_context(self) -> dict[str, Any]:
        """Return what every event about a card carries."""
        context = self.context()
        context["card"] = self.card.number
        context["student"] = self.student.id
        context["uid"] = self.command.uid or self.uid or self.read_uid
        context["others"] = self.others
        return context

    def student_context(self) -> dict[str, Any]:
        """Return what every event about a pupil carries."""
        return self.context() | {"student": self.student.id}


def all_personal(case: Case) -> dict[str, str]:
    """Return all personal data of a command: what is sealed unless an action says otherwise."""
    return sealable(case, case.student.id)


def sealable(case: Case, owner: str) -> dict[str, str]:
    """Return the personal data of a command that can be sealed for an owner.

    Nothing can be sealed for a pupil who is forgotten: the act is recorded, the note is not.
    """
    personal: dict[str, str] = case.command.personal()
    if personal and owner and case.whole.student(owner).forgotten:
        return {}
    return personal


@dataclass(frozen=True, slots=True)
class Action:
    """One module of `cardledger.actions`, as the rest of the program sees it."""

    name: str
    command: type[Command]
    events: tuple[type[Event], ...]
    refusals: Callable[[Case], Iterator[str]]
    repeated: Callable[[Case], bool]
    decide: Callable[[Case], Event]
    evolve: Callable[[Book, Any, int], None]
    refused: Callable[[Case, tuple[str, ...]], Event | None] | None = None
    again: Callable[[Any], Command | None] | None = None
    personal: Callable[[Case], dict[str, str]] = all_personal

    def command_of(self, event: Event) -> Command | None:
        """Return the command that would give this event, to decide it anew; none if never refused.

        Fields of the same name are the same thing; a module says with `again(event)` where that
        is not so.
        """
        if self.again is not None:
            return self.again(event)
        return same_fields(self.command, event)


def same_fields(command: type[Command], event: Event, **changes: Any) -> Command:
    """Return a command with the fields that an event has by the same names, and `changes`."""
    shared = set(command.__struct_fields__) & set(event.__struct_fields__) - {"key"}
    return command(**{name: getattr(event, name) for name in shared} | changes)


class Decision(msgspec.Struct, frozen=True):
    """What was decided: the event to write, if any, and the codes that apply."""

    outcome: Literal["recorded", "repeated", "refused"]
    event: Event | None = None
    codes: tuple[str, ...] = ()


def ordered(codes: Iterable[str]) -> tuple[str, ...]:
    """Return codes once each, in the handbook's order, an action's own ones last."""
    last = len(_RANK)
    return tuple(sorted(dict.fromkeys(codes), key=lambda code: _RANK.get(code, last)))


def generic_refusals(case: Case) -> Iterator[str]:
    """Yield the codes that any action may be refused with."""
    yield from case.codes
    command, card = case.command, case.card
    if command.needs_school and not case.whole.school(case.school).known:
        yield "unknown-school"
    if case.at > case.setting.present:
        yield "happened-in-future"
    if command.needs_box and not case.box.known:
        # There is none, or it was opened after the day of this act.
        yield "unknown-box"
    if command.needs_card:
        if not card.known:
            card = case.whole.card(card.number)
            if card.known:
                yield "before-issue"
        if command.record_card_only and card.known and card.kind != "record":
            yield "wrong-kind"


def nobody_meant(case: Case, codes: Collection[str]) -> bool:
    """Whether a number fits several pupils and nothing tells which of them is meant."""
    return (
        "ambiguous-student" in codes
        and not case.student.id
        and "student" in case.command.__struct_fields__
    )


def not_understood(case: Case, codes: tuple[str, ...]) -> bool:
    """Whether what a file reports cannot be understood, so that it is refused all the same."""
    if not NOT_UNDERSTOOD.isdisjoint(codes) or nobody_meant(case, codes):
        return True
    if case.command.needs_card and not case.card.known:
        return not (case.card.number and case.student.id)
    return False


def decide(action: Action, case: Case) -> Decision:
    """Decide one command: an event to write, or nothing because it is repeated or refused."""
    codes = list(generic_refusals(case))
    if _NOTHING_TO_JUDGE.isdisjoint(codes) and not nobody_meant(case, codes):
        if not codes and action.repeated(case):
            return Decision("repeated")
        codes += action.refusals(case)
    if not codes:
        return Decision("recorded", action.decide(case))
    found = ordered(codes)
    if case.imported and not not_understood(case, found):
        case.contested = found
        return Decision("recorded", action.decide(case), found)
    evidence = action.refused(case, found) if action.refused else None
    return Decision("refused", evidence, found)
