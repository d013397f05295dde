"""Terms: how many pupils of each class were registered by their term swipe, and how many are
missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

from cardledger.book import Book
from cardledger.i18n import _
from cardledger.moments import ALWAYS, Moment, end_of, term_of
from projections import _base
from projections._base import Column, Shown, View

SUBJECT: Final = "student"

COLUMNS: Final = (
    Column("school", _("School"), "id"),
    Column("term", _("Term"), "code"),
    Column("class", _("Class")),
    Column("pupils", _("Pupils"), "count"),
    Column("registered", _("Registered"), "count"),
    Column("missing", _("Missing"), "count"),
    Column("percent", _("Percent"), "percent"),
)

KEPT: Final[tuple[str, ...]] = ()

#: A circular may move the end of a window to a day on which another circular holds; so often.
_STEPS: Final = 8


class Row(_base.Row, frozen=True, kw_only=True):
    """Where a pupil was when (since, status, school, class), and the terms of the swipes."""

    stays: list[tuple[str, str, str, str]]
    swipes: dict[str, str]


STORED: Final = Row


def fold(book: Book, key: str) -> Row | None:
    student = book.student(key)
    if not student.known:
        return None
    return Row(
        stays=[(stay.since, stay.status, stay.school, stay.class_) for stay in student.stays],
        swipes={term: at for term, (_school, _class, at) in student.swipes.items()},
    )


def present(rows: Iterable[tuple[str, Row]], view: View) -> Iterator[Shown]:
    """Return the terms in which anybody swiped, and that of the day if a day was asked for."""
    pupils: Counter[tuple[str, str, str]] = Counter()
    registered: Counter[tuple[str, str, str]] = Counter()
    every = [row for _key, row in rows]
    terms = {term for row in every for term in row.swipes}
    if view.asked:
        terms.add(term_of(view.day))
    for term in terms:
        moment = min(closing(term, view), view.moment)
        for row in every:
            stay = _stay_at(row, moment)
            if stay is not None and stay[0] == "in-school":
                group = (stay[1], term, stay[2])
                pupils[group] += 1
                registered[group] += term in row.swipes
    for group, count in pupils.items():
        yield _shown(group, count, registered[group])


def _shown(group: tuple[str, str, str], pupils: int, registered: int) -> Shown:
    school, term, class_ = group
    return {
        "school": school or None,
        "term": term,
        "class": class_ or None,
        "pupils": pupils,
        "registered": registered,
        "missing": pupils - registered,
        "percent": round(100 * registered / pupils, 1),
    }


def _stay_at(row: Row, moment: Moment) -> tuple[str, str, str] | None:
    """Return status, school and class at a moment; none before the pupil was there."""
    found = None
    for since, status, school, class_ in row.stays:
        if since > moment:
            break
        found = (status, school, class_)
    return found


def closing(term: str, view: View) -> Moment:
    """Return the moment when the swipe window of a term closed, by the policy of that day.

    A report from elsewhere may lie in a year that no calendar has: its window was never open.
    """
    try:
        return _closing(term, view)
    except ValueError:
        return ALWAYS


def _closing(term: str, view: View) -> Moment:
    year, _dash, season = term.partition("-")
    day = date(int(year), 9 if season == "autumn" else 2, 1)
    for _step in range(_STEPS):
        end = view.policy(day).window(term)[1]
        if end == day:
            break
        day = end
    return end_of(day)


def order(shown: Shown) -> tuple[Any, ...]:
    return (
        *_base.place(shown, "school"),
        _base.term_place(shown["term"]),
        *_base.place(shown, "class"),
    )
