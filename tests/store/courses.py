"""Course booking, the well-known example of dynamic consistency boundaries, in our own words.

A course has a number of places and a student a number of courses that he may take at a time: to
join, both must have room, and neither student nor course is the owner of that rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from eventsourcing.dcb.application import DCBApplication
from eventsourcing.dcb.domain import Selector, Slice
from eventsourcing.dcb.msgpack import Decision, MessagePackMapper
from eventsourcing.domain import event
from eventsourcing.utils import get_topic


class StudentEnrolled(Decision):
    student: str
    name: str
    limit: int


class StudentRenamed(Decision):
    student: str
    name: str


class LimitChanged(Decision):
    student: str
    limit: int


class CourseOffered(Decision):
    course: str
    title: str
    places: int


class PlacesChanged(Decision):
    course: str
    places: int


class SeatTaken(Decision):
    student: str
    course: str


class SeatGivenUp(Decision):
    student: str
    course: str


class Refused(Exception):
    """The rules of the school do not allow it."""


class EnrolStudent(Slice[Decision]):
    def __init__(self, name: str, limit: int) -> None:
        self.student = f"student-{uuid4()}"
        self.name, self.limit = name, limit

    def consistency_boundary(self) -> Selector:
        return Selector(types=[StudentEnrolled], tags=[self.student])

    def execute(self) -> None:
        self.trigger_event(
            StudentEnrolled,
            [self.student],
            student=self.student,
            name=self.name,
            limit=self.limit,
        )


class RenameStudent(Slice[Decision]):
    def __init__(self, student: str, name: str) -> None:
        self.student, self.name = student, name
        self.known = False

    def consistency_boundary(self) -> Selector:
        return Selector(types=[StudentEnrolled, StudentRenamed], tags=[self.student])

    @event(StudentEnrolled)
    def _(self) -> None:
        self.known = True

    def execute(self) -> None:
        if not self.known:
            raise Refused("nobody of that number")
        self.trigger_event(StudentRenamed, [self.student], student=self.student, name=self.name)


class ChangeLimit(Slice[Decision]):
    def __init__(self, student: str, limit: int) -> None:
        self.student, self.limit = student, limit
        self.known = False

    def consistency_boundary(self) -> Selector:
        return Selector(types=[StudentEnrolled, LimitChanged], tags=[self.student])

    @event(StudentEnrolled)
    def _(self) -> None:
        self.known = True

    def execute(self) -> None:
        if not self.known:
            raise Refused("nobody of that number")
        self.trigger_event(LimitChanged, [self.student], student=self.student, limit=self.limit)


class OfferCourse(Slice[Decision]):
    def __init__(self, title: str, places: int) -> None:
        self.course = f"course-{uuid4()}"
        self.title, self.places = title, places

    def consistency_boundary(self) -> Selector:
        return Selector(types=[CourseOffered], tags=[self.course])

    def execute(self) -> None:
        self.trigger_event(
            CourseOffered,
            [self.course],
            course=self.course,
            title=self.title,
            places=self.places,
        )


class ChangePlaces(Slice[Decision]):
    def __init__(self, course: str, places: int) -> None:
        self.course, self.places = course, places
        self.known = False

    def consistency_boundary(self) -> Selector:
        return Selector(types=[CourseOffered, PlacesChanged], tags=[self.course])

    @event(CourseOffered)
    def _(self) -> None:
        self.known = True

    def execute(self) -> None:
        if not self.known:
            raise Refused("no such course")
        self.trigger_event(PlacesChanged, [self.course], course=self.course, places=self.places)


class TakeSeat(Slice[Decision]):
    """Join a course: looks at the student and at the course, and at nothing else of either."""

    def __init__(self, student: str, course: str) -> None:
        self.student, self.course = student, course
        self.limit = self.places = -1
        self.courses: set[str] = set()
        self.students: set[str] = set()

    def consistency_boundary(self) -> list[Selector]:
        return [
            Selector(
                types=[StudentEnrolled, LimitChanged, SeatTaken, SeatGivenUp], tags=[self.student]
            ),
            Selector(
                types=[CourseOffered, PlacesChanged, SeatTaken, SeatGivenUp], tags=[self.course]
            ),
        ]

    @event(StudentEnrolled)
    def _(self, limit: int) -> None:
        self.limit = limit

    @event(LimitChanged)
    def _(self, limit: int) -> None:
        self.limit = limit

    @event(CourseOffered)
    def _(self, places: int) -> None:
        self.places = places

    @event(PlacesChanged)
    def _(self, places: int) -> None:
        self.places = places

    @event(SeatTaken)
    def _(self, student: str, course: str) -> None:
        if student == self.student:
            self.courses.add(course)
        if course == self.course:
            self.students.add(student)

    @event(SeatGivenUp)
    def _(self, student: str, course: str) -> None:
        if student == self.student:
            self.courses.discard(course)
        if course == self.course:
            self.students.discard(student)

    def execute(self) -> None:
        if self.limit < 0:
            raise Refused("nobody of that number")
        if self.places < 0:
            raise Refused("no such course")
        if self.student in self.students:
            raise Refused("has a seat")
        if len(self.students) >= self.places:
            raise Refused("fully booked")
        if len(self.courses) >= self.limit:
            raise Refused("too many courses")
        tags = [self.student, self.course]
        self.trigger_event(SeatTaken, tags, student=self.student, course=self.course)


class GiveUpSeat(Slice[Decision]):
    def __init__(self, student: str, course: str) -> None:
        self.student, self.course = student, course
        self.seated = False

    def consistency_boundary(self) -> Selector:
        return Selector(types=[SeatTaken, SeatGivenUp], tags=[self.student, self.course])

    @event(SeatTaken)
    def _(self) -> None:
        self.seated = True

    @event(SeatGivenUp)
    def _(self) -> None:
        self.seated = False

    def execute(self) -> None:
        if not self.seated:
            raise Refused("has no seat")
        tags = [self.student, self.course]
        self.trigger_event(SeatGivenUp, tags, student=self.student, course=self.course)


class Participants(Slice[Decision]):
    """Who has a seat, in the order in which they took them."""

    def __init__(self, course: str) -> None:
        self.course = course
        self.students: list[str] = []

    def consistency_boundary(self) -> Selector:
        return Selector(types=type(self).projected_types, tags=[self.course])

    @event(SeatTaken)
    def _(self, student: str) -> None:
        self.students.append(student)

    @event(SeatGivenUp)
    def _(self, student: str) -> None:
        self.students.remove(student)


class Names(Slice[Decision]):
    def __init__(self, students: list[str]) -> None:
        self.names = dict.fromkeys(students, "")

    def consistency_boundary(self) -> list[Selector]:
        types = type(self).projected_types
        return [Selector(types=types, tags=[student]) for student in self.names]

    @event(StudentEnrolled)
    def _(self, student: str, name: str) -> None:
        self.names[student] = name

    @event(StudentRenamed)
    def _(self, student: str, name: str) -> None:
        self.names[student] = name


class Courses(DCBApplication):
    """Students enrol, courses are offered, seats are taken."""

    env: Mapping[str, str] = {"MAPPER_TOPIC": get_topic(MessagePackMapper)}

    def enrol(self, name: str, limit: int) -> str:
        return self.do(EnrolStudent(name, limit)).student

    def offer(self, title: str, places: int) -> str:
        return self.do(OfferCourse(title, places)).course

    def join(self, student: str, course: str) -> None:
        self.do(TakeSeat(student, course))

    def participants(self, course: str) -> list[str]:
        return self.do(Participants(course)).students

    def names(self, course: str) -> list[str]:
        return list(self.do(Names(self.participants(course))).names.values())
