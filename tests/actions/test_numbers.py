"""Student numbers: one pupil through all of them, and two pupils behind one (HANDBOOK 3)."""

from __future__ import annotations

from typing import Final

from tests.support.given import (
    ANNA,
    BORIS,
    act,
    contested,
    given,
    number,
    pupil,
    recorded,
    refused,
    repeated,
)

ISSUED: Final = (
    pupil(ANNA),
    act("issue", card="C1", student=ANNA, at="2010-02-20"),
    act("upgrade", card="C1", at="2010-02-21"),
)
SWIPE: Final = act("term-swipe", card="C1", at="2010-03-10")


def test_every_number_that_a_pupil_had_finds_the_pupil() -> None:
    numbers = [ANNA, *(number(index, cohort=2015 + index) for index in (11, 12, 13))]
    story = given(pupil(ANNA))
    story.given(
        act("student-renumber", student=numbers[0], number=numbers[1], at="2010-03-01"),
        act("student-repeat-year", student=numbers[0], number=numbers[2], at="2010-03-02"),
        act(
            "student-graduate",
            student=numbers[1],
            number=numbers[3],
            goes_on="yes",
            continues=True,
            at="2010-03-03",
        ),
    )
    keys = {story.key(one) for one in numbers}
    assert len(keys) == 1
    assert story.student(*keys).numbers == numbers
    assert story.student(*keys).number == numbers[-1]
    for one in [*numbers, *keys]:
        story.when(act("student-change", student=one, class_="1")).then(
            recorded() if one == numbers[0] else repeated()
        )


def test_a_number_that_two_pupils_had_is_ambiguous_but_the_id_is_not() -> None:
    story = given(
        pupil(ANNA, name="Anna"),
        pupil(BORIS, name="Boris"),
        act("student-renumber", student=BORIS, number=ANNA, evidence="imported"),
    )
    told = story.when(act("student-suspend", student=ANNA)).then(refused("ambiguous-student"))
    first, second = (story.key(one) for one in (BORIS, story.lines[3].event.student))  # type: ignore[attr-defined]
    message = told.outcome.message()
    assert first in message
    assert second in message
    story.when(act("student-suspend", student=second.lower())).then(recorded())


def test_of_two_pupils_with_one_number_the_card_tells_who_was_swiped_elsewhere() -> None:
    story = given(
        *ISSUED,
        pupil(BORIS, name="Boris"),
        act("student-renumber", student=BORIS, number=ANNA, evidence="imported"),
    )
    story.when(SWIPE | {"student": ANNA}).then(refused("ambiguous-student"))
    told = story.when(SWIPE | {"student": ANNA, "evidence": "imported"})
    told.then(contested("ambiguous-student"))
    assert told.event.student == story.lines[3].event.student  # type: ignore[attr-defined]


def test_an_imported_number_of_another_pupil_is_recorded_as_contested() -> None:
    story = given(pupil(ANNA, name="Anna"))
    row = pupil(ANNA, name="Boris", evidence="imported")
    story.when(row).then(contested("ambiguous-student"))
    assert len(story.book().numbers[ANNA]) == 2


def test_the_cohort_follows_the_digits_where_they_change() -> None:
    story = given(pupil(ANNA, cohort=2015))
    story.given(act("student-renumber", student=ANNA, number=number(2), at="2010-03-01"))
    assert story.student(ANNA).cohort == 2015
    new = number(2, cohort=2016)
    story.given(act("student-renumber", student=ANNA, number=new, class_="2", at="2010-03-02"))
    assert (story.student(ANNA).cohort, story.student(ANNA).class_) == (2016, "2")
    story.given(
        act("student-renumber", student=ANNA, number=number(3), cohort=2017, at="2010-03-03")
    )
    assert story.student(ANNA).cohort == 2017


def test_a_new_cohort_ends_what_the_roster_said_of_the_grade() -> None:
    story = given(pupil(ANNA, grade=2, at="2010-03-01"))
    story.given(act("student-renumber", student=ANNA, number=number(2), at="2010-03-02"))
    assert story.student(ANNA).grade == 2
    new = number(2, cohort=2016)
    story.given(act("student-renumber", student=ANNA, number=new, at="2010-03-03"))
    assert story.student(ANNA).grade == 0
    story.given(act("student-change", student=ANNA, grade=2, at="2010-03-04"))
    story.given(
        act("student-renumber", student=ANNA, number=number(3), cohort=2016, at="2010-03-05")
    )
    assert story.student(ANNA).grade == 2
