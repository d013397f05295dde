"""The ledger as a station has it: open all day, and away at times.

A station waits for another writer only shortly, because a child stands waiting. Whatever keeps it
from writing is `Away`, with the error that says why; the caller keeps what was to be written. A
file that was put in the place of the opened one (a backup was restored, a stick was changed) is
noticed before and after each writing, so that nothing is acknowledged that went into a file that
is there no longer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

from cardledger.commands import CardCommand, Command
from cardledger.decider import Case
from cardledger.errors import (
    BadInput,
    BadValue,
    CardledgerError,
    Conflict,
    LedgerBusy,
    StorageError,
)
from cardledger.events import Reading
from cardledger.i18n import _
from cardledger.ledger import Ledger
from cardledger.moments import Moment
from cardledger.opening import open_ledger
from cardledger.outcomes import Outcome
from cardledger.retrying import KeyedLine

#: Seconds that a station waits for another writer before it keeps a swipe in its queue.
PATIENCE: Final = 1.0

_Given = TypeVar("_Given")


class Away(Exception):
    """The ledger cannot be written or read now.

    `error` says why; `untouched`: it is certain that nothing was written.
    """

    def __init__(self, error: CardledgerError) -> None:
        super().__init__(str(error))
        self.error: Final = error
        self.untouched: Final = isinstance(error, (LedgerBusy, Conflict))


class LedgerMoved(CardledgerError):
    """The ledger {place} was taken away or replaced while the station was at work."""

    default_hint = _("Put it back. What was swiped meanwhile is kept, and written to it.")


class Books:
    """One ledger, opened when it is needed and opened again when it was away."""

    def __init__(
        self,
        place: str | Path,
        *,
        keys: str | Path | None = None,
        patience: float = PATIENCE,
        clock: Callable[[], Moment] | None = None,
    ) -> None:
        self._place = place
        self._keys = keys
        self._patience = patience
        self._clock = clock
        self._ledger: Ledger | None = None
        self._file: tuple[int, int] | None = None
        self.id = ""

    def open(self) -> Ledger:
        """Return the open ledger; raises what `open_ledger` raises."""
        ledger = self._ledger
        if ledger is not None and self._file == _file_of(ledger):
            return ledger
        self.close()
        ledger = open_ledger(self._place, keys=self._keys, timeout=self._patience)
        if self.id and ledger.id != self.id:
            ledger.close()
            raise BadInput(
                _("Another ledger lies at {place} now: {other}."),
                hint=_("Put the right one back, or begin a new shift."),
                place=ledger.places.shown,
                other=ledger.id,
            )
        self.id = ledger.id
        if self._clock is not None:
            ledger.clock = self._clock
        self._ledger, self._file = ledger, _file_of(ledger)
        return ledger

    def record(self, commands: Sequence[Command]) -> list[Outcome]:
        """Record commands that have retry keys, in order. Raises `Away`."""

        def write(ledger: Ledger) -> list[Outcome]:
            if len(commands) == 1:
                outcomes = [ledger.record(commands[0])]
            else:
                outcomes = ledger.record_many(commands, atomic=False, retry_keys=False)
            if self._file != _file_of(ledger):
                # They may lie in a file that nobody can open any more.
                raise LedgerMoved(place=ledger.places.shown)
            return outcomes

        return self.ask(write)

    def named(self, card: str, reading: Reading | None = None) -> Case:
        """Return what a card's number or UID names, as a reader saw it if one did.

        Raises `Away`.
        """
        return self.ask(lambda ledger: ledger.named(CardCommand(card=card, reading=reading)))

    def lines_by_key(self, commands: Sequence[Command]) -> dict[str, KeyedLine]:
        """Return the lines that commands became, by retry key. Raises `Away`."""
        return self.ask(lambda ledger: ledger.lines_by_key(commands))

    def ask(self, question: Callable[[Ledger], _Given]) -> _Given:
        """Ask the ledger something. Raises `Away`; a value that cannot be read stays `BadValue`."""
        try:
            return question(self.open())
        except BadValue:
            raise
        except (LedgerBusy, Conflict) as error:
            raise Away(error) from error
        except CardledgerError as error:
            # Whatever it is, it is looked at afresh the next time: a server that was started
            # again, a stick that was put back, a key store that was missing.
            self.close()
            raise Away(error) from error
        except OSError as error:
            self.close()
            raise Away(StorageError(reason=error)) from error

    def close(self) -> None:
        """Close the ledger, if it is open."""
        if self._ledger is not None:
            self._ledger.close()
            self._ledger = None


def _file_of(ledger: Ledger) -> tuple[int, int] | None:
    """Return which file the ledger's path names now; none on a server, or where there is none."""
    if "://" in ledger.places.database:
        return None
    try:
        found = Path(ledger.places.database).stat()
    except OSError:
        return (0, 0)
    return found.st_dev, found.st_ino
