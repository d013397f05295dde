"""A spool: what was folded, kept aside until all of it is there.

Folding takes minutes where a ledger is large, and other programs record meanwhile. What is kept
aside is in memory as long as it is little, and in an unnamed file after that.
"""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Iterator
from types import TracebackType
from typing import Final, Self

#: Bytes that one spool keeps in memory.
IN_MEMORY: Final = 16 * 1024 * 1024

_LENGTHS: Final = struct.Struct("<II")


class Spool:
    """Rows in the order in which they were added: subjects and their canonical JSON."""

    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=in_memory)  # noqa: SIM115

    def add(self, subject: str, data: bytes) -> None:
        """Add a row."""
        key = subject.encode()
        self._file.write(_LENGTHS.pack(len(key), len(data)) + key + data)

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        """Return all rows from the beginning."""
        self._file.seek(0)
        while lengths := self._file.read(_LENGTHS.size):
            of_key, of_data = _LENGTHS.unpack(lengths)
            yield self._file.read(of_key).decode(), self._file.read(of_data)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
