"""Playing a script: cards are laid on readers and taken away, by the clock and by what happens."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from cardledger.i18n import _
from cardledger.station.simulator.cards import ATRS, Fault, VirtualCard
from cardledger.station.simulator.script import (
    NEXT,
    Act,
    Await,
    BadScript,
    Choose,
    Define,
    Lay,
    Line,
    Pull,
    Repeat,
    Say,
    Script,
    Spoil,
    Swap,
    Wait,
)
from cardledger.station.simulator.vpcd import VirtualReader

#: A station reads a UID twice.
READINGS: Final = 2


@dataclass(frozen=True, slots=True)
class Known:
    """A card of the ledger or of a file; `name` is whose it is, as people are to see it."""

    uid: bytes
    type: str = "m1-1k"
    card: str = ""
    name: str = ""


class Deck:
    """The cards of a script, by number from 1: those that are known, else made up.

    A made-up card has the same UID in every run. Where cards are known there are no others.
    """

    def __init__(self, known: Sequence[Known] = ()) -> None:
        self._known = known
        self._cards: dict[int, VirtualCard] = {}
        self._last = 0

    def number(self, wanted: int) -> int:
        """Return which card is meant; the one after the last known is the first."""
        if wanted == NEXT:
            wanted = self._last % len(self._known) + 1 if self._known else self._last + 1
        self._last = wanted
        return wanted

    def card(self, number: int) -> VirtualCard:
        """Return a card, the same at every call."""
        if number not in self._cards:
            one = self.known(number)
            self._cards[number] = VirtualCard(one.uid, ATRS[one.type])
        return self._cards[number]

    def known(self, number: int) -> Known:
        """Return what is known of a card."""
        if number <= len(self._known):
            return self._known[number - 1]
        made_up = hashlib.sha256(b"virtual card %d" % number).digest()[:4]
        # 08 begins a UID that is made anew each time, 88 one that goes on.
        return Known(made_up if made_up[0] not in (0x08, 0x88) else b"\x04" + made_up[1:])

    def define(self, act: Define) -> None:
        """Give a card another UID and type."""
        card = self.card(act.card)
        card.uid, card.atr = act.uid, ATRS[act.type]

    def check(self, script: Script) -> None:
        """Refuse a script that needs a card which is not known: `BadScript`."""
        if not self._known:
            return
        defined: set[int] = set()
        for line in every(script.lines):
            if isinstance(line.act, Define):
                defined.add(line.act.card)
            for number in _cards(line.act):
                if number > len(self._known) and number not in defined:
                    raise BadScript(
                        _("Line {line}: there is no card {number}; only {count} are known."),
                        hint=_("Name one from 1 to {count}, or define it: card {number} UID"),
                        line=line.number,
                        number=number,
                        count=len(self._known),
                    )


def every(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield every line once, those that are repeated too."""
    for line in lines:
        yield line
        if isinstance(line.act, Repeat):
            yield from every(line.act.acts)


def _cards(act: Act) -> tuple[int, ...]:
    match act:
        case Lay(card=card) | Swap(card=card):
            return (card,)
        case Spoil(card=card, other=other):
            return (card, other)
        case _:
            return ()


#: Says whether the ledger has a new line since the last card was laid on, within some seconds.
Recorded = Callable[[float], bool]


@dataclass(slots=True)
class Stage:
    """Where a script is played, and who watches.

    `tell`: called with each line before it is done, and the card that it names. `missed`: called
    where what a line waits for did not happen. `recorded`, where there is a ledger to look into.
    `speed`: the scripts' own times pass so many times faster.
    """

    readers: Sequence[VirtualReader]
    deck: Deck = field(default_factory=Deck)
    speed: float = 1.0
    tell: Callable[[Line, Known | None], None] = lambda _line, _card: None
    missed: Callable[[Line], None] = lambda _line: None
    enter: Callable[[], None] = lambda: None
    recorded: Recorded | None = None


