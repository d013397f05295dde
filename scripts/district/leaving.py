"""The end of a term: graduation in summer, moves within the district, cards collected."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Final

from scripts.district import acts
from scripts.district.acts import MINUTE
from scripts.district.desk import Arrival, Desk, at_work
from scripts.district.intake import LADDER
from scripts.district.model import Pupil, School
from scripts.district.numbers import LEVELS
from scripts.district.opening import classes
from scripts.district.terms import DAY, moment

#: Shares of leavers: junior pupils who end school, those who continue in the same school.
ENDING: Final = 0.1
CONTINUING: Final = {"primary": 0.85, "junior": 0.6}
#: Share of a first grade that pupils of the district may fill; the others come from elsewhere.
FROM_DISTRICT: Final = 0.7
MOVING: Final = 0.004


def graduate(desk: Desk) -> None:
    """Let the last grades of every level leave, with or without their cards."""
    places = _places(desk)
    for school in desk.schools:
        continuing = []
        rng = desk.rng(f"graduation/{school.code}")
        for pupil in list(school.pupils):
            if not pupil.leaves_level(desk.term) or pupil.story or not pupil.in_school:
                continue
            if pupil.level in ("senior", "vocational"):
                collected_leaver(desk, pupil, rng, goes_on=rng.random() < 0.6)
            elif continues(pupil) and rng.random() < CONTINUING[pupil.level]:
                _continue(desk, pupil, rng)
                continuing.append(pupil.number)
            elif pupil.guest:
                _go_home(desk, pupil, rng)
            elif pupil.level == "junior" and rng.random() < ENDING:
                collected_leaver(desk, pupil, rng, goes_on=False)
            else:
                _go_on(desk, pupil, rng, places)
        acts.file_numbers(desk, school, continuing, moment(date(desk.term.year, 8, 31), 9))


def continues(pupil: Pupil) -> bool:
    """Whether the school has the pupil's next level too."""
    here = pupil.school.levels
    return pupil.level in LADDER[:2] and LADDER[LADDER.index(pupil.level) + 1] in here


def _places(desk: Desk) -> dict[str, list[School]]:
    """Return for each level the schools that take pupils of the district in, place by place."""
    places: dict[str, list[School]] = {level: [] for level in LADDER}
    if desk.is_last:
        return places
    for school in desk.schools:
        for level in set(school.levels) & set(LADDER[1:]):
            below = LADDER[LADDER.index(level) - 1]
            share = 0.1 if below in school.levels else FROM_DISTRICT
            places[level] += [school] * int(school.grade_size * share)
    rng = desk.rng("places")
    for level in LADDER:
        rng.shuffle(places[level])
    return places


def _day(desk: Desk, rng: Random) -> date:
    """Return one of the three days on which leavers hand in or swipe out."""
    return desk.term.leaving_day + rng.randrange(3) * DAY


def collected_leaver(desk: Desk, pupil: Pupil, rng: Random, *, goes_on: bool) -> None:
    """Swipe out, take both cards back, graduate: whom the policy of 2010 asks for the cards."""
    at = at_work(_day(desk, rng), rng)
    acts.leave_swipe(desk, pupil, "graduation", at)
    acts.collect(desk, pupil, "graduation", at + 2 * MINUTE)
    acts.graduate(desk, pupil, goes_on, at_work(desk.term.graduation_day, rng))


def _go_home(desk: Desk, pupil: Pupil, rng: Random) -> None:
    """Graduate and go home to another province; the cards stay and are kept for inspection."""
    at = at_work(_day(desk, rng), rng)
    acts.graduate(desk, pupil, True, at)
    acts.leave_swipe(desk, pupil, "out-of-province", at + 2 * MINUTE)
    pupil.status = "graduated"
    acts.collect(desk, pupil, "kept-for-inspection", at + 4 * MINUTE)


def _go_on(desk: Desk, pupil: Pupil, rng: Random, places: dict[str, list[School]]) -> None:
    """Graduate and take the card along, to a school of the district or another one."""
    at = at_work(_day(desk, rng), rng)
    acts.graduate(desk, pupil, True, at)
    acts.leave_swipe(desk, pupil, "graduation", at + 2 * MINUTE)
    pupil.status = "graduated"
    free = places[LADDER[LADDER.index(pupil.level) + 1]]
    if free and free[-1] is not pupil.school and free[-1].code not in pupil.former:
        pupil.former.add(pupil.school.code)
        desk.arriving.append(Arrival(pupil, free.pop(), True))


def _continue(desk: Desk, pupil: Pupil, rng: Random) -> None:
    """Go on in the same school: new number and cohort, the card stays live."""
    at = at_work(date(desk.term.year, 8, 30), rng)
    old = pupil.number
    pupil.level = LADDER[LADDER.index(pupil.level) + 1]
    pupil.cohort = desk.term.year + LEVELS[pupil.level][2]
    pupil.class_no = rng.randrange(classes(pupil.school.grade_size)) + 1
    pupil.number = acts.next_number(desk, pupil)
    acts.changed(pupil, at)
    desk.write(
        pupil.school,
        "student-graduate",
        at,
        student=old,
        goes_on="yes",
        continues=True,
        number=pupil.number,
        cohort=pupil.cohort,
        class_=pupil.class_name,
    )


def move(desk: Desk) -> None:
    """Let some local primary pupils move to another school of the district over the holidays.

    They are swiped out in one term and swiped in in the next, so that no card is at two schools
    in one term.
    """
    if desk.is_last:
        return
    for school in desk.schools:
        rng = desk.rng(f"moves/{school.code}")
        others = [one for one in desk.schools if one is not school and "primary" in one.levels]
        for _place in range(round(len(school.pupils) * MOVING + rng.random())):
            pupil = desk.pick(
                school,
                rng,
                lambda one: (
                    one.level == "primary"
                    and not (one.guest or one.former)
                    and one.cohort > desk.term.year + 1
                ),
                staying=False,
            )
            if pupil is None or not others:
                break
            to = rng.choice(others)
            pupil.story = "moves"
            pupil.former.add(school.code)
            at = at_work(desk.term.leaving_day, rng)
            acts.leave_swipe(desk, pupil, "transfer", at)
            acts.transfer_out(desk, pupil, to.code, at + 5 * MINUTE)
            desk.arriving.append(Arrival(pupil, to, False))
