"""Leavers: pupils who left a school, with their leave swipe and what became of the record card.

A pupil whose card was taken back before leaving, as is done before graduation, is listed too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from cardledger.book import Book
from cardledger.i18n import _
from cardledger.states import AWAY, RECORD
from projections import _base, cards, roster
from projections._base import Column, Shown, View

SUBJECT: Final = "student"

COLUMNS: Final = (
    Column("student", _("Pupil"), "id", 3),
    Column("student_number", _("Student number"), "id"),
    Column("name", _("Name")),
    Column("school", _("School"), "id"),
    Column("cohort", _("Cohort"), "id", 1),
    Column("left_at", _("Left"), "moment"),
    Column("reason", _("Reason"), "code"),
    Column("leave_swiped_at", _("Leave swipe"), "moment", 1),
    Column("card", _("Record card"), "id"),
    Column("recycled_at", _("Taken back"), "moment"),
    Column("recycled_by", _("Taken back by"), "text", 1),
    Column("box", _("Box"), "id"),
)

KEPT: Final[tuple[str, ...]] = ()

#: A card that was taken back for one of these reasons says nothing about leaving.
_OTHER_REASONS: Final = frozenset({"replaced", "found"})


class Left(NamedTuple):
    """How a pupil left a school."""

    at: str
    reason: str
    school: str
    cohort: int
    leave_swiped_at: str


class Row(_base.Row, frozen=True, kw_only=True):
    """All departures of a pupil, in their order. `here` is the school that has the pupil now."""

    departures: list[Left]
    here: str


STORED: Final = Row


def fold(book: Book, key: str) -> Row | None:
    student = book.student(key)
    departures = [Left(*one) for one in student.departures]
    if (departure := student.departure()) is not None:
        departures.append(Left(*departure))
    taken_back = any(card.state == "recycled" for card in student.cards.values())
    if not student.known or not (departures or taken_back):
        return None
    here = "" if student.status in AWAY else student.school
    return Row(departures=departures, here=here)


def present(rows: Iterable[tuple[str, Row]], view: View) -> Iterator[Shown]:
    for chunk in _base.chunks(rows):
        pupils = view.find("roster", {key for key, _row in chunk})
        names = view.names({key: pupil.sealed for key, pupil in pupils.items()})
        numbers = {number for pupil in pupils.values() for number in pupil.cards}
        found = view.find("cards", numbers)
        for key, row in chunk:
            if key in pupils:
                yield from _leavings(key, row, pupils[key], names.get(key), found)


def _leavings(
    key: str, row: Row, pupil: roster.Row, name: str | None, found: Mapping[str, cards.Row]
) -> Iterator[Shown]:
    """Yield one row for each school that the pupil left and is not at now."""
    card = cards.present_card(key, RECORD, pupil.cards, found)
    last = {left.school: left for left in row.departures if left.school != row.here}
    for left in last.values():
        yield _shown(key, pupil.number, name, left, card)
    if card is not None and row.here and card[1].state == "recycled":
        taken_back = card[1]
        if taken_back.recycled_reason not in _OTHER_REASONS:
            staying = Left("", "", row.here, taken_back.cohort or pupil.cohort, "")
            yield _shown(key, pupil.number, name, staying, card)


def _shown(
    key: str, number: str, name: str | None, left: Left, card: tuple[str, cards.Row] | None
) -> Shown:
    return {
        "student": key,
        "student_number": number or None,
        "name": name,
        "school": left.school or None,
        "cohort": left.cohort or None,
        "left_at": left.at or None,
        "reason": left.reason or None,
        "leave_swiped_at": left.leave_swiped_at or None,
        "card": card[0] if card else None,
        "recycled_at": (card[1].recycled_at or None) if card else None,
        "recycled_by": (card[1].recycled_by or None) if card else None,
        "box": (card[1].box or None) if card else None,
    }


def order(shown: Shown) -> tuple[Any, ...]:
    return _base.place(shown, "school", "cohort", "left_at", "student_number", "student")
