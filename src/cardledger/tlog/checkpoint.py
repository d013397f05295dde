"""Checkpoints (https://c2sp.org/tlog-checkpoint): what a log commits to, in three lines.

The origin of the log, its size in decimal, its root in base64. Lines that follow are extensions.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import NamedTuple

from cardledger.tlog.hashing import HASH_SIZE

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


class InvalidCheckpoint(ValueError):
    """The text is not a checkpoint."""


class Checkpoint(NamedTuple):
    """A log's name, its number of lines, and the Merkle root over them."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def to_text(self) -> str:
        """Return the text to be signed; ValueError where a field would spoil its form."""
        lines = (self.origin, *self.extensions)
        if not all(line and "\n" not in line for line in lines):
            raise ValueError("origin and extensions are lines that are not empty")
        if self.size < 0 or len(self.root) != HASH_SIZE:
            raise ValueError("a checkpoint needs a size and a root of 32 bytes")
        root = base64.b64encode(self.root).decode()
        return "\n".join((self.origin, str(self.size), root, *self.extensions)) + "\n"

    @classmethod
    def from_text(cls, text: str) -> Checkpoint:
        """Return the checkpoint in the text of a note; InvalidCheckpoint where there is none."""
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop() or not all(lines):
            raise InvalidCheckpoint("a checkpoint has at least three lines, none of them empty")
        origin, size, encoded, *extensions = lines
        if not _SIZE.fullmatch(size):
            raise InvalidCheckpoint(f"{size!r} is not the size of a log")
        try:
            root = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            root = b""
        if len(root) != HASH_SIZE or base64.b64encode(root).decode() != encoded:
            raise InvalidCheckpoint(f"{encoded!r} is not the root of a log")
        return cls(origin, int(size), root, tuple(extensions))
