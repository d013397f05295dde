"""Recording: read the lines of the subjects, fold, decide, append if nothing came between.

Many commands at once take the same path as one: one read for all subjects of a chunk, decisions
in order on the same desk, one append. The desk is kept between calls and follows what others
write; that nobody wrote about its subjects unseen is the condition of the append, so that a desk
that is behind costs another attempt and never a wrong decision.
"""

from __future__ import annotations

import contextlib
import gc
import itertools
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Final

import msgspec

from cardledger import ids
from cardledger.actions import ACTION_FOR
from cardledger.actions.student_add import StudentAdd
from cardledger.actions.void import Void
from cardledger.cases import Anew, decided_anew, make_case
from cardledger.commands import Command
from cardledger.decider import Case, Setting, decide
from cardledger.desk import Desk
from cardledger.errors import (
    BadInput,
    BadStudentNumber,
    BadValue,
    CardledgerError,
    Conflict,
    DoubtfulRow,
    KeyDestroyed,
)
from cardledger.events import REFERENCE_TAG, Event, Line
from cardledger.gathering import Gathering
from cardledger.outcomes import Outcome
from cardledger.retrying import KeyedLine, Row, readable
from cardledger.version import __version__

if TYPE_CHECKING:
    from cardledger.ledger import Ledger

#: How many commands are decided on one read, and appended at once.
CHUNK: Final = 2000
#: How often a decision is taken because other lines came between, before it is taken while nobody
#: else can write.
ATTEMPTS: Final = 10
TOOL: Final = f"cardledger {__version__}"

Progress = Callable[[int], None]


class Decided(msgspec.Struct, frozen=True, gc=False):
    """What became of one command before it is written: an outcome, perhaps with an event."""

    outcome: Outcome
    event: Event | None = None
    tags: tuple[str, ...] = ()


#: What becomes of most commands.
_RECORDED: Final = Outcome("recorded")
_REPEATED: Final = Outcome("repeated")


def _silent(_count: int) -> None:
    """Report no progress."""


