"""September: new first grades, pupils who come from another school, pupils who repeat a year."""

from __future__ import annotations

from datetime import datetime
from random import Random

from scripts.district import acts
from scripts.district.desk import Desk, at_work
from scripts.district.model import Pupil, School
from scripts.district.numbers import LEVELS
from scripts.district.opening import classes, make_pupil, old_card
from scripts.district.terms import moment

#: Shares of all pupils, each term.
FROM_OUTSIDE = 0.004
FROM_OUTSIDE_CITY = 0.003
REPEATING = 0.004
#: The story of pupils of a new first grade, until their cards were handed out.
ENROLLED = "enrolled"
LADDER = ("primary", "junior", "senior")


def enrol(desk: Desk, school: School) -> list[Pupil]:
    """Bring new pupils of every first grade into a school; returns them, for its roster.

    Those who continue in the same school or come from a school of the district with their card
    are part of the first grade already.
    """
    rng = desk.rng(f"enrol/{school.code}")
    new = []
    for level in school.levels:
        years = LEVELS[level][2]
        cohort = desk.term.year + years
        there = sum(1 for pupil in school.pupils if (pupil.level, pupil.cohort) == (level, cohort))
        there += sum(
            1
            for pupil, to, goes_on in desk.arriving
            if to is school and goes_on and level == LADDER[LADDER.index(pupil.level) + 1]
        )
        size = school.grade_size
        for place in range(there, size):
            pupil = make_pupil(desk, rng, school, level, cohort, place % classes(size) + 1)
            pupil.entered = moment(desk.term.first, 0).date()
            new.append(pupil)
    school.pupils += new
    return new


def hand_out(desk: Desk, school: School, new: list[Pupil]) -> None:
    """File the numbers of new pupils and see to their cards.

    First-year primary pupils get new ones; at junior and senior schools they bring theirs, which
    are registered (handbook, section 5).
    """
    rng = desk.rng(f"hand-out/{school.code}")
    numbers = [pupil.number for pupil in new]
    acts.file_numbers(desk, school, numbers, moment(desk.term.school_day(0), 10))
    for pupil in new:
        pupil.story = ENROLLED
        at = at_work(desk.term.school_day(1), rng)
        if pupil.level == "primary":
            acts.issue(desk, pupil, "record", at)
            acts.upgrade(desk, pupil, at + acts.MINUTE)
            acts.issue(desk, pupil, "identity", at + 2 * acts.MINUTE)
        else:
            pupil.record = old_card(desk, rng, "record")
            pupil.record.upgraded = True
            pupil.identity = old_card(desk, rng, "identity")
            acts.register(desk, pupil, pupil.record, at)
            acts.register(desk, pupil, pupil.identity, at + acts.MINUTE)


def arrive(desk: Desk) -> None:
    """Let those who moved within the district arrive with their cards."""
    rng = desk.rng("arrive")
    for pupil, school, goes_on in desk.arriving:
        at = at_work(desk.term.school_day(0), rng, 11, 14)
        former, pupil.school, pupil.story = pupil.school, school, "moved"
        if goes_on:
            _go_on(desk, rng, pupil, former, at)
        else:
            _move(desk, rng, pupil, former, at)
        school.pupils.append(pupil)
    desk.arriving.clear()


def _move(desk: Desk, rng: Random, pupil: Pupil, former: School, at: datetime) -> None:
    """Arrive in the same grade of another school; the number stays."""
    pupil.class_no = 1
    if rng.random() < 0.5:
        acts.student_act(desk, pupil, "student-transfer-in", at, from_school=former.code)
    acts.transfer_swipe(desk, pupil, at + 5 * acts.MINUTE, from_school=former.code)
    acts.student_act(desk, pupil, "student-change", at + 9 * acts.MINUTE, class_=pupil.class_name)


def _go_on(desk: Desk, rng: Random, pupil: Pupil, former: School, at: datetime) -> None:
    """Arrive in the first grade of the next level: new number, both cards made anew."""
    school = pupil.school
    pupil.level = LADDER[LADDER.index(pupil.level) + 1]
    pupil.cohort = desk.term.year + LEVELS[pupil.level][2]
    pupil.class_no = rng.randrange(classes(school.grade_size)) + 1
    acts.transfer_swipe(desk, pupil, at, from_school=former.code)
    acts.renumber(desk, pupil, "other", at + 5 * acts.MINUTE)
    acts.file_numbers(desk, school, [pupil.number], moment(desk.term.school_day(1), 9))
    acts.remake(desk, pupil, at_work(desk.term.school_day(2), rng))


