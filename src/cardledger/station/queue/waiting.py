"""The queue of a station: its own file, and those that stations left which are no more.

All lies in one folder of the user's state, not beside a ledger that may be away. Each station has
a file of its own there, with a lock on it. A file that nobody holds was left by a station that was
stopped; whoever looks next takes it over, and what waits in it goes before what came later.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from cardledger.errors import CardledgerError
from cardledger.i18n import _
from cardledger.station.queue.file import QueueFile, QueueUnwritable
from cardledger.station.queue.records import Put, line_of

ENDING: Final = ".queue"
_OWNER_ONLY: Final = 0o700


class QueueDamaged(CardledgerError):
    """{count} lines of the queue {file} are damaged; they are not written."""

    default_hint = _(
        "They were put into {aside}. Look there which cards they name, and swipe them."
    )


class QueueElsewhere(CardledgerError):
    """{count} swipes in {file} wait for another ledger, {other}."""

    default_hint = _("They stay there. Start a station of that ledger: it writes them.")


class QueueUnknown(CardledgerError):
    """{file} is a queue of another version of cardledger."""

    default_hint = _("It stays as it is. Start a station of that version: it writes what waits.")


class Waiting(NamedTuple):
    """One command that waits, and where."""

    file: QueueFile
    put: Put

    @property
    def at(self) -> str:
        """When it happened."""
        return str(self.put.command.get("at", ""))


def default_folder() -> Path:
    """Return the folder of queues in the user's state (XDG base directories)."""
    state = os.environ.get("XDG_STATE_HOME", "")
    # A relative path is to be ignored, says that standard.
    base = Path(state) if state and Path(state).is_absolute() else Path.home() / ".local" / "state"
    return base / "cardledger" / "queue"


class Queue:
    """What waits to be written to one ledger, in the order in which it happened."""

    def __init__(self, folder: Path, ledger: str) -> None:
        """Open the queue; what was left in the folder is taken over.

        Raises `QueueUnwritable` where the folder cannot be used: better now than at a swipe.
        """
        self.folder: Final = folder
        self._ledger = ledger
        self._seen: set[Path] = set()
        self._left: list[QueueFile] = []
        #: What is wrong with files of the folder; whoever reads it says so and clears it.
        self.problems: list[CardledgerError] = []
        _make_folder(folder)
        self.take_over()
        self._own = QueueFile.make(folder / f"{ledger}-{secrets.token_hex(8)}{ENDING}", ledger)

    def __len__(self) -> int:
        return sum(len(file.waiting) for file in self._files())

    def put(self, command: dict[str, Any], *, undo: bool = False) -> Waiting:
        """Keep a command behind all others; on return it is on the disk."""
        number = self._own.put(command, undo=undo)
        return Waiting(self._own, self._own.waiting[number])

    def first(self, limit: int) -> list[Waiting]:
        """Return the commands whose turn it is, at most `limit`.

        Each file keeps its own order; of several, what happened first goes first.
        """
        files = [
            [Waiting(file, put) for put in islice(file.waiting.values(), limit)]
            for file in self._files()
        ]
        return list(_merged(files, limit))

    def done(self, waiting: Waiting, *, durable: bool = False) -> None:
        """Mark a command as waiting no longer; `durable`: on return that is on the disk."""
        waiting.file.done([waiting.put.n], durable=durable)

    def set_aside(self, waiting: Waiting) -> Path:
        """Put a command that nobody can read aside, and return the file that holds it now."""
        waiting.file.damaged.append(line_of(waiting.put).rstrip())
        aside = waiting.file.set_aside()
        self.done(waiting, durable=True)
        return aside

    def waits(self, waiting: Waiting) -> bool:
        """Whether a command still waits."""
        return waiting.put.n in waiting.file.waiting

    def take_over(self) -> None:
        """Take the files that were left by stations that are no more; drop those that are empty."""
        for file in [one for one in self._left if not one.waiting]:
            file.close()
            self._left.remove(file)
        held = {file.path for file in self._files()}
        for path in sorted(self.folder.glob(f"*{ENDING}")):
            if path not in held and path not in self._seen:
                try:
                    self._take(path)
                except QueueUnwritable as error:
                    self._seen.add(path)
                    self.problems.append(error)

    def close(self) -> None:
        """Give all files back; what waits stays there for the next station."""
        for file in self._files():
            file.close()
        self._left = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _files(self) -> list[QueueFile]:
        own = getattr(self, "_own", None)
        return [*self._left, own] if own is not None else self._left

    def _take(self, path: Path) -> None:
        file = QueueFile.take(path)
        if file is None:
            return
        problem = self._problem(file)
        if problem is not None:
            self.problems.append(problem)
        if file.ledger == self._ledger and file.is_known:
            self._left.append(file)
            return
        self._seen.add(path)
        file.leave()

    def _problem(self, file: QueueFile) -> CardledgerError | None:
        """Return what must be said of a file that was found."""
        if not file.is_known:
            return QueueUnknown(file=file.path)
        if file.damaged and file.ledger == self._ledger:
            count = len(file.damaged)
            try:
                return QueueDamaged(file=file.path, count=count, aside=file.set_aside())
            except QueueUnwritable as error:
                return error
        if file.waiting and file.ledger != self._ledger:
            return QueueElsewhere(file=file.path, count=len(file.waiting), other=file.ledger)
        return None


def _merged(files: list[list[Waiting]], limit: int) -> Iterator[Waiting]:
    """Yield what waits in several files: each in its own order, what happened first goes first."""
    places = [0] * len(files)
    for _turn in range(limit):
        ready = [one for one, file in enumerate(files) if places[one] < len(file)]
        if not ready:
            return
        # Of two of one moment the file that was left goes first.
        first = min(ready, key=lambda one: files[one][places[one]].at)
        yield files[first][places[first]]
        places[first] += 1


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
    except OSError as error:
        raise QueueUnwritable(file=folder, reason=error.strerror) from error
