"""Irregularities of the months after the window, and of leaving."""

from __future__ import annotations

from datetime import date, datetime
from random import Random

from scripts.district import acts
from scripts.district.acts import MINUTE
from scripts.district.desk import Desk, at_work
from scripts.district.model import Expect, Finding, Pupil, Row, School, Subject
from scripts.district.plants_roster import take
from scripts.district.school_acts import month_ends_of
from scripts.district.terms import DAY, moment

#: Days after which a replaced card that was not handed in is a finding (handbook, section 9).
GRACE = 30 * DAY
#: Days after which an act counts as written late.
LATE = 7


def _someone(desk: Desk, school: School, rng: Random, story: str) -> Pupil | None:
    """Take a pupil beyond the first grade who stays to the end of all terms."""
    first = desk.term.window[0]
    pupil = desk.pick(school, rng, lambda one: one.grade(first) != 1)
    if pupil is not None:
        take(pupil, story)
    return pupil


def _renumbered(desk: Desk, pupil: Pupil, day: date, rng: Random) -> None:
    """Give a pupil a new number and file it on the next day."""
    acts.renumber(desk, pupil, "other", at_work(day, rng))
    acts.file_numbers(desk, pupil.school, [pupil.number], at_work(day + DAY, rng))


def two_cards(desk: Desk, school: School, rng: Random) -> bool:
    """Let an old program hand out a second card after a renumbering, without collecting."""
    kind = rng.choice(acts.KINDS)
    pupil = _someone(desk, school, rng, "two-live-cards")
    if pupil is None:
        return False
    day = desk.day_later(rng, 10)
    _renumbered(desk, pupil, day, rng)
    at = at_work(day + 3 * DAY, rng)
    other = "identity" if kind == "record" else "record"
    acts.replace(desk, pupil, other, "renumbered", at)
    old = pupil.card(kind)
    expect = Expect("contested", ("student-holds-card", "not-eligible-for-new-card"))
    row = acts.issue(desk, pupil, kind, at + 12 * MINUTE, evidence="imported", expect=expect)
    new = pupil.card(kind)
    if kind == "record":
        acts.upgrade(desk, pupil, at + 15 * MINUTE)
    desk.plant(
        "two-live-cards",
        school,
        [pupil, old, new],
        [row],
        "after a new number an old program issued a card, and the old one was not taken back",
        since=row.at,
        implies=[Finding("ineligible-new-card", (new, pupil), row.at)],
    )
    return True


def outstanding(desk: Desk, school: School, rng: Random) -> bool:
    """Make a card anew after a renumbering; the old one is promised and never handed in."""
    pupil = _someone(desk, school, rng, "old-card-outstanding")
    if pupil is None:
        return False
    day = desk.day_later(rng, 10)
    _renumbered(desk, pupil, day, rng)
    at = at_work(day + 3 * DAY, rng)
    acts.replace(desk, pupil, "identity", "renumbered", at)
    old = pupil.card("record")
    row = acts.reissue(
        desk,
        pupil,
        "record",
        "renumbered",
        at + 12 * MINUTE,
        old_outstanding="旧卡在老家，说好下周交回",
    )
    acts.upgrade(desk, pupil, at + 14 * MINUTE)
    says = "the old card was declared outstanding and never handed in"
    desk.plant("old-card-outstanding", school, [old, pupil], [row], says, since=row.at + GRACE)
    return True


def found_again(desk: Desk, school: School, rng: Random) -> bool:
    """Lose a card, get a new one, find the old one; half of them hand it in."""
    pupil = _someone(desk, school, rng, "found-after-replaced")
    if pupil is None:
        return False
    day, old = desk.day_later(rng, 25), pupil.card("record")
    acts.lost(desk, pupil, old, at_work(day, rng))
    at = at_work(day + 5 * DAY, rng)
    acts.reissue(desk, pupil, "record", "lost", at)
    acts.upgrade(desk, pupil, at + MINUTE)
    row = acts.found(desk, pupil, old, at_work(day + 12 * DAY, rng))
    says = "lost, replaced, found, handed in"
    implies = []
    if rng.random() < 0.5:
        acts.recycle(desk, pupil, old, "found", at_work(day + 16 * DAY, rng))
    else:
        says = "lost, replaced, found, never handed in"
        implies = [Finding("old-card-outstanding", (old, pupil), row.at + GRACE)]
    desk.plant("found-after-replaced", school, [old, pupil], [row], says, implies=implies)
    return True


