"""Irregularities of the roster and of the opening stock, planted before the first day."""

from __future__ import annotations

from functools import partial
from random import Random
from typing import Final

from scripts.district import acts
from scripts.district.desk import Desk
from scripts.district.model import Expect, Finding, Pupil, Row, School, Subject
from scripts.district.numbers import LEVELS, category, with_check
from scripts.district.opening import make_pupil
from scripts.district.terms import end_of, moment

#: How many pupils are tried before a pair is given up.
TRIES: Final = 8


def take(pupil: Pupil, story: str) -> None:
    """Keep a pupil out of every other story, for good."""
    pupil.story, pupil.keeps_story = story, True


def _added(pupil: Pupil) -> Row:
    """Return the row by which a pupil got onto the roster."""
    if pupil.added_by is None:
        raise LookupError(f"{pupil.number} is on no roster")
    return pupil.added_by


def _plant_number(desk: Desk, pupil: Pupil, number: str, kind: str, says: str) -> bool:
    """Give a pupil a faulty number, and note it once the roster is written."""
    take(pupil, kind)
    pupil.number = number

    def note() -> None:
        row = _added(pupil)
        desk.plant(kind, pupil.school, [f"number:{number}"], [row], says, since=row.at)

    desk.notes.append(note)
    return True


def category_mismatch(desk: Desk, school: School, rng: Random) -> bool:
    """Give a number whose digit 9 does not fit the source of the pupil."""
    pupil = desk.pick(school, rng, lambda one: one.level != "vocational")
    if pupil is None:
        return False
    wrong = category(pupil.level, guest=not pupil.guest, treated_as_local=False)
    number = with_check(f"{pupil.number[:8]}{wrong}{pupil.number[9:15]}")
    says = "digit 9 does not fit whether the pupil is a guest"
    return _plant_number(desk, pupil, number, "number-category-mismatch", says)


def wrong_check_digit(desk: Desk, school: School, rng: Random) -> bool:
    """Give a number whose last digit is wrong."""
    pupil = desk.pick(school, rng, lambda one: True)
    if pupil is None:
        return False
    wrong = (int(pupil.number[15]) + rng.randint(1, 9)) % 10
    number = f"{pupil.number[:15]}{wrong}"
    says = "the last digit is not the check digit of the others"
    return _plant_number(desk, pupil, number, "number-check-digit", says)


def malformed(desk: Desk, school: School, rng: Random) -> bool:
    """Give a number of 16 digits with class 00, which there is not."""
    pupil = desk.pick(school, rng, lambda one: True)
    if pupil is None:
        return False
    number = with_check(f"{pupil.number[:11]}00{pupil.number[13:15]}")
    if any(one.number == number for one in school.pupils):
        return False
    says = "16 digits, but there is no class 00"
    return _plant_number(desk, pupil, number, "number-malformed", says)


def refused_number(desk: Desk, school: School, rng: Random) -> bool:
    """Add a row to the roster whose number cannot be understood; it must be refused."""
    level = rng.choice(school.levels)
    cohort = desk.term.year + LEVELS[level][2] - desk.term.is_spring
    pupil = make_pupil(desk, rng, school, level, cohort, 1, foreign=True)
    digits = pupil.number
    pupil.number = rng.choice((f"{digits[:7]}O{digits[8:]}", f"{digits}0", digits[:13]))
    school.misfits.append(pupil)

    def note() -> None:
        expect = Expect("refused", ("bad-student-number",))
        at = moment(desk.term.first, 8)
        row = acts.add(desk, pupil, at, place="roster", evidence="imported", expect=expect)
        says = f"“{pupil.number}” is not a student number"
        desk.plant("bad-student-number", school, [], [row], says)

    desk.notes.append(note)
    return True


def _pair(
    desk: Desk, school: School, rng: Random, story: str, apart: float
) -> tuple[Pupil, Pupil] | None:
    """Return two pupils of one grade and one source for a story.

    `apart` is how often the second one is sought at another school first.
    """
    others = [one for one in desk.schools if one is not school] if rng.random() < apart else []
    for _try in range(TRIES):
        first = desk.pick(school, rng, lambda one: True)
        if first is None:
            return None
        alike = partial(_alike, first)
        for place in [*rng.sample(others, len(others)), school]:
            second = desk.pick(place, rng, alike)
            if second is not None:
                take(first, story)
                take(second, story)
                return first, second
    return None


def _alike(first: Pupil, second: Pupil) -> bool:
    """Whether two pupils are of one grade and one source."""
    same = (second.level, second.cohort, second.guest) == (first.level, first.cohort, first.guest)
    return same and second is not first


def one_person(desk: Desk, school: School, rng: Random) -> bool:
    """Give two pupils one identity number, with birth date and sex; not always in one school."""
    pair = _pair(desk, school, rng, "one-person-two-records", 0.4)
    if pair is None:
        return False
    first, second = pair
    second.person.identity, second.person.birth = first.person.identity, first.person.birth
    second.person.sex = first.person.sex

    def note() -> None:
        rows = [_added(first), _added(second)]
        says = "one identity number behind two pupils of the roster"
        desk.plant(
            "one-person-two-records", first.school, [first, second], rows, says, since=rows[0].at
        )

    desk.notes.append(note)
    return True


