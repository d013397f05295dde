"""Card readers for tests: a private pcscd with virtual readers, and who listens to them.

python -m tests.support.pcsc find    exit status 1 where something is missing, which is said
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Collection
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final, TypeVar

import pytest

from cardledger.station import readers
from cardledger.station.signs import CardRead, ReadFailed, Sign
from cardledger.station.simulator import service
from tests.support.needs import answer, do_without

HEADERS: Final = (
    Path("/usr/include/PCSC/winscard.h"),
    Path("/usr/local/include/PCSC/winscard.h"),
)
#: Seconds in which what must happen happens, also on a machine that is busy.
PATIENCE: Final = 20.0

_Kind = TypeVar("_Kind", bound=Sign)


def missing() -> str:
    """Return what is missing to have virtual readers and to build pyscard; empty where all is."""
    if not any(header.exists() for header in HEADERS):
        return "winscard.h is not here (package libpcsclite-dev)"
    for program in ("swig", "cc"):
        if shutil.which(program) is None:
            return f"{program} was not found on PATH"
    return service.missing()


def needed() -> None:
    """Skip the test where something is missing; fail it on a build server."""
    reason = missing()
    if not reason and find_spec("smartcard") is None:
        reason = "pyscard is not installed: run scripts/environment"
    if reason:
        do_without(reason)


@cache
def place() -> Path:
    """Return where the pcscd of this process's tests has its socket, and name it to PC/SC.

    PC/SC's library learns it once, so that all tests of a process share the place.
    """
    folder = Path(tempfile.mkdtemp(prefix="cardledger-pcsc-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    folder.chmod(0o711)
    os.environ[service.VARIABLE] = str(folder / "pcscd.comm")
    return folder / "pcscd.comm"


class Listener:
    """Listens to `readers.watch` in a thread of its own, as the station does."""

    def __init__(self, only: Collection[str] = ()) -> None:
        self.told: list[Sign] = []
        self._news = threading.Condition()
        self._stop = threading.Event()
        self._only = only
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Listener:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stop.set()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        for sign in readers.watch(self._stop, self._only):
            with self._news:
                self.told.append(sign)
                self._news.notify_all()

    def of(self, kind: type[_Kind]) -> list[_Kind]:
        """Return the signs of one kind so far."""
        with self._news:
            return [sign for sign in self.told if isinstance(sign, kind)]

    def wait(self, kind: type[_Kind], count: int = 1) -> _Kind:
        """Wait until there are so many signs of a kind; return the last of them."""
        self.until(lambda: len(self.of(kind)) >= count, f"{count} {kind.__name__}")
        return self.of(kind)[count - 1]

    def wait_uid(self, uid: bytes) -> None:
        """Wait until a card of this UID was read."""
        text = uid.hex().upper()
        self.until(lambda: any(read.reading.uid == text for read in self.of(CardRead)), text)

    def until_answered(self, cards: int) -> None:
        """Wait until it was said of so many cards that they were read or could not be."""
        self.until(
            lambda: len(self.of(CardRead)) + len(self.of(ReadFailed)) >= cards, f"{cards} cards"
        )

    def until(self, true: Callable[[], bool], what: str) -> None:
        """Wait until something is true; fail with all that was told where it does not become so."""
        with self._news:
            if not self._news.wait_for(true, PATIENCE):
                pytest.fail(f"waited for {what}; told: {self.told}")


if __name__ == "__main__":
    sys.exit(answer(missing, __doc__))
