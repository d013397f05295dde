"""The ledger: commands go in, lines come out.

`record` reads the lines of the subjects that a command names, folds them, decides, and appends
on the condition that no other line about these subjects came meanwhile; where one did, it
decides anew. Many commands at once take the same path: one read for all subjects of a chunk,
decisions in order on the same book, one append.
"""

from __future__ import annotations

import dataclasses
import hmac
import itertools
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final, NamedTuple, Self

import msgspec

from cardledger import ids, moments
from cardledger.actions import ACTIONS
from cardledger.actions.student_forget import StudentForgotten
from cardledger.anchor import Anchor
from cardledger.book import Book, Student, fold
from cardledger.commands import Command
from cardledger.decider import Case, decide
from cardledger.desk import Desk, Setting, first_tags, make_case, students_of
from cardledger.errors import (
    BadInput,
    BadStudentNumber,
    BadValue,
    CardledgerError,
    Conflict,
    KeyDestroyed,
    KeyStoreMissing,
    NotALedger,
)
from cardledger.events import (
    REFERENCE_TAG,
    Codec,
    Event,
    LedgerCreated,
    Line,
    UnknownEvent,
    stored_name,
)
from cardledger.keys import KeyStore
from cardledger.log import Entry, Log
from cardledger.log import Line as RawLine
from cardledger.moments import Moment
from cardledger.outcomes import Outcome
from cardledger.places import Places
from cardledger.version import __version__

#: How many commands are decided on one read, and appended at once.
CHUNK: Final = 2000
#: How often a decision is taken anew because other lines came between.
ATTEMPTS: Final = 50
TOOL: Final = f"cardledger {__version__}"


class Decided(NamedTuple):
    """What became of one command before it is written: an outcome, perhaps with a line."""

    outcome: Outcome
    event: Event | None = None


