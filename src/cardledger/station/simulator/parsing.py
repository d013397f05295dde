"""Reading a script of the simulator; `script` says what it may hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, cast

from cardledger.i18n import _
from cardledger.station.simulator.cards import ATRS, FAULTS, UID_SIZES
from cardledger.station.simulator.script import (
    ACTS,
    AWAITED,
    CARDS,
    CHARACTERS,
    DEPTH,
    NEXT,
    QUESTIONS,
    READERS,
    SECONDS,
    UNITS,
    WAIT,
    Act,
    Await,
    Awaited,
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
    count,
)

#: Whatever ends a line for somebody's editor.
_ENDS: Final = re.compile(r"\r\n|\r|\n")
_DURATION: Final = re.compile(r"([0-9]{1,7}(?:\.[0-9]{1,3})?)(ms|s|min)?")
_SHOWN: Final = 60

_ONE_OF: Final = _("Possible there: {possible}.")
_NOTHING: Final = _("Nothing more can follow there.")
_A_CARD: Final = _("Write the number of a card there, from 1 to {most}.")
_A_CARD_OR_NEXT: Final = _("Write the number of a card there, from 1 to {most}, or: next")
_A_NUMBER: Final = _("Write a whole number from 1 to {most} there.")
_A_DURATION: Final = _("Write a duration of at most an hour there, such as 400 ms, 2.5 s or 1 min.")
_A_UID: Final = _("Write a UID there: 4, 7 or 10 bytes as hexadecimal digits, such as 8A3F11C2.")


class Words:
    """The words of one line, taken one after the other."""

    def __init__(self, number: int, text: str) -> None:
        self.number = number
        self.text = text.strip()
        self._words = self.text.split()
        self._at = 0

    def peek(self) -> str:
        """Return the next word, in small letters; empty at the end."""
        return self._words[self._at].casefold() if self._at < len(self._words) else ""

    def take(self) -> str:
        """Return the next word and go on."""
        word = self.peek()
        self._at += 1
        return word

    def taken(self, word: str) -> bool:
        """Take this word if it is the next one; say whether it was."""
        found = self.peek() == word
        self._at += found
        return found

    def rest(self) -> str:
        """Take all that follows the first word, as it was written."""
        self._at = len(self._words)
        return self.text.split(None, 1)[1] if len(self._words) > 1 else ""

    def end(self) -> None:
        """Refuse what is left."""
        if word := self.peek():
            raise self.bad(word, _NOTHING)

    def bad(self, word: str, hint: str, **values: object) -> BadScript:
        """Return the error for a word, with what may stand in its place."""
        message = (
            _("Line {line}, “{text}”: “{word}” cannot stand there.")
            if word
            else _("Line {line}, “{text}”: something is missing at its end.")
        )
        values |= {"line": self.number, "text": _short(self.text), "word": _short(word)}
        return BadScript(message, hint=hint, **values)

    def whole(self, most: int, hint: str = _A_NUMBER) -> int:
        """Take a whole number from 1 to `most`."""
        word = self.take()
        if not re.fullmatch(r"[0-9]{1,9}", word) or not 1 <= int(word) <= most:
            raise self.bad(word, hint, most=most)
        return int(word)

    def card(self) -> int:
        """Take the number of a card."""
        return self.whole(CARDS, _A_CARD)

    def card_or_next(self) -> int:
        """Take the number of a card, or `next`."""
        return NEXT if self.taken("next") else self.whole(CARDS, _A_CARD_OR_NEXT)

    def one_of(self, words: Sequence[str]) -> str:
        """Take one of some words."""
        word = self.take()
        if word not in words:
            raise self.bad(word, _ONE_OF, possible=", ".join(words))
        return word

    def seconds(self) -> float:
        """Take a duration: `400 ms`, `2s`, `1 min`."""
        word = self.take()
        found = _DURATION.fullmatch(word)
        if found is None:
            raise self.bad(word, _A_DURATION)
        unit = found[2] or self.one_of(tuple(UNITS))
        seconds = round(float(found[1]) * UNITS[unit], 6)
        if seconds > SECONDS:
            raise self.bad(word, _A_DURATION)
        return seconds

    def uid(self) -> bytes:
        """Take a UID."""
        word = self.take()
        if not re.fullmatch(r"(?:[0-9a-f]{2})+", word) or len(word) // 2 not in UID_SIZES:
            raise self.bad(word, _A_UID)
        return bytes.fromhex(word)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _lay(words: Words) -> Act:
    card = words.card_or_next()
    return Lay(card, words.seconds() if words.taken("for") else None)


def _wait(words: Words) -> Act:
    if not words.taken("for"):
        return Wait(words.seconds())
    what = cast(Awaited, words.one_of(AWAITED))
    within = what != "enter" and words.taken("within")
    return Await(what, words.seconds() if within else WAIT)


def _fault(words: Words) -> Act:
    card = words.card()
    kind = words.one_of((*FAULTS, "none"))
    seconds = words.seconds() if kind == "slow" else 0.0
    other = words.card() if kind == "swapped" else 0
    at = words.whole(QUESTIONS) if kind != "none" and words.taken("at") else 0
    return Spoil(card, kind, seconds, other, at)


def _card(words: Words) -> Act:
    card, uid = words.card(), words.uid()
    return Define(card, uid, words.one_of(tuple(ATRS)) if words.peek() else "m1-1k")


def _say(words: Words) -> Act:
    text = words.rest()
    if not text:
        raise words.bad("", _("Write what is to be told there."))
    return Say(text)


#: What a line may begin with, beside `repeat` and `end`.
ACTIONS: Final[dict[str, Callable[[Words], Act]]] = {
    "lay": _lay,
    "pull": lambda _words: Pull(),
    "swap": lambda words: Swap(words.card_or_next()),
    "wait": _wait,
    "reader": lambda words: Choose(words.whole(READERS)),
    "fault": _fault,
    "card": _card,
    "say": _say,
}


def parse(text: str) -> Script:
    """Read a script. Raises `BadScript`, which names the line and what is possible there."""
    if len(text) > CHARACTERS:
        raise BadScript(
            _("The script is longer than {most} characters."),
            hint=_("Say what recurs once, with: repeat"),
            most=CHARACTERS,
        )
    # Innermost last: the `repeat` that is open, and what it holds until now.
    opened: list[tuple[Words, int, list[Line]]] = []
    lines: list[Line] = []
    for number, raw in enumerate(_ENDS.split(text.removeprefix("\ufeff")), start=1):
        words = Words(number, raw.partition("#")[0])
        first = words.take()
        if not first:
            continue
        if first == "repeat":
            times = words.whole(ACTS)
            words.end()
            if len(opened) == DEPTH:
                raise words.bad(first, _("At most {most} may stand in each other."), most=DEPTH)
            opened.append((words, times, lines))
            lines = []
            continue
        if first == "end" and opened:
            words.end()
            begun, times, outer = opened.pop()
            outer.append(Line(begun.number, Repeat(times, tuple(lines))))
            lines = outer
            continue
        if first not in ACTIONS:
            ends = ("end",) if opened else ()
            raise words.bad(first, _ONE_OF, possible=", ".join((*ACTIONS, "repeat", *ends)))
        lines.append(Line(number, ACTIONS[first](words)))
        words.end()
    if opened:
        raise opened[-1][0].bad("", _("Its end is missing: a line that says end"))
    if count(lines) > ACTS:
        raise BadScript(
            _("The script does more than {most} acts."),
            hint=_("Repeat less."),
            most=ACTS,
        )
    return Script(tuple(lines))