def clone(desk: Desk, school: School, rng: Random) -> bool:
    """Give two record cards one chip serial; across schools each term's swipes show it too."""
    pair = _pair(desk, school, rng, "uid-on-two-cards", 0.5)
    if pair is None:
        return False
    cards = [pupil.card("record") for pupil in pair]
    cards[1].uid = cards[0].uid
    subjects: tuple[Subject, ...] = (f"uid:{cards[0].uid}", *cards)
    terms = desk.terms if pair[0].school is not pair[1].school else []
    implies = [Finding("swiped-at-two-schools", subjects, one.closes, one.name) for one in terms]

    def note() -> None:
        rows = _registered(desk, {card.number for card in cards})
        says = "one chip serial on two card numbers"
        desk.plant(
            "uid-on-two-cards", school, subjects, rows, says, since=rows[1].at, implies=implies
        )

    desk.notes.append(note)
    return True


def _registered(desk: Desk, cards: set[str]) -> list[Row]:
    """Return the rows of the opening stock about some cards, in order of time."""
    rows = [row for row in desk.rows if row.place == "cards" and row.fields["card"] in cards]
    return sorted(rows, key=lambda row: row.at)


def two_holders(desk: Desk, school: School, rng: Random) -> bool:
    """Register one identity card for two pupils; the second has none of its own."""
    pair = _pair(desk, school, rng, "card-on-two-students", 0)
    if pair is None:
        return False
    first, second = pair
    card, second.identity = first.card("identity"), None

    def note() -> None:
        row = acts.register(
            desk,
            second,
            card,
            moment(desk.term.first, 15, 30),
            place="cards",
            evidence="imported",
            expect=Expect("contested", ("card-number-used",)),
        )
        says = "one identity card is registered for two pupils"
        subjects: list[Subject] = [card, first, second]
        desk.plant("card-on-two-students", school, subjects, [row], says, since=row.at)

    desk.notes.append(note)
    return True


def never_filed(desk: Desk, school: School, rng: Random) -> bool:
    """Leave the card of a pupil out of every filing."""
    pupil = desk.pick(school, rng, lambda one: True)
    if pupil is None:
        return False
    take(pupil, "not-filed")
    card = pupil.card("record")
    card.never_file = True

    def note() -> None:
        rows = _registered(desk, {card.number})
        says = "a live record card that no filing names"
        since = end_of(desk.term.filing_day)
        desk.plant("not-filed", school, [card], rows, says, since=since)

    desk.notes.append(note)
    return True


def never_upgraded(desk: Desk, school: School, rng: Random) -> bool:
    """Leave a card of the old format as it is: it cannot be swiped in any term."""
    pupil = desk.pick(school, rng, lambda one: True)
    if pupil is None:
        return False
    take(pupil, "not-upgraded")
    pupil.card("record").upgraded = False
    pupil.no_swipe.update(term.name for term in desk.terms)
    desk.notes.append(partial(_attempt, desk, pupil))
    return True


def _attempt(desk: Desk, pupil: Pupil) -> None:
    """Try to swipe a card that was not upgraded; the pupil is registered in no term."""
    card = pupil.card("record")
    row = acts.term_swipe(
        desk,
        pupil,
        moment(desk.term.school_day(8), 10, 40),
        expect=Expect("refused", ("not-upgraded",)),
    )
    registered = _registered(desk, {card.number})[0]
    implies = [Finding("not-registered", (pupil,), one.closes, one.name) for one in desk.terms]
    says = "an M1 card that is never upgraded, so that its swipe is refused"
    desk.plant(
        "not-upgraded",
        pupil.school,
        [card],
        [registered, row],
        says,
        since=desk.term.closes,
        implies=implies,
    )


def no_record_card(desk: Desk, school: School, rng: Random) -> bool:
    """Report a first card for a pupil beyond the first grade, who had none in the stock."""
    first = desk.term.window[0]
    pupil = desk.pick(school, rng, lambda one: one.grade(first) != 1 and not one.guest)
    if pupil is None:
        return False
    take(pupil, "ineligible-new-card")
    pupil.record = None
    desk.notes.append(partial(_new_card, desk, pupil))
    return True


def _new_card(desk: Desk, pupil: Pupil) -> None:
    at = moment(desk.term.school_day(1), 9, 20)
    row = acts.issue(
        desk,
        pupil,
        "record",
        at,
        evidence="imported",
        expect=Expect("contested", ("not-eligible-for-new-card",)),
    )
    acts.upgrade(desk, pupil, at + 5 * acts.MINUTE)
    says = "a new card for a pupil beyond the first grade, where a reissue was due"
    desk.plant(
        "ineligible-new-card",
        pupil.school,
        [pupil.card("record"), pupil],
        [row],
        says,
        since=row.at,
    )
