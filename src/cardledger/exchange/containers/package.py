"""Zip packages (.xlsx, .ods): looked at before they are unpacked in earnest, and read in pieces.

Every member is unpacked once to its end, its size and sum compared with what the directory says:
other programs believe the directory.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from cardledger.exchange.containers.raw import (
    CHUNK,
    UNPACKED_LIMIT,
    Source,
    damaged,
    protected,
    too_large,
)

MAGIC: Final = b"PK\x03\x04"
MEMBER_LIMIT: Final = 5000
DIRECTORY_LIMIT: Final = 2 << 20
#: How far from the end the record may begin that says where the directory is.
_TAIL: Final = 1 << 17
_ENCRYPTED_FLAG: Final = 1
_HEADER: Final = 30
#: Bytes from which on a second thread is worth its while.
_LARGE: Final = 8 << 20
_WAYS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


class Package:
    """The members of a zip file, by name.

    Raises `UnreadableFile` where the directory is damaged or contradicts itself (members that
    share bytes or a name), where members are encrypted, and where it unpacks to too much.
    """

    def __init__(self, source: Source) -> None:
        self.source: Final = source
        if _size_of_directory(source) > DIRECTORY_LIMIT:
            raise damaged(source.name)
        try:
            with zipfile.ZipFile(source.stream()) as opened:
                members = opened.infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, UnicodeError):
            raise damaged(source.name) from None
        self.members: Final = {one.filename: one for one in members}
        if len(members) > MEMBER_LIMIT or len(self.members) < len(members):
            raise damaged(source.name)
        if any(one.flag_bits & _ENCRYPTED_FLAG for one in members):
            raise protected(source.name)
        if sum(one.file_size for one in members) > UNPACKED_LIMIT:
            raise too_large(source.name, f"{UNPACKED_LIMIT >> 20} MiB")
        end = 0
        for one in sorted(members, key=lambda member: member.header_offset):
            if one.header_offset < end or one.compress_type not in _WAYS:
                raise damaged(source.name)
            end = one.header_offset + _HEADER + one.compress_size

    def __contains__(self, name: str) -> bool:
        return name in self.members

    def find(self, name: str) -> str | None:
        """Return the name of a member as it is written; capitals do not matter."""
        return next((one for one in self.members if one.lower() == name.lower()), None)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Unpack a member piece by piece; raises `UnreadableFile` where it is not as claimed."""
        member = self.members[name]
        size = total = 0
        for piece in self._unpacked(member):
            size += len(piece)
            if size > member.file_size:
                raise damaged(self.source.name)
            total = zlib.crc32(piece, total)
            yield piece
        if size != member.file_size or total != member.CRC:
            raise damaged(self.source.name)

    def chunks_ahead(self, name: str) -> Iterator[bytes]:
        """Unpack a member as `chunks` does, one piece ahead where it is large.

        Unpacking needs no interpreter, so that it goes on while the piece before is looked at.
        """
        pieces = self.chunks(name)
        if self.members[name].file_size < _LARGE:
            yield from pieces
            return
        with ThreadPoolExecutor(1) as other:
            coming = other.submit(next, pieces, None)
            while (piece := coming.result()) is not None:
                coming = other.submit(next, pieces, None)
                yield piece

    def read(self, name: str) -> bytes:
        """Return a member as a whole; for small ones only."""
        return b"".join(self.chunks(name))

    def _unpacked(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        place, length = self._place(member), member.compress_size
        if place + length > self.source.size:
            raise damaged(self.source.name)
        pieces = self.source.chunks(place, length)
        if member.compress_type == zipfile.ZIP_STORED:
            yield from pieces
            return
        unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for piece in pieces:
                if unpacking.eof:
                    raise damaged(self.source.name)
                yield unpacking.decompress(piece, CHUNK)
                while unpacking.unconsumed_tail:
                    yield unpacking.decompress(unpacking.unconsumed_tail, CHUNK)
            # Part of the last piece may be held back.
            while not unpacking.eof and (more := unpacking.decompress(b"", CHUNK)):
                yield more
        except zlib.error:
            raise damaged(self.source.name) from None
        if not unpacking.eof or unpacking.unused_data:
            raise damaged(self.source.name)

    def _place(self, member: zipfile.ZipInfo) -> int:
        header = self.source.read(member.header_offset, _HEADER)
        if len(header) < _HEADER or not header.startswith(MAGIC):
            raise damaged(self.source.name)
        name, extra = (
            int.from_bytes(header[26:28], "little"),
            int.from_bytes(header[28:30], "little"),
        )
        return member.header_offset + _HEADER + name + extra


def _size_of_directory(source: Source) -> int:
    """Return the size that the directory of a package claims to have; none where it has none."""
    tail = source.read(max(0, source.size - _TAIL), _TAIL)
    place = tail.rfind(b"PK\x05\x06")
    size = int.from_bytes(tail[place + 12 : place + 16], "little") if place >= 0 else 0
    large = tail.rfind(b"PK\x06\x06")
    if size == 0xFFFFFFFF and large >= 0:
        size = int.from_bytes(tail[large + 40 : large + 48], "little")
    return size
