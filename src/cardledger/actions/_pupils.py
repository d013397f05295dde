"""What the pupil actions share: the facts of the roster, and how they are compared.

Facts about the person (name, identity number, address, telephone, ...) are sealed in the event
for the pupil; facts about schooling (class, cohort, guest) are in the clear.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final

import msgspec

from cardledger.book import Book
from cardledger.commands import ClassName, Command, help_of
from cardledger.decider import Case
from cardledger.events import StudentEvent, stored_name
from cardledger.i18n import _
from cardledger.moments import day_of, school_year
from cardledger.states import Student


class RosterFacts(Command, frozen=True, kw_only=True, omit_defaults=True):
    """What the roster says of a pupil (HANDBOOK 10). What is not given stays as it is."""

    name: Annotated[str, help_of(_("Name of the pupil"), personal=True)] = ""
    sex: Annotated[str, help_of(_("Sex"), personal=True)] = ""
    birth: Annotated[str, help_of(_("Date of birth"), personal=True)] = ""
    identity: Annotated[str, help_of(_("Identity number, 18 characters"), personal=True)] = ""
    ethnic_group: Annotated[str, help_of(_("Ethnic group"), personal=True)] = ""
    native_place: Annotated[str, help_of(_("Native place"), personal=True)] = ""
    household: Annotated[
        str, help_of(_("Household registration, down to the police station"), personal=True)
    ] = ""
    address: Annotated[str, help_of(_("Home address"), personal=True)] = ""
    present_address: Annotated[str, help_of(_("Present address"), personal=True)] = ""
    telephone: Annotated[str, help_of(_("Telephone"), personal=True)] = ""
    family: Annotated[str, help_of(_("Members of the family"), personal=True)] = ""
    boarding: Annotated[str, help_of(_("Boarding: yes or no"), personal=True)] = ""
    migrant: Annotated[str, help_of(_("Child of migrants: yes or no"), personal=True)] = ""
    class_: ClassName = msgspec.field(default="", name="class")
    cohort: Annotated[int, help_of(_("Year of graduation, four digits"), "cohort")] = 0
    grade: Annotated[int, help_of(_("Grade, 1 to 12"), "count")] = 0
    guest: Annotated[bool | None, help_of(_("Guest pupil: household elsewhere"))] = None
    treated_as_local: Annotated[bool | None, help_of(_("Guest treated as a local"))] = None
    from_outside_city: Annotated[
        bool | None, help_of(_("The pupil comes from outside the city"))
    ] = None


class PupilFacts(StudentEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The schooling facts of an event about a pupil; `person` is a keyed hash of the identity."""

    person: str = ""
    class_: str = msgspec.field(default="", name="class")
    cohort: int = 0
    grade: int = 0
    guest: bool | None = None
    treated_as_local: bool | None = None
    from_outside_city: bool | None = None

    def tags(self) -> tuple[str, ...]:
        tags = super().tags()
        return (*tags, f"person:{self.person}") if self.person else tags


_PLAIN: Final = ("class_", "cohort", "grade", "guest", "treated_as_local", "from_outside_city")


def plain_facts(command: RosterFacts) -> dict[str, Any]:
    """Return the schooling facts that a command gives."""
    return {
        name: value
        for name in _PLAIN
        if (value := getattr(command, name)) is not None and value not in ("", 0)
    } | {name: False for name in _PLAIN[3:] if getattr(command, name) is False}


def new_facts(case: Case, student: Student) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what a command says that the ledger does not know of this pupil yet.

    The first part are schooling facts, the second personal ones. The grade is compared with what
    it has become on that day: it advances by itself.
    """
    grade = student.grade_on(day_of(case.at), case.policy)
    return facts_beyond(case.command, student, grade, case.setting.opened(student))


def facts_beyond(
    command: RosterFacts, student: Student, grade: int, known: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what a command says beyond what is known: schooling facts, then personal ones.

    `grade` is the pupil's on that day, `known` what is known of the pupil as a person.
    """
    plain = {
        name: value
        for name, value in plain_facts(command).items()
        if name != "grade" and value != getattr(student, name)
    }
    if command.grade and command.grade != grade:
        plain["grade"] = command.grade
    personal = {
        name: value
        for name, value in command.personal().items()
        if name != "note" and value != known.get(name, "")
    }
    return plain, personal


def same_person(
    student: Student, person: str, name: str, opened: Callable[[Student], Mapping[str, str]]
) -> bool:
    """Whether a pupil of the ledger who has the number in question is the one that is meant.

    The identity number decides where both are known (`person` is its keyed hash), else the name.
    A forgotten pupil cannot be told from another, so the number alone decides.
    """
    if student.person and person:
        return student.person == person
    return student.forgotten or opened(student).get("name") == name


def learn(book: Book, event: PupilFacts) -> Student:
    """Take the schooling facts of an event into the book."""
    student = book.student(event.student)
    if event.person:
        student.person = event.person
        book.persons.setdefault(event.person, {})[event.student] = None
    if event.grade:
        student.grade = event.grade
        student.grade_year = school_year(day_of(event.at))
    if event.guest is not None:
        student.guest = event.guest
    if event.treated_as_local is not None:
        student.treated_as_local = event.treated_as_local
    if event.from_outside_city is not None:
        student.from_outside_city = event.from_outside_city
    keep_sealed(student, event)
    return student


def keep_sealed(student: Student, event: StudentEvent) -> None:
    """Remember the sealed personal data; later ones say what changed."""
    if event.sealed:
        student.sealed.append((stored_name(type(event)), event.sealed))


def renumber(book: Book, student: Student, number: str) -> None:
    """Give a pupil a number, in the book."""
    if number:
        student.renumbered(number)
        book.number_of(number, student.id)


def fits_another_pupil(case: Case, number: str) -> bool:
    """Whether a student number is, or was, another pupil's; the message names whose."""
    others = [one for one in case.whole.numbers.get(number, ()) if one != case.student.id]
    if others:
        case.about["student"], case.about["candidates"] = number, ", ".join(others)
    return bool(others)


def changed_personal(case: Case, student: Student) -> dict[str, str]:
    """Return what is sealed of a change: the facts that are new, and the note."""
    _plain, personal = new_facts(case, student)
    return personal | ({"note": case.command.note} if case.command.note else {})
