"""Waiting for events: read on to the head, then sleep until somebody writes.

A server that was started again, or a connection that was cut, is no end: a new connection is
watched, and what was written meanwhile is read first.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from eventsourcing.dcb.api import DCBQuery, DCBSequencedEvent, DCBSubscription
from eventsourcing.persistence import PersistenceError

from cardledger.errors import ServerAway, ServerLost
from cardledger.log import Watch
from cardledger.store.errors import library_errors

if TYPE_CHECKING:
    from cardledger.store.recorder import Recorder

#: Seconds after which a waiting subscription looks whether it was stopped.
_PATIENCE: Final = 0.1
#: Seconds for which a server that went away is waited for before its error is raised.
_RETURNS: Final = 10.0


class Subscription(DCBSubscription["Recorder"]):
    """Events from a position on, without end until it is stopped, by whichever thread.

    It has no thread: what goes wrong is raised where the next event is asked for. The connection
    that it watches the database with is opened by the first event and closed by `stop`.
    """

    def __init__(
        self, recorder: Recorder, query: DCBQuery | None = None, after: int | None = None
    ) -> None:
        super().__init__(recorder=recorder, query=query, after=after)
        self._events: Iterator[DCBSequencedEvent] = iter(())
        self._head = self._last_position
        self._watch: Watch | None = None
        self._in_use = Lock()

    def __exit__(self, *args: object, **kwargs: Any) -> None:
        super().__exit__(*args, **kwargs)
        with self._in_use:
            self._close()

    def stop(self) -> None:
        """Stop the subscription; who waits for an event gets the end of the iteration."""
        super().stop()
        if self._in_use.acquire(blocking=False):
            try:
                self._close()
            finally:
                self._in_use.release()
        # Else it is closed by who waits.

    def __next__(self) -> DCBSequencedEvent:
        with self._in_use:
            try:
                event = self._await_event()
            finally:
                if self._has_been_stopped:
                    self._close()
        if event is None:
            raise StopIteration
        return event

    def _await_event(self) -> DCBSequencedEvent | None:
        """Return the next event, None when the subscription is stopped."""
        went = 0.0
        while True:
            try:
                with library_errors():
                    return self._look()
            except PersistenceError as error:
                # Watched by a new connection, or not at all: an old one may be deaf.
                self._close()
                if not isinstance(error.__cause__, (ServerAway, ServerLost)):
                    raise
                went = went or time.monotonic()
                if time.monotonic() - went > _RETURNS:
                    raise
                time.sleep(_PATIENCE)

    def _look(self) -> DCBSequencedEvent | None:
        while not self._has_been_stopped:
            # Watching begins before reading, so that nothing is written unseen in between.
            if self._watch is None:
                self._watch = self._recorder.log.watch()
            event = self._next_read()
            if event is not None:
                self._last_position = event.position
                return event
            # All was read up to the head: what did not match needs no second look.
            self._last_position = self._head
            response = self._recorder.read(self._query, after=self._last_position)
            if (response.head or 0) > self._last_position:
                self._events, self._head = response, response.head or 0
                continue
            while not self._has_been_stopped and not self._watch.wait(_PATIENCE):
                pass
        return None

    def _next_read(self) -> DCBSequencedEvent | None:
        """Return the next event of those that were read, None after the last."""
        try:
            return next(self._events, None)
        except BaseException:
            # Not the end of what there is: the next call reads on from here.
            self._events, self._head = iter(()), self._last_position
            raise

    def _close(self) -> None:
        if self._watch is not None:
            self._watch.close()
            self._watch = None
