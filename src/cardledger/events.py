"""Events: what a line of the log says, and the codec of their exact bytes.

An event class is frozen, keyword-only and in the past tense. Its stored name carries a version
(`card.recycled/1`), never an import path, so that classes can be renamed and history stays
readable. The bytes are canonical JSON: the stored name first, then the fields in the order of
their declaration, those at their default left out. What was written is what is hashed; an event
is never encoded a second time in order to check it.

The tags of a line are a pure function of its event (DESIGN 1): they can be computed anew.
"""

from __future__ import annotations

import functools
from typing import Any, ClassVar, Final, Literal, NamedTuple

import msgspec

from cardledger.moments import Moment

Evidence = Literal["read", "typed", "imported", "inferred"]

#: What is not about one pupil is sealed for the office.
OFFICE: Final = "office"
#: The one tag of the lines that every decision looks at: policies and the list of schools.
REFERENCE_TAG: Final = "policy:book"


class Reading(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What a reader saw of a card: evidence that is stored with the event (HANDBOOK 12).

    `reader`: its name as PC/SC gives it. `atr`, `uid`: upper-case hexadecimal, the UID's raw bytes
    in the order in which the card gave them. `counter_before`, `counter_after`: the reader's event
    counter (the high word of the event state) at the first and at the second reading of the UID;
    where they are the same no card came or went between the two.
    """

    reader: str
    atr: str
    uid: str
    counter_before: int
    counter_after: int


class Event(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event", gc=False
):
    """What every event carries (HANDBOOK 4).

    `at`: when it happened. `recorded`: when it was written. `school`: where. `handler`: who did
    the physical act. `evidence`: how it was learnt. `tool`: the program and its version.
    `key`: the retry key, where one was given. `contested`: codes of the rules that a fact from
    elsewhere breaks. `sealed`: personal data, the note included, sealed for `owner`.
    `reading`: what a reader saw of the card, where one did.
    """

    #: Whether a later line may declare this one void.
    voidable: ClassVar[bool] = True
    #: Whether its retry key is used up; a refused row may be tried again with the same key.
    binds_key: ClassVar[bool] = True

    at: Moment
    recorded: Moment
    school: str
    handler: str = ""
    evidence: Evidence = "typed"
    tool: str = ""
    key: str = ""
    contested: tuple[str, ...] = ()
    sealed: str = ""
    reading: Reading | None = None

    @property
    def when(self) -> Moment:
        """The moment by which folds order and cut the lines; `""` is always."""
        return self.at

    @property
    def owner(self) -> str:
        """Whose key seals the personal data of this event."""
        return OFFICE

    def tags(self) -> tuple[str, ...]:
        """Return the subjects of this event as tags."""
        raise NotImplementedError


class SchoolEvent(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An event about a school as such: an act without a card."""

    def tags(self) -> tuple[str, ...]:
        return (f"school:{self.school}",)


class StudentEvent(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An event about one pupil."""

    student: str

    @property
    def owner(self) -> str:
        return self.student

    def tags(self) -> tuple[str, ...]:
        return (f"student:{self.student}",)


class CardEvent(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An event about one card and its holder.

    `others` are further pupils to whom the ledger has this card (a card with two holders), so
    that the fold of each of them sees what becomes of it.
    """

    card: str
    student: str = ""
    uid: str = ""
    others: tuple[str, ...] = ()

    @property
    def owner(self) -> str:
        return self.student or OFFICE

    def tags(self) -> tuple[str, ...]:
        if self.student and not self.uid and not self.others:
            # What nearly all lines have; they are asked by the million.
            return (f"card:{self.card}", f"student:{self.student}")
        tags = [f"card:{self.card}"]
        if self.student:
            tags.append(f"student:{self.student}")
        if self.uid:
            tags.append(f"uid:{self.uid}")
        if self.others:
            tags += [f"student:{other}" for other in self.others]
        return tuple(tags)


class LedgerCreated(Event, tag="ledger.created/1", frozen=True, kw_only=True, omit_defaults=True):
    """The ledger was made.

    It is the first line of every ledger: its id, to which seals are bound, and its default school.
    """

    voidable: ClassVar[bool] = False

    ledger: str

    def tags(self) -> tuple[str, ...]:
        return (REFERENCE_TAG,)


class LedgerRolledBack(
    Event, tag="ledger.rolled_back/1", frozen=True, kw_only=True, omit_defaults=True
):
    """An older copy was put in place on purpose.

    The lines after `after`, up to `before`, are gone.
    `checkpoint` is the signed note from outside the database that knew of `before` lines.
    """

    voidable: ClassVar[bool] = False

    before: int
    after: int
    checkpoint: str = ""

    def tags(self) -> tuple[str, ...]:
        return (REFERENCE_TAG,)


class UnknownEvent(NamedTuple):
    """A line whose stored name this version does not know: kept and shown, never folded."""

    name: str
    data: bytes


class Line(NamedTuple):
    """One event at its place in the log."""

    position: int
    event: Event


_encode: Final = msgspec.json.Encoder(order="deterministic").encode


class Codec:
    """Turns events into their exact bytes and back, by stored name."""

    _decoders: ClassVar[dict[str, msgspec.json.Decoder[Any]]] = {}

    @classmethod
    def add(cls, event_class: type[Event]) -> None:
        """Make a class known under its stored name; a name belongs to one class."""
        name = stored_name(event_class)
        known = cls._decoders.get(name)
        if known is not None and known.type is not event_class:
            raise RuntimeError(f"two event classes are stored as {name}")
        cls._decoders[name] = msgspec.json.Decoder(event_class)

    @classmethod
    def classes(cls) -> list[type[Event]]:
        """Return all known event classes, by stored name."""
        return [cls._decoders[name].type for name in sorted(cls._decoders)]

    @staticmethod
    def encode(event: Event) -> bytes:
        """Return the exact bytes of an event, which are stored, hashed and exported."""
        return _encode(event)

    @classmethod
    def decode(cls, name: str, data: bytes) -> Event | UnknownEvent:
        """Read the bytes of a line; a name that nobody knows is kept as `UnknownEvent`.

        Raises `msgspec.DecodeError` where a known name does not fit the bytes.
        """
        decoder = cls._decoders.get(name)
        if decoder is None:
            return UnknownEvent(name, data)
        event: Event = decoder.decode(data)
        return event


@functools.cache
def stored_name(event_class: type[Event]) -> str:
    """Return the stored name of an event class, such as `card.recycled/1`."""
    name = event_class.__struct_config__.tag
    if not isinstance(name, str):
        raise TypeError(f"{event_class.__name__} declares no stored name")
    return name


Codec.add(LedgerCreated)
Codec.add(LedgerRolledBack)
