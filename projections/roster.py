"""Roster: every pupil of the ledger, with class, status and present cards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from cardledger.book import Book
from cardledger.i18n import _
from cardledger.states import AWAY, IDENTITY, RECORD, Student
from projections import _base, cards
from projections._base import Column, Shown, View

SUBJECT: Final = "student"

COLUMNS: Final = (
    Column("student", _("Pupil"), "id", 3),
    Column("student_number", _("Student number"), "id"),
    Column("name", _("Name")),
    Column("school", _("School"), "id"),
    Column("class", _("Class")),
    Column("grade", _("Grade"), "count", 1),
    Column("cohort", _("Cohort"), "id", 1),
    Column("status", _("Status"), "code"),
    Column("guest", _("Guest"), "yesno", 2),
    Column("card", _("Record card"), "id"),
    Column("card_state", _("State of the record card"), "code"),
    Column("identity_card", _("Identity card"), "id", 1),
    Column("identity_card_state", _("State of the identity card"), "code", 2),
    Column("last_term", _("Last term"), "code", 1),
)

KEPT: Final = ("school", "class", "cohort")

_HIGHEST_GRADE: Final = 12


class Row(_base.Row, frozen=True, kw_only=True):
    """What the lines of a pupil add up to.

    grade, grade_year: what the roster said, and the year in which that school year began; 0 where
    it said nothing. person: the keyed hash of the identity number. cards: all that the pupil ever
    had, in the order in which they came.
    """

    number: str
    numbers: list[str]
    school: str
    class_: str = msgspec.field(name="class")
    cohort: int
    status: str
    guest: bool
    treated_as_local: bool
    grade: int
    grade_year: int
    person: str
    cards: list[str]
    last_term: str
    forgotten: bool
    sealed: list[tuple[str, str]]


STORED: Final = Row


def fold(book: Book, key: str) -> Row | None:
    student = book.student(key)
    if not student.known:
        return None
    return Row(
        number=student.number,
        numbers=student.numbers,
        school=student.school,
        class_=student.class_,
        cohort=student.cohort,
        status=student.status,
        guest=student.guest,
        treated_as_local=student.treated_as_local,
        grade=student.grade,
        grade_year=student.grade_year,
        person=student.person,
        cards=list(student.cards),
        last_term=max(student.swipes, key=_base.term_place, default=""),
        forgotten=student.forgotten,
        sealed=student.sealed,
    )


def present(rows: Iterable[tuple[str, Row]], view: View) -> Iterator[Shown]:
    for chunk in _base.chunks(rows):
        names = view.names({key: row.sealed for key, row in chunk})
        found = view.find("cards", {number for _key, row in chunk for number in row.cards})
        for key, row in chunk:
            yield _shown(key, row, names.get(key), found, view)


def _shown(
    key: str, row: Row, name: str | None, found: Mapping[str, cards.Row], view: View
) -> Shown:
    record = cards.present_card(key, RECORD, row.cards, found)
    identity = cards.present_card(key, IDENTITY, row.cards, found)
    return {
        "student": key,
        "student_number": row.number or None,
        "name": name,
        "school": row.school or None,
        "class": row.class_ or None,
        "grade": grade_of(row, view),
        "cohort": row.cohort or None,
        "status": row.status,
        "guest": row.guest,
        "card": record[0] if record else None,
        "card_state": record[1].shown_state if record else None,
        "identity_card": identity[0] if identity else None,
        "identity_card_state": identity[1].shown_state if identity else None,
        "last_term": row.last_term or None,
    }


def grade_of(row: Row, view: View) -> int | None:
    """Return the grade on the day that is asked for; none for pupils who are in no school."""
    if row.status in AWAY:
        return None
    pupil = Student(
        "", number=row.number, cohort=row.cohort, grade=row.grade, grade_year=row.grade_year
    )
    grade = pupil.grade_on(view.day, view.policy(view.day))
    return grade if 1 <= grade <= _HIGHEST_GRADE else None


def order(shown: Shown) -> tuple[Any, ...]:
    return _base.place(shown, "school", "class", "student_number", "student")
