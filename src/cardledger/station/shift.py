"""A shift at the station: one thread watches the readers, one records; both tell what happened.

Everything that concerns the ledger goes through one thread, in the order in which it came, so
that the screen never waits for a database, and a card never for the screen.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

from cardledger.errors import CardledgerError
from cardledger.i18n import Translator, _
from cardledger.station.signs import CardRead, ReadFailed, Sign
from cardledger.station.station import Station
from cardledger.station.swipe import Progress, Swipe, Typed, Verdict

#: Seconds between two tries to write what waits in the queue.
EVERY: Final = 5.0
#: Seconds before the readers are looked at again when watching them broke off.
AGAIN: Final = 2.0
#: Cards that may be in hand at once; whoever brings more waits.
ROOM: Final = 1000


@dataclass(frozen=True, slots=True)
class Fault:
    """Something went wrong that is about no card, or is no verdict: said in words."""

    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Undone:
    """What came of undoing: `swipe` tells it, and it was done where it was recorded or kept."""

    swipe: Swipe


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a swipe that had waited in the queue."""

    swipe: Swipe


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be said before the first card, such as that an earlier count goes on."""

    text: str


#: What a shift tells.
News = Swipe | Note | Undone | Written | Sign | Fault | Progress


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a shift: how many swipes of each verdict, and how many wait to be written.

    `unheard`: whoever read the answers went away before the end.
    """

    counts: dict[Verdict, int] = field(default_factory=dict)
    waiting: int = 0
    unheard: bool = False


class Watch(Protocol):
    """Watches readers until it is told to stop (`cardledger.station.readers.watch`)."""

    def __call__(self, stop: threading.Event) -> Iterator[Sign]: ...


class Shift:
    """The threads of a station at work, from `start` to `end`.

    `tell` is called from both threads, and must not wait for either of them.
    """

    def __init__(
        self,
        station: Station,
        *,
        watch: Watch | None,
        tell: Callable[[News], None],
        translate: Translator,
        every: float = EVERY,
    ) -> None:
        self._station = station
        self._watch = watch
        self._tell = tell
        self._translate = translate
        self._every = every
        self._stop = threading.Event()
        self._jobs: queue.Queue[Callable[[], Iterable[News]] | None] = queue.Queue(ROOM)
        self._latest = 0
        self._since: float | None = None
        self._recorder = threading.Thread(target=self._record, name="recorder", daemon=True)
        self._watcher = threading.Thread(target=self._look, name="readers", daemon=True)

    def start(self) -> None:
        """Begin: first with what is to be said, and what an earlier shift left in the queue."""
        self._jobs.put(lambda: [Note(text) for text in self._station.notes()])
        self.flush()
        self._recorder.start()
        if self._watch:
            self._watcher.start()

    def typed(self, text: str) -> None:
        """Take a card number that was typed, or that a reader typed."""
        what = Typed(text=text, at=self._station.now())
        self._jobs.put(lambda: [self._station.take(what)])

    def undo(self, latest: int | None = None) -> None:
        """Undo the last act; nothing where it is no longer the one after which it was asked."""
        self._jobs.put(lambda: self._undone(latest))

    def can_undo(self, swipe: Swipe) -> bool:
        """Whether a swipe is an act that can be taken back; of a count, all that was counted."""
        return swipe.verdict in ("recorded", "queued") or (self._station.ends and bool(swipe.card))

    def conclude(self, *, if_begun: bool = False) -> None:
        """Do what such a station does at its end, as a count does.

        `if_begun`: only where a card came, and where that was not done before.
        """

        def end() -> list[News]:
            begun = self._latest and self._station.closing == "open"
            return [self._station.end()] if begun or not if_begun else []

        self._jobs.put(end)

    def flush(self) -> None:
        """Write what waits in the queue, as far as it can be."""
        self._jobs.put(self._flushed)

    def complain(self, message: str, hint: str = "", **values: object) -> None:
        """Tell a fault, in turn with what was done before."""
        self._jobs.put(lambda: [self._fault(message, hint, **values)])

    def busy(self, seconds: float) -> bool:
        """Whether something has been in hand for longer than that."""
        since = self._since
        return since is not None and time.monotonic() - since > seconds

    def end(self) -> None:
        """End: readers first, then what is in hand is done."""
        if self._stop.is_set() or not self._recorder.ident:
            return
        self._stop.set()
        if self._watch:
            self._watcher.join(timeout=self._every)
        self.flush()
        self._jobs.put(None)
        self._recorder.join()

    def complain_of(self, error: CardledgerError) -> None:
        """Tell an error, in turn with what was done before."""
        self._jobs.put(lambda: [self._fault_of(error)])

    def result(self, *, unheard: bool = False) -> Result:
        """Return what came of the shift so far."""
        progress = self._station.progress()
        return Result(progress.counts, progress.waiting, unheard)

    def _undone(self, latest: int | None) -> list[News]:
        if latest not in (None, self._latest):
            return [self._fault(_("Another card came meanwhile: nothing was undone."))]
        return [Undone(self._station.undo())]

    def _flushed(self) -> list[News]:
        return [Written(swipe) for swipe in self._station.flush()]

    def _record(self) -> None:
        due = time.monotonic() + self._every
        while True:
            try:
                job = self._jobs.get(timeout=max(due - time.monotonic(), 0.01))
            except queue.Empty:
                job = self._flushed
            if job is None:
                return
            self._do(job)
            if time.monotonic() >= due:
                if job != self._flushed:
                    self._do(self._flushed)
                due = time.monotonic() + self._every

    def _do(self, job: Callable[[], Iterable[News]]) -> None:
        self._since = time.monotonic()
        try:
            for news in job():
                if isinstance(news, Swipe) and self.can_undo(news):
                    self._latest = news.number
                self._tell(news)
            if self._jobs.empty():
                self._tell(self._station.progress())
        except CardledgerError as error:
            self._tell(self._fault_of(error))
        except Exception as error:  # the station goes on, whatever befalls it
            self._tell(
                self._fault(
                    _(
                        "Something unexpected went wrong ({kind}): whether the last card is"
                        " recorded is not known."
                    ),
                    _("Lay it on once more: what is recorded is not recorded twice."),
                    kind=type(error).__name__,
                )
            )
        finally:
            self._since = None

    def _look(self) -> None:
        if self._watch is None:
            return
        while not self._stop.is_set():
            try:
                for sign in self._watch(self._stop):
                    self._noticed(sign)
            except CardledgerError as error:
                self._tell(self._fault_of(error))
            except Exception as error:
                self._tell(
                    self._fault(
                        _("The readers cannot be watched ({kind}); it is tried again."),
                        _("Card numbers can be typed meanwhile."),
                        kind=type(error).__name__,
                    )
                )
            self._stop.wait(AGAIN)

    def _noticed(self, sign: Sign) -> None:
        if isinstance(sign, CardRead):
            self._jobs.put(lambda: [self._station.take(sign)])
        elif isinstance(sign, ReadFailed):
            self._jobs.put(lambda: [self._station.failed(sign)])
        else:
            self._tell(sign)

    def _fault_of(self, error: CardledgerError) -> Fault:
        return Fault(error.text(self._translate), error.hint_text(self._translate))

    def _fault(self, message: str, hint: str = "", **values: object) -> Fault:
        return Fault(
            self._translate(message).format(**values), self._translate(hint).format(**values)
        )