class Recorder:
    """Records commands in a ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._gathering = Gathering(ledger)
        self._desk: Desk | None = None

    def record(self, command: Command, key: str) -> Outcome:
        """Record one command; see `Ledger.record`."""
        if key:
            command = msgspec.structs.replace(command, key=key)
        try:
            command = command.normal()
        except BadStudentNumber as error:
            return _unreadable(error).outcome
        return self._record([command])[0]

    def record_many(
        self,
        rows: Iterable[Command | BadInput],
        *,
        atomic: bool,
        retry_keys: bool,
        progress: Progress,
    ) -> list[Outcome]:
        """Record many commands; see `Ledger.record_many`."""
        with collector_paused():
            found = readable(rows, self._secret() if retry_keys else None)
            if atomic:
                return self._record(found, atomic=True, progress=progress)
        outcomes: list[Outcome] = []
        for start in range(0, len(found), CHUNK):
            with collector_paused():
                outcomes += self._record(found[start : start + CHUNK])
            progress(len(outcomes))
        return outcomes

    def named(self, command: Command) -> Case:
        """Return what a command names, as it is; see `Ledger.named`."""
        ledger, desk = self._ledger, self._gathering.desk(self._desk)
        self._desk = None
        self._gathering.load(desk, [command])
        setting = Setting(present=ledger.clock(), school=ledger.default_school)
        case = make_case(desk, command, setting)
        self._desk = desk
        return case

    def lines_by_key(self, rows: Iterable[Command | BadInput]) -> dict[str, KeyedLine]:
        """Return the lines of the subjects of rows by their keys; see `Ledger.lines_by_key`."""
        commands = [row for row in readable(rows, None) if isinstance(row, Command)]
        desk = self._gathering.desk(self._desk)
        for start in range(0, len(commands), CHUNK):
            self._gathering.load(desk, commands[start : start + CHUNK])
        self._desk = desk
        return {
            line.event.key: KeyedLine(line, f"line:{line.position}" in desk.by_tag)
            for line in desk.lines.values()
            if line.event.key and line.event.binds_key
        }

    def dry_run(self, rows: Iterable[Command | BadInput]) -> list[Outcome]:
        """Decide commands and forget what was decided: no line, no key."""
        desk = self._gathering.desk(self._desk)
        self._desk = None
        facts: dict[str, dict[str, str]] = {}

        def unsealed(event: Event, personal: dict[str, str]) -> Event:
            facts[event.owner] = facts.get(event.owner, {}) | personal
            return event

        ledger = self._ledger
        setting = self._setting(desk, 0)
        setting.new_student = ids.new_student_id
        setting.seal = unsealed
        setting.opened = lambda student: ledger.opened(student) | facts.get(student.id, {})
        found = readable(rows, self._secret())
        decided, _needed = self._decide_all(desk, found, _silent, setting)
        return [one.outcome for one in decided]

    def _secret(self) -> bytes:
        return self._ledger.key_store().secret("retry")

    def decided_anew(self, positions: Collection[int], limit: int) -> Anew:
        """Decide later lines as if some were not there; see `Ledger.decided_anew`."""
        desk = self._gathering.desk(self._desk)
        self._desk = None
        self._gathering.load(desk, [Void(position=one, reason="-") for one in positions])
        setting = self._setting(desk, 0)
        # Nothing is written: neither is a key.
        setting.new_student = ids.new_student_id
        return decided_anew(desk, positions, setting, limit)

    def _record(
        self, rows: list[Row], *, atomic: bool = False, progress: Progress = _silent
    ) -> list[Outcome]:
        self._ledger.key_store()
        for _attempt in range(ATTEMPTS):
            desk = self._gathering.desk(self._desk)
            # Until the append succeeds the desk holds what was only decided.
            self._desk = None
            decided, needed = self._decide_all(desk, rows, progress)
            if atomic and _any_refused(decided):
                return [_aborted(one.outcome) for one in decided]
            try:
                return self._append(desk, decided, needed)
            except Conflict:
                continue
        return self._record_alone(rows, atomic, progress)

    def _record_alone(self, rows: list[Row], atomic: bool, progress: Progress) -> list[Outcome]:
        """Decide while nobody else can write: whoever always came too late gets a turn too."""
        decided: list[Decided] = []

        def events() -> Iterator[tuple[Event, tuple[str, ...]]]:
            desk = self._gathering.desk(None)
            decided[:] = self._decide_all(desk, rows, progress)[0]
            if not (atomic and _any_refused(decided)):
                yield from _events_of(decided)

        written = self._ledger.append(events(), (), 0)
        if atomic and _any_refused(decided):
            return [_aborted(one.outcome) for one in decided]
        return _told(decided, written.start)

    def _decide_all(
        self, desk: Desk, rows: list[Row], progress: Progress, fixed: Setting | None = None
    ) -> tuple[list[Decided], set[str]]:
        """Decide rows in order; returns what became of them, and the tags they were decided on."""
        decided: list[Decided] = []
        needed = {REFERENCE_TAG}
        position = desk.head
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            commands = [row for row in chunk if isinstance(row, Command)]
            needed |= self._gathering.load(desk, commands)
            additions = sum(isinstance(one, StudentAdd) for one in commands)
            setting = fixed or self._setting(desk, additions)
            for row in chunk:
                if isinstance(row, Command):
                    one = self._decide(desk, row, setting)
                else:
                    one = _unreadable(row)
                if one.event is not None:
                    position += 1
                    desk.add(Line(position, one.event), one.tags)
                decided.append(one)
            progress(len(decided))
        return decided, needed

    def _setting(self, desk: Desk, additions: int) -> Setting:
        ledger = self._ledger
        keys = ledger.key_store()
        pool: list[str] = []

        def new_student() -> str:
            # One durable write makes the keys of all pupils that a chunk may add.
            if not pool:
                pool.extend(ids.new_student_id() for _one in range(max(additions, 1)))
                keys.ensure(pool)
            key = pool.pop()
            # Of somebody who is new there are no lines that would have to be read.
            desk.loaded.add(f"student:{key}")
            return key

        return Setting(
            present=ledger.clock(),
            school=ledger.default_school,
            tool=TOOL,
            opened=ledger.opened,
            person=keys.person_hash,
            new_student=new_student,
            seal=ledger.seal,
        )

    def _decide(self, desk: Desk, command: Command, setting: Setting) -> Decided:
        if command.key and command.key in desk.keys:
            return Decided(_REPEATED)
        action = ACTION_FOR[type(command)]
        try:
            case = make_case(desk, command, setting)
            decision = decide(action, case)
            event = decision.event
            if decision.outcome == "refused" and command.key in desk.refused:
                event = None  # the same attempt in the same file is kept once
            if event is not None and (personal := action.personal(case)):
                event = setting.seal(event, personal)
        except (BadValue, KeyDestroyed) as error:
            return _unreadable(error)
        tags = event.tags() if event is not None else ()
        if not decision.codes:
            return Decided(_RECORDED if decision.outcome == "recorded" else _REPEATED, event, tags)
        about = self._about(case)
        if decision.outcome == "refused":
            return Decided(Outcome("refused", codes=decision.codes, about=about), event, tags)
        return Decided(Outcome("recorded", contested=decision.codes, about=about), event, tags)

    def _about(self, case: Case) -> dict[str, object]:
        """Return the values that messages about this case speak of."""
        command, card, student = case.command, case.card, case.student
        held = student.held(getattr(command, "kind", "record"))
        # Who enters only later has a name already.
        person = case.whole.student(student.id) if student.id else student
        return {
            "action": command.action(),
            "card": card.number or getattr(command, "card", ""),
            "state": card.state,
            "replaced_by": card.replaced_by,
            "issued": case.whole.card(card.number).issued_at[:10],
            "held": held[0].number if held else "",
            "student": getattr(command, "student", "") or student.number,
            "number": student.number or person.number,
            "name": self._ledger.opened(person).get("name", ""),
            "pupil_school": student.school,
            "school": case.school,
            "box": case.box.id,
            "at": case.at[:16].replace("T", " "),
            "present": case.setting.present[:16].replace("T", " "),
            "position": getattr(command, "position", ""),
        } | case.about

    def _append(self, desk: Desk, decided: list[Decided], needed: set[str]) -> list[Outcome]:
        events = _events_of(decided)
        first = desk.head + 1
        if events:
            written = self._ledger.append(events, needed, desk.head)
            if written.start == first:
                desk.head = written.stop - 1
                self._desk = desk
            first = written.start
        else:
            self._desk = desk
        return _told(decided, first)


def _events_of(decided: list[Decided]) -> list[tuple[Event, tuple[str, ...]]]:
    """Return what is to be written, with the tags of each."""
    return [(one.event, one.tags) for one in decided if one.event is not None]


def _told(decided: list[Decided], first: int) -> list[Outcome]:
    """Return the outcomes of what was written from position `first` on."""
    positions = itertools.count(first)
    return [
        one.outcome if one.event is None else one.outcome.at_position(next(positions))
        for one in decided
    ]


def _any_refused(decided: list[Decided]) -> bool:
    return any(one.outcome.outcome == "refused" for one in decided)


@contextlib.contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the collector of reference cycles from walking over thousands of states that have none.

    It costs a fifth of a batch; whatever is dropped meanwhile is freed all the same.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _unreadable(error: CardledgerError) -> Decided:
    """Refuse what cannot be read; a student number has a code of its own."""
    if isinstance(error, BadStudentNumber):
        given = error.values.get("value")
        about: dict[str, object] = {"problem": error} if given is None else {"student": given}
        return Decided(Outcome("refused", codes=("bad-student-number",), about=about))
    if isinstance(error, DoubtfulRow):
        return Decided(Outcome("refused", codes=("ambiguous-student",), about={"problem": error}))
    return Decided(Outcome("refused", codes=("bad-input",), about={"why": error}))


def _aborted(outcome: Outcome) -> Outcome:
    """Return what a row of an aborted batch becomes: nothing of it was written."""
    if outcome.outcome == "recorded":
        return Outcome("refused", codes=("batch-aborted",))
    return outcome
