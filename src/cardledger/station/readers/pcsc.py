"""PC/SC as far as it is needed, typed: the one module that knows pyscard.

The low-level interface of pyscard is used, since only that tells the event counter. Every call
that waits has a limit, but a driver that hangs is not ours to limit: then `Context.cut` parts us
from the service, and the call fails.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cardledger.errors import CardledgerError
from cardledger.i18n import _
from cardledger.station.signs import SERVICE_GONE, SERVICE_HINT

#: A reader that is none: its state changes when a reader comes or goes.
_READERS_CHANGE: Final = "\\\\?PnP?\\Notification"
#: The socket of the service, where the environment does not say otherwise.
_SOCKET: Final = "/run/pcscd/pcscd.comm"
#: Where a process sees its own descriptors, on Linux.
_DESCRIPTORS: Final = Path("/proc/self/fd")

#: Every answer ends with so many bytes that say how it went.
_STATUS_WORD: Final = 2

#: Contexts are made one after the other, so that each can tell which socket is its own.
_making = threading.Lock()


class ReadersMissing(CardledgerError):
    """Card readers cannot be used here: {what}"""

    default_hint = _(
        "Install it: apt-get install pcscd libpcsclite-dev swig gcc, then"
        " pip install 'cardledger[reader]' (in a clone: scripts/environment)."
    )


class ServiceAway(CardledgerError):
    """The service for card readers (pcscd) is not running."""

    default_hint = _("Install and start it: apt-get install pcscd; systemctl start pcscd.socket")


#: Messages are docstrings' first lines, so that the extractor must be told of them.
MESSAGES: Final = (_("Card readers cannot be used here: {what}"), SERVICE_GONE, SERVICE_HINT)


class ReaderAway(Exception):
    """There is no reader of that name any more."""


class NoCard(Exception):
    """The card was taken away."""


class Held(Exception):
    """Another program holds the card or the reader."""


class Silent(Exception):
    """The card, or the reader on its behalf, did not answer as it should."""


@dataclass(frozen=True, slots=True)
class State:
    """What a reader tells without asking the card.

    `counter` grows by one at each card that comes or goes (16 bits, then from 0 again).
    `usable` is false while the driver of the reader reports errors.
    """

    reader: str
    present: bool
    counter: int
    atr: bytes
    usable: bool = True


def scard() -> Any:
    """Return pyscard. Raises `ReadersMissing`."""
    try:
        import smartcard.scard as found
    except ImportError as error:
        raise ReadersMissing(what=str(error)) from error
    return found


class Context:
    """A connection to the service. One thread uses it; `cut` is for others."""

    def __init__(self) -> None:
        """Connect. Raises `ReadersMissing` or `ServiceAway`."""
        self._api = api = scard()
        self._socket = -1
        with _making:
            before = _sockets()
            result, self._handle = api.SCardEstablishContext(api.SCARD_SCOPE_SYSTEM)
            if result == api.SCARD_S_SUCCESS:
                self._socket = _service_among(_sockets() - before)
        self._check(result)

    def __enter__(self) -> Context:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._socket = -1
        self._api.SCardReleaseContext(self._handle)

    def readers(self) -> list[str]:
        """Return the names of the readers."""
        result, names = self._api.SCardListReaders(self._handle, [])
        if result == self._api.SCARD_E_NO_READERS_AVAILABLE:
            return []
        self._check(result)
        return list(names)

    def look(self, reader: str) -> State:
        """Return the present state of a reader. Raises `ReaderAway`."""
        return self._state(reader, self._api.SCARD_STATE_UNAWARE, 0)

    def wait(self, known: State, seconds: float) -> State:
        """Wait until a reader's state is another than `known`, at most so long; return it."""
        api = self._api
        lies = api.SCARD_STATE_PRESENT if known.present else api.SCARD_STATE_EMPTY
        state = lies if known.usable else api.SCARD_STATE_UNAVAILABLE
        return self._state(known.reader, known.counter << 16 | state, round(seconds * 1000))

    def wait_for_readers(self, seconds: float) -> None:
        """Wait until a reader comes or goes, at most so long."""
        result, _states = self._api.SCardGetStatusChange(
            self._handle, round(seconds * 1000), [(_READERS_CHANGE, 0)]
        )
        if result not in (self._api.SCARD_E_TIMEOUT, self._api.SCARD_E_CANCELLED):
            self._check(result)

    @contextlib.contextmanager
    def card(self, reader: str) -> Iterator[Card]:
        """Have the card that lies on a reader for ourselves alone, and leave it as it is."""
        api = self._api
        result, handle, protocol = api.SCardConnect(
            self._handle,
            reader,
            api.SCARD_SHARE_EXCLUSIVE,
            api.SCARD_PROTOCOL_T0 | api.SCARD_PROTOCOL_T1,
        )
        self._check(result)
        try:
            yield Card(self, api, handle, protocol)
        finally:
            api.SCardDisconnect(handle, api.SCARD_LEAVE_CARD)

    def cut(self) -> None:
        """Part from the service: a call that waits or hangs fails at once, and so does any other.

        `SCardCancel` would do for a call that waits, but not for one that has not begun to, nor
        for a driver that hangs.
        """
        if self._socket >= 0:
            with contextlib.suppress(OSError), socket.socket(fileno=os.dup(self._socket)) as ours:
                if _is_the_service(ours):
                    ours.shutdown(socket.SHUT_RDWR)

    def _state(self, reader: str, known: int, milliseconds: int) -> State:
        api = self._api
        result, states = api.SCardGetStatusChange(self._handle, milliseconds, [(reader, known)])
        if result not in (api.SCARD_E_TIMEOUT, api.SCARD_E_CANCELLED):
            self._check(result)
        if not states or len(states[0]) < 3 or result == api.SCARD_E_CANCELLED:
            return self.look(reader)
        _name, event, atr = states[0]
        if event & api.SCARD_STATE_UNKNOWN:
            raise ReaderAway(reader)
        return State(
            reader,
            bool(event & api.SCARD_STATE_PRESENT),
            event >> 16 & 0xFFFF,
            bytes(atr) if event & api.SCARD_STATE_PRESENT else b"",
            not event & api.SCARD_STATE_UNAVAILABLE,
        )

    def _check(self, result: int) -> None:
        """Raise what a result other than success means."""
        api = self._api
        if result == api.SCARD_S_SUCCESS:
            return
        if result in (
            api.SCARD_E_NO_SERVICE,
            api.SCARD_E_SERVICE_STOPPED,
            api.SCARD_F_COMM_ERROR,
            api.SCARD_F_INTERNAL_ERROR,
            api.SCARD_E_INVALID_HANDLE,
            # What a service that was killed looks like from here.
            api.SCARD_W_SECURITY_VIOLATION,
        ):
            raise ServiceAway
        if result in (api.SCARD_E_UNKNOWN_READER, api.SCARD_E_READER_UNAVAILABLE):
            raise ReaderAway
        if result in (api.SCARD_E_NO_SMARTCARD, api.SCARD_W_REMOVED_CARD):
            raise NoCard
        if result == api.SCARD_E_SHARING_VIOLATION:
            raise Held
        raise Silent(api.SCardGetErrorMessage(result))


