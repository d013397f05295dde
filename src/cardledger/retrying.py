"""Retry keys: by them the same row, given again, is known to be in the ledger.

A key is a keyed hash of the canonical command and its ordinal among identical rows, so that two
identical legitimate rows are two. A caller's own key is kept as it is.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from typing import Final, NamedTuple

import msgspec

from cardledger.commands import Command
from cardledger.errors import BadInput, CardledgerError
from cardledger.events import Line

#: Bytes of a key that are kept.
_SIZE: Final = 12
#: A command, or why a row is none.
Row = Command | CardledgerError


class KeyedLine(NamedTuple):
    """A line that bound a retry key, and whether a later line declares it void."""

    line: Line
    void: bool


def readable(rows: Iterable[Command | BadInput], secret: bytes | None) -> list[Row]:
    """Return commands in canonical form; what is none, or cannot be read, as its error.

    They get their retry keys where a `secret` is given.
    """
    ordinals: dict[bytes, int] = {}
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
        if secret is not None and not command.key:
            canonical = msgspec.json.encode(command)
            ordinal = ordinals[canonical] = ordinals.get(canonical, 0) + 1
            key = _key(secret, canonical + b"#%d" % ordinal)
            command = msgspec.structs.replace(command, key=key)
        found.append(command)
    return found


def _key(secret: bytes, text: bytes) -> str:
    return hmac.digest(secret, text, "sha256")[:_SIZE].hex()


def keys_of(rows: Iterable[Command | BadInput], secret: bytes, *, as_one: bool) -> list[str]:
    """Return the retry key of each row; see `Ledger.retry_keys`."""
    keys = [row.key if isinstance(row, Command) else "" for row in readable(rows, secret)]
    if not as_one:
        return keys
    whole = hashlib.sha256("\n".join(keys).encode()).digest()
    return [_key(secret, key.encode() + whole) if key else "" for key in keys]
