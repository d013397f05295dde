"""The library's recorder: its events are lines of the log that carry their tags."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBReadResponse,
    DCBRecorder,
    DCBSequencedEvent,
)
from eventsourcing.persistence import DataError, ProgrammingError

from cardledger.log import Entry, Line, Log, Match, storable, tags_from_text
from cardledger.store.errors import library_errors
from cardledger.store.subscription import Subscription

#: Returns the tags of a line that cardledger itself wrote, from its name and data.
TagsOf = Callable[[str, bytes], Iterable[str]]


class Recorder(DCBRecorder):
    """Appends and reads events of an application on SQLite or PostgreSQL.

    Positions are those of the log: without a gap, in the order of the commits.

    `tags_of` is needed only to read a ledger of cardledger itself, whose lines do not carry their
    tags: they follow from the data.
    """

    def __init__(self, log: Log, tags_of: TagsOf | None = None) -> None:
        self.log = log
        self._tags_of = tags_of

    def read(
        self,
        query: DCBQuery | None = None,
        *,
        after: int | None = None,
        limit: int | None = None,
    ) -> ReadResponse:
        """Return the events that any item of the query matches, in order.

        The response's `head` is the last position of all when nothing limits the answer, else the
        position of the last event in it; None where there is none.
        """
        with library_errors():
            head = self.log.head()
            lines = self.log.search(
                _matches(query), after=after or 0, upto=head, limited=limit is not None
            )
            if limit is None:
                return ReadResponse(self._events(lines), head or None)
            events = list(islice(self._events(lines), max(limit, 0)))
        return ReadResponse(iter(events), events[-1].position if events else None)

    def append(
        self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None
    ) -> int:
        """Append events, at least one, in one transaction; return the position of the last.

        Raises the library's IntegrityError where the condition fails.
        """
        if not events:
            raise ProgrammingError("Should be at least one event. Avoid this elsewhere")
        entries = list(map(_entry, events))
        with library_errors():
            if condition is None:
                return self.log.append(entries)[-1]
            return self.log.append(
                entries,
                unless_any=_matches(condition.fail_if_events_match),
                after=condition.after or 0,
            )[-1]

    def subscribe(self, query: DCBQuery | None = None, *, after: int | None = None) -> Subscription:
        """Return the events that match, those to come included; it waits for them."""
        return Subscription(self, query=query, after=after)

    def _events(self, lines: Iterator[Line]) -> Iterator[DCBSequencedEvent]:
        while True:
            with library_errors():
                line = next(lines, None)
            if line is None:
                return
            event = DCBEvent(line.name, line.data, self._tags(line))
            yield DCBSequencedEvent(event, line.seq)

    def _tags(self, line: Line) -> list[str]:
        if line.tags is not None:
            return tags_from_text(line.tags)
        if self._tags_of is None:
            raise ProgrammingError(
                f"The event at position {line.seq} was written by cardledger, which computes its"
                " tags: tell the recorder how, by TAGS_TOPIC"
            )
        return list(self._tags_of(line.name, line.data))


class ReadResponse(DCBReadResponse):
    """Events, read as they are asked for, and the head that was there when the reading began."""

    def __init__(self, events: Iterator[DCBSequencedEvent], head: int | None) -> None:
        self._events = events
        self._head = head

    @property
    def head(self) -> int | None:
        """The position after which nothing was looked for; see `Recorder.read`."""
        return self._head

    def __next__(self) -> DCBSequencedEvent:
        return next(self._events)


def _matches(query: DCBQuery | None) -> list[Match]:
    """Return a query as our own; no query, like one without items, matches everything."""
    if query is None or not query.items:
        return [Match()]
    return [Match(tuple(item.types), tuple(item.tags)) for item in query.items]


def _entry(event: DCBEvent) -> Entry:
    """Return an event as a foreign line; DataError for what not both databases can hold."""
    if not all(map(storable, (event.type, *event.tags))):
        raise DataError("Types and tags can hold neither NUL nor half a surrogate pair")
    if not isinstance(event.data, bytes):
        raise ProgrammingError(f"Event data should be bytes, not {type(event.data).__name__}")
    return Entry(event.type, event.data, tuple(event.tags), foreign=True)
