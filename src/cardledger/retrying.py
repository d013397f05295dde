"""Retry keys: by them the same row, given again, is known to be in the ledger.

A key is a keyed hash of the canonical command and its ordinal among identical rows, so that two
identical legitimate rows are two. A caller's own key is kept as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final, NamedTuple

import msgspec

from cardledger.commands import Command
from cardledger.errors import BadInput, CardledgerError
from cardledger.events import Line

#: Bytes of a key that are kept.
_SIZE: Final = 12
#: HMAC (RFC 2104): bytes that SHA-256 takes at once, and what they are mixed with.
_BLOCK: Final = 64
_INNER: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER: Final = bytes(byte ^ 0x5C for byte in range(256))
#: A command, or why a row is none.
Row = Command | CardledgerError


class KeyedLine(NamedTuple):
    """A line that bound a retry key, and whether a later line declares it void."""

    line: Line
    void: bool


class Keying:
    """Makes retry keys: the first bytes of HMAC-SHA256.

    The secret is taken in once for all rows, which `hmac.digest` does for every one of them: that
    would take three times as long.
    """

    def __init__(self, secret: bytes) -> None:
        block = secret.ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha256(block.translate(_INNER))
        self._outer = hashlib.sha256(block.translate(_OUTER))

    def key(self, text: bytes) -> str:
        """Return the key of a text."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(text)
        outer.update(inner.digest())
        return outer.digest()[:_SIZE].hex()


def readable(rows: Iterable[Command | BadInput], secret: bytes | None) -> list[Row]:
    """Return commands in canonical form; what is none, or cannot be read, as its error.

    They get their retry keys where a `secret` is given.
    """
    ordinals: dict[bytes, int] = {}
    keying = Keying(secret) if secret is not None else None
    found: list[Row] = []
    for row in rows:
        if not isinstance(row, Command):
            found.append(row)
            continue
        try:
            command = row.normal()
        except BadInput as error:
            found.append(error)
            continue
        if keying is not None and not command.key:
            canonical = msgspec.json.encode(command)
            ordinal = ordinals[canonical] = ordinals.get(canonical, 0) + 1
            key = keying.key(canonical + b"#%d" % ordinal)
            command = msgspec.structs.replace(command, key=key)
        found.append(command)
    return found


def keys_of(rows: Iterable[Command | BadInput], secret: bytes, *, as_one: bool) -> list[str]:
    """Return the retry key of each row; see `Ledger.retry_keys`."""
    keys = [row.key if isinstance(row, Command) else "" for row in readable(rows, secret)]
    if not as_one:
        return keys
    whole = hashlib.sha256("\n".join(keys).encode()).digest()
    keying = Keying(secret)
    return [keying.key(key.encode() + whole) if key else "" for key in keys]
