"""Plain mode: one JSON line a swipe, for scripts and for readers that type.

A line of the input is a card number, or `undo`, or `end` where an act has an end of its own.
Answers are written line by line, so that another program can wait for each. What readers tell are
lines too, with `sign` as their first key.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import IO, Any, Final

from cardledger.errors import CardledgerError
from cardledger.i18n import Translator, _
from cardledger.station.shift import Fault, News, Note, Result, Shift, Undone, Watch, Written
from cardledger.station.signs import Sign
from cardledger.station.station import Station
from cardledger.station.swipe import Progress, Swipe
from cardledger.station.told import NAMES, sentence

UNDO: Final = "undo"
END: Final = "end"
#: The action of a line that undid another.
VOID: Final = "void"
#: Bytes of a line of the input; what is longer is no card number.
LIMIT: Final = 1000
_STOPPED_BY: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def swipe_json(swipe: Swipe, action: str, waiting: int) -> str:
    """Return a swipe as the line that scripts rely on."""
    outcome = swipe.outcome
    found: dict[str, Any] = {
        "number": swipe.number,
        "verdict": swipe.verdict,
        "action": action,
        "card": swipe.card or None,
        "uid": swipe.uid or None,
        "student": swipe.student or None,
        "student_number": swipe.student_number or None,
        "name": swipe.name,
        "school": swipe.school or None,
        "class": swipe.class_ or None,
        "outcome": outcome.outcome if outcome else None,
        "code": outcome.code if outcome else None,
        "message": swipe.message or None,
        "hint": swipe.hint or None,
        "positions": list(swipe.positions),
        "at": swipe.at or None,
        "evidence": swipe.evidence,
        "reader": swipe.reader or None,
        "waiting": waiting,
        "milliseconds": swipe.milliseconds,
    }
    return json.dumps(found, ensure_ascii=False)


def sign_json(sign: Sign | Fault | Note, translate: Translator) -> str:
    """Return what a reader tells, or what went wrong, as a line."""
    if isinstance(sign, Fault):
        said = {"sign": "fault", "reader": None, "message": sign.message, "hint": sign.hint}
    elif isinstance(sign, Note):
        said = {"sign": "note", "reader": None, "message": sign.text, "hint": None}
    else:
        message, hint = sentence(sign, translate)
        reader = getattr(sign, "reader", None)
        said = {"sign": NAMES[type(sign)], "reader": reader, "message": message, "hint": hint}
    return json.dumps({name: value or None for name, value in said.items()}, ensure_ascii=False)


class Printer:
    """Writes news to a stream; after the reader of the stream went away it only counts."""

    def __init__(self, station: Station, stream: IO[str], translate: Translator) -> None:
        self._station = station
        self._action = station.act.name
        self._stream = stream
        self._translate = translate
        self._lock = threading.Lock()
        #: Nobody reads the answers any more.
        self.is_unheard = False
        #: Called when nobody reads any more.
        self.unheard: Callable[[], None] = lambda: None

    def tell(self, news: News) -> None:
        """Write one line."""
        if isinstance(news, Progress):
            return
        match news:
            case Swipe():
                self._write(swipe_json(news, self._action, self._station.waiting()))
            case Written(swipe):
                self._write(swipe_json(swipe, self._action, self._station.waiting()))
            case Undone(swipe):
                self._write(swipe_json(swipe, VOID, self._station.waiting()))
            case _:
                self._write(sign_json(news, self._translate))

    def _write(self, line: str) -> None:
        with self._lock:
            if self.is_unheard:
                return
            try:
                self._stream.write(line + "\n")
                self._stream.flush()
            except (BrokenPipeError, ValueError):
                self.is_unheard = True
                self.unheard()


def run_plain(
    station: Station,
    *,
    watch: Watch | None,
    translate: Translator,
    source: int = 0,
    stream: IO[str] | None = None,
    complaint: CardledgerError | None = None,
) -> Result:
    """Work until the input ends or a signal asks for the end; finish what is in hand.

    `source` is the file descriptor of the input; `stream` is stdout where none is given;
    `complaint` is told first.
    """
    printer = Printer(station, stream or sys.stdout, translate)
    shift = Shift(station, watch=watch, tell=printer.tell, translate=translate)
    with _woken() as (wakened, wake):
        printer.unheard = wake
        if complaint:
            shift.complain_of(complaint)
        shift.start()
        for line in _lines(source, wakened):
            _take(shift, line, ends=station.ends)
        if station.ends and not select.select([wakened], [], [], 0)[0]:
            # The input has ended. Whoever stops a count by a signal goes on another time.
            shift.conclude(if_begun=True)
        shift.end()
    return shift.result(unheard=printer.is_unheard)


def _take(shift: Shift, line: str | None, *, ends: bool) -> None:
    if line is None:
        shift.complain(
            _("A line of the input is longer than {limit} bytes: it is no card number."),
            _("Give one card number a line."),
            limit=LIMIT,
        )
    elif line.lower() == UNDO:
        shift.undo()
    elif line.lower() == END and ends:
        shift.conclude()
    elif line:
        shift.typed(line)


@contextlib.contextmanager
def _woken() -> Iterator[tuple[int, Callable[[], None]]]:
    """Give a descriptor that can be read once a signal asks for the end, and what does the same."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)

    def wake(*_signal: object) -> None:
        with contextlib.suppress(OSError):
            os.write(writing, b"!")

    before = {number: signal.signal(number, wake) for number in _STOPPED_BY}
    try:
        yield reading, wake
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(reading)
        os.close(writing)


def _lines(source: int, wakened: int) -> Iterator[str | None]:
    """Yield the lines of the input until it ends; nothing instead of one that is too long."""
    rest, skipping = b"", False
    while True:
        ready, _write, _except = select.select([source, wakened], [], [])
        if wakened in ready:
            return
        if not (read := os.read(source, 65_536)):
            break
        *whole, rest = _split(rest + read)
        for line in whole:
            if skipping:
                skipping = False
            elif len(line) > LIMIT:
                yield None
            else:
                yield _text(line)
        if len(rest) > LIMIT:
            if not skipping:
                yield None
            rest, skipping = b"", True
    if rest and not skipping:
        yield _text(rest)


def _split(read: bytes) -> list[bytes]:
    # Some readers end a line like a typewriter.
    return read.replace(b"\r", b"\n").split(b"\n")


def _text(line: bytes) -> str:
    return line.decode("utf-8", errors="replace").strip().removeprefix("\ufeff").strip()
