"""Scripts of the simulator: which card lies where and when, one act a line.

`#` begins a remark. Acts are for the reader that was named last, the first one at the beginning.

    reader 2                    what follows happens on the second reader
    lay 3                       lay on the third card; one that lies there is taken away first
    lay next for 400 ms         the card after the one laid last; take it away after 400 ms
    pull                        take the card away
    swap 5                      exchange the card so fast that pcscd does not notice
    wait 2 s                    (ms, s or min; --speed shortens it)
    wait for reading            until the card was read twice, as a station does; at most 10 s
    wait for record within 5 s  until the ledger has a new line
    wait for enter              until somebody presses Enter
    fault 3 no-uid              from now on card 3 answers 63 00; also: mute, pulled,
                                slow 300 ms, swapped 5, none (it is well again)
    fault 3 pulled at 2         only at its second question since it was laid on
    card 7 8A3F11C2 m1-4k       the UID of card 7, and its type (m1-1k, m1-4k, cpu, unknown)
    say Now the second class    tell it to whoever watches
    repeat 10                   do what follows, to the line `end`, ten times
    end

Cards are counted from 1. Words may be written in capitals too. `parsing` reads scripts; `str`
of an act is the line that says it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from cardledger.errors import BadInput

#: Limits: of a script's text, of what repetition makes of it, and of single values.
CHARACTERS: Final = 1_000_000
ACTS: Final = 1_000_000
DEPTH: Final = 10
CARDS: Final = 100_000
READERS: Final = 16
QUESTIONS: Final = 1_000
SECONDS: Final = 3600.0

#: What a wait without a limit of its own gets.
WAIT: Final = 10.0

UNITS: Final = {"ms": 0.001, "s": 1.0, "min": 60.0}
Awaited = Literal["reading", "record", "enter"]
AWAITED: Final[tuple[Awaited, ...]] = ("reading", "record", "enter")
#: The card after the one that was laid on last.
NEXT: Final = 0


class BadScript(BadInput):
    """The script cannot be played."""


def _named(card: int) -> str:
    return str(card) if card else "next"


def _duration(seconds: float) -> str:
    return f"{seconds * 1000:.3f}".rstrip("0").rstrip(".") + " ms"


@dataclass(frozen=True, slots=True)
class Choose:
    """What follows happens on this reader."""

    reader: int

    def __str__(self) -> str:
        return f"reader {self.reader}"


@dataclass(frozen=True, slots=True)
class Lay:
    """Lay a card on; with `stay`, take it away after so many seconds."""

    card: int
    stay: float | None = None

    def __str__(self) -> str:
        stay = "" if self.stay is None else f" for {_duration(self.stay)}"
        return f"lay {_named(self.card)}{stay}"


@dataclass(frozen=True, slots=True)
class Pull:
    """Take the card away."""

    def __str__(self) -> str:
        return "pull"


@dataclass(frozen=True, slots=True)
class Swap:
    """Exchange the card without pcscd noticing."""

    card: int

    def __str__(self) -> str:
        return f"swap {_named(self.card)}"


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait for some seconds."""

    seconds: float

    def __str__(self) -> str:
        return f"wait {_duration(self.seconds)}"


@dataclass(frozen=True, slots=True)
class Await:
    """Wait for something to happen, at most `limit` seconds."""

    what: Awaited
    limit: float = WAIT

    def __str__(self) -> str:
        within = "" if self.what == "enter" else f" within {_duration(self.limit)}"
        return f"wait for {self.what}{within}"


@dataclass(frozen=True, slots=True)
class Spoil:
    """Let a card fail from now on; `kind` none makes it well again."""

    card: int
    kind: str
    seconds: float = 0.0
    other: int = 0
    at: int = 0

    def __str__(self) -> str:
        what = {"slow": f" {_duration(self.seconds)}", "swapped": f" {self.other}"}
        at = f" at {self.at}" if self.at else ""
        return f"fault {self.card} {self.kind}{what.get(self.kind, '')}{at}"


@dataclass(frozen=True, slots=True)
class Define:
    """The UID and the type of a card."""

    card: int
    uid: bytes
    type: str = "m1-1k"

    def __str__(self) -> str:
        return f"card {self.card} {self.uid.hex().upper()} {self.type}"


@dataclass(frozen=True, slots=True)
class Say:
    """Tell something to whoever watches."""

    text: str

    def __str__(self) -> str:
        return f"say {self.text}"


@dataclass(frozen=True, slots=True)
class Repeat:
    """Do some acts several times."""

    times: int
    acts: tuple[Line, ...]

    def __str__(self) -> str:
        return "\n".join((f"repeat {self.times}", *(str(line.act) for line in self.acts), "end"))


Act = Choose | Lay | Pull | Swap | Wait | Await | Spoil | Define | Say | Repeat


@dataclass(frozen=True, slots=True)
class Line:
    """An act, and the line of the script that says it."""

    number: int
    act: Act


@dataclass(frozen=True, slots=True)
class Script:
    """A script that was understood."""

    lines: tuple[Line, ...]

    def acts(self) -> Iterator[Line]:
        """Yield every line in the order in which they are done, repetitions too."""
        return _unrolled(self.lines)

    def __str__(self) -> str:
        return "".join(f"{line.act}\n" for line in self.lines)


def _unrolled(lines: Sequence[Line]) -> Iterator[Line]:
    for line in lines:
        if isinstance(line.act, Repeat):
            for _turn in range(line.act.times):
                yield from _unrolled(line.act.acts)
        else:
            yield line


def count(lines: Sequence[Line]) -> int:
    """Return how many acts there are, repetitions too; one of nothing counts each time."""
    return sum(
        line.act.times * max(1, count(line.act.acts)) if isinstance(line.act, Repeat) else 1
        for line in lines
    )
