"""Swipes: what became of each touch, and how far a day has come.

They are data for the screen and for `--plain`. Messages are in the language of the station.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from cardledger.moments import Moment
from cardledger.outcomes import Outcome

#: What became of a touch. `recorded`, `repeated` and `refused` are the ledger's outcomes; `queued`
#: is kept on this machine until the ledger can be written; `shown` recorded nothing, by intent;
#: `failed` is no swipe at all: the card could not be read.
Verdict = Literal["recorded", "repeated", "refused", "queued", "shown", "failed"]
SwipeEvidence = Literal["read", "typed"]


@dataclass(frozen=True, slots=True)
class Typed:
    """A line that was typed, or sent by a reader that acts as a keyboard.

    `text`: a card number, or a UID in any form. `at`: when it was typed.
    """

    text: str
    at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Swipe:
    """What became of one touch: one line of the screen.

    `number`: the how-manieth of this station, from 1. `card`: the card number, empty while it is
    not known. `uid`: as the reader gave it. `student`, `student_number`, `school`, `class_`: the
    pupil; `name` is none where the key store cannot open it. `outcome`: the ledger's, none where
    it was not asked. `message`, `hint`: sentences for people. `at`: when the card was read.
    `positions`: the lines that were written. `milliseconds`: from the card on the reader to this
    answer; none where nobody measured it.
    """

    number: int
    verdict: Verdict
    card: str = ""
    uid: str = ""
    student: str = ""
    student_number: str = ""
    name: str | None = None
    school: str = ""
    class_: str = ""
    outcome: Outcome | None = None
    message: str = ""
    hint: str = ""
    at: Moment
    reader: str = ""
    evidence: SwipeEvidence = "read"
    positions: tuple[int, ...] = ()
    milliseconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A pupil of a class who is not registered yet; `name` is none where it cannot be opened."""

    student: str
    student_number: str
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassProgress:
    """How far a class has come: pupils in school, how many are registered, and who is missing."""

    school: str
    class_: str
    pupils: int
    registered: int
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the station has come.

    `counts`: swipes of this station by verdict. `waiting`: how many wait in the queue. `term` and
    `classes` are those of a term swipe: the classes of the station's school, in their order.
    """

    counts: dict[Verdict, int] = field(default_factory=dict)
    waiting: int = 0
    term: str = ""
    classes: tuple[ClassProgress, ...] = ()

    @property
    def pupils(self) -> int:
        """How many pupils are in school."""
        return sum(one.pupils for one in self.classes)

    @property
    def registered(self) -> int:
        """How many of them are registered."""
        return sum(one.registered for one in self.classes)