class Ledger:
    """An open ledger. Use `open_ledger` or `init_ledger` to get one; close it when done."""

    def __init__(self, log: Log, keys: KeyStore | None, places: Places) -> None:
        self._log = log
        self._keys = keys
        self.places = places
        first = log.line(1)
        created = Codec.decode(first.name, first.data) if first else None
        if not isinstance(created, LedgerCreated):
            raise NotALedger(place=places.shown)
        self.id = created.ledger
        self.default_school = created.school
        self.anchor = Anchor(places.checkpoint, self.id, keys)
        self._reference: list[Line] = []
        self._reference_head = 0
        self.clock: Callable[[], Moment] = moments.now

    # Lines

    @property
    def log(self) -> Log:
        """The log itself: bytes and tags."""
        return self._log

    @property
    def keys(self) -> KeyStore | None:
        """The key store; none where it is away, and then names stay closed."""
        return self._keys

    def head(self) -> int:
        """Return the position of the last line."""
        return self._log.head()

    def lines(
        self, tags: Collection[str] | None = None, *, after: int = 0, upto: int | None = None
    ) -> Iterator[Line]:
        """Yield the lines of some subjects (of all by default), in the order of arrival.

        Lines whose stored name this version does not know are left out.
        """
        for raw in self._log.read(tags=tags, after=after, upto=upto):
            event = Codec.decode(raw.name, raw.data)
            if not isinstance(event, UnknownEvent):
                yield Line(raw.seq, event)

    def raw_lines(self, *, after: int = 0, upto: int | None = None) -> Iterator[RawLine]:
        """Yield the lines as they are stored, byte for byte what was recorded."""
        return self._log.read(after=after, upto=upto)

    def reference(self) -> Book:
        """Return the book of what every decision looks at: schools and policies."""
        return fold(self._reference_lines(self.head()))

    def _reference_lines(self, head: int) -> list[Line]:
        if head > self._reference_head:
            tags = (REFERENCE_TAG,)
            self._reference += self.lines(tags, after=self._reference_head, upto=head)
            self._reference_head = head
        return self._reference

    # Personal data

    def opened(self, student: Student) -> dict[str, str]:
        """Return what is known of a pupil as a person; empty where the key is gone."""
        facts: dict[str, str] = {}
        for name, sealed in student.sealed:
            facts |= self.unseal(name, student.id, sealed)
        facts.pop("note", None)
        return facts

    def unseal(self, event_name: str, owner: str, sealed: str) -> dict[str, str]:
        """Return sealed personal data; empty where there is none or the key is gone."""
        if not sealed or self._keys is None:
            return {}
        return self._keys.unseal(self.id, event_name, owner, sealed) or {}

    def _sealed(self, case: Case, event: Event) -> Event:
        personal = ACTIONS[case.command.action()].personal(case)
        if not personal:
            return event
        name = stored_name(type(event))
        sealed = self._writable().seal(self.id, name, event.owner, personal)
        return msgspec.structs.replace(event, sealed=sealed)

    # Recording

    def record(self, command: Command, *, key: str = "") -> Outcome:
        """Record one command. Raises `BadInput` where it cannot be understood."""
        if key:
            command = msgspec.structs.replace(command, key=key)
        try:
            command = command.normal()
        except BadStudentNumber as error:
            return _unreadable(error).outcome
        return self._record([command], [None])[0]

    def record_many(
        self,
        rows: Iterable[Command | BadInput],
        *,
        atomic: bool = True,
        retry_keys: bool = True,
        progress: Callable[[int], None] = lambda _count: None,
    ) -> list[Outcome]:
        """Record many commands; returns an outcome for each, in their order.

        `atomic`: all or nothing; where one is refused, nothing is written and the others are
        refused as `batch-aborted`. Else refused rows are left out. A row that could not be read
        is given as its error and counts as refused. `retry_keys`: the same batch given again is
        `repeated`, and of two identical rows both count.
        """
        ordinals: dict[bytes, int] = {}
        commands: list[Command | None] = []
        errors: list[BadInput | None] = []
        for row in rows:
            command, error = self._readable(row)
            if command is not None and retry_keys and not command.key:
                command = self._with_key(command, ordinals)
            commands.append(command)
            errors.append(error)
        size = max(len(commands), 1) if atomic else CHUNK
        outcomes: list[Outcome] = []
        for start in range(0, len(commands), size):
            part = slice(start, start + size)
            outcomes += self._record(commands[part], errors[part], atomic=atomic, progress=progress)
        return outcomes

    def _readable(self, row: Command | BadInput) -> tuple[Command | None, BadInput | None]:
        if isinstance(row, BadInput):
            return None, row
        try:
            return row.normal(), None
        except BadInput as error:
            return None, error

    def _with_key(self, command: Command, ordinals: dict[bytes, int]) -> Command:
        """Give a command its retry key: a keyed hash of itself and its ordinal among equals."""
        canonical = msgspec.json.encode(command, order="deterministic")
        ordinal = ordinals[canonical] = ordinals.get(canonical, 0) + 1
        secret = self._writable().secret("retry")
        digest = hmac.digest(secret, canonical + b"#%d" % ordinal, "sha256")
        return msgspec.structs.replace(command, key=digest[:12].hex())

    def _writable(self) -> KeyStore:
        if self._keys is None:
            raise KeyStoreMissing(place=self.places.keys)
        return self._keys

    def _record(
        self,
        commands: list[Command | None],
        errors: list[BadInput | None],
        *,
        atomic: bool = False,
        progress: Callable[[int], None] = lambda _count: None,
    ) -> list[Outcome]:
        self._writable()
        for attempt in itertools.count(1):
            head = self.head()
            desk = Desk()
            desk.load((REFERENCE_TAG,), self._reference_lines(head))
            decided = self._decide_all(desk, commands, errors, head, progress)
            refused = any(one.outcome.outcome == "refused" for one in decided)
            if atomic and refused:
                return [_aborted(one.outcome) for one in decided]
            try:
                return self._append(desk, decided, head)
            except Conflict:
                if attempt == ATTEMPTS:
                    raise
        raise AssertionError("unreachable")

    def _decide_all(
        self,
        desk: Desk,
        commands: list[Command | None],
        errors: list[BadInput | None],
        head: int,
        progress: Callable[[int], None],
    ) -> list[Decided]:
        decided: list[Decided] = []
        position = head
        for start in range(0, len(commands), CHUNK):
            chunk = [one for one in commands[start : start + CHUNK] if one is not None]
            self._load(desk, chunk, head)
            setting = self._setting(sum(one.action() == "student-add" for one in chunk))
            for command, error in zip(
                commands[start : start + CHUNK], errors[start : start + CHUNK], strict=True
            ):
                if command is None:
                    one = _unreadable(error)
                else:
                    one = self._decide(desk, command, setting)
                if one.event is not None:
                    position += 1
                    desk.add(Line(position, one.event))
                decided.append(one)
            progress(len(decided))
        return decided

    def _load(self, desk: Desk, commands: Iterable[Command], head: int) -> None:
        """Read the lines of all that some commands name, and of the pupils found by them."""
        tags: set[str] = set()
        for command in commands:
            tags.update(first_tags(command))
            if command.reads_school:
                tags.add(f"school:{command.school or self.default_school}")
            for position in command.refs().positions:
                for line in self.lines(after=position - 1, upto=min(position, head)):
                    tags.update(line.event.tags())
        tags -= desk.loaded
        followed = {tag for tag in tags if tag.startswith(("card:", "number:", "uid:", "student:"))}
        while tags:
            new = desk.load(tags, self.lines(tags, upto=head))
            found = [line for line in new if not followed.isdisjoint(line.event.tags())]
            tags = students_of(found) - desk.loaded
            followed |= tags
        desk.settle()

    def _setting(self, additions: int) -> Setting:
        keys = self._writable()
        pool: list[str] = []

        def new_student() -> str:
            if not pool:
                pool.extend(ids.new_student_id() for _one in range(max(additions, 1)))
                keys.ensure(pool)
            return pool.pop()

        return Setting(
            present=self.clock(),
            school=self.default_school,
            tool=TOOL,
            opened=self.opened,
            person=keys.person_hash,
            new_student=new_student,
        )

    def _decide(self, desk: Desk, command: Command, setting: Setting) -> Decided:
        if command.key and command.key in desk.keys:
            return Decided(Outcome("repeated"))
        try:
            case = make_case(desk, command, setting)
            decision = decide(ACTIONS[command.action()], case)
            event = decision.event
            if event is not None:
                event = self._sealed(case, event)
        except (BadValue, KeyDestroyed) as error:
            return _unreadable(error)
        if not decision.codes:
            return Decided(Outcome(decision.outcome), event)
        about = self._about(case)
        if decision.outcome == "refused":
            return Decided(Outcome("refused", codes=decision.codes, about=about), event)
        return Decided(Outcome("recorded", contested=decision.codes, about=about), event)

    def _about(self, case: Case) -> dict[str, object]:
        """Return the values that messages about this case speak of."""
        command, card, student = case.command, case.card, case.student
        whole_card = case.whole.card(card.number)
        held = student.held(getattr(command, "kind", "record"))
        return {
            "action": command.action(),
            "card": card.number or getattr(command, "card", ""),
            "state": card.state,
            "replaced_by": card.replaced_by,
            "issued": (whole_card.issued_at or "")[:10],
            "held": held[0].number if held else "",
            "student": getattr(command, "student", "") or student.number,
            "number": student.number,
            "name": self.opened(student).get("name", ""),
            "pupil_school": student.school,
            "school": case.school,
            "box": case.box.id,
            "at": case.at[:16].replace("T", " "),
            "present": case.present[:16].replace("T", " "),
            "position": getattr(command, "position", ""),
        } | case.about

    def _append(self, desk: Desk, decided: list[Decided], head: int) -> list[Outcome]:
        events = [one.event for one in decided if one.event is not None]
        first = head + 1
        if events:
            first = self._append_events(events, desk.loaded, head).start
        positions = itertools.count(first)
        return [
            one.outcome
            if one.event is None
            else dataclasses.replace(one.outcome, positions=(next(positions),))
            for one in decided
        ]

    def _append_events(
        self, events: Collection[Event], unless: Collection[str], after: int
    ) -> range:
        entries = [
            Entry(stored_name(type(event)), Codec.encode(event), event.tags()) for event in events
        ]
        written = self._log.append(entries, unless=unless, after=after, sign=self.anchor.sign)
        self.anchor.keep()
        self._forget(events)
        return written

    def _forget(self, events: Iterable[Event]) -> None:
        """Destroy the keys of the pupils whom lines say to be forgotten.

        The line comes first: a ledger that was stopped between the two, or restored from an older
        backup of the keys, forgets when it is opened next.
        """
        owners = [event.student for event in events if isinstance(event, StudentForgotten)]
        if owners:
            self._writable().destroy(*owners)

    def forget_again(self) -> None:
        """Destroy every key that the lines say was destroyed, and that is there all the same."""
        if self._keys is not None:
            lines = [line.event for line in self._reference_lines(self.head())]
            known = self._keys.destroyed()
            self._forget(
                event
                for event in lines
                if isinstance(event, StudentForgotten) and event.student not in known
            )

    # Lifecycle

    def close(self) -> None:
        """Close the ledger and its key store."""
        self._log.close()
        if self._keys is not None:
            self._keys.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def _unreadable(error: CardledgerError | None) -> Decided:
    """Refuse what cannot be read; a student number has a code of its own."""
    assert error is not None
    if isinstance(error, BadStudentNumber):
        about: dict[str, object] = {"student": error.values["value"]}
        return Decided(Outcome("refused", codes=("bad-student-number",), about=about))
    why = f"{error} {error.hint}".strip()
    return Decided(Outcome("refused", codes=("bad-input",), about={"why": why}))


def _aborted(outcome: Outcome) -> Outcome:
    """Return what a row of an aborted batch becomes: nothing of it was written."""
    if outcome.outcome == "recorded":
        return Outcome("refused", codes=("batch-aborted",))
    return outcome
