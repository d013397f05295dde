"""Books in a form that can be compared: without subjects of which no line speaks."""

from __future__ import annotations

from typing import Any

import msgspec

from cardledger.book import Book
from cardledger.states import Box, Card, School, Student


def normal(book: Book) -> dict[str, Any]:
    """Return what a book says; looking for a subject that is not there leaves nothing behind."""
    return {
        "cards": {key: one for key, one in book.cards.items() if one != Card(key)},
        "students": {key: _plain(one) for key, one in book.students.items() if one != Student(key)},
        "boxes": {key: one for key, one in book.boxes.items() if one != Box(key)},
        "schools": {key: one for key, one in book.schools.items() if one != School(key)},
        "policies": book.policies,
        "numbers": {key: set(found) for key, found in book.numbers.items() if found},
        "uids": {key: set(found) for key, found in book.uids.items() if found},
        "persons": {key: set(found) for key, found in book.persons.items() if found},
        "accepted": book.accepted,
    }


def _plain(student: Student) -> Student:
    """Return a pupil with the cards in a comparable order."""
    return msgspec.structs.replace(student, cards=dict(sorted(student.cards.items())))
