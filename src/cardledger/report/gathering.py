"""Gathering: findings become HTML as they come, beside memory, and are counted on the way."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Final, NamedTuple

from cardledger.audit import Reported
from cardledger.ledger import Ledger
from cardledger.trace import lines_at
from cardledger.trace.elements import Markup
from projections import Shown

#: Bytes of the findings of one rule that are kept in memory.
_IN_MEMORY: Final = 1024 * 1024
#: Findings whose lines are read at once.
_CHUNK: Final = 100
#: Of the lines that prove a finding so many are shown; the positions of the others are named.
PROOFS: Final = 12
#: So many findings of every rule are listed, however many the rules before it have.
_EACH: Final = 20


class Limits(NamedTuple):
    """How many findings are listed at most: of one rule, and of all `rules` together."""

    of_rule: int
    together: int | None = None
    rules: int = 0


#: How a finding is written, with the lines that prove it and the one that accepted it.
Write = Callable[[Reported, dict[int, Shown]], Markup]


@dataclass
class Gathered:
    """What an audit found, by rule: how many, and those that are listed, as HTML.

    by_school, by_cohort: open findings by severity. No school is "", no cohort is 0.
    """

    limits: Limits
    open: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    by_school: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_cohort: Counter[tuple[int, str]] = field(default_factory=Counter)
    _listed: Counter[tuple[str, bool]] = field(default_factory=Counter)
    _open: dict[str, IO[str]] = field(default_factory=dict)
    _accepted: dict[str, IO[str]] = field(default_factory=dict)
    _stack: ExitStack = field(default_factory=ExitStack)

    def listed(self, rule: str, *, accepted: bool) -> Iterator[Markup]:
        """Yield the findings of a rule as they are listed."""
        spool = (self._accepted if accepted else self._open).get(rule)
        if spool is not None:
            spool.seek(0)
            yield from map(Markup, spool)

    def close(self) -> None:
        """Remove what was kept beside memory."""
        self._stack.close()

    def take(self, one: Reported) -> bool:
        """Count a finding, and tell whether it is listed."""
        rule, severity = one.finding.rule, one.rule.SEVERITY
        counts = self.accepted if one.accepted else self.open
        counts[rule] += 1
        if not one.accepted:
            self.by_school[one.school, severity] += 1
            self.by_cohort[one.cohort, severity] += 1
        listed = counts[rule] <= self.limits.of_rule and self._room()
        self._listed[rule, one.accepted] += listed
        return listed

    def _room(self) -> bool:
        """Whether one more finding is listed, and those have room that other rules may find."""
        limits = self.limits
        if limits.together is None:
            return True
        to_come = limits.rules - len({*self.open, *self.accepted})
        return self._listed.total() < limits.together - _EACH * to_come

    def unlisted(self, rule: str, *, accepted: bool) -> int:
        """Return how many findings of a rule are counted and not listed."""
        counts = self.accepted if accepted else self.open
        return counts[rule] - self._listed[rule, accepted]

    def keep(self, one: Reported, written: Markup) -> None:
        """Keep a finding, as one line."""
        spools = self._accepted if one.accepted else self._open
        spool = spools.get(one.finding.rule)
        if spool is None:
            kept = tempfile.SpooledTemporaryFile(  # noqa: SIM115 - closed with the others
                _IN_MEMORY, "w+", encoding="utf-8", newline="\n"
            )
            spool = self._stack.enter_context(kept)
            spools[one.finding.rule] = spool
        spool.write(_one_line(written) + "\n")


def gather(ledger: Ledger, found: Iterable[Reported], write: Write, limits: Limits) -> Gathered:
    """Count findings and write down as many of each rule as are listed."""
    gathered = Gathered(limits)
    try:
        # The lines of a chunk are read at once; a rule beyond the limit is only counted.
        wanted = (one for one in found if gathered.take(one))
        while chunk := list(islice(wanted, _CHUNK)):
            lines = lines_at(ledger, [position for one in chunk for position in _proofs(one)])
            for one in chunk:
                gathered.keep(one, write(one, lines))
    except BaseException:
        gathered.close()
        raise
    return gathered


def _proofs(one: Reported) -> list[int]:
    shown = list(one.finding.positions[:PROOFS])
    return [*shown, one.accepted_by] if one.accepted_by else shown


def _one_line(text: str) -> str:
    """Return HTML without line breaks: where they stand they are spaces."""
    return " ".join(text.splitlines())
