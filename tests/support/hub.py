"""A hub between PC/SC's library and a pcscd, in which readers are unplugged and plugged in again.

The virtual readers of vpcd stand in pcscd's configuration, so that they never leave it, and no real
USB is to be had in a test. The hub hands on every message as it is, but leaves readers that are
unplugged out of the table that pcscd answers with (`struct pubReaderStatesList` of its sources).
"""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
from pathlib import Path
from typing import Final

#: Messages of the library that are answered with the table of readers first: the length of a body
#: that they do not have, and the command. The library waits for answers, so that they come alone.
_TABLE_REQUESTS: Final = frozenset({struct.pack("=II", 0, 0x12), struct.pack("=II", 0, 0x13)})
_ROWS: Final = 16
_NAME: Final = 128
_ROW: Final = 184
_PATIENCE: Final = 5.0


class Hub:
    """Listens at `place` and speaks with the pcscd at `behind`."""

    def __init__(self, place: Path, behind: Path) -> None:
        self._behind = behind
        self._unplugged: set[str] = set()
        self._closing, self._close = socket.socketpair()
        self._threads: list[threading.Thread] = []
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(place))
        self._server.listen(_ROWS)
        self._place = place
        self._start(self._serve)

    def __enter__(self) -> Hub:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._close.close()
        for thread in self._threads:
            thread.join(_PATIENCE)
        self._server.close()
        self._closing.close()
        self._place.unlink()

    def unplug(self, reader: str) -> None:
        """Take a reader away."""
        self._unplugged.add(reader)

    def plug(self, reader: str) -> None:
        """Put it back."""
        self._unplugged.discard(reader)

    def _start(self, target: object, *arguments: socket.socket) -> None:
        assert callable(target)
        thread = threading.Thread(target=target, args=arguments)
        self._threads.append(thread)
        thread.start()

    def _serve(self) -> None:
        while self._server in select.select([self._server, self._closing], [], [])[0]:
            self._start(self._join, self._server.accept()[0])

    def _join(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as service, contextlib.suppress(OSError):
            service.connect(str(self._behind))
            self._hand_on(client, service)

    def _hand_on(self, client: socket.socket, service: socket.socket) -> None:
        table, tables = b"", 0
        while True:
            ready = select.select([client, service, self._closing], [], [])[0]
            if self._closing in ready:
                return
            if service in ready:
                data = service.recv(65536)
                if not data:
                    return
                if tables:
                    table += data
                    data = b""
                    if len(table) >= _ROWS * _ROW:
                        data = self._seen(table[: _ROWS * _ROW]) + table[_ROWS * _ROW :]
                        table, tables = b"", tables - 1
                client.sendall(data)
            if client in ready:
                data = client.recv(65536)
                if not data:
                    return
                tables += data in _TABLE_REQUESTS
                service.sendall(data)

    def _seen(self, table: bytes) -> bytes:
        rows = [table[at : at + _ROW] for at in range(0, len(table), _ROW)]
        return b"".join(
            bytes(_ROW) if row[:_NAME].rstrip(b"\0").decode() in self._unplugged else row
            for row in rows
        )
