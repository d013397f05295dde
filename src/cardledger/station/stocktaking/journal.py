"""The journal of a stocktake: what was expected, then line by line what was counted.

A card is on the disk before anybody is told that it was counted. Whoever begins again goes on
where the journal ends, with what was expected then. It belongs to one process at a time.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
from pathlib import Path
from typing import Any, Final

from cardledger.errors import CardledgerError
from cardledger.i18n import _
from cardledger.moments import Moment
from cardledger.station.queue import default_folder
from cardledger.station.stocktaking.counting import Counting, Expected, Judged

FORM: Final = 1
_OWNER_ONLY: Final = 0o600
_FOLDER_OWNER_ONLY: Final = 0o700
_KEY_BYTES: Final = 12


class StocktakeBusy(CardledgerError):
    """Box {box} is being counted by another program."""

    default_hint = _("End it there first; a box is counted once at a time.")


class StocktakeUnwritable(CardledgerError):
    """The journal of the stocktake, {file}, cannot be written: {reason}"""

    default_hint = _("This card is not counted. Free space on the disk, and lay it on again.")


class StocktakeUnreadable(CardledgerError):
    """The journal of a stocktake, {file}, cannot be read."""

    default_hint = _("Begin anew with --drop.")


def journals(queue: Path | None = None) -> Path:
    """Return the folder of the journals, beside that of the queues."""
    return (queue or default_folder()).parent / "stocktakes"


class Journal:
    """An open journal, locked for this process as long as it is open.

    `key` is the retry key of the event; `counting` what was counted so far; `resumed` whether it
    was there before.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        """For `open` only."""
        self.path: Final = path
        self._descriptor = descriptor
        self.counting: Counting
        self.key = ""
        self.began = Moment("")
        self.resumed = False
        self.order: list[str] = []

    @classmethod
    def open(
        cls, folder: Path, ledger: str, expected: Expected, began: Moment, *, drop: bool = False
    ) -> Journal:
        """Open the journal of a box: the one that was left, else (or with `drop`) a new one.

        Raises `StocktakeBusy`, `StocktakeUnreadable` and `StocktakeUnwritable`.
        """
        path = folder / f"{ledger}-{expected.box}.stocktake"
        try:
            folder.mkdir(mode=_FOLDER_OWNER_ONLY, parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, _OWNER_ONLY)
        except OSError as error:
            raise StocktakeUnwritable(file=path, reason=error.strerror) from error
        journal = cls(path, descriptor)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(descriptor).st_nlink == 0:
                # Between opening and locking, the one who had it has ended it.
                raise BlockingIOError
            if drop:
                os.ftruncate(descriptor, 0)
            journal._begin(expected, began)
        except BaseException as error:
            os.close(descriptor)
            if isinstance(error, BlockingIOError):
                raise StocktakeBusy(box=expected.box) from None
            if isinstance(error, OSError):
                raise StocktakeUnwritable(file=path, reason=error.strerror) from error
            raise
        return journal

    def _begin(self, expected: Expected, began: Moment) -> None:
        records = self._read()
        if not records:
            self.key, self.began = secrets.token_hex(_KEY_BYTES), began
            self.counting = Counting(expected)
            self._append(
                {
                    "form": FORM,
                    "box": expected.box,
                    "frozen": expected.frozen,
                    "cards": list(expected.cards),
                    "key": self.key,
                    "began": began,
                }
            )
            return
        self.resumed = True
        try:
            first, *rest = records
            if first["form"] != FORM:
                raise ValueError("another form")
            known = Expected(first["box"], first["frozen"], tuple(first["cards"]))
            self.key, self.began = first["key"], first["began"]
            self.counting = Counting(known)
            for one in rest:
                self._replay(one)
        except (KeyError, TypeError, ValueError) as error:
            raise StocktakeUnreadable(file=self.path) from error

    def _replay(self, record: dict[str, Any]) -> None:
        if "undo" in record:
            self._forget(record["undo"])
        else:
            judged = Judged(**record)
            self.counting.count(judged)
            self.order.append(judged.card)

    def _read(self) -> list[dict[str, Any]]:
        """Return the records; what a crash left half-written at the end is cut off."""
        with os.fdopen(os.dup(self._descriptor), "rb") as stream:
            stream.seek(0)
            data = stream.read()
        whole = data.rfind(b"\n") + 1
        if whole < len(data):
            os.ftruncate(self._descriptor, whole)
        os.lseek(self._descriptor, whole, os.SEEK_SET)
        try:
            return [json.loads(line) for line in data[:whole].splitlines()]
        except ValueError as error:
            raise StocktakeUnreadable(file=self.path) from error

    def count(self, judged: Judged) -> None:
        """Count a card; on return it is on the disk. Raises `StocktakeUnwritable`."""
        self._append(judged._asdict())
        self.counting.count(judged)
        self.order.append(judged.card)

    def undo(self) -> str:
        """Take back the last card that was counted; returns it, or nothing where there is none."""
        if not self.order:
            return ""
        card = self.order[-1]
        self._append({"undo": card})
        self._forget(card)
        return card

    def _forget(self, card: str) -> None:
        self.counting.take_back(card)
        self.order.remove(card)

    def _append(self, record: dict[str, Any]) -> None:
        line = json.dumps(record, ensure_ascii=False).encode() + b"\n"
        place = os.lseek(self._descriptor, 0, os.SEEK_END)
        try:
            written = os.write(self._descriptor, line)
            if written < len(line):
                raise OSError(28, os.strerror(28))
            os.fsync(self._descriptor)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, place)
            raise StocktakeUnwritable(file=self.path, reason=error.strerror) from error

    def end(self) -> None:
        """Remove the journal: what it says is in the ledger, or is to be forgotten."""
        self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the journal; it stays for whoever goes on."""
        os.close(self._descriptor)
