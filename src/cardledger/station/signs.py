"""Signs: what card readers tell the station.

They are data for whoever watches; `readers.watch` yields them. A sign never guesses: a card that
could not be read twice alike is a `ReadFailed`, not a `CardRead`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from cardledger.events import Reading
from cardledger.i18n import _
from cardledger.moments import Moment

#: What a card is by its ATR: MIFARE Classic of 1 KB (M1) or 4 KB, a card with a processor (CPU
#: card), or anything else.
CardType = Literal["m1-1k", "m1-4k", "cpu", "unknown"]

#: Why a card could not be read. `pulled`: it left the reader too early. `swapped`: what was read
#: first and last is not the same. `mute`: it does not answer. `no-uid`: it answers, but with no
#: UID of 4, 7 or 10 bytes. `busy`: another program holds it. `unresponsive`: the reader itself
#: gives no answer.
Reason = Literal["pulled", "swapped", "mute", "no-uid", "busy", "unresponsive"]


@dataclass(frozen=True, slots=True)
class ReaderCame:
    """A card reader was plugged in, or was there at the start; PC/SC calls it `reader`."""

    reader: str


@dataclass(frozen=True, slots=True)
class ReaderGone:
    """A card reader was unplugged."""

    reader: str


@dataclass(frozen=True, slots=True)
class CardRead:
    """A card was laid on and its UID read, twice and alike.

    `at`: when. `seen`: `time.monotonic()` at the moment in which the card was noticed.
    """

    reading: Reading
    type: CardType
    at: Moment
    seen: float

    @property
    def reader(self) -> str:
        """The reader on which the card lies."""
        return self.reading.reader


@dataclass(frozen=True, slots=True)
class CardGone:
    """The card was taken from the reader, whether it could be read or not."""

    reader: str


@dataclass(frozen=True, slots=True)
class ReadFailed:
    """A card lies on the reader, or did, and could not be read."""

    reader: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class ServiceGone:
    """The service for card readers (pcscd) cannot be reached; its readers have gone with it."""


@dataclass(frozen=True, slots=True)
class ServiceCame:
    """The service for card readers (pcscd) can be reached, again or for the first time."""


Sign = ReaderCame | ReaderGone | CardRead | CardGone | ReadFailed | ServiceGone | ServiceCame

#: A name for people of each type of card.
TYPES: Final[dict[CardType, str]] = {
    "m1-1k": _("MIFARE Classic 1K (M1)"),
    "m1-4k": _("MIFARE Classic 4K"),
    "cpu": _("CPU card"),
    "unknown": _("unknown type"),
}

#: What is wrong, a sentence for people; nothing was recorded in any of these cases.
WRONG: Final[dict[Reason, str]] = {
    "pulled": _("The card was taken away before it was read."),
    "swapped": _("The card was changed for another one while it was read."),
    "mute": _("The card does not answer."),
    "no-uid": _("The card gives no UID that can be read."),
    "busy": _("Another program is using the card reader."),
    "unresponsive": _("The card reader does not answer."),
}

#: What to do about it.
HINTS: Final[dict[Reason, str]] = {
    "pulled": _("Lay it on again, and leave it until the answer comes."),
    "swapped": _("Take both cards away, then lay them on one after the other."),
    "mute": _("Take it away and lay it flat on the middle of the reader, without other cards."),
    "no-uid": _("Lay it on again. If that does not help, type its card number."),
    "busy": _("Close the other program; the card is read as soon as the reader is free."),
    "unresponsive": _(
        "Take the card away. If that does not help, unplug the reader and plug it in again; until"
        " then card numbers can be typed."
    ),
}

#: What to say of the service, and what to do where it is away.
SERVICE_GONE: Final = _("The service for card readers (pcscd) is not running.")
SERVICE_HINT: Final = _(
    "Start it: systemctl start pcscd.socket. Until then card numbers can be typed."
)
