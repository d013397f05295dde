"""Numbers: student numbers that were allocated, filed or given, and what became of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from cardledger.book import Book
from cardledger.i18n import _
from projections import _base
from projections._base import Column, Shown, View

SUBJECT: Final = "number"

COLUMNS: Final = (
    Column("number", _("Student number"), "id"),
    Column("student", _("Pupil"), "id", 3),
    Column("name", _("Name")),
    Column("school", _("School"), "id"),
    Column("class", _("Class")),
    Column("cohort", _("Cohort"), "id"),
    Column("state", _("State"), "code"),
    Column("why", _("Allocated for"), "code", 2),
    Column("allocated_at", _("Allocated"), "moment", 1),
    Column("filed_at", _("Filed"), "moment", 1),
    Column("reason", _("Reason")),
)

KEPT: Final = ("school", "state")


class Row(_base.Row, frozen=True, kw_only=True):
    """A number. state: allocated, filed, rejected; given where only pupils say that it is there.

    student: for whom it was allocated; pupils: who were given it. reason: why it was rejected.
    """

    school: str
    student: str
    pupils: list[str]
    class_: str
    state: str
    why: str
    handler: str
    allocated_at: str
    filed_at: str
    reason: str


STORED: Final = Row


def fold(book: Book, key: str) -> Row | None:
    number, pupils = book.number_states.get(key), list(book.numbers.get(key, ()))
    if number is None or not number.state:
        if not pupils:
            return None
        number = book.number_state(key)
    return Row(
        # The digits say which school gave it.
        school=number.school or key[:8],
        student=number.student,
        pupils=pupils,
        class_=number.class_,
        state=number.state or "given",
        why=number.why,
        handler=number.handler,
        allocated_at=number.allocated_at,
        filed_at=number.filed_at,
        reason=number.reason,
    )


def _whose(row: Row) -> list[str]:
    """Return whose number it is: who were given it, else for whom it was allocated."""
    return row.pupils or [row.student]


def _cohort(number: str) -> int | None:
    """Return the cohort that digits 10-11 show: 1980 to 2079."""
    year = number[9:11]
    if not (len(year) == 2 and year.isascii() and year.isdigit()):
        return None
    return int(year) + (1900 if int(year) >= 80 else 2000)


def present(rows: Iterable[tuple[str, Row]], view: View) -> Iterator[Shown]:
    for chunk in _base.chunks(rows):
        wanted = {pupil for _key, row in chunk for pupil in _whose(row) if pupil}
        found = view.find("roster", wanted)
        names = view.names({key: pupil.sealed for key, pupil in found.items()})
        for key, row in chunk:
            for student in _whose(row):
                pupil = found.get(student)
                # A class is that of the number, not one into which its pupil moved since.
                class_ = pupil.class_ if pupil is not None and pupil.number == key else ""
                yield {
                    "number": key,
                    "student": student or None,
                    "name": names.get(student),
                    "school": row.school,
                    "class": row.class_ or class_ or None,
                    "cohort": _cohort(key),
                    "state": row.state,
                    "why": row.why or None,
                    "allocated_at": row.allocated_at or None,
                    "filed_at": row.filed_at or None,
                    "reason": row.reason or None,
                }


def order(shown: Shown) -> tuple[Any, ...]:
    return _base.place(shown, "number", "student")
