"""What becomes of the rows of a roster: the words that tables, commands and tests share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from cardledger.commands import Command
from cardledger.errors import BadInput
from cardledger.exchange.intake.rosters.matching import Changes

Kind = Literal[
    "", "new", "changed", "renumbered", "transferred", "returned", "probably", "same", "gone"
]
#: What rows are, in the order in which they are counted.
KINDS: Final[tuple[Kind, ...]] = (
    *("new", "changed", "renumbered", "transferred", "returned", "probably", "same", "gone"),
)
#: Among the changes: the pupil is not in the ledger yet.
NEW: Final = "new"


@dataclass(slots=True)
class Planned:
    """What becomes of one row, or of one pupil who is gone (`number` and `name` say who).

    `commands`: what would be recorded, or why nothing can be. `student`: the pupil of the ledger,
    none for a new one. `doubts`: what does not go together with another row or with the ledger,
    each with the field that it is about.
    """

    kind: Kind
    commands: tuple[Command | BadInput, ...] = ()
    student: str = ""
    changes: Changes = field(default_factory=dict)
    doubts: list[tuple[str, BadInput]] = field(default_factory=list)
    number: str = ""
    name: str = ""
    class_: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Whom the file speaks of: all pupils of `schools`, or only those of `classes`.

    `partial`: the file has some classes only. `unread`: rows that could not be read, so that who
    is on them cannot be told from who is gone.
    """

    schools: tuple[str, ...]
    classes: frozenset[tuple[str, int, str]] = frozenset()
    partial: bool = False
    unread: int = 0
