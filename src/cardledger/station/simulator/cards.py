"""Virtual cards: what a card answers, and how it fails.

A card knows one thing, its UID (`FF CA 00 00 00`, PC/SC part 3), and remembers everything that it
was asked: so it can be proved that nothing was ever written to one (HANDBOOK 12).
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from typing import Final

#: The same for every MIFARE Classic 1K (HANDBOOK 12), and its sister of 4K.
M1_1K: Final = bytes.fromhex("3B8F8001804F0CA000000306030001000000006A")
M1_4K: Final = bytes.fromhex("3B8F8001804F0CA0000003060300020000000069")
#: A contactless card with a processor: ISO 14443-4, here with eight historical bytes.
CPU: Final = bytes.fromhex("3B888001110000008091918018")
#: A card with contacts that no registrar has seen.
UNKNOWN: Final = bytes.fromhex("3B02145011")

ATRS: Final[dict[str, bytes]] = {
    "m1-1k": M1_1K,
    "m1-4k": M1_4K,
    "cpu": CPU,
    "unknown": UNKNOWN,
}
#: Bytes that a UID can have.
UID_SIZES: Final = (4, 7, 10)

DONE: Final = bytes.fromhex("9000")
NO_INFORMATION: Final = bytes.fromhex("6300")
WRONG_LENGTH: Final = bytes.fromhex("6700")
NOT_SUPPORTED: Final = bytes.fromhex("6A81")
NO_SUCH_INSTRUCTION: Final = bytes.fromhex("6D00")
GET_DATA: Final = bytes.fromhex("FFCA")

#: Questions that a card remembers; a long training forgets the first ones.
REMEMBERED: Final = 100_000


class Pulled(Exception):
    """The card left the reader before it answered."""


class Mute(Exception):
    """The card does not answer this question, however long it lies."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with a card, at its question number `at` (the first is 1).

    `no-uid` answers 63 00, `mute` not at all, `pulled` leaves the reader instead of an answer;
    with `slow` every answer takes `seconds`. `swapped` answers, and then another card lies there:
    pcscd, which polls, does not notice. Without `at` every question meets the fault.
    """

    kind: str
    at: int = 0
    seconds: float = 0.0
    other: VirtualCard | None = None

    def meets(self, question: int) -> bool:
        """Say whether the fault meets this question."""
        return self.at in (0, question)


#: What can go wrong.
FAULTS: Final = ("no-uid", "mute", "pulled", "slow", "swapped")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question (APDU) that came to a card, and its answer; none where the card gave none."""

    at: float
    apdu: bytes
    answer: bytes | None


def _remembered() -> deque[Asked]:
    return deque(maxlen=REMEMBERED)


@dataclass(slots=True, eq=False)
class VirtualCard:
    """A card with a UID; `asked` is every APDU that it got, in order, since it was made."""

    uid: bytes
    atr: bytes = M1_1K
    fault: Fault | None = None
    asked: deque[Asked] = field(default_factory=_remembered, repr=False)
    #: Questions since the card was laid on: faults count them.
    questions: int = field(default=0, repr=False)

    def laid(self) -> None:
        """Begin a new stay on a reader."""
        self.questions = 0

    def answer(self, apdu: bytes) -> bytes:
        """Answer an APDU. Raises `Pulled` or `Mute` where the card does not."""
        self.questions += 1
        fault = self.fault if self.fault and self.fault.meets(self.questions) else None
        kind = fault.kind if fault else ""
        try:
            if kind == "pulled":
                raise Pulled
            if kind == "mute":
                raise Mute
        except (Pulled, Mute):
            self.asked.append(Asked(time.monotonic(), apdu, None))
            raise
        if fault and kind == "slow":
            time.sleep(fault.seconds)
        said = NO_INFORMATION if kind == "no-uid" else self._said(apdu)
        self.asked.append(Asked(time.monotonic(), apdu, said))
        return said

    def _said(self, apdu: bytes) -> bytes:
        if len(apdu) < 4:
            return WRONG_LENGTH
        if apdu[:2] != GET_DATA:
            return NO_SUCH_INSTRUCTION
        if apdu[2:4] != b"\0\0":
            return NOT_SUPPORTED
        wanted = apdu[4] if len(apdu) == 5 else 0
        if wanted not in (0, len(self.uid)):
            return bytes((0x6C, len(self.uid)))
        return self.uid + DONE
