"""The two sides of a comparison: which lines count on each, and which subjects may differ."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from cardledger.book import fold, in_order, voided
from cardledger.events import REFERENCE_TAG, Event, Line
from cardledger.ledger import Ledger
from cardledger.moments import Moment, day_of, school_year
from cardledger.policy import Adopted
from cardledger.streams import Asked, Cut, Progress, known_by, some_subjects, subjects_of

#: Kinds of subjects whose rows are compared.
KINDS: Final = ("student", "card", "box")


@dataclass(frozen=True, kw_only=True)
class Side:
    """One side: the lines of a cut, without some; the moment and the policies of its rows."""

    asked: Asked
    policies: Sequence[Adopted]
    without: frozenset[int] = frozenset()

    @classmethod
    def of(cls, ledger: Ledger, asked: Asked, without: Iterable[int] = ()) -> Side:
        """Return the side of a moment, `without` the lines at these positions."""
        left_out = frozenset(without)
        lines = _written(ledger.lines((REFERENCE_TAG,)), asked, left_out)
        return cls(asked=asked, policies=fold(lines).policies, without=left_out)

    @property
    def upto(self) -> int:
        """The last position that may count."""
        assert self.asked.cut.upto is not None  # nosec B101 # for the type checker
        return self.asked.cut.upto

    @property
    def moment(self) -> Moment:
        return self.asked.moment

    def counting(self, lines: Collection[Line]) -> list[Line]:
        """Return the lines that count, in the order in which things happened."""
        return in_order(_written(lines, self.asked, self.without), self.asked.cut.until)

    def voids(self, lines: Collection[Line]) -> dict[int, int]:
        """Return which lines are void, each with the line that voids it."""
        return voided(_written(lines, self.asked, self.without))


def _written(lines: Iterable[Line], asked: Asked, without: frozenset[int]) -> list[Line]:
    upto = asked.cut.upto
    kept = [
        line
        for line in lines
        if line.position not in without and (upto is None or line.position <= upto)
    ]
    return list(known_by(kept, asked.cut))


def may_differ(
    ledger: Ledger, before: Side, after: Side, progress: Progress
) -> dict[str, set[str]]:
    """Return the subjects that may have other rows on the two sides, by kind.

    Those whose own lines differ, the cards of such pupils and the pupils of such cards; and all
    pupils where the grade of each is another one (a school year began, a policy came).
    """
    if before.asked.cut[1:] == after.asked.cut[1:]:
        found = _by_position(ledger, before, after)
    else:
        found = _by_time(ledger, before, after, progress)
    upto = Cut(max(before.upto, after.upto))
    near = {
        kind: {
            key
            for _key, lines in some_subjects(ledger.log, other, found[other], upto)
            for line in lines
            for key in near_keys(line.event, kind)
        }
        for kind, other in (("card", "student"), ("student", "card"))
    }
    for kind, keys in near.items():
        found[kind] |= keys
    years = {school_year(day_of(side.moment)) for side in (before, after)}
    if len(years) > 1 or before.policies != after.policies:
        found["student"] = {tag.partition(":")[2] for tag in ledger.log.tags("student:")}
    return found


def near_keys(event: Event, kind: str) -> list[str]:
    """Return the cards or pupils that an event is about.

    A filing lists all cards of a school: it brings none of them near to another.
    """
    if hasattr(event, "cards"):
        return []
    prefix = f"{kind}:"
    return [tag[len(prefix) :] for tag in event.tags() if tag.startswith(prefix)]


def _by_position(ledger: Ledger, before: Side, after: Side) -> dict[str, set[str]]:
    """Return the subjects of the lines between two positions, and of those that are left out."""
    found: dict[str, set[str]] = {kind: set() for kind in KINDS}
    first, last = sorted((before.upto, after.upto))
    _sort(found, ledger.lines(after=first, upto=last))
    for position in before.without ^ after.without:
        _sort(found, ledger.lines(after=position - 1, upto=position))
    return found


def _sort(found: dict[str, set[str]], lines: Iterable[Line]) -> None:
    for line in lines:
        for tag in line.event.tags():
            kind, _colon, key = tag.partition(":")
            if kind in KINDS:
                found[kind].add(key)


def _by_time(ledger: Ledger, before: Side, after: Side, progress: Progress) -> dict[str, set[str]]:
    """Return the subjects of which other lines count, by walking over all of them."""
    found: dict[str, set[str]] = {kind: set() for kind in KINDS}
    upto = max(before.upto, after.upto)
    for number, kind in enumerate(KINDS):

        def share(done: int, number: int = number) -> None:
            progress(number * upto + min(done, upto), len(KINDS) * upto)

        for key, lines in subjects_of(ledger.log, kind, Cut(upto), share):
            if before.counting(lines) != after.counting(lines):
                found[kind].add(key)
    return found
