"""The station: what becomes of each touch, from the card on the reader to the line in the ledger.

A touch is recorded at once, or kept in the queue; only then is it acknowledged. While anything
waits, what comes later goes behind it, so that all is written in the order in which it happened.
"""

from __future__ import annotations

import importlib
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from threading import RLock
from types import MappingProxyType
from typing import Any, ClassVar, Final, Literal, Self

import msgspec

from cardledger.commands import CardCommand, Command
from cardledger.decider import Case
from cardledger.errors import BadInput, BadValue, CardledgerError
from cardledger.i18n import Translator, _
from cardledger.moments import Moment, day_of, now, term_of
from cardledger.outcomes import Outcome
from cardledger.station.acts import Act, Look
from cardledger.station.books import PATIENCE, Away, Books
from cardledger.station.classes import Classes
from cardledger.station.queue import Queue, Waiting, default_folder
from cardledger.station.signs import HINTS, WRONG, CardRead, ReadFailed
from cardledger.station.swipe import Progress, Swipe, Typed
from cardledger.station.telling import Teller
from cardledger.station.touch import Touch, touch_of
from cardledger.station.undoing import KEPT, NOTHING, NOTHING_HINT, TAKEN_OUT, UNDONE, void_of
from cardledger.station.written import Written, write_waiting

#: So many acts can be undone, one after the other.
UNDOABLE: Final = 100
#: Seconds between two looks at what others wrote, and between two tries to load the classes.
LOOK: Final = 1.0
#: Seconds before that is tried again where the ledger is away.
LOOK_AGAIN: Final = 30.0
#: Looking takes at most one part in so many of the time.
SHARE: Final = 10

NOTHING_TO_END: Final = _("There is nothing to end: every card is recorded at once.")

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(slots=True)
class Acted:
    """What was recorded or kept at this station, and can be undone."""

    swipe: Swipe
    command: Command
    position: int = 0
    waiting: Waiting | None = None
    #: Whether the ledger may have taken it although it said that it failed.
    tried: bool = False


