"""One reader, watched by a thread of its own: a reader that hangs holds up no other one.

A *stay* is one card lying on the reader from when it came until it went; each stay is read once,
however long it lasts. The service looks whether a card lies there, and only now and then: two
cards can be exchanged between two of its looks. So the UID of a card that stays is read again and
again; another UID is another stay. Where the service or the reader went away meanwhile, a card
that is found again with the UID that was read before is the same stay: nobody laid it on again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Final

from cardledger.events import Reading
from cardledger.moments import Moment, now
from cardledger.station.readers.kinds import type_of
from cardledger.station.readers.pcsc import Context, ReaderAway, ServiceAway, Silent, State
from cardledger.station.readers.reading import Unread, read
from cardledger.station.signs import CardGone, CardRead, ReadFailed, Reason, Sign

#: Seconds that one wait for a change lasts; then it is looked anew, in case a change was missed.
WAIT: Final = 1.0
#: Seconds that a reader may take beyond that before it is said not to answer.
LIMIT: Final = 3.0
#: Seconds between two tries to get a card that another program holds.
AGAIN: Final = 0.25
#: Seconds between two looks whether the card that was read still lies there, or another one.
ANEW: Final = 0.2
#: The same where the last look had no answer: it was taken away, and another may come any moment.
SOON: Final = 0.03
#: So many tries pass without a word: programs of the desktop have a short look at every card.
PATIENT: Final = 4
#: Seconds in which a reader that has just come back finds the card that lay there before.
SETTLED: Final = 1.5
#: Seconds that a thread gets to end once it was told to.
FAREWELL: Final = 1.0

Tell = Callable[[Sign], None]


@dataclass(slots=True)
class _Stay:
    """A card that lies here since the reader's counter was `counter`."""

    counter: int
    seen: float
    at: Moment
    tries: int = 0
    #: Whether nothing more is to be tried.
    done: bool = False
    #: When it is to be looked whether the card that was read still lies there.
    anew: float = 0.0


class Lane:
    """Watches one reader until it is told to stop, or the reader or the service has gone."""

    def __init__(self, reader: str, tell: Tell, lying: MutableMapping[str, str]) -> None:
        """`lying`: the UIDs of the cards that were read and lie there still, by reader."""
        self.reader = reader
        self._tell = tell
        self._lying = lying
        self._stay: _Stay | None = None
        self._usable = True
        self._context: Context | None = None
        self._stopping = threading.Event()
        self._overdue_at: float | None = None
        self._said_overdue = False
        self._thread = threading.Thread(target=self._run, name=f"reader {reader}", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether the reader is still watched."""
        return self._thread.is_alive()

    def check(self) -> None:
        """Say once if the reader takes longer than it may."""
        limit = self._overdue_at
        if limit is not None and time.monotonic() > limit and not self._said_overdue:
            self._said_overdue = True
            self._failed("unresponsive")

    def stop(self) -> None:
        """Ask to end; `join` waits for it."""
        self._stopping.set()
        context = self._context
        if context is not None:
            context.cut()

    def join(self) -> None:
        """Wait for the end."""
        self._thread.join(FAREWELL)

    def _run(self) -> None:
        try:
            with Context() as context:
                self._context = context
                if not self._stopping.is_set():
                    self._watch(context)
        except (ReaderAway, ServiceAway, Silent):
            # The watch sees for itself what has gone, and begins a new lane when it is back.
            pass
        finally:
            self._overdue_at = None

    def _watch(self, context: Context) -> None:
        state = context.look(self.reader)
        if not state.present and self.reader in self._lying:
            state = context.wait(state, SETTLED)
        while not self._stopping.is_set():
            self._limit(LIMIT)
            self._judge(context, state)
            wait = self._pause()
            self._limit(wait + LIMIT)
            state = context.wait(state, wait)

    def _pause(self) -> float:
        """Return how long to wait for a change before something is to be done without one."""
        if self._stay is None:
            return WAIT
        if not self._stay.done:
            return AGAIN
        if self.reader not in self._lying:
            return WAIT
        return max(0.0, self._stay.anew - time.monotonic())

    def _limit(self, seconds: float) -> None:
        self._overdue_at = time.monotonic() + seconds
        self._said_overdue = False

    def _judge(self, context: Context, state: State) -> None:
        if state.usable != self._usable:
            self._usable, self._stay = state.usable, None
            if not state.usable:
                self._failed("unresponsive")
        if not state.usable:
            return
        if self._stay is not None and (not state.present or state.counter != self._stay.counter):
            self._gone()
        if not state.present:
            if self.reader in self._lying:
                self._gone()
            return
        if self._stay is None:
            self._stay = _Stay(state.counter, time.monotonic(), now())
        if not self._stay.done:
            self._read(context, state, self._stay)
        elif self.reader in self._lying and time.monotonic() >= self._stay.anew:
            self._read_anew(context, state, self._stay)

    def _read(self, context: Context, state: State, stay: _Stay) -> None:
        stay.tries += 1
        try:
            reading = read(context, state)
        except Unread as error:
            stay.done = error.reason != "busy"
            # Where it was said already that nothing answers, that it ended says nothing new.
            new = stay.done or stay.tries == PATIENT
            if new and not (error.reason == "pulled" and self._said_overdue):
                self._failed(error.reason)
        else:
            stay.done = True
            stay.anew = time.monotonic() + ANEW
            self._was_read(reading, stay)

    def _read_anew(self, context: Context, state: State, stay: _Stay) -> None:
        """Look whether the card that was read still lies there; another one begins a new stay."""
        try:
            reading = read(context, state, patient=False)
        except Unread:
            # It is being taken away, or another program has it. Nothing is guessed.
            stay.anew = time.monotonic() + SOON
        else:
            if reading.uid != self._lying[self.reader]:
                self._stay = stay = _Stay(state.counter, time.monotonic(), now(), done=True)
                self._was_read(reading, stay)
            stay.anew = time.monotonic() + ANEW

    def _was_read(self, reading: Reading, stay: _Stay) -> None:
        before = self._lying.get(self.reader)
        if before == reading.uid:
            return
        if before is not None:
            self._tell(CardGone(self.reader))
        self._lying[self.reader] = reading.uid
        self._tell(CardRead(reading, type_of(bytes.fromhex(reading.atr)), stay.at, stay.seen))

    def _gone(self) -> None:
        self._stay = None
        self._lying.pop(self.reader, None)
        self._tell(CardGone(self.reader))

    def _failed(self, reason: Reason) -> None:
        self._tell(ReadFailed(self.reader, reason))
