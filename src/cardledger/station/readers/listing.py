"""The readers that are here now, and what lies on them."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Thread
from typing import Final

from cardledger.station.readers.kinds import name_of, type_of
from cardledger.station.readers.lane import LIMIT
from cardledger.station.readers.pcsc import Context, ReaderAway, ServiceAway, Silent
from cardledger.station.readers.reading import Unread, read
from cardledger.station.signs import CardType, Reason

_FAREWELL: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderInfo:
    """A reader: its name as PC/SC gives it, and the card that lies on it.

    `atr`, `uid`: upper-case hexadecimal, empty where there is none. `type` is none without a
    card, `model` the maker's name of it where the ATR tells. `problem`: why the card could not
    be read, where one lies there.
    """

    reader: str
    card: bool = False
    atr: str = ""
    type: CardType | None = None
    model: str = ""
    uid: str = ""
    problem: Reason | None = None


def listed() -> list[ReaderInfo]:
    """Return the readers in their order, each with its card, which is read.

    Raises `ReadersMissing` or `ServiceAway`. A reader that hangs has a limit.
    """
    with Context() as context:
        looks = [_Look(name) for name in context.readers()]
    return [look.result() for look in looks]


class _Look:
    """A look at one reader, by a thread of its own."""

    def __init__(self, reader: str) -> None:
        self._found = ReaderInfo(reader=reader, problem="unresponsive")
        self._context: Context | None = None
        self._thread = Thread(target=self._run, name=f"look at {reader}", daemon=True)
        self._thread.start()

    def result(self) -> ReaderInfo:
        self._thread.join(LIMIT)
        found = self._found
        if self._thread.is_alive() and self._context is not None:
            self._context.cut()
            self._thread.join(_FAREWELL)
        return found

    def _run(self) -> None:
        reader = self._found.reader
        try:
            with Context() as context:
                self._context = context
                self._look(context, reader)
        except (ReaderAway, ServiceAway, Silent):
            # It stays what it was at first: it does not answer.
            pass

    def _look(self, context: Context, reader: str) -> None:
        state = context.look(reader)
        if not state.usable:
            return
        if not state.present:
            self._found = ReaderInfo(reader=reader)
            return
        kind, model = type_of(state.atr), name_of(state.atr)
        known = {"atr": state.atr.hex().upper(), "model": model}
        problem: Reason | None = "unresponsive"
        self._found = ReaderInfo(reader=reader, card=True, type=kind, problem=problem, **known)
        uid = ""
        try:
            uid, problem = read(context, state).uid, None
        except Unread as error:
            problem = error.reason
        self._found = ReaderInfo(
            reader=reader, card=True, type=kind, uid=uid, problem=problem, **known
        )