class Station:
    """A station at work, for one act. Calls may come from any thread; they go one after the other.

    `given`: what holds for the whole shift, by the names of the act's options. `queue`: the folder
    of the queue; in the user's state by default. Entering it opens the ledger and the queue, and
    raises what `open_ledger` raises, `BadValue` for an option that cannot be read, and
    `QueueUnwritable`.
    """

    def __init__(
        self,
        place: str | Path,
        act: Act,
        given: Mapping[str, Any] = _NOTHING,
        *,
        keys: str | Path | None = None,
        handler: str = "",
        queue: Path | None = None,
        translate: Translator = str,
        patience: float = PATIENCE,
        clock: Callable[[], Moment] | None = None,
    ) -> None:
        self.act: Final = act
        self._given = given
        self._handler = handler
        self._folder = queue
        self._translate = translate
        self._clock = clock or now
        self._books = Books(place, keys=keys, patience=patience, clock=clock)
        self._teller = Teller(self._books, translate, self._clock)
        self._lock = RLock()
        self._acted: deque[Acted] = deque(maxlen=UNDOABLE)
        #: The numbers of the swipes that wait, by their retry keys.
        self._numbers: dict[str, int] = {}
        #: Why the ledger could not be written the last time, and whether it could be read.
        self._why: CardledgerError | None = None
        self._readable = True
        self._look: Look | None = None
        self._classes: Classes | None = None
        self._next_look = 0.0

    #: Whether a shift has an end of its own, with which something is recorded.
    ends: ClassVar[bool] = False
    #: How a shift with an end stands: not ended yet, or ended, and whether all is as expected.
    closing: Literal["open", "done", "differs"] = "done"

    def __enter__(self) -> Self:
        try:
            ledger = self._books.open()
            self._school = str(self._given.get("school") or ledger.default_school)
            if self.act.begin is not None:
                self._look = self.act.begin(ledger, self._given)
            else:
                # What every swipe would be refused for is said before the first one.
                self._command(Touch(card="0", at=self._clock(), evidence="typed", key="0"))
            # The policies and the schools are read before the first card comes.
            ledger.named(CardCommand(card="0"))
            self._queue = Queue(self._folder or default_folder(), ledger.id)
        except BaseException:
            self._books.close()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self._queue.close()
        self._books.close()

    # What comes in

    def take(self, what: CardRead | Typed) -> Swipe:
        """Do the act with a card, and return what became of it when that is durable."""
        with self._lock:
            touch = touch_of(what)
            if self._look is not None:
                return self._looked(touch, self._look)
            try:
                command = self._command(touch)
                if len(self._queue):
                    return self._kept(touch, command)
                outcome = self._books.record([command])[0]
            except BadInput as error:
                return self._unreadable(touch, error)
            except Away as away:
                self._away(away)
                return self._kept(touch, command, away)
            return self._recorded(touch, command, outcome)

    def failed(self, sign: ReadFailed) -> Swipe:
        """Return what is said of a card that could not be read. Nothing is recorded."""
        with self._lock:
            return self._teller.failed(
                self._translate(WRONG[sign.reason]),
                self._translate(HINTS[sign.reason]),
                at=self._clock(),
                reader=sign.reader,
            )

    def undo(self) -> Swipe:
        """Take the last act back: a void of its line, or out of the queue it goes.

        What was undone is no longer counted. Where it cannot be undone it stays the last act.
        """
        with self._lock:
            if not self._acted:
                return self._teller.nothing(self._translate(NOTHING), self._translate(NOTHING_HINT))
            acted = self._acted[-1]
            try:
                waits = acted.waiting is not None and self._queue.waits(acted.waiting)
                undone = self._taken_out(acted) if waits else self._void(acted)
            except CardledgerError as error:
                return self._teller.fault(error)
            if undone.verdict != "refused":
                self._teller.counts[acted.swipe.verdict] -= 1
            self._acted.remove(acted)
            return undone

    def flush(self) -> list[Swipe]:
        """Write what waits, as far as it can be; return what was written or refused now.

        Swipes that were acknowledged as queued keep their number. What is wrong with the queue
        itself is told as a `failed` one.
        """
        with self._lock:
            self._queue.take_over()
            told = [self._teller.fault(error) for error in self._queue.problems]
            self._queue.problems.clear()
            for one in write_waiting(self._books, self._queue, self._clock):
                if isinstance(one, Away):
                    self._away(one)
                elif isinstance(one, CardledgerError):
                    told.append(self._teller.fault(one))
                else:
                    told.append(self._flushed(one))
            return told

    def notes(self) -> list[str]:
        """Return what is to be said before the first card, each once."""
        return []

    def end(self) -> Swipe:
        """End the shift where it has an end of its own (`ends`), and return what came of it."""
        with self._lock:
            return self._teller.nothing(self._translate(NOTHING_TO_END), "")

    def now(self) -> Moment:
        """Return the present moment, by the station's clock."""
        return self._clock()

    def waiting(self) -> int:
        """Return how many swipes wait in the queue."""
        return len(self._queue)

    def progress(self) -> Progress:
        """Return how far the station has come; of a term swipe, class by class."""
        with self._lock:
            classes = self._current_classes()
            return Progress(
                counts={one: count for one, count in self._teller.counts.items() if count},
                waiting=len(self._queue),
                term=classes.term if classes else "",
                classes=classes.progress() if classes else (),
            )

    # What becomes of it

    def _command(self, touch: Touch) -> Command:
        return self.act.command_of(touch, self._given, self._handler)

    def _away(self, away: Away) -> None:
        self._why, self._readable = away.error, away.untouched
        if not away.untouched:
            # Whatever waits may have been written by the try that failed.
            for acted in self._acted:
                acted.tried = acted.tried or acted.waiting is not None

    def _unreadable(self, touch: Touch, error: BadInput) -> Swipe:
        outcome = Outcome("refused", codes=("bad-input",), about={"why": error})
        return self._teller.told(touch, "refused", outcome)

    def _looked(self, touch: Touch, look: Look) -> Swipe:
        try:
            case = self._books.named(touch.card, touch.reading)
            if case.codes:
                about = {"card": touch.card} | case.about
                outcome = Outcome("refused", codes=tuple(case.codes), about=about)
                return self._teller.told(touch, "refused", outcome, case)
            looked = look(touch, case, self._translate)
        except BadValue as error:
            return self._unreadable(touch, error)
        except Away as away:
            return self._teller.fault(away.error, touch)
        swipe = self._teller.told(touch, looked.verdict, None, case)
        return replace(swipe, message=looked.message, hint=looked.hint)

    def _recorded(self, touch: Touch, command: Command, outcome: Outcome) -> Swipe:
        case = self._teller.case_of(touch)
        swipe = self._teller.told(touch, outcome.outcome, outcome, case)
        if outcome.outcome == "recorded":
            self._acted.append(Acted(swipe, command, outcome.positions[0]))
            self._changed(case, outcome)
        return swipe

    def _kept(self, touch: Touch, command: Command, away: Away | None = None) -> Swipe:
        try:
            waiting = self._queue.put(msgspec.to_builtins(command))
        except CardledgerError as error:
            return self._teller.fault(error, touch)
        # Where the ledger is only locked it can be read, and says whose card it is.
        case = self._teller.case_of(touch) if self._readable else None
        why = self._why.text(self._translate) if self._why else ""
        say = self._teller.say
        swipe = replace(
            self._teller.told(touch, "queued", None, case),
            message=say(_("Kept on this machine, not yet in the ledger. {why}"), why=why).strip(),
            hint=say(_("Go on: it is written as soon as the ledger can be written.")),
        )
        self._numbers[command.key] = swipe.number
        tried = away is not None and not away.untouched
        self._acted.append(Acted(swipe, command, waiting=waiting, tried=tried))
        return swipe

    def _flushed(self, one: Written) -> Swipe:
        """Return what became of a command that waited."""
        outcome = one.outcome
        acted = next((acted for acted in self._acted if acted.waiting == one.waiting), None)
        if acted is not None:
            acted.waiting, acted.position = None, next(iter(outcome.positions), 0)
            if outcome.outcome != "recorded":
                self._acted.remove(acted)
        number = self._numbers.pop(one.command.key, 0)
        if number:
            self._teller.counts["queued"] -= 1
        touch = one.touch()
        case = self._teller.case_of(touch) if touch.card else None
        swipe = self._teller.told(touch, outcome.outcome, outcome, case, number=number)
        if acted is not None:
            acted.swipe = swipe
        if outcome.outcome == "recorded":
            self._changed(case, outcome)
            if one.voids:
                self._teller.counts["recorded"] -= 1
                swipe = replace(swipe, message=self._teller.say(UNDONE, position=one.voids))
        return swipe

    # Undoing

    def _taken_out(self, acted: Acted) -> Swipe:
        """Take what was never written out of the queue; on return that is on the disk."""
        assert acted.waiting is not None  # nosec B101 # for the type checker
        if acted.tried:
            # If the ledger did take it, it is made void; the wish is kept before the other goes.
            self._queue.put(msgspec.to_builtins(acted.command), undo=True)
        self._queue.done(acted.waiting, durable=True)
        self._numbers.pop(acted.command.key, None)
        return self._teller.again(acted.swipe, "shown", self._translate(TAKEN_OUT))

    def _void(self, acted: Acted) -> Swipe:
        command = void_of(acted.position, acted.command, self._clock())
        outcome = None
        try:
            if not len(self._queue):
                outcome = self._books.record([command.normal()])[0]
        except Away as away:
            self._away(away)
        if outcome is None:
            self._queue.put(msgspec.to_builtins(command))
            return self._teller.again(acted.swipe, "queued", self._translate(KEPT))
        message = (
            outcome.message(self._translate)
            if outcome.outcome == "refused"
            else self._teller.say(UNDONE, position=acted.position)
        )
        touch = Written(acted.waiting, acted.command, outcome).touch()
        self._changed(self._teller.case_of(touch), outcome)
        return self._teller.again(
            acted.swipe,
            outcome.outcome,
            message,
            outcome=outcome,
            positions=outcome.positions,
            hint=outcome.hint(self._translate),
        )

    # How far it has come

    def _changed(self, case: Case | None, outcome: Outcome) -> None:
        """Let the classes know of a pupil of whom something was recorded here."""
        if self._classes is not None and case is not None and case.student.id:
            classes, student = self._classes, case.whole.student(case.student.id)
            try:
                self._books.ask(lambda ledger: classes.update(ledger, student))
            except Away:
                return
            for position in outcome.positions:
                classes.wrote(position)

    def _current_classes(self) -> Classes | None:
        if self.act.path != ("term-swipe",) or time.monotonic() < self._next_look:
            return self._classes
        if self._classes is None and len(self._queue):
            # Loading writes too: nobody should wait for that in vain.
            return None
        begun = time.monotonic()
        try:
            if self._classes is None:
                term = str(self._given.get("term") or term_of(day_of(self._clock())))
                self._classes = self._books.ask(lambda ledger: Classes(ledger, self._school, term))
            else:
                self._books.ask(self._classes.follow)
            pause = LOOK
        except Away as away:
            # A server that does not answer costs seconds at each look.
            pause = LOOK_AGAIN if self._classes is None or not away.untouched else LOOK
        # While others write a lot, most of the time belongs to the cards.
        self._next_look = time.monotonic() + max(pause, SHARE * (time.monotonic() - begun))
        return self._classes


def station_class(act: Act) -> type[Station]:
    """Return the station at which an act is done."""
    module, name = act.works_at.split(":")
    found: type[Station] = getattr(importlib.import_module(module), name)
    return found
