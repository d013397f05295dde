"""Figures: what the projections hold, counted by school and cohort."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from projections import Shown

#: Gives the rows of a projection, by its name.
Rows = Callable[[str], list[Shown]]


@dataclass
class Figures:
    """Counts of the roster, the cards and the terms. No school is "", no cohort is 0."""

    pupils: Counter[tuple[str, str]] = field(default_factory=Counter)
    pupils_of: Counter[tuple[int, str]] = field(default_factory=Counter)
    closed: int = 0
    cards: Counter[tuple[str, str]] = field(default_factory=Counter)
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    terms: dict[str, list[int]] = field(default_factory=dict)
    last: dict[str, list[int]] = field(default_factory=dict)
    last_term: str = ""


def figures(rows: Rows) -> Figures:
    """Count; the rows of one projection are let go before the next is read."""
    found = Figures()
    for row in rows("roster"):
        found.pupils[row["school"] or "", row["status"]] += 1
        found.pupils_of[row["cohort"] or 0, row["status"]] += 1
        found.closed += row["name"] is None
    for row in rows("cards"):
        found.cards[row["school"] or "", row["state"]] += 1
        found.kinds[row["kind"], row["state"]] += 1
    by_school: dict[tuple[str, str], list[int]] = {}
    for row in rows("terms"):
        for counts in (
            found.terms.setdefault(row["term"], [0, 0]),
            by_school.setdefault((row["term"], row["school"] or ""), [0, 0]),
        ):
            counts[0] += row["registered"]
            counts[1] += row["pupils"]
    found.terms = dict(sorted(found.terms.items(), key=lambda one: place(one[0])))
    found.last_term = next(reversed(found.terms), "")
    found.last = {
        school: counts for (term, school), counts in by_school.items() if term == found.last_term
    }
    return found


def place(term: str) -> tuple[str, bool]:
    """Return the place of a term such as 2010-spring in the order of time."""
    year, _dash, season = term.partition("-")
    return year.zfill(4), season == "autumn"
