"""Without: what would follow if some lines were false. Nothing is written.

Rows are folded without them. Later lines of the same subjects are decided anew, as `void` does it,
each on what was written before it: those that would then be refused, or recorded as contested, or
would no longer be, are named.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from cardledger.changes.comparing import TABLES, Change
from cardledger.changes.diffing import asked, changes
from cardledger.changes.sides import Side
from cardledger.decider import Decision
from cardledger.errors import BadValue
from cardledger.events import Line, stored_name
from cardledger.i18n import _
from cardledger.ledger import Ledger
from cardledger.replay.keeping import silent
from cardledger.streams import Progress

#: So many later lines are decided anew.
LIMIT: Final = 2000
_EVERYTHING: Final[Mapping[str, str]] = MappingProxyType({})


class Anew(NamedTuple):
    """A later line whose decision would be another one: what it is now, and what it would be.

    A decision is `recorded`, `contested`, `repeated` or `refused`.
    """

    position: int
    name: str
    subjects: list[str]
    was: str
    was_codes: list[str]
    would_be: str
    codes: list[str]


class WhatIf(NamedTuple):
    """What would follow. all_decided: whether all later lines were decided anew (see `LIMIT`)."""

    positions: list[int]
    changes: list[Change]
    lines: list[Anew]
    all_decided: bool

    @property
    def same(self) -> bool:
        """Whether nothing would change."""
        return not self.changes and not self.lines


def what_if(
    ledger: Ledger,
    positions: Collection[int],
    *,
    tables: Collection[str] = TABLES,
    where: Mapping[str, str] = _EVERYTHING,
    progress: Progress = silent,
) -> WhatIf:
    """Return what would follow if the lines at some positions were false.

    Raises `BadValue` where there is no such line, or it is the first, which makes the ledger.
    """
    left_out = sorted(set(positions))
    head = ledger.head()
    for position in left_out:
        if not 1 < position <= head:
            raise BadValue(
                _("Line {position} cannot be left out."),
                hint=_("Lines 2 to {head} can; the first one makes the ledger."),
                position=position,
                head=head,
            )
    now = asked(ledger)
    before, after = Side.of(ledger, now), Side.of(ledger, now, left_out)
    differ = list(changes(ledger, before, after, tables, where, progress))
    decided, all_decided = ledger.decided_anew(left_out, LIMIT)
    lines = [
        _anew(line, was, would_be)
        for line, was, would_be in decided
        if (was.outcome, was.codes) != (would_be.outcome, would_be.codes)
    ]
    return WhatIf(left_out, differ, lines, all_decided)


def _anew(line: Line, was: Decision, would_be: Decision) -> Anew:
    event = line.event
    return Anew(
        line.position,
        stored_name(type(event)),
        list(event.tags()),
        _word(was),
        list(was.codes),
        _word(would_be),
        list(would_be.codes),
    )


def _word(decision: Decision) -> str:
    contested = decision.outcome == "recorded" and decision.codes
    return "contested" if contested else decision.outcome
