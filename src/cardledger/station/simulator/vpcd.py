"""The protocol of vpcd, the virtual reader of pcscd: cards that lie on no real reader.

vpcd and the card are joined by one TCP connection, and a card lies on the reader as long as that
connection lives. Every message is a length of two bytes, the high one first, and a payload. vpcd
asks: one byte 0, 1, 2 is power off, power on, reset (no answer is due), 4 asks for the ATR;
anything longer is an APDU for the card. pcscd polls the reader, every 0.4 s, by asking for the ATR.

Either side can listen. In pcscd's configuration `DEVICENAME /dev/null:0x8C7B` makes vpcd listen
there, on *all* interfaces (so it belongs into a network of its own, see `service`);
`DEVICENAME 127.0.0.1:0x8C7B` makes it call us. Version 3.3 of vpcd can do that for one card only:
it aborts pcscd when that is pulled. Each slot of vpcd has a port of its own, the next one.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final

from cardledger.errors import CardledgerError
from cardledger.i18n import _
from cardledger.station.simulator.cards import Mute, Pulled, VirtualCard

#: Where vpcd's first slot is found.
PORT: Final = 0x8C7B
HOME: Final = "127.0.0.1"

POWER_OFF: Final = 0
POWER_ON: Final = 1
RESET: Final = 2
GET_ATR: Final = 4

#: Acknowledge at once; an option of Linux, where pcscd and vpcd run.
QUICK: Final = getattr(socket, "TCP_QUICKACK", socket.TCP_NODELAY)

#: Seconds between two attempts to reach vpcd, and how long they go on.
AGAIN: Final = 0.05
PATIENCE: Final = 5.0
#: Threads that end are waited for this long.
FAREWELL: Final = 5.0


class NoVirtualReader(CardledgerError):
    """No virtual reader (vpcd) can be reached on port {port}."""

    default_hint = _("See how to start one with: cardledger readers simulate --help")


def send(connection: socket.socket, payload: bytes) -> None:
    """Send one message."""
    connection.sendall(len(payload).to_bytes(2) + payload)


def receive(connection: socket.socket) -> bytes | None:
    """Receive one message; None where the other side has gone, also in the middle of one."""
    size = _exactly(connection, 2)
    return _exactly(connection, int.from_bytes(size)) if size is not None else None


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    parts: list[bytes] = []
    while size:
        # vpcd sends the length and the rest apart, and its system keeps the rest back until the
        # length is acknowledged, which ours would put off for 40 ms.
        connection.setsockopt(socket.IPPROTO_TCP, QUICK, 1)
        part = connection.recv(size)
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


class VirtualReader:
    """One slot of vpcd, on which one card can lie at a time.

    `lay`, `pull` and `swap` may be called from any thread; a thread of its own speaks with vpcd.
    Make one with `listening` or `calling`, and close it.
    """

    def __init__(
        self,
        port: int,
        server: socket.socket | None = None,
        make: Callable[[], socket.socket] = socket.socket,
        patience: float = 0,
    ) -> None:
        self.port = port
        self._patience = patience
        self._server = server
        self._make = make
        self._state = threading.Condition()
        self._card: VirtualCard | None = None
        self._connection: socket.socket | None = None
        #: The connection that the thread has, and closes.
        self._served: socket.socket | None = None
        self._closed = False
        self._noticed: float | None = None
        self._thread = threading.Thread(target=self._run, name=f"vpcd-{port}", daemon=True)
        self._thread.start()

    @classmethod
    def listening(cls, port: int = 0) -> VirtualReader:
        """Wait on the loopback interface for a vpcd that calls; port 0 takes any free one."""
        # An empty reader answers calls too, by hanging up: vpcd takes a refused one badly.
        server = socket.create_server((HOME, port))
        return cls(server.getsockname()[1], server)

    @classmethod
    def calling(
        cls,
        port: int = PORT,
        make: Callable[[], socket.socket] = socket.socket,
        patience: float = 0,
    ) -> VirtualReader:
        """Call a vpcd that listens, each time that a card is laid on.

        `make` makes the sockets: one that was made in another network belongs to that network.
        `patience`: seconds for which a vpcd that is not there yet is waited for.
        """
        return cls(port, make=make, patience=patience)

    def __enter__(self) -> VirtualReader:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    @property
    def card(self) -> VirtualCard | None:
        """The card that lies on the reader."""
        return self._card

    @property
    def noticed(self) -> float | None:
        """When pcscd first asked the card that lies here: `time.monotonic()`; None until then."""
        return self._noticed

    def lay(self, card: VirtualCard) -> None:
        """Lay a card on. Raises `NoVirtualReader` where vpcd was to be called and is not there."""
        with self._state:
            if self._card is not None:
                raise RuntimeError("a card lies on the reader already")
            if self._server is None:
                self._connection = self._called()
            card.laid()
            self._card, self._noticed = card, None
            self._state.notify_all()

    def pull(self) -> VirtualCard | None:
        """Take the card away, whatever it was doing; return it."""
        with self._state:
            return self._pull()

    def swap(self, card: VirtualCard) -> VirtualCard | None:
        """Exchange the card so fast that pcscd does not notice; return the one that lay there."""
        with self._state:
            if self._card is None:
                raise RuntimeError("no card lies on the reader")
            before, self._card = self._card, card
            card.laid()
            return before

    def wait_noticed(self, limit: float = PATIENCE) -> bool:
        """Wait until pcscd has noticed the card that was laid on; False after `limit` seconds."""
        with self._state:
            return self._state.wait_for(lambda: self._noticed is not None, limit)

    def wait_asked(self, card: VirtualCard, questions: int, limit: float = PATIENCE) -> bool:
        """Wait until a card was asked so often since it was laid on; False after `limit`.

        A question counts as soon as it has come, answered or not.
        """
        end = time.monotonic() + limit
        while card.questions < questions:
            if time.monotonic() > end:
                return False
            time.sleep(AGAIN / 50)
        return True

    def close(self) -> None:
        """Take the card away and end."""
        with self._state:
            self._closed = True
            self._pull()
            self._state.notify_all()
            server, self._server = self._server, None
        if server is not None:
            # Closing does not wake a thread that waits for a call; this does.
            with contextlib.suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            server.close()
        self._thread.join(FAREWELL)

    def _pull(self) -> VirtualCard | None:
        before, self._card, self._noticed = self._card, None, None
        connection, self._connection = self._connection, None
        if connection is not None:
            _hang_up(connection)
            if connection is not self._served:
                # Its thread has not come to it, and never will.
                connection.close()
        self._state.notify_all()
        return before

    def _called(self) -> socket.socket:
        """Return a connection to vpcd; one that is busy with the card before is tried again."""
        start = time.monotonic()
        while True:
            try:
                return self._call(4 * AGAIN)
            except TimeoutError:
                # vpcd lets one caller wait; a second one's call is not refused but unheard.
                if time.monotonic() > start + PATIENCE:
                    raise NoVirtualReader(port=self.port) from None
            except ConnectionError:
                if time.monotonic() > start + self._patience:
                    raise NoVirtualReader(port=self.port) from None
                time.sleep(AGAIN)

    def _call(self, limit: float) -> socket.socket:
        connection = self._make()
        try:
            connection.settimeout(limit)
            connection.connect((HOME, self.port))
            connection.settimeout(None)
        except OSError:
            connection.close()
            raise
        return connection

    def _run(self) -> None:
        for connection in self._connections():
            with connection:
                self._serve(connection)

    def _connections(self) -> Iterator[socket.socket]:
        """Yield the connections on which the card that lies there is to answer."""
        while not self._closed:
            server = self._server
            try:
                connection = self._accepted(server) if server else self._made()
            except OSError:
                # Closed meanwhile, or vpcd went away while a card lay there.
                with self._state:
                    self._state.wait_for(lambda: self._closed, AGAIN)
                continue
            if connection is not None:
                yield connection

    def _accepted(self, server: socket.socket) -> socket.socket | None:
        connection = server.accept()[0]
        with self._state:
            if self._card is not None and not self._closed:
                self._connection = self._served = connection
                return connection
        _hang_up(connection)
        connection.close()
        return None

    def _made(self) -> socket.socket | None:
        """Return the connection that `lay` made, or a new one if vpcd ended that of a card."""
        with self._state:
            self._state.wait_for(lambda: self._card is not None or self._closed)
            if self._closed:
                return None
            if self._connection is None:
                self._connection = self._call(AGAIN)
            self._served = self._connection
            return self._connection

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while (message := receive(connection)) is not None:
                card = self._asked(connection)
                if card is None:
                    break
                if len(message) > 1:
                    self._answer(connection, card, message)
                elif message == bytes((GET_ATR,)):
                    send(connection, card.atr)
        except OSError:
            # Taken away, or pcscd has ended.
            pass
        finally:
            with self._state:
                if self._connection is connection:
                    self._connection = None

    def _asked(self, connection: socket.socket) -> VirtualCard | None:
        """Return the card that a question on this connection is for; None if it was pulled."""
        with self._state:
            if self._connection is not connection:
                return None
            if self._noticed is None:
                self._noticed = time.monotonic()
                self._state.notify_all()
            return self._card

    def _answer(self, connection: socket.socket, card: VirtualCard, apdu: bytes) -> None:
        try:
            said = card.answer(apdu)
        except Pulled:
            with self._state:
                if self._card is card:
                    self._pull()
            return
        except Mute:
            return
        fault = card.fault
        if fault and fault.kind == "swapped" and fault.other and fault.meets(card.questions):
            with self._state:
                if self._card is card:
                    fault.other.laid()
                    self._card = fault.other
        send(connection, said)


def _hang_up(connection: socket.socket) -> None:
    # Also wakes the thread that reads from it, which a mere close does not.
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
