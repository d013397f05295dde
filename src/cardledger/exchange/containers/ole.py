"""Containers of the old office programs: files within a file, in chains of sectors (OLE, CFB).

Every chain has an end that is reached within the number of sectors that there are: one that runs in
a circle or out of the file is damage.
"""

from __future__ import annotations

import struct
from array import array
from typing import Final, NamedTuple

from cardledger.exchange.containers.raw import Source, damaged

MAGIC: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_HEADER: Final = 512
_LAST_SECTOR: Final = 0xFFFFFFFA
_END: Final = 0xFFFFFFFE
_FREE: Final = 0xFFFFFFFF
_ENTRY: Final = 128
_STREAM, _ROOT = 2, 5
_FATS_IN_HEADER: Final = 109


class _Entry(NamedTuple):
    name: str
    kind: int
    start: int
    size: int


class Container:
    """The streams of a container, by name; raises `UnreadableFile` where it is damaged."""

    def __init__(self, source: Source) -> None:
        self._file: Final = source.name
        self._data = source.whole()
        if len(self._data) < _HEADER or not self._data.startswith(MAGIC):
            raise damaged(source.name)
        shift, mini_shift = struct.unpack_from("<HH", self._data, 30)
        fats, first = struct.unpack_from("<I4xI", self._data, 44)[0], self._number(48)
        self._cutoff, first_mini = self._number(56), self._number(60)
        if shift not in (9, 12) or mini_shift != 6 or fats > len(self._data) >> shift:
            raise damaged(source.name)
        self._sector = 1 << shift
        self._mini_sector = 1 << mini_shift
        self._fat = self._read_fat(fats)
        self._entries = self._read_entries(first)
        root = next((one for one in self._entries if one.kind == _ROOT), None)
        self._mini_fat = self._numbers(self._chain(first_mini)) if root else array("I")
        self._mini = self._chain(root.start)[: root.size] if root else b""

    def __contains__(self, name: str) -> bool:
        return any(one.kind == _STREAM and one.name == name for one in self._entries)

    def read(self, name: str) -> bytes:
        """Return a stream as a whole."""
        entry = next(one for one in self._entries if one.kind == _STREAM and one.name == name)
        if entry.size < self._cutoff:
            data = self._chain(entry.start, mini=True)
        else:
            data = self._chain(entry.start)
        if len(data) < entry.size:
            raise damaged(self._file)
        return data[: entry.size]

    def _number(self, place: int) -> int:
        number: int = struct.unpack_from("<I", self._data, place)[0]
        return number

    def _read_fat(self, count: int) -> array[int]:
        listed = list(struct.unpack_from(f"<{_FATS_IN_HEADER}I", self._data, 76))
        more, room = self._number(68), self._sector // 4 - 1
        for _turn in range(len(self._data) // self._sector):
            if more >= _LAST_SECTOR:
                break
            numbers = self._numbers(self._at(more))
            listed += numbers[:room]
            more = numbers[room]
        sectors = [number for number in listed if number != _FREE]
        if len(sectors) < count or more < _LAST_SECTOR:
            raise damaged(self._file)
        return self._numbers(b"".join(self._at(number) for number in sectors[:count]))

    def _read_entries(self, first: int) -> list[_Entry]:
        directory = self._chain(first)
        entries = []
        for place in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            raw = directory[place : place + _ENTRY]
            length, kind = struct.unpack_from("<HB", raw, 64)
            start, size = struct.unpack_from("<II", raw, 116)
            name = raw[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            entries.append(_Entry(name, kind, start, size))
        return entries

    def _numbers(self, data: bytes) -> array[int]:
        numbers = array("I")
        numbers.frombytes(data[: len(data) & ~3])
        return numbers

    def _at(self, number: int) -> bytes:
        start = (number + 1) * self._sector
        # The last sector of a file may be short: its rest was nothing.
        piece = self._data[start : start + self._sector]
        if not piece:
            raise damaged(self._file)
        return piece.ljust(self._sector, b"\0")

    def _chain(self, number: int, *, mini: bool = False) -> bytes:
        table = self._mini_fat if mini else self._fat
        pieces = []
        for _turn in range(len(table) + 1):
            if number >= _LAST_SECTOR:
                break
            if number >= len(table):
                raise damaged(self._file)
            if mini:
                start = number * self._mini_sector
                pieces.append(self._mini[start : start + self._mini_sector])
            else:
                pieces.append(self._at(number))
            number = table[number]
        if number != _END:
            raise damaged(self._file)
        return b"".join(pieces)
