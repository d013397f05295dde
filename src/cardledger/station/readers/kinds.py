"""What a card is, by its ATR.

A contactless reader makes an ATR itself, as PC/SC part 3 (Interoperability Specification for ICCs
and Personal Computer Systems, rev. 2.01.09) says, sections 3.1.3.2.3.1 and .2:

- a storage card: `3B 8F 80 01 80 4F 0C`, the registered application provider `A0 00 00 03 06`, a
  byte for the standard, two for the name of the card, four that are zero, and a check byte;
- a card with ISO 14443-4: `3B 8n 80 01`, its n historical bytes, and a check byte.

The ATR is the same for every card of a kind, so that it never says which card it is (HANDBOOK 12).
"""

from __future__ import annotations

import functools
import operator
from typing import Final

from cardledger.station.signs import CardType

_HEAD: Final = bytes.fromhex("3B8F8001804F0CA000000306")
_CONTACTLESS: Final = bytes.fromhex("8001")
#: Names of storage cards: PC/SC part 3, supplemental document "Contactless Storage Cards".
_STORAGE: Final[dict[int, tuple[CardType, str]]] = {
    0x0001: ("m1-1k", "MIFARE Classic 1K"),
    0x0002: ("m1-4k", "MIFARE Classic 4K"),
    0x0003: ("unknown", "MIFARE Ultralight"),
    0x0026: ("unknown", "MIFARE Mini"),
    0x0036: ("unknown", "MIFARE Plus SL1 2K"),
    0x0037: ("unknown", "MIFARE Plus SL1 4K"),
    0x0038: ("unknown", "MIFARE Plus SL2 2K"),
    0x0039: ("unknown", "MIFARE Plus SL2 4K"),
    0x003A: ("unknown", "MIFARE Ultralight C"),
    0x003B: ("unknown", "FeliCa"),
}


def type_of(atr: bytes) -> CardType:
    """Return what a card is; a damaged or unfamiliar ATR is `unknown`."""
    return _found(atr)[0]


def name_of(atr: bytes) -> str:
    """Return the maker's name of a storage card, the same in every language; else empty."""
    return _found(atr)[1]


def _found(atr: bytes) -> tuple[CardType, str]:
    # All bytes after the first, the check byte included, add up to nothing (ISO 7816-3, 8.2.5).
    if len(atr) < 5 or functools.reduce(operator.xor, atr[1:]) != 0:
        return "unknown", ""
    if atr.startswith(_HEAD):
        # The standard (byte 12) tells the air interface, not the card.
        name = int.from_bytes(atr[13:15]) if len(atr) == 20 and not any(atr[15:19]) else 0
        return _STORAGE.get(name, ("unknown", ""))
    historical = atr[1] & 0x0F
    if (atr[0], atr[1] >> 4, atr[2:4]) != (0x3B, 8, _CONTACTLESS) or len(atr) != 5 + historical:
        return "unknown", ""
    return "cpu", ""
