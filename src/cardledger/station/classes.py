"""The classes of a school in a term: who is registered, and who is missing.

They are loaded once, off the projections; after that each swipe changes one pupil, and what others
write is followed line by line. A class is put together anew only where something of it changed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from cardledger.book import VOIDS, fold
from cardledger.events import Event
from cardledger.ledger import Ledger
from cardledger.replay import Replay
from cardledger.replay.showing import names_of
from cardledger.states import Student
from cardledger.station.swipe import ClassProgress, Missing

#: Where others wrote about more pupils than this since the last look, all are loaded anew.
FOLLOWED: Final = 500


@dataclass(slots=True)
class _Pupil:
    student: str
    number: str
    name: str | None
    class_: str
    registered: bool


class Classes:
    """The pupils who are in a school, by class."""

    def __init__(self, ledger: Ledger, school: str, term: str) -> None:
        self.school: Final = school
        self.term: Final = term
        self._pupils: dict[str, _Pupil] = {}
        self._classes: dict[str, dict[str, _Pupil]] = {}
        self._ready: dict[str, ClassProgress] = {}
        self._seen = 0
        self._load(ledger)

    def _load(self, ledger: Ledger) -> None:
        replay = Replay(ledger)
        self._seen = replay.catch_up()
        here: dict[str, Any] = {
            key: row
            for key, row in replay.stored("roster")
            if row.school == self.school and row.status == "in-school"
        }
        registered = {
            key for key, row in replay.stored("terms") if key in here and self.term in row.swipes
        }
        names = names_of(ledger, {key: row.sealed for key, row in here.items()})
        self._pupils, self._classes, self._ready = {}, {}, {}
        for key, row in here.items():
            self._add(_Pupil(key, row.number, names.get(key), row.class_, key in registered))

    def update(self, ledger: Ledger, student: Student) -> None:
        """Take in what a pupil is now."""
        known = self._pupils.pop(student.id, None)
        if known is not None:
            del self._classes[known.class_][student.id]
            self._ready.pop(known.class_, None)
        if student.in_school and student.school == self.school:
            name = known.name if known else ledger.opened(student).get("name")
            registered = self.term in student.swipes
            self._add(_Pupil(student.id, student.number, name, student.class_, registered))

    def wrote(self, position: int) -> None:
        """Note that a line is our own, and known already."""
        if position == self._seen + 1:
            self._seen = position

    def follow(self, ledger: Ledger) -> None:
        """Take in what others wrote since the last look."""
        head = ledger.head()
        if head <= self._seen:
            return
        changed = {
            tag
            for line in ledger.lines(after=self._seen, upto=head)
            for tag in line.event.tags()
            if tag.startswith("student:") and self._concerns(tag, line.event)
        }
        if len(changed) > FOLLOWED:
            self._load(ledger)
            return
        for tag in changed:
            key = tag.removeprefix("student:")
            self.update(ledger, fold(ledger.lines((tag,), upto=head)).student(key))
        self._seen = head

    def _concerns(self, tag: str, event: Event) -> bool:
        """Whether a pupil may have come, changed or gone here; a void may bring one back."""
        known = tag.removeprefix("student:") in self._pupils
        return known or event.school == self.school or type(event) in VOIDS

    def progress(self) -> tuple[ClassProgress, ...]:
        """Return how far each class has come, in the order of their names."""
        for class_, pupils in self._classes.items():
            if class_ not in self._ready and pupils:
                self._ready[class_] = self._counted(class_, pupils)
        return tuple(self._ready[one] for one in sorted(self._ready, key=natural))

    def _add(self, pupil: _Pupil) -> None:
        self._pupils[pupil.student] = pupil
        self._classes.setdefault(pupil.class_, {})[pupil.student] = pupil
        self._ready.pop(pupil.class_, None)

    def _counted(self, class_: str, pupils: dict[str, _Pupil]) -> ClassProgress:
        missing = sorted(
            (one for one in pupils.values() if not one.registered),
            key=lambda one: (one.number, one.student),
        )
        return ClassProgress(
            school=self.school,
            class_=class_,
            pupils=len(pupils),
            registered=len(pupils) - len(missing),
            missing=tuple(
                Missing(student=one.student, student_number=one.number, name=one.name)
                for one in missing
            ),
        )


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """Return the place of a class among others: class 2 comes before class 10."""
    return tuple(
        (int(part), "") if part.isdecimal() else (-1, part)
        for part in re.split(r"([0-9]+)", text)
        if part
    )
