"""Records of a queue: one line each, with a checksum, only ever added at the end.

A line is 16 hexadecimal digits, a space and an object of canonical JSON. The digits are the
beginning of the SHA-256 of the object's bytes, so that a line that was written half, or was
altered, is never taken for what somebody swiped. Commands are the ledger's own, as batches write
them; they name cards, never people.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final, NamedTuple

import msgspec

#: The form of the file; it stands in its first line.
FORMAT: Final = "cardledger-queue/1"
_DIGITS: Final = 16
#: What stands in `kind`.
_HEADER: Final = "header"
_PUT: Final = "put"
_DONE: Final = "done"


class Header(msgspec.Struct, frozen=True, tag_field="kind", tag=_HEADER):
    """The first line: the form of the file, and the ledger for which it waits."""

    format: str
    ledger: str


class Put(msgspec.Struct, frozen=True, tag_field="kind", tag=_PUT):
    """A command that waits. `undo`: what it would have written is void, if it was written."""

    n: int
    command: dict[str, Any]
    undo: bool = False


class Done(msgspec.Struct, frozen=True, tag_field="kind", tag=_DONE):
    """A command that waits no longer: it was written, refused, or taken back."""

    n: int


Record = Header | Put | Done

_encoder: Final = msgspec.json.Encoder(order="deterministic")
_decoder: Final = msgspec.json.Decoder(Record)


class Read(NamedTuple):
    """What a file holds: its records; lines that are damaged; the size of what is whole.

    What comes after `size` is the beginning of a line whose writing was cut off.
    """

    records: list[Record]
    damaged: list[bytes]
    size: int


def line_of(record: Record) -> bytes:
    """Return the line of a record."""
    data = _encoder.encode(record)
    return _checksum(data) + b" " + data + b"\n"


def read_lines(content: bytes) -> Read:
    """Read the content of a file; it never raises, whatever the content is.

    Every byte is accounted for: as a record, as a damaged line, or as the half line at the end,
    which nobody can have been told of.
    """
    end = content.rfind(b"\n") + 1
    records: list[Record] = []
    damaged: list[bytes] = []
    for line in content[:end].split(b"\n")[:-1]:
        record = _record(line)
        if record is None:
            damaged.append(line)
        else:
            records.append(record)
    return Read(records, damaged, end)


def _record(line: bytes) -> Record | None:
    digits, _space, data = line.partition(b" ")
    if digits != _checksum(data):
        return None
    try:
        record: Record = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return record


def _checksum(data: bytes) -> bytes:
    return sha256(data).hexdigest()[:_DIGITS].encode()
