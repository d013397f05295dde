"""A relay to a PostgreSQL server that reads what it passes on, and can be told what to do with it.

It counts what clients say, message by message (PostgreSQL's protocol, version 3), the startup of
each connection included; a plan decides what becomes of each:

    with relay_to("127.0.0.1", 5432, lambda said: Do.CUT if said.is_commit else Do.PASS) as relay:
        ...

Other than a cut wire it knows where it cuts: before a commit reaches the server, or exactly after
it was done and before its answer comes.
"""

from __future__ import annotations

import contextlib
import enum
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

_PIECE: Final = 65_536
#: Messages without a letter that are no startup: may it be encrypted, by TLS or Kerberos.
_REQUESTS: Final = (80_877_103, 80_877_104)


class Do(enum.Enum):
    """What becomes of a message."""

    PASS = "pass"
    #: Neither it nor anything after reaches the server; both sides see the connection end.
    CUT = "cut"
    #: It reaches the server; when the answer comes, the client sees the connection end.
    CUT_ANSWER = "cut-answer"
    #: Neither it nor anything after reaches the server; the connection stays and says nothing.
    HOLD = "hold"
    #: It reaches the server; neither the answer nor anything after reaches the client.
    HOLD_ANSWER = "hold-answer"


class Said(NamedTuple):
    """A message: its number among all, beginning with 1; its letter, none at startup; the rest."""

    number: int
    letter: bytes
    body: bytes
    #: The port from which the relay speaks to the server for this client.
    port: int

    @property
    def is_commit(self) -> bool:
        """Whether it is the end of a transaction that is to be kept."""
        return self.letter == b"Q" and self.body[5:].startswith(b"COMMIT")


#: Is called for each message before it is passed on, one at a time.
Plan = Callable[[Said], Do]


class _Talk:
    """One client's connection."""

    def __init__(self, near: socket.socket, far: socket.socket) -> None:
        self.near, self.far = near, far
        self.way = Do.PASS

    def cut(self) -> None:
        for end in (self.near, self.far):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


class Relay:
    """Passes messages on to a server as its plan says; `port` is where it listens."""

    def __init__(self, host: str, port: int, plan: Plan) -> None:
        self._server: Final = (host, port)
        self._plan = plan
        self._lock = threading.Lock()
        self._talks: list[_Talk] = []
        self.count = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: Final = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """End every connection."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for talk in self._talks:
            talk.cut()

    def _accept(self) -> None:
        while True:
            try:
                near, _address = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self._server)
            except OSError:
                near.close()
                continue
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            talk = _Talk(near, far)
            self._talks.append(talk)
            for way in (self._up, self._down):
                threading.Thread(target=way, args=(talk,), daemon=True).start()

    def _up(self, talk: _Talk) -> None:
        with contextlib.suppress(OSError):
            for letter, message in _messages(talk.near):
                if talk.way is not Do.PASS:
                    # Whatever it says now is not heard any more.
                    continue
                if not letter and int.from_bytes(message[4:8]) in _REQUESTS:
                    talk.far.sendall(message)
                    continue
                with self._lock:
                    self.count += 1
                    said = Said(self.count, letter, message, talk.far.getsockname()[1])
                    talk.way = self._plan(said)
                if talk.way is Do.CUT:
                    break
                if talk.way is not Do.HOLD:
                    talk.far.sendall(message)
        talk.cut()

    def _down(self, talk: _Talk) -> None:
        with contextlib.suppress(OSError):
            while piece := talk.far.recv(_PIECE):
                if talk.way is Do.CUT_ANSWER:
                    break
                if talk.way not in (Do.HOLD, Do.HOLD_ANSWER):
                    talk.near.sendall(piece)
            if talk.way in (Do.HOLD, Do.HOLD_ANSWER):
                # The server ended it, but the client is not to hear of it.
                return
        talk.cut()


def _messages(end: socket.socket) -> Iterator[tuple[bytes, bytes]]:
    """Yield messages of a client whole: the letter, empty before the startup is done; all of it."""
    kept, started = b"", False
    while piece := end.recv(_PIECE):
        kept += piece
        while True:
            head = 1 if started else 0
            if len(kept) < head + 4:
                break
            size = head + struct.unpack_from("!I", kept, head)[0]
            if len(kept) < size:
                break
            message, kept = kept[:size], kept[size:]
            yield message[:head], message
            started = started or int.from_bytes(message[4:8]) not in _REQUESTS


@contextmanager
def relay_to(host: str, port: int, plan: Plan) -> Iterator[Relay]:
    """Give a relay to a server; its connections end with it."""
    relay = Relay(host, port, plan)
    try:
        yield relay
    finally:
        relay.close()