class Card:
    """A card that nobody else can speak to meanwhile."""

    def __init__(self, context: Context, api: Any, handle: Any, protocol: int) -> None:
        self._context = context
        self._api = api
        self._handle = handle
        self._header = api.SCARD_PCI_T0 if protocol == api.SCARD_PROTOCOL_T0 else api.SCARD_PCI_T1

    def transmit(self, apdu: bytes) -> bytes:
        """Return the card's answer. Raises `NoCard`, `Silent`, `ServiceAway`, `ReaderAway`."""
        result, answer = self._api.SCardTransmit(self._handle, self._header, list(apdu))
        self._context._check(result)
        if len(answer) < _STATUS_WORD:
            # Some drivers call it success when a card has left in the middle of an answer.
            raise Silent
        return bytes(answer)


def _sockets() -> set[tuple[int, str]]:
    """Return the sockets of this process: descriptors, with names that are used only once."""
    found = set()
    for entry in _entries():
        # The descriptor that was used to list them is gone by now.
        with contextlib.suppress(OSError):
            found.add((int(entry.name), str(entry.readlink())))
    return {one for one in found if one[1].startswith("socket:")}


def _entries() -> list[Path]:
    try:
        return list(_DESCRIPTORS.iterdir())
    except OSError:
        return []


def _service_among(sockets: set[tuple[int, str]]) -> int:
    """Return which of the sockets is a connection to the service; -1 where none is."""
    for descriptor, _name in sockets:
        with contextlib.suppress(OSError), socket.socket(fileno=os.dup(descriptor)) as one:
            if _is_the_service(one):
                return descriptor
    return -1


def _is_the_service(one: socket.socket) -> bool:
    place = os.environ.get("PCSCLITE_CSOCK_NAME", _SOCKET)
    return one.family == socket.AF_UNIX and one.getpeername() == place
