"""Irregularities in and around the window of the term swipes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

from scripts.district import acts
from scripts.district.acts import MINUTE
from scripts.district.desk import Desk, at_work
from scripts.district.intake import bring_cards, newcomer, take_over
from scripts.district.model import REPEATED, Expect, Finding, Pupil, Row, School, Subject
from scripts.district.plants_roster import take
from scripts.district.terms import DAY, moment, weekday_from


def _someone(desk: Desk, school: School, rng: Random, story: str) -> Pupil | None:
    """Take a pupil who stays to the end of all terms for a story."""
    pupil = desk.pick(school, rng, lambda one: True)
    if pupil is not None:
        take(pupil, story)
    return pupil


def _day(desk: Desk) -> Callable[[int], date]:
    """Return the weekdays of the window; 0 is the second one, when all cards are known."""
    return lambda number: desk.term.school_day(number + 1)


def _refused(*codes: str) -> Expect:
    return Expect("refused", codes)


def _retired(desk: Desk, pupil: Pupil, row: Row, says: str) -> None:
    """Note an attempt to use a card that is lost, replaced or recycled."""
    subjects: list[Subject] = [f"card:{row.fields['card']}", pupil]
    desk.plant("swipe-after-retirement", pupil.school, subjects, [row], says, since=row.at)


def after_recycling(desk: Desk, school: School, rng: Random) -> bool:
    """Hand a broken card in, get a new one, and have the old one turn up at the reader."""
    pupil = _someone(desk, school, rng, "swipe-after-retirement")
    if pupil is None:
        return False
    old, day = pupil.card("record"), _day(desk)
    acts.ready(desk, pupil, at_work(day(1), rng, 8, 9))
    acts.replace(desk, pupil, "record", "damaged", at_work(day(1), rng, 10))
    expect = _refused("card-recycled")
    row = acts.term_swipe(desk, pupil, at_work(day(2), rng), card=old, expect=expect)
    acts.term_swipe(desk, pupil, at_work(day(4), rng))
    _retired(desk, pupil, row, "a card that was handed in and replaced turns up at a swipe")
    return True


def after_replacing(desk: Desk, school: School, rng: Random) -> bool:
    """Lose a card, get a new one, and have the old one turn up at the reader."""
    pupil = _someone(desk, school, rng, "swipe-after-retirement")
    if pupil is None:
        return False
    old, day = pupil.card("record"), _day(desk)
    acts.ready(desk, pupil, at_work(day(0), rng, 8, 9))
    acts.lost(desk, pupil, old, at_work(day(0), rng, 10))
    at = at_work(day(1), rng)
    acts.reissue(desk, pupil, "record", "lost", at)
    acts.upgrade(desk, pupil, at + MINUTE)
    expect = _refused("card-replaced")
    row = acts.term_swipe(desk, pupil, at_work(day(2), rng), card=old, expect=expect)
    acts.term_swipe(desk, pupil, at_work(day(3), rng))
    _retired(desk, pupil, row, "a card that was lost and replaced turns up at a swipe")
    return True


def while_lost(desk: Desk, school: School, rng: Random) -> bool:
    """Report a card lost and have it turn up at the reader."""
    pupil = _someone(desk, school, rng, "swipe-after-retirement")
    if pupil is None:
        return False
    old, day = pupil.card("record"), _day(desk)
    acts.ready(desk, pupil, at_work(day(0), rng, 8, 9))
    acts.lost(desk, pupil, old, at_work(day(0), rng, 10))
    row = acts.term_swipe(desk, pupil, at_work(day(2), rng), expect=_refused("card-lost"))
    at = at_work(day(3), rng)
    acts.reissue(desk, pupil, "record", "lost", at)
    acts.upgrade(desk, pupil, at + MINUTE)
    acts.term_swipe(desk, pupil, at_work(day(5), rng))
    _retired(desk, pupil, row, "a card that is reported lost turns up at a swipe")
    return True


def left_and_back(desk: Desk, school: School, rng: Random) -> bool:
    """Leave, come back to the same school, and try a transfer swipe first (handbook, 7.2)."""
    pupil = desk.pick(school, rng, lambda one: not one.guest)
    if pupil is None:
        return False
    take(pupil, "left-and-came-back")
    day, away = _day(desk), f"01120{rng.randint(100, 140)}"
    acts.ready(desk, pupil, at_work(day(1), rng, 8, 9))
    acts.term_swipe(desk, pupil, at_work(day(1), rng, 10))
    at = at_work(day(5), rng)
    acts.leave_swipe(desk, pupil, "transfer", at)
    acts.transfer_out(desk, pupil, away, at + 4 * MINUTE)
    back = at_work(weekday_from(desk.day_later(rng, 7)), rng)
    expect = _refused("was-here-before")
    row = acts.transfer_swipe(desk, pupil, back, from_school=away, expect=expect)
    acts.resume(desk, pupil, back + 12 * MINUTE)
    says = "left, came back; the transfer swipe is refused, resuming is right"
    subjects: list[Subject] = [pupil, pupil.card("record")]
    desk.plant("left-and-came-back", school, subjects, [row], says)
    return True


def not_registered(desk: Desk, school: School, rng: Random) -> bool:
    """Forget the swipe of a pupil in one term."""
    pupil = _someone(desk, school, rng, "not-registered")
    if pupil is None:
        return False
    pupil.no_swipe.add(desk.term.name)
    rows = [row for row in (pupil.added_by,) if row is not None]
    desk.plant(
        "not-registered",
        school,
        [pupil],
        rows,
        "in school all the time, not swiped in this term",
        since=desk.term.closes,
        period=desk.term.name,
    )
    return True


def too_early(desk: Desk, school: School, rng: Random) -> bool:
    """Swipe before the window opens (in spring, when the roster is there by then)."""
    if not desk.term.is_spring:
        return False
    pupil = _someone(desk, school, rng, "outside-window")
    if pupil is None:
        return False
    at = at_work(weekday_from(desk.term.first + 3 * DAY), rng)
    acts.ready(desk, pupil, at - 5 * MINUTE)
    row = acts.term_swipe(desk, pupil, at)
    subjects: list[Subject] = [pupil.card("record"), pupil]
    says = "swiped some days before the window opened"
    desk.plant("outside-window", school, subjects, [row], says, since=at, period=desk.term.name)
    return True


def too_late(desk: Desk, school: School, rng: Random) -> bool:
    """Swipe after the window has closed: until then the pupil was not registered."""
    pupil = _someone(desk, school, rng, "outside-window")
    if pupil is None:
        return False
    at = at_work(weekday_from(desk.term.window[1] + rng.randint(3, 9) * DAY), rng)
    acts.ready(desk, pupil, at_work(_day(desk)(6), rng))
    row = acts.term_swipe(desk, pupil, at)
    missed = Finding("not-registered", (pupil,), desk.term.closes, desk.term.name)
    subjects: list[Subject] = [pupil.card("record"), pupil]
    desk.plant(
        "outside-window",
        school,
        subjects,
        [row],
        "swiped only after the window had closed",
        since=at,
        period=desk.term.name,
        implies=[missed],
    )
    return True


def sibling(desk: Desk, school: School, rng: Random) -> bool:
    """Have a pupil's card read at a sibling's school before it is swiped at its own."""
    others = [one for one in desk.schools if one is not school and one.pupils]
    if not others:
        return False
    pupil = _someone(desk, school, rng, "swiped-at-two-schools")
    if pupil is None:
        return False
    other, card, day = rng.choice(others), pupil.card("record"), _day(desk)
    acts.ready(desk, pupil, at_work(day(0), rng))
    row = acts.term_swipe(
        desk,
        pupil,
        at_work(day(2), rng),
        school=other,
        student="",
        expect=_refused("wrong-school"),
    )
    own = acts.term_swipe(desk, pupil, at_work(day(6), rng))
    says = "the card was handed to a sibling and read at the other school"
    desk.plant(
        "swiped-at-two-schools",
        school,
        [card],
        [row, own],
        says,
        since=own.at,
        period=desk.term.name,
    )
    return True


def before_issue(desk: Desk, school: School, rng: Random) -> bool:
    """Report, some days later, a swipe of a new card on a day before it was made."""
    pupil = _someone(desk, school, rng, "impossible-order")
    if pupil is None:
        return False
    day = _day(desk)
    acts.ready(desk, pupil, at_work(day(0), rng, 8, 9))
    acts.replace(desk, pupil, "record", "damaged", at_work(day(2), rng))
    acts.term_swipe(desk, pupil, at_work(day(3), rng))
    row = acts.term_swipe(
        desk,
        pupil,
        at_work(day(0), rng, 13),
        written=at_work(day(4), rng),
        evidence="imported",
        expect=Expect("contested", ("before-issue",)),
    )
    says = "a list has the new card swiped on a day before it was made"
    subjects: list[Subject] = [pupil.card("record"), pupil]
    desk.plant("impossible-order", school, subjects, [row], says, since=row.at)
    return True


def after_leaving(desk: Desk, school: School, rng: Random) -> bool:
    """Report, some days later, a leave swipe on a day before the term swipe."""
    pupil = desk.pick(
        school, rng, lambda one: one.level == "primary" and not one.guest, staying=False
    )
    if pupil is None:
        return False
    take(pupil, "impossible-order")
    day = _day(desk)
    acts.ready(desk, pupil, at_work(day(0), rng))
    swiped = acts.term_swipe(desk, pupil, at_work(day(3), rng))
    written = at_work(day(5), rng)
    row = acts.leave_swipe(
        desk, pupil, "transfer", at_work(day(1), rng), written=written, evidence="imported"
    )
    acts.transfer_out(desk, pupil, f"01120{rng.randint(100, 140)}", written + 10 * MINUTE)
    says = "a list has the pupil swiped out on a day before the term swipe"
    subjects: list[Subject] = [pupil.card("record"), pupil]
    desk.plant("impossible-order", school, subjects, [row, swiped], says, since=swiped.at)
    return True


def no_leave_swipe(desk: Desk, school: School, rng: Random) -> bool:
    """Arrive from outside with a card that was not swiped out; the former school mends it."""
    pupil, at = newcomer(desk, school, rng, guest=False)
    former = bring_cards(desk, pupil)
    row = acts.transfer_swipe(
        desk, pupil, at, from_school=former, upgraded=True, expect=_refused("no-leave-swipe")
    )
    take_over(desk, pupil, former, at_work(_day(desk)(1), rng))
    says = "the former school had not swiped the card out; two days later it had"
    subjects: list[Subject] = [pupil, pupil.card("record")]
    desk.plant("no-leave-swipe", school, subjects, [row], says)
    return True


def while_suspended(desk: Desk, school: School, rng: Random) -> bool:
    """Try to swipe a suspended pupil, who must resume first."""
    pupil = desk.pick(school, rng, lambda one: one.card("record").upgraded)
    if pupil is None:
        return False
    take(pupil, "not-in-school")
    day = _day(desk)
    acts.suspend(desk, pupil, at_work(day(0), rng))
    row = acts.term_swipe(desk, pupil, at_work(day(2), rng), expect=_refused("not-in-school"))
    acts.resume(desk, pupil, at_work(day(4), rng))
    acts.term_swipe(desk, pupil, at_work(day(5), rng))
    says = "a suspended pupil comes to the swipe, is refused, resumes and is swiped"
    desk.plant("not-in-school", school, [pupil, pupil.card("record")], [row], says)
    return True


def unknown_card(desk: Desk, school: School, rng: Random) -> bool:
    """Type the number of a card that nobody has."""
    number = desk.mint.unused_card_number()
    row = desk.write(
        school,
        "term-swipe",
        at_work(_day(desk)(5), rng),
        card=number,
        term=desk.term.name,
        expect=_refused("unknown-card"),
    )
    says = "a slip of the pen: no card has this number"
    desk.plant("unknown-card", school, [f"card:{number}"], [row], says)
    return True


def list_twice(desk: Desk, school: School, rng: Random, lists: dict[str, list[Row]]) -> bool:
    """Hand in the swipe list of a class once more on the next school day."""
    if not lists:
        return False
    rows = lists[rng.choice(sorted(lists))][:12]
    written = moment(weekday_from(rows[0].at.date() + DAY), 16, 30)
    copies = [
        again(desk, row, written + timedelta(seconds=place)) for place, row in enumerate(rows)
    ]
    says = "the swipe list of a class was handed in twice"
    desk.plant("list-imported-twice", school, [], copies, says)
    return True


def again(desk: Desk, row: Row, written: datetime) -> Row:
    """Write the very same row once more, later."""
    desk.order += 1
    copy = Row(
        dict(row.fields),
        row.at,
        written,
        desk.order,
        row.school,
        row.term,
        expect=REPEATED,
    )
    desk.rows.append(copy)
    return copy
