"""An application of the library runs on our log: booking of courses."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeVar

import pytest
from eventsourcing.dcb.domain import Slice
from eventsourcing.persistence import IntegrityError

from tests.store.conftest import Env
from tests.store.courses import (
    ChangeLimit,
    ChangePlaces,
    Courses,
    GiveUpSeat,
    Refused,
    RenameStudent,
    TakeSeat,
)

if TYPE_CHECKING:
    from multiprocessing.synchronize import Barrier

AnySlice = TypeVar("AnySlice", bound=Slice)  # type: ignore[type-arg]


@pytest.fixture
def app(env: Env) -> Iterator[Courses]:
    """Return the application on an empty database."""
    with Courses(env) as app:
        yield app


def decided(app: Courses, decision: AnySlice) -> AnySlice:
    """Return a decision that is made and not yet saved."""
    decision = app.repository.advance(decision)
    decision.execute()
    return decision


def test_seats_are_limited_and_so_are_courses(app: Courses) -> None:
    ann, bob, cai = (app.enrol(name, limit=2) for name in ("Ann", "Bob", "Cai"))
    maths, music, sport = (app.offer(title, places=2) for title in ("maths", "music", "sport"))
    app.join(ann, maths)
    app.join(bob, maths)
    with pytest.raises(Refused, match="has a seat"):
        app.join(bob, maths)
    with pytest.raises(Refused, match="fully booked"):
        app.join(cai, maths)
    app.join(ann, music)
    with pytest.raises(Refused, match="too many courses"):
        app.join(ann, sport)
    app.do(GiveUpSeat(ann, maths))
    with pytest.raises(Refused, match="has no seat"):
        app.do(GiveUpSeat(ann, maths))
    app.join(cai, maths)
    app.do(ChangePlaces(maths, 3))
    app.do(ChangeLimit(ann, 1))
    with pytest.raises(Refused, match="too many courses"):
        app.join(ann, maths)
    app.do(ChangeLimit(ann, 2))
    app.join(ann, maths)
    app.do(RenameStudent(bob, "Bobby"))
    assert app.participants(maths) == [bob, cai, ann]
    assert app.names(maths) == ["Bobby", "Cai", "Ann"]


def test_nobody_joins_what_is_not_there(app: Courses) -> None:
    ann, maths = app.enrol("Ann", 1), app.offer("maths", 1)
    with pytest.raises(Refused, match="nobody"):
        app.join("student-0", maths)
    with pytest.raises(Refused, match="no such course"):
        app.join(ann, "course-0")
    with pytest.raises(Refused, match="nobody"):
        app.do(RenameStudent("student-0", "Nobody"))
    with pytest.raises(Refused, match="nobody"):
        app.do(ChangeLimit("student-0", 1))
    with pytest.raises(Refused, match="no such course"):
        app.do(ChangePlaces("course-0", 1))


def test_what_does_not_touch_a_decision_does_not_conflict_with_it(app: Courses) -> None:
    ann, bob = app.enrol("Ann", 2), app.enrol("Bob", 2)
    maths, music = app.offer("maths", 2), app.offer("music", 2)
    join = decided(app, TakeSeat(ann, maths))
    app.do(RenameStudent(ann, "Anna"))
    app.do(ChangePlaces(music, 9))
    app.join(bob, music)
    app.repository.save(join)
    give_up = decided(app, GiveUpSeat(ann, maths))
    app.join(bob, maths)
    app.do(ChangeLimit(ann, 5))
    app.repository.save(give_up)
    rename = decided(app, RenameStudent(ann, "Annie"))
    app.do(ChangeLimit(ann, 6))
    app.join(ann, music)
    app.repository.save(rename)
    assert app.names(maths) == ["Bob"]
    assert app.names(music) == ["Bob", "Annie"]


def test_what_a_decision_looked_at_conflicts_with_it(app: Courses) -> None:
    ann, bob = app.enrol("Ann", 2), app.enrol("Bob", 2)
    maths = app.offer("maths", 2)
    for meanwhile in (ChangePlaces(maths, 3), ChangeLimit(ann, 3), TakeSeat(bob, maths)):
        join = decided(app, TakeSeat(ann, maths))
        app.do(meanwhile)
        with pytest.raises(IntegrityError):
            app.repository.save(join)
    assert app.participants(maths) == [bob]


PROCESSES = 4
ROUNDS = 8
#: New processes that share nothing with this one.
processes = multiprocessing.get_context("spawn")


def compete(env: Env, barrier: Barrier, students: list[str], courses: list[str]) -> None:
    """Try to take the one seat of each course, at the same time as the other processes."""
    with Courses(env) as app:
        for student, course in zip(students, courses, strict=True):
            barrier.wait(60)
            while True:
                try:
                    app.join(student, course)
                except IntegrityError:
                    continue
                except Refused:
                    pass
                break


@pytest.mark.slow
def test_one_seat_is_taken_once_by_processes_that_race_for_it(app: Courses, env: Env) -> None:
    courses = [app.offer(f"course {number}", places=1) for number in range(ROUNDS)]
    students = [app.enrol(f"student {number}", limit=ROUNDS) for number in range(PROCESSES)]
    barrier = processes.Barrier(PROCESSES)
    racers = [
        processes.Process(target=compete, args=(env, barrier, [student] * ROUNDS, courses))
        for student in students
    ]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(120)
    assert [racer.exitcode for racer in racers] == [0] * PROCESSES
    assert [len(app.participants(course)) for course in courses] == [1] * ROUNDS
    positions = [event.position for event in app.recorder.read()]
    assert positions == list(range(1, PROCESSES + 2 * ROUNDS + 1))