def written_late(desk: Desk, school: School, rng: Random) -> bool:
    """Write on the last of a month that a card was lost more than a week before."""
    pupil = _someone(desk, school, rng, "recorded-late")
    if pupil is None:
        return False
    first, last = desk.term.later
    ends = [day for day in month_ends_of(desk) if first + 14 * DAY < day < last]
    end = rng.choice(ends)
    at = at_work(end - rng.randint(LATE + 1, LATE + 6) * DAY, rng)
    card, written = pupil.card("identity"), moment(end, 23, rng.randrange(1, 59))
    row = acts.lost(desk, pupil, card, at, written=written)
    acts.reissue(desk, pupil, "identity", "lost", at_work(end + 3 * DAY, rng))
    says = f"written on {written:%Y-%m-%d}, more than {LATE} days after it happened"
    desk.plant("recorded-late", school, [card, pupil], [row], says, since=written)
    return True


def made_early(desk: Desk, school: School, rng: Random) -> bool:
    """Make the card before the new number was filed."""
    pupil = _someone(desk, school, rng, "made-before-filing")
    if pupil is None:
        return False
    day = desk.day_later(rng, 20)
    acts.renumber(desk, pupil, "other", at_work(day, rng))
    _taken, row = acts.replace(desk, pupil, "record", "renumbered", at_work(day + 2 * DAY, rng))
    acts.file_numbers(desk, school, [pupil.number], at_work(day + 9 * DAY, rng))
    acts.replace(desk, pupil, "identity", "renumbered", at_work(day + 12 * DAY, rng))
    says = "the record card was made a week before the new number was filed"
    desk.plant(
        "made-before-filing", school, [pupil.card("record"), pupil], [row], says, since=row.at
    )
    return True


def same_number(desk: Desk, school: School, rng: Random) -> bool:
    """Report the number of one pupil as the new number of another in the same class.

    Only in the last term: from then on the number names two pupils, and nothing more can be
    recorded for either of them by it.
    """
    if not desk.is_last:
        return False
    first = _someone(desk, school, rng, "one-number-two-students")
    if first is None:
        return False
    second = desk.pick(
        school,
        rng,
        lambda one: one.class_name == first.class_name and one.number[:9] == first.number[:9],
    )
    if second is None:
        return False
    take(second, "one-number-two-students")
    at = at_work(desk.term.later[1], rng)
    row = desk.write(
        school,
        "student-renumber",
        at,
        student=second.number,
        number=first.number,
        reason="other",
        class_=second.class_name,
        cohort=second.cohort,
        evidence="imported",
        expect=Expect("contested", ("ambiguous-student",)),
    )
    says = "the record system gave one number to two pupils of a class"
    desk.plant("one-number-two-students", school, [f"number:{first.number}"], [row], says, since=at)
    return True


def not_collected_first(desk: Desk, school: School, rng: Random) -> bool:
    """Try to replace a broken card without taking it back; then do it properly."""
    pupil = _someone(desk, school, rng, "old-card-not-collected")
    if pupil is None:
        return False
    at, card = at_work(desk.day_later(rng), rng), acts.new_card(desk, "record")
    expect = Expect("refused", ("old-card-not-collected",))
    row = acts.reissue(desk, pupil, "record", "damaged", at, card=card, expect=expect)
    acts.recycle(desk, pupil, pupil.card("record"), "replaced", at + 5 * MINUTE)
    acts.reissue(desk, pupil, "record", "damaged", at + 8 * MINUTE, card=card)
    acts.upgrade(desk, pupil, at + 10 * MINUTE)
    says = "a new card is refused until the broken one is handed in"
    desk.plant("old-card-not-collected", school, [pupil], [row], says)
    return True