def newcomers(desk: Desk, school: School) -> None:
    """Take in pupils from outside: with the card of their school, or guests without any."""
    rng = desk.rng(f"newcomers/{school.code}")
    share = len(school.pupils)
    for _place in range(round(share * FROM_OUTSIDE + rng.random())):
        pupil, at = newcomer(desk, school, rng, guest=False)
        take_over(desk, pupil, bring_cards(desk, pupil), at)
    for _place in range(round(share * FROM_OUTSIDE_CITY + rng.random())):
        if school.levels == ("vocational",):
            continue  # its guests have no category that shows them
        pupil, at = newcomer(desk, school, rng, guest=True)
        pupil.from_outside_city = True
        at = at_work(desk.term.school_day(1), rng)
        for kind in acts.KINDS:
            acts.issue(desk, pupil, kind, at, confirmed_no_other_school=True)
            at += 2 * acts.MINUTE
        acts.upgrade(desk, pupil, at)


def newcomer(desk: Desk, school: School, rng: Random, *, guest: bool) -> tuple[Pupil, datetime]:
    """Add a pupil from outside the district in the first days of the window.

    A local one keeps the number of the former school, a guest from outside the city gets one here.
    Returns the pupil, without cards, and the moment of the next act.
    """
    level = rng.choice(school.levels)
    if guest and level == "vocational":
        level = next(other for other in school.levels if other != "vocational")
    years = LEVELS[level][2]
    # neither the first grade nor the last one
    spring = desk.term.is_spring
    cohort = desk.term.year + (not spring) + rng.randrange(1, years if spring else years - 1)
    at = at_work(desk.term.school_day(0), rng, 11, 14)
    pupil = make_pupil(
        desk, rng, school, level, cohort, 1, guest=guest, entered=at.date(), foreign=not guest
    )
    pupil.story, pupil.from_outside_city = "newcomer", guest
    school.pupils.append(pupil)
    acts.add(desk, pupil, at)
    acts.changed(pupil, at)
    acts.file_numbers(desk, school, [pupil.number], at + 10 * acts.MINUTE)
    return pupil, at + 20 * acts.MINUTE


def bring_cards(desk: Desk, pupil: Pupil) -> str:
    """Give a newcomer the cards of the former school; returns the code of that school."""
    rng = desk.rng(f"brings/{pupil.number}")
    pupil.record = old_card(desk, rng, "record")
    pupil.record.upgraded = True
    pupil.identity = old_card(desk, rng, "identity")
    return pupil.number[:8]


def take_over(desk: Desk, pupil: Pupil, former: str, at: datetime) -> None:
    """Take over the cards of a pupil from a school outside the district."""
    acts.transfer_swipe(desk, pupil, at, from_school=former, upgraded=True, leave_swiped=True)
    acts.register(desk, pupil, pupil.card("identity"), at + acts.MINUTE)


def repeaters(desk: Desk, school: School) -> None:
    """Let some pupils repeat a year: new cohort, class and number, both cards made anew."""
    rng = desk.rng(f"repeaters/{school.code}")
    for _place in range(round(len(school.pupils) * REPEATING + rng.random())):
        pupil = desk.pick(school, rng, lambda one: one.grade(desk.term.window[0]) not in (1, 7, 10))
        if pupil is None:
            return
        at = at_work(desk.term.school_day(0), rng, 13, 14)
        pupil.story = "repeats"
        old, pupil.cohort = pupil.number, pupil.cohort + 1
        pupil.number = acts.next_number(desk, pupil)
        acts.changed(pupil, at)
        desk.write(
            school,
            "student-repeat-year",
            at,
            student=old,
            cohort=pupil.cohort,
            class_=pupil.class_name,
            number=pupil.number,
        )
        acts.file_numbers(desk, school, [pupil.number], moment(desk.term.school_day(1), 9))
        acts.remake(desk, pupil, at_work(desk.term.school_day(2), rng))


def returners(desk: Desk) -> None:
    """Let pupils who were suspended before the summer resume, with the cohort below."""
    rng = desk.rng("returners")
    for school in desk.schools:
        for pupil in school.pupils:
            if pupil.status != "suspended" or pupil.story:
                continue
            at = at_work(desk.term.school_day(0), rng, 9, 10)
            pupil.story = "resumes"
            acts.resume(desk, pupil, at)
            pupil.cohort += 1
            acts.renumber(desk, pupil, "resumed", at + 6 * acts.MINUTE)
            acts.file_numbers(desk, school, [pupil.number], moment(desk.term.school_day(1), 9))
            acts.remake(desk, pupil, at_work(desk.term.school_day(2), rng))
