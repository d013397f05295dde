"""Matching: which pupils of the ledger the rows of a roster mean.

A number that a pupil has, or ever had, leads to the pupil, if the name or the identity number goes
with it. Beyond that only the identity number is proof, by its keyed hash: the same name and the
same day of birth make a pupil likely, and are shown, never acted on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardledger.actions._pupils import facts_beyond, same_person
from cardledger.actions.student_add import StudentAdd
from cardledger.book import Book, fold
from cardledger.events import Line, StudentEvent
from cardledger.moments import Moment, day_of
from cardledger.policy import Policy
from cardledger.states import Student

if TYPE_CHECKING:
    from cardledger.ledger import Ledger

#: Rows that are looked up at once.
CHUNK: Final = 2000

Changes = dict[str, list[Any]]


class Pupil(NamedTuple):
    """What a roster has to know of a pupil of the ledger, on the day of the roster.

    `number` is the one that the pupil has now, `numbers` are all ever. `status` is empty for a
    pupil who was not there yet on that day. `was_here`: was at the school of the row once, and away
    from it. `changes` are what the row says beyond what is known, old and new by field.
    """

    id: str
    number: str
    numbers: tuple[str, ...]
    name: str
    birth: str
    school: str
    status: str
    was_here: bool
    changes: Changes


class Found(NamedTuple):
    """The pupils whom a row may mean.

    `pupil`: the one who has, or had, its number. `persons`: those who have its identity number.
    `others`: those who have its number, and another name or identity number.
    """

    pupil: Pupil | None = None
    persons: tuple[Pupil, ...] = ()
    others: tuple[Pupil, ...] = ()


NOBODY: Final = Found()


class Matcher:
    """Looks pupils up for the rows of a roster; `at` is the day of the roster.

    `without` are pupils who do not count.
    """

    def __init__(self, ledger: Ledger, at: Moment, without: frozenset[str] = frozenset()) -> None:
        self._ledger = ledger
        self._without = without
        self._at = at
        self._policy: Policy = ledger.reference().policy(at)
        self._person: Callable[[str], str] = ledger.key_store().person_hash

    def person(self, row: StudentAdd) -> str:
        """Return the keyed hash of the identity number of a row; empty where it has none."""
        return self._person(row.identity) if row.identity else ""

    def find(self, rows: Sequence[StudentAdd], meant: Sequence[str]) -> Iterator[Found]:
        """Yield whom each row may mean, with one read of the ledger for a chunk of rows.

        `meant` has of each row the id of its pupil, where that is known beforehand.
        """
        for start in range(0, len(rows), CHUNK):
            chunk, known = rows[start : start + CHUNK], meant[start : start + CHUNK]
            persons = [self.person(row) for row in chunk]
            tags = {f"number:{row.number}" for row in chunk}
            tags.update(f"person:{one}" for one in persons if one)
            tags.update(f"student:{one}" for one in known if one)
            whole, then = self._books(tags)
            for row, person, key in zip(chunk, persons, known, strict=True):
                yield self._found(row, person, key, whole, then)

    def _books(self, tags: set[str]) -> tuple[Book, Book]:
        """Return the state of all pupils found by some tags: as of now, and on the day."""
        found = {
            f"student:{line.event.student}"
            for line in self._ledger.lines(tags)
            if isinstance(line.event, StudentEvent)
        }
        lines: list[Line] = list(self._ledger.lines(found)) if found else []
        self._fetch_keys(found)
        whole = fold(lines)
        late = any(line.event.when > self._at for line in lines)
        return whole, fold(lines, self._at) if late else whole

    def _found(self, row: StudentAdd, person: str, meant: str, whole: Book, then: Book) -> Found:
        by_number = self._known(whole, whole.numbers.get(row.number, {}))
        by_person = self._known(whole, whole.persons.get(person, {})) if person else []
        if not by_number and not by_person and not meant:
            return NOBODY
        opened = self._ledger.opened
        if meant:
            pupil = next(iter(self._known(whole, {meant: None})), None)
        else:
            same = (one for one in by_number if same_person(one, person, row.name, opened))
            pupil = next(same, None)
        return Found(
            self._pupil(pupil, row, then) if pupil else None,
            tuple(
                self._pupil(one, row, then)
                for one in by_person
                if one is not pupil and not one.forgotten
            ),
            tuple(self._pupil(one, row, then) for one in by_number if one is not pupil),
        )

    def _known(self, book: Book, keys: Iterable[str]) -> list[Student]:
        students = (book.student(key) for key in keys if key not in self._without)
        return [student for student in students if student.known]

    def _pupil(self, student: Student, row: StudentAdd, then: Book) -> Pupil:
        known = self._ledger.opened(student)
        school = row.school or self._ledger.default_school
        there = then.student(student.id)
        return Pupil(
            student.id,
            student.number,
            tuple(student.numbers),
            known.get("name", ""),
            known.get("birth", ""),
            there.school,
            there.status,
            there.was_before_at(school),
            {} if student.forgotten else self._changes(student, row, known),
        )

    def _changes(self, student: Student, row: StudentAdd, known: Mapping[str, str]) -> Changes:
        grade = student.grade_on(day_of(self._at), self._policy)
        plain, personal = facts_beyond(row, student, grade, known)
        old = {name: grade if name == "grade" else getattr(student, name) for name in plain}
        # Of flags, not known and no are two things.
        changes: Changes = {
            name: [None if old[name] in ("", 0) and old[name] is not False else old[name], new]
            for name, new in plain.items()
        }
        changes |= {name: [known.get(name), new] for name, new in personal.items()}
        return {name.rstrip("_"): pair for name, pair in changes.items()}

    def _fetch_keys(self, tags: Iterable[str]) -> None:
        """Bring the keys of pupils here at once, before each of them is opened."""
        self._ledger.key_store().keys(tag.removeprefix("student:") for tag in tags)

    def births(self, students: Sequence[str]) -> dict[str, str]:
        """Return the days of birth of pupils by their ids."""
        tags = {f"student:{one}" for one in students}
        self._fetch_keys(tags)
        book = fold(self._ledger.lines(tags)) if tags else Book()
        return {
            key: self._ledger.opened(one).get("birth", "") for key, one in book.students.items()
        }