def issued_instead(desk: Desk, school: School, rng: Random) -> bool:
    """Try to issue a card to an older pupil who holds one."""
    pupil = _someone(desk, school, rng, "student-holds-card")
    if pupil is None:
        return False
    kept = pupil.card("record")
    expect = Expect("refused", ("student-holds-card", "not-eligible-for-new-card"))
    row = acts.issue(desk, pupil, "record", at_work(desk.day_later(rng), rng), expect=expect)
    pupil.hold(kept)
    says = "a second card for an older pupil is refused"
    desk.plant("student-holds-card", school, [pupil, kept], [row], says)
    return True


def used_number(desk: Desk, school: School, rng: Random) -> bool:
    """Try to make a new card with a number that is somebody else's."""
    pupil = _someone(desk, school, rng, "card-number-used")
    if pupil is None:
        return False
    other = desk.pick(school, rng, lambda one: one is not pupil, staying=False)
    if other is None:
        return False
    day = desk.day_later(rng, 14)
    acts.lost(desk, pupil, pupil.card("record"), at_work(day, rng))
    at = at_work(day + 5 * DAY, rng)
    taken = other.card("record")
    row = acts.reissue(
        desk,
        pupil,
        "record",
        "lost",
        at,
        card=taken,
        expect=Expect("refused", ("card-number-used",)),
    )
    acts.reissue(desk, pupil, "record", "lost", at + 4 * MINUTE)
    acts.upgrade(desk, pupil, at + 6 * MINUTE)
    subjects: list[Subject] = [pupil, taken]
    desk.plant(
        "card-number-used", school, subjects, [row], "the number typed is another pupil's card"
    )
    return True


def _leaver(desk: Desk, school: School, rng: Random) -> Pupil | None:
    """Take a pupil of the last senior grade, or a junior one who will not go on."""
    if not desk.term.is_spring:
        return None
    return desk.pick(
        school,
        rng,
        lambda one: (
            one.leaves_level(desk.term) and one.level in ("senior", "junior") and not one.guest
        ),
        staying=False,
    )


def not_collected(desk: Desk, school: School, rng: Random) -> bool:
    """Let a pupil graduate who should hand in the card and does not."""
    pupil = _leaver(desk, school, rng)
    if pupil is None:
        return False
    take(pupil, "left-not-collected")
    at = at_work(desk.term.leaving_day, rng)
    swiped = acts.leave_swipe(desk, pupil, "graduation", at)
    acts.recycle(desk, pupil, pupil.card("identity"), "graduation", at + 2 * MINUTE)
    row = acts.graduate(desk, pupil, False, at_work(desk.term.graduation_day, rng))
    says = "left for good, and policy wants the record card, which was not handed in"
    subjects: list[Subject] = [pupil.card("record"), pupil]
    desk.plant("left-not-collected", school, subjects, [swiped, row], says, since=row.at)
    return True


def no_leave_swipe(desk: Desk, school: School, rng: Random) -> bool:
    """Take the cards of a leaver back without swiping the record card out."""
    pupil = _leaver(desk, school, rng)
    if pupil is not None:
        take(pupil, "recycled-without-leave-swipe")
        at = at_work(desk.term.leaving_day, rng)
        row = _taken_back(desk, pupil, "graduation", at)
        left = acts.graduate(desk, pupil, False, at_work(desk.term.graduation_day, rng))
    else:
        pupil = desk.pick(
            school,
            rng,
            lambda one: one.guest and not one.leaves_level(desk.term),
            staying=False,
        )
        if pupil is None:
            return False
        take(pupil, "recycled-without-leave-swipe")
        at = at_work(desk.day_later(rng), rng)
        left = acts.transfer_out(desk, pupil, "", at)
        row = _taken_back(desk, pupil, "kept-for-inspection", at + 3 * MINUTE)
    says = "the pupil left and the record card was taken back, but never swiped out"
    since = max(row.at, left.at)
    subjects: list[Subject] = [pupil.card("record"), pupil]
    desk.plant("recycled-without-leave-swipe", school, subjects, [row], says, since=since)
    return True


def _taken_back(desk: Desk, pupil: Pupil, reason: str, at: datetime) -> Row:
    """Take both cards back; returns the row about the record card."""
    acts.recycle(desk, pupil, pupil.card("identity"), reason, at + MINUTE)
    return acts.recycle(desk, pupil, pupil.card("record"), reason, at)
