"""The ledger: commands go in, lines come out.

This is the face of an open ledger: its lines, the personal data sealed in them, and recording
(`cardledger.recorder` does that).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Sequence
from typing import Final, Self

import msgspec

from cardledger import moments
from cardledger.actions.student_forget import StudentForgotten
from cardledger.anchor import Anchor
from cardledger.book import Book, fold
from cardledger.cases import Anew
from cardledger.commands import Command
from cardledger.decider import Case
from cardledger.errors import BadInput, BadValue, IntegrityBroken, KeyStoreMissing, NotALedger
from cardledger.events import (
    REFERENCE_TAG,
    Codec,
    Event,
    LedgerCreated,
    Line,
    UnknownEvent,
    stored_name,
)
from cardledger.i18n import _
from cardledger.keys import KeyStore
from cardledger.log import Entry, Log
from cardledger.log import Line as RawLine
from cardledger.moments import Moment
from cardledger.outcomes import Outcome
from cardledger.places import Places
from cardledger.recorder import Recorder
from cardledger.retrying import KeyedLine, keys_of
from cardledger.states import Student

#: Bytes of one event: whoever reads a page of the log holds some thousand of them, and the longest
#: lists that a command may have (`forms.LIST_LIMIT`) take less.
EVENT_LIMIT: Final = 16 << 20


class Ledger:
    """An open ledger. Use `open_ledger` or `init_ledger` to get one; close it when done."""

    def __init__(self, log: Log, keys: KeyStore | None, places: Places) -> None:
        self._log = log
        self._keys = keys
        self.places = places
        first = log.line(1)
        created = event_of(first) if first else None
        if first is None:
            log.size()  # raises where there is a tree over lines that are gone
        if not isinstance(created, LedgerCreated):
            raise NotALedger(place=places.shown)
        self.id = created.ledger
        self.default_school = created.school
        self.anchor = Anchor(places.checkpoint, self.id, keys)
        self._reference: list[Line] = []
        self._reference_head = 0
        self.clock: Callable[[], Moment] = moments.now
        self._recorder = Recorder(self)

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
        self,
        tags: Collection[str] | None = None,
        *,
        after: int = 0,
        upto: int | None = None,
        besides: Container[int] = (),
    ) -> Iterator[Line]:
        """Yield the lines of some subjects (of all by default), in the order of arrival.

        Lines whose stored name this version does not know are left out, and those at the
        positions `besides`, which the caller has already.
        """
        for raw in self._log.read(tags=tags, after=after, upto=upto):
            if raw.seq in besides:
                continue
            event = event_of(raw)
            if not isinstance(event, UnknownEvent):
                yield Line(raw.seq, event)

    def raw_lines(self, *, after: int = 0, upto: int | None = None) -> Iterator[RawLine]:
        """Yield the lines as they are stored, byte for byte what was recorded."""
        return self._log.read(after=after, upto=upto)

    def reference(self) -> Book:
        """Return the book of what every decision looks at: schools and policies."""
        return fold(self.reference_lines(self.head()))

    def reference_lines(self, head: int) -> list[Line]:
        """Return the lines that every decision looks at, up to position `head`."""
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

    def seal(self, event: Event, personal: dict[str, str]) -> Event:
        """Return the event with personal data sealed for its owner.

        Raises `KeyDestroyed` where the owner is forgotten.
        """
        name = stored_name(type(event))
        sealed = self.key_store().seal(self.id, name, event.owner, personal)
        return msgspec.structs.replace(event, sealed=sealed)

    def key_store(self) -> KeyStore:
        """Return the key store; raises `KeyStoreMissing` where it is away."""
        if self._keys is None:
            raise KeyStoreMissing(place=self.places.keys_shown)
        return self._keys

    # Recording

    def record(self, command: Command, *, key: str = "") -> Outcome:
        """Record one command. Raises `BadInput` where it cannot be understood.

        `key` makes it idempotent: the same key about the same subjects is recorded once.
        """
        return self._recorder.record(command, key)

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
        return self._recorder.record_many(
            rows, atomic=atomic, retry_keys=retry_keys, progress=progress
        )

    def retry_keys(self, rows: Iterable[Command | BadInput], *, as_one: bool = False) -> list[str]:
        """Return the retry key of each row, as `record_many` would give it; empty for no command.

        `as_one`: the rows are one list of what is (a roster), not of what was done. A key then
        holds only for all of the same rows together: the same list again changes nothing, and a
        later list may say again what an earlier one said.
        """
        return keys_of(rows, self.key_store().secret("retry"), as_one=as_one)

    def named(self, command: Command) -> Case:
        """Return what a command names: card, pupil and box as they are at its moment.

        Nothing is decided and nothing is written. `codes` says where something is not found, or
        fits several (`about["candidates"]`); `whole` is the state by all lines.
        """
        return self._recorder.named(command.normal())

    def lines_by_key(self, rows: Iterable[Command | BadInput]) -> dict[str, KeyedLine]:
        """Return the lines that bound a retry key, among all lines of the subjects of some rows.

        So `retry_keys` of rows that were recorded before lead to the lines that they became.
        """
        return self._recorder.lines_by_key(rows)

    def dry_run(self, rows: Iterable[Command | BadInput]) -> list[Outcome]:
        """Return what would become of commands, in order, and write nothing."""
        return self._recorder.dry_run(rows)

    def decided_anew(self, positions: Collection[int], limit: int) -> Anew:
        """Decide the later lines of the subjects of some lines as if these were not there.

        Returns each with what is decided with them and without them, and whether these are all of
        them, not only the first `limit`. Nothing is written.
        """
        return self._recorder.decided_anew(positions, limit)

    def append(
        self, events: Iterable[tuple[Event, tuple[str, ...]]], unless: Collection[str], after: int
    ) -> range:
        """Append events, each with its tags, unless a line after `after` carries one of `unless`.

        Returns their positions when they are durable, the checkpoint outside the database is
        written, and pupils whom they forget are forgotten. Raises `Conflict`, and `BadValue` for
        an event that is too long: then nothing was written. Events that are no sequence are made
        while nobody else can write.
        """
        forgotten: list[Event] = []
        entries: Iterable[Entry] = _entries(events, forgotten)
        if isinstance(events, Sequence):
            # What can be done before it is our turn to write keeps nobody waiting.
            entries = list(entries)
        written = self._log.append(entries, unless=unless, after=after, sign=self.anchor.sign)
        if written:
            self.anchor.keep()
        self._forget(forgotten)
        return written

    def _forget(self, events: Iterable[Event]) -> None:
        """Destroy the keys of the pupils whom lines say to be forgotten.

        The line comes first: a ledger that was stopped between the two, or restored from an older
        backup of the keys, forgets when it is opened next.
        """
        owners = [event.student for event in events if isinstance(event, StudentForgotten)]
        if owners:
            self.key_store().destroy(*owners)

    def forget_again(self) -> None:
        """Destroy every key that the lines say was destroyed, and that is there all the same."""
        if self._keys is not None:
            forgotten = [
                line.event
                for line in self.reference_lines(self.head())
                if isinstance(line.event, StudentForgotten)
            ]
            if forgotten:
                known = self._keys.destroyed()
                self._forget(event for event in forgotten if event.student not in known)

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


def _entries(
    events: Iterable[tuple[Event, tuple[str, ...]]], forgotten: list[Event]
) -> Iterator[Entry]:
    """Yield what is written of events, and note those by which a pupil is forgotten."""
    for event, tags in events:
        data = Codec.encode(event)
        if len(data) > EVENT_LIMIT:
            raise BadValue(
                _("An event of {length} bytes is too long."),
                hint=_("The longest is {limit} bytes. Nothing was written."),
                length=len(data),
                limit=EVENT_LIMIT,
            )
        if isinstance(event, StudentForgotten):
            forgotten.append(event)
        yield Entry(stored_name(type(event)), data, tags)


def event_of(raw: RawLine) -> Event | UnknownEvent:
    """Return the event of a stored line.

    Raises `IntegrityBroken` where its bytes are not what its name says.
    """
    try:
        return Codec.decode(raw.name, raw.data)
    except msgspec.MsgspecError as error:
        raise IntegrityBroken(
            _("Line {position} cannot be read: {reason}"), position=raw.seq, reason=error
        ) from error
