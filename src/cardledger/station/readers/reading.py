"""Reading one card: its UID, twice, and whether the same card lay there all the while.

Only one question is ever sent to a card, for its UID. The city owns the cards, and the record card
is a purse: the software never writes to one (HANDBOOK 12).
"""

from __future__ import annotations

from typing import Final

from cardledger.events import Reading
from cardledger.station.readers.pcsc import Context, Held, NoCard, Silent, State
from cardledger.station.signs import Reason

#: Get Data: the UID, all of it (PC/SC part 3, section 3.2.2.1.3). It reads.
UID_REQUEST: Final = bytes.fromhex("FFCA000000")
#: Bytes of a UID (ISO 14443-3).
UID_SIZES: Final = (4, 7, 10)
_DONE: Final = b"\x90\x00"

#: Seconds in which the service notices that a card has gone: pcscd looks every 0.4 s.
_NOTICED: Final = 0.6
#: How often a card that did not answer is asked: it may not have lain flat yet.
_TRIES: Final = 2


class Unread(Exception):
    """The card could not be read."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


def read(context: Context, before: State, *, patient: bool = True) -> Reading:
    """Read the card of which `before` tells; `patient`: a silent one is asked again.

    Raises `Unread`, `ReaderAway` or `ServiceAway`. Nothing is guessed: whatever is not the same at
    the beginning and at the end makes the reading `swapped`.
    """
    answers: list[bytes] = []
    tries = 0
    while True:
        tries += 1
        try:
            after = _asked_twice(context, before.reader, answers)
        except NoCard:
            raise Unread("pulled") from None
        except Held:
            raise Unread("busy") from None
        except Silent:
            if not patient:
                raise Unread("mute") from None
            # A card that was pulled does not answer either, and the service learns of it later.
            if _gone(context.wait(before, _NOTICED), before):
                raise Unread("pulled") from None
            if tries == _TRIES:
                raise Unread("mute") from None
        else:
            return _judged(before, answers, after)


def _asked_twice(context: Context, reader: str, answers: list[bytes]) -> State:
    """Ask, and keep the answers, also where the second one fails; return the state at the end."""
    with context.card(reader) as card:
        answers.append(card.transmit(UID_REQUEST))
        answers.append(card.transmit(UID_REQUEST))
        return context.look(reader)


def _gone(now: State, before: State) -> bool:
    return not now.present or now.counter != before.counter


def _judged(before: State, answers: list[bytes], after: State) -> Reading:
    if not after.present:
        raise Unread("pulled")
    atr = before.atr or after.atr
    # Of an earlier try as well: then a card was pulled, and another one took its place unnoticed.
    if len(set(answers)) > 1 or after.counter != before.counter or after.atr != atr:
        raise Unread("swapped")
    answer = answers[0]
    uid = answer.removesuffix(_DONE)
    if not answer.endswith(_DONE) or len(uid) not in UID_SIZES:
        raise Unread("no-uid")
    return Reading(
        reader=before.reader,
        atr=atr.hex().upper(),
        uid=uid.hex().upper(),
        counter_before=before.counter,
        counter_after=after.counter,
    )