@dataclass(slots=True)
class Played:
    """What was played: how many cards were laid on, and how many waits were in vain."""

    laid: int = 0
    missed: int = 0


def check(script: Script, deck: Deck, readers: int, *, ledger: bool) -> None:
    """Refuse a script that cannot be played there, before anything happens: `BadScript`.

    `readers`: how many there are. `ledger`: whether one can be looked into.
    """
    deck.check(script)
    for line in every(script.lines):
        if isinstance(line.act, Choose) and line.act.reader > readers:
            raise BadScript(
                _("Line {line}: there is no reader {number}, only {count}."),
                hint=_("Have more with: --readers {number}"),
                line=line.number,
                number=line.act.reader,
                count=readers,
            )
        if isinstance(line.act, Await) and line.act.what == "record" and not ledger:
            raise BadScript(
                _("Line {line} waits for a line of the ledger, and no ledger is looked into."),
                hint=_("Play it with the cards of the ledger: --own-cards. Or wait for reading."),
                line=line.number,
            )


def play(script: Script, stage: Stage) -> Played:
    """Play a script to its end; what lies on the readers then is taken away."""
    check(script, stage.deck, len(stage.readers), ledger=stage.recorded is not None)
    player = _Player(stage)
    try:
        for line in script.acts():
            player.act(line)
    finally:
        for reader in stage.readers:
            reader.pull()
    return player.played


class _Player:
    def __init__(self, stage: Stage) -> None:
        self.played = Played()
        self._stage = stage
        self._reader = stage.readers[0]
        #: The card laid on last, which waits are about.
        self._card: VirtualCard | None = None

    def act(self, line: Line) -> None:
        """Do what a line says."""
        act = line.act
        number = 0
        if isinstance(act, Lay | Swap):
            number = self._stage.deck.number(act.card)
        self._stage.tell(line, self._stage.deck.known(number) if number else None)
        match act:
            case Choose(reader=reader):
                self._reader = self._stage.readers[reader - 1]
            case Lay(stay=stay):
                self._lay(number)
                if stay is not None:
                    self._sleep(stay)
                    self._reader.pull()
            case Pull():
                self._reader.pull()
            case Swap():
                self._swap(number)
            case Wait(seconds=seconds):
                self._sleep(seconds)
            case Await():
                self._await(line, act)
            case Spoil():
                self._spoil(act)
            case Define():
                self._stage.deck.define(act)
            case Say() | Repeat():
                pass

    def _lay(self, number: int) -> None:
        self._reader.pull()
        self._card = self._free(number)
        self._reader.lay(self._card)
        self.played.laid += 1

    def _swap(self, number: int) -> None:
        if self._reader.card is None:
            self._lay(number)
            return
        self._card = self._free(number)
        self._reader.swap(self._card)
        self.played.laid += 1

    def _free(self, number: int) -> VirtualCard:
        """Return a card that lies nowhere: one card is in one place."""
        card = self._stage.deck.card(number)
        for reader in self._stage.readers:
            if reader is not self._reader and reader.card is card:
                reader.pull()
        return card

    def _sleep(self, seconds: float) -> None:
        time.sleep(seconds / self._stage.speed)

    def _await(self, line: Line, act: Await) -> None:
        happened = True
        if act.what == "enter":
            self._stage.enter()
        elif act.what == "record" and self._stage.recorded:
            happened = self._stage.recorded(act.limit)
        elif self._card is not None:
            happened = self._reader.wait_asked(self._card, READINGS, act.limit)
        if not happened:
            self.played.missed += 1
            self._stage.missed(line)

    def _spoil(self, act: Spoil) -> None:
        card = self._stage.deck.card(act.card)
        if act.kind == "none":
            card.fault = None
            return
        fault = Fault(act.kind, act.at, act.seconds / self._stage.speed)
        other = self._stage.deck.card(act.other) if act.other else None
        card.fault = replace(fault, other=other)
