"""Touches: a card that was laid on a reader, or a line that somebody typed, as acts need it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from cardledger import ids
from cardledger.events import Reading
from cardledger.moments import Moment
from cardledger.station.signs import CardRead
from cardledger.station.swipe import SwipeEvidence, Typed

#: Random bytes of a retry key: no two touches of all stations ever have the same.
_KEY_BYTES: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """What a command is built from.

    `card`: how the card is named: a UID that was read is forced to be one, typed text is a card
    number, else a UID in any form. `at`: when it was read or typed. `key`: the retry key, by which
    it is recorded once however often that is tried. `seen`: the moment of `time.monotonic()` when
    the card was noticed; none where it was typed.
    """

    card: str
    at: Moment
    evidence: SwipeEvidence
    key: str
    reading: Reading | None = None
    seen: float | None = None

    @property
    def uid(self) -> str:
        """The UID as the reader gave it; empty where none did."""
        return self.reading.uid if self.reading else ""

    @property
    def reader(self) -> str:
        """The name of the reader; empty where the card was typed."""
        return self.reading.reader if self.reading else ""


def touch_of(what: CardRead | Typed) -> Touch:
    """Return the touch of a sign or of a typed line."""
    key = secrets.token_hex(_KEY_BYTES)
    if isinstance(what, Typed):
        return Touch(card=ids.plain(what.text), at=what.at, evidence="typed", key=key)
    return Touch(
        # The bytes are the card's own: they are no decimal number that only looks like them.
        card=f"uid:0x{what.reading.uid}",
        at=what.at,
        evidence="read",
        key=key,
        reading=what.reading,
        seen=what.seen,
    )
