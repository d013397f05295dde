"""A normal term: the window's swipes, and what happens to some pupils after it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Final

from scripts.district import acts
from scripts.district.acts import MINUTE
from scripts.district.desk import Desk, at_work
from scripts.district.model import Pupil, Row, School
from scripts.district.terms import DAY, moment

#: Weekdays of the window on which classes come to the reader.
CLASS_DAYS: Final = (3, 4, 5, 6, 7, 8, 9, 10)
#: Longest time between an act and its being written that nobody minds, in days.
SOON: Final = 4


def swipe_classes(desk: Desk, school: School) -> dict[str, list[Row]]:
    """Upgrade and swipe the cards of all pupils, class by class; returns the swipes by class."""
    rng = desk.rng(f"swipes/{school.code}")
    lists: dict[str, list[Row]] = {}
    by_class: dict[str, list[Pupil]] = {}
    for pupil in school.pupils:
        if pupil.in_school and pupil.record is not None:
            by_class.setdefault(pupil.class_name, []).append(pupil)
    for place, (name, pupils) in enumerate(sorted(by_class.items())):
        day = desk.term.school_day(CLASS_DAYS[place % len(CLASS_DAYS)])
        at = at_work(day, rng, 8, 13)
        for pupil in sorted(pupils, key=lambda one: one.number[11:]):
            if desk.term.name in pupil.swiped:
                continue
            at += timedelta(seconds=rng.randint(20, 40))
            if pupil.story != "not-upgraded":
                acts.ready(desk, pupil, at)
            if desk.term.name not in pupil.no_swipe:
                row = acts.term_swipe(desk, pupil, at + timedelta(seconds=12))
                lists.setdefault(name, []).append(row)
    return lists


def file_all(desk: Desk, school: School) -> list[Row]:
    """File all record cards of the school after the window."""
    cards = [
        pupil.record
        for pupil in school.pupils
        if pupil.record is not None
        and not pupil.record.never_file
        and pupil.status in ("in-school", "suspended")
    ]
    return acts.file_cards(desk, school, cards, moment(desk.term.filing_day, 10))


def file_rest(desk: Desk, school: School) -> None:
    """File the record cards that were made since."""
    cards = [
        pupil.record
        for pupil in school.pupils
        if pupil.record is not None
        and not (pupil.record.filed or pupil.record.never_file)
        and pupil.status in ("in-school", "suspended")
    ]
    acts.file_cards(desk, school, cards, moment(desk.term.supplement_day, 10))


def lose(desk: Desk, pupil: Pupil, rng: Random) -> None:
    """Lose a card; a new one is made some days later. Some reports are written late, not too."""
    kind = "record" if rng.random() < 0.7 else "identity"
    day = desk.day_later(rng, 14)
    at = at_work(day, rng)
    written = at + rng.randint(1, SOON) * DAY if rng.random() < 0.3 else None
    acts.lost(desk, pupil, pupil.card(kind), at, written=written)
    again = at_work(day + timedelta(days=rng.randint(5, 9)), rng)
    acts.reissue(desk, pupil, kind, "lost", again)
    if kind == "record":
        acts.upgrade(desk, pupil, again + MINUTE)


def lose_and_find(desk: Desk, pupil: Pupil, rng: Random) -> None:
    """Lose a card and find it again before a new one was made."""
    day = desk.day_later(rng, 14)
    card = pupil.card("record")
    acts.lost(desk, pupil, card, at_work(day, rng))
    acts.found(desk, pupil, card, at_work(day + timedelta(days=rng.randint(1, 9)), rng))


def damage(desk: Desk, pupil: Pupil, rng: Random) -> None:
    """Hand in a broken card and get a new one."""
    kind = "record" if rng.random() < 0.8 else "identity"
    acts.replace(desk, pupil, kind, "damaged", at_work(desk.day_later(rng), rng))


def correct_number(desk: Desk, pupil: Pupil, rng: Random) -> None:
    """Get a new number, file it, and have both cards made anew (handbook, section 5)."""
    day = desk.day_later(rng, 14)
    acts.renumber(desk, pupil, "other", at_work(day, rng))
    acts.file_numbers(desk, pupil.school, [pupil.number], at_work(day + DAY, rng))
    acts.remake(desk, pupil, at_work(day + 4 * DAY, rng))


def change_data(desk: Desk, pupil: Pupil, rng: Random) -> None:
    """Move house, or get another telephone."""
    at = at_work(desk.day_later(rng), rng)
    person = pupil.person
    if rng.random() < 0.5:
        person.telephone = desk.people.telephone()
        acts.student_act(
            desk, pupil, "student-change", at, telephone=person.telephone, bare_date=True
        )
        return
    person.present_address = desk.people.address()
    acts.student_act(desk, pupil, "student-change", at, present_address=person.present_address)


def leave_with_card(desk: Desk, pupil: Pupil, rng: Random) -> None:
    """Transfer to a school outside the district; the cards travel with the pupil."""
    at = at_work(desk.day_later(rng), rng)
    acts.leave_swipe(desk, pupil, "transfer", at)
    acts.transfer_out(desk, pupil, f"01120{rng.randint(100, 140)}", at + 5 * MINUTE)


def leave_without_card(desk: Desk, pupil: Pupil, rng: Random) -> None:
    """Go home to another province and leave the cards: they are kept for inspection."""
    at = at_work(desk.day_later(rng), rng)
    acts.leave_swipe(desk, pupil, "out-of-province", at)
    acts.transfer_out(desk, pupil, "", at + 5 * MINUTE)
    acts.collect(desk, pupil, "kept-for-inspection", at + 8 * MINUTE)


def drop_out(desk: Desk, pupil: Pupil, rng: Random) -> None:
    """Drop out; the cards are taken back."""
    at = at_work(desk.day_later(rng), rng)
    acts.leave_swipe(desk, pupil, "dropout", at)
    acts.collect(desk, pupil, "left", at + 3 * MINUTE)


def interrupt(desk: Desk, pupil: Pupil, rng: Random) -> None:
    """Suspend the studies: for some weeks, or until the next school year."""
    day = desk.day_later(rng, 40)
    acts.suspend(desk, pupil, at_work(day, rng))
    if rng.random() < 0.5:
        acts.resume(desk, pupil, at_work(day + 28 * DAY, rng))


def _any(pupil: Pupil, desk: Desk) -> bool:
    return not pupil.leaves_level(desk.term)


def _local_primary(pupil: Pupil, desk: Desk) -> bool:
    return _any(pupil, desk) and pupil.level == "primary" and not pupil.guest


def _guest(pupil: Pupil, desk: Desk) -> bool:
    return _any(pupil, desk) and pupil.guest


def _older(pupil: Pupil, desk: Desk) -> bool:
    return _any(pupil, desk) and pupil.level in ("junior", "vocational")


def _lasting(pupil: Pupil, desk: Desk) -> bool:
    """Whether the pupil has more than a year to go."""
    return pupil.cohort > desk.term.year + 1


Story = Callable[[Desk, Pupil, Random], None]
Fits = Callable[[Pupil, Desk], bool]

#: What happens after the window, to which share of the pupils, at least how often, to whom.
STORIES: Final[tuple[tuple[Story, float, int, Fits], ...]] = (
    (lose, 0.012, 1, _any),
    (lose_and_find, 0.003, 1, _any),
    (damage, 0.005, 3, _any),
    (correct_number, 0.0015, 1, _any),
    (change_data, 0.006, 1, _any),
    (leave_with_card, 0.005, 1, _local_primary),
    (leave_without_card, 0.003, 1, _guest),
    (drop_out, 0.001, 0, _older),
    (interrupt, 0.003, 1, _lasting),
)


def live_on(desk: Desk, school: School) -> None:
    """Let the stories of the months after the window happen."""
    rng = desk.rng(f"stories/{school.code}")
    size = len(school.pupils)
    for story, share, least, fits in STORIES:

        def suits(pupil: Pupil, fits: Fits = fits) -> bool:
            return fits(pupil, desk)

        for _place in range(max(least, round(size * share))):
            pupil = desk.pick(school, rng, suits, staying=False)
            if pupil is None:
                break
            pupil.story = story.__name__
            story(desk, pupil, rng)
