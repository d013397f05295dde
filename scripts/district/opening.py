"""The first day: schools, pupils on the roster, the opening stock of cards."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Final

from scripts.district import acts
from scripts.district.desk import Desk
from scripts.district.model import GROUNDS, Card, Pupil, School
from scripts.district.numbers import LEVELS, TYPES, Mint, category
from scripts.district.people import People
from scripts.district.terms import Term, moment, school_year

#: Types of the schools of a district, in this order, again and again.
ORDER: Final = (3, 0, 1, 0, 5, 0, 2, 0, 1, 0, 4, 0, 6, 1, 0, 2)
TREES: Final = (
    *("青松", "云杉", "白桦", "银杏", "金桂", "翠柏", "红枫", "玉兰", "丹枫", "碧桃"),
    *("海棠", "紫藤", "梧桐", "水杉", "石榴", "山楂", "木槿", "腊梅", "垂柳", "国槐"),
)
PLACES: Final = ("", "东街", "西街", "南里", "北里", "新村")
SUFFIXES: Final = {
    0: "小学",
    1: "初级中学",
    2: "九年一贯制学校",
    3: "实验学校",
    4: "中学",
    5: "高级中学",
    6: "职业学校",
    7: "综合高中",
}
CLASS_SIZE: Final = 40
#: Shares of pupils: guests, guests treated as locals, M1 cards that are upgraded already.
GUESTS: Final = 0.12
TREATED: Final = 0.2
UPGRADED: Final = 0.35


def build(seed: int, schools: int, pupils: int, terms: list[Term]) -> Desk:
    """Return the desk of a district with its schools and pupils, before anything is written."""
    text = f"cardledger-district/{seed}"
    kinds = [ORDER[index % len(ORDER)] for index in range(schools)]
    grades = [sum(LEVELS[level][2] for level in TYPES[kind]) for kind in kinds]
    people = People(text)
    made = []
    shares = _shares(pupils, grades)
    for index, kind in enumerate(kinds):
        tree = TREES[index % len(TREES)] + PLACES[index // len(TREES) % len(PLACES)]
        school = School(
            index,
            f"0117{kind}{11 + index:03}",
            f"平谷区{tree}{SUFFIXES[kind]}",
            TYPES[kind],
            max(1, round(shares[index] / grades[index])),
            registrar=people.adult(),
            deputy=people.adult(),
        )
        made.append(school)
    desk = Desk(text, terms, made, people, Mint(text), terms[0])
    for school, share in zip(made, shares, strict=True):
        _fill(desk, school, share)
    return desk


def _shares(pupils: int, weights: list[int]) -> list[int]:
    """Share pupils out to schools by their numbers of grades; the sum is exact."""
    total, taken, shares = sum(weights), 0, []
    for place in range(len(weights)):
        upto = pupils * sum(weights[: place + 1]) // total
        shares.append(upto - taken)
        taken = upto
    return shares


def _fill(desk: Desk, school: School, pupils: int) -> None:
    """Put pupils into the grades of a school."""
    rng = desk.rng(f"fill/{school.code}")
    years = [(level, left) for level in school.levels for left in range(LEVELS[level][2])]
    first = school_year(desk.term.window[0]) + 1
    for (level, left), size in zip(years, _shares(pupils, [1] * len(years)), strict=True):
        if not desk.term.is_spring and left == LEVELS[level][2] - 1:
            continue  # an autumn start takes its first grade in from the intake
        cohort = first + left
        for place in range(size):
            pupil = make_pupil(desk, rng, school, level, cohort, place % classes(size) + 1)
            pupil.record = old_card(desk, rng, "record")
            pupil.identity = old_card(desk, rng, "identity")
            school.pupils.append(pupil)


def classes(size: int) -> int:
    """Return into how many classes a grade is split."""
    return -(-size // CLASS_SIZE) or 1


def old_card(desk: Desk, rng: Random, kind: str) -> Card:
    """Make a card of the opening stock."""
    card = Card(desk.mint.card_number(kind), desk.mint.uid(new=False), kind)
    if kind == "record":
        card.upgraded = not desk.terms[0].is_spring or rng.random() < UPGRADED
    return card


def make_pupil(
    desk: Desk,
    rng: Random,
    school: School,
    level: str,
    cohort: int,
    class_no: int,
    *,
    guest: bool | None = None,
    entered: date | None = None,
    foreign: bool = False,
) -> Pupil:
    """Make a pupil of a cohort; `foreign` gives a number of a school outside the district."""
    _digit, below, years = LEVELS[level]
    is_guest = rng.random() < GUESTS if guest is None else guest
    treated = is_guest and rng.random() < TREATED
    boards = rng.random() < (0.02 if level == "primary" else 0.25)
    person = desk.people.pupil(cohort - years - below, guest=is_guest, boarding=boards)
    if foreign:
        number = desk.mint.foreign_number(level, cohort)
    else:
        digit = category(level, guest=is_guest, treated_as_local=treated)
        number = desk.mint.student_number(school.code, level, cohort, class_no, digit)
    return Pupil(
        person,
        school,
        level,
        cohort,
        class_no,
        number,
        is_guest,
        treated,
        rng.choice(GROUNDS) if treated else "",
        entered or date(cohort - years, 9, 1),
    )


def write_roster(desk: Desk, school: School, pupils: list[Pupil]) -> None:
    """Write the rows by which pupils get into the ledger from the roster."""
    at = moment(desk.term.first, 8)
    for pupil in pupils:
        acts.add(desk, pupil, at, place="roster", evidence="imported")


def write_stock(desk: Desk, school: School, pupils: list[Pupil]) -> None:
    """File the numbers of the pupils of old, and register their cards: the opening stock."""
    day = desk.term.first
    numbers = [pupil.number for pupil in pupils]
    acts.file_numbers(desk, school, numbers, moment(day, 9))
    cards = [
        (pupil, card)
        for pupil in pupils
        for card in (pupil.record, pupil.identity)
        if card is not None
    ]
    for place, (pupil, card) in enumerate(cards):
        at = moment(day, 10) + timedelta(seconds=5 * 3600 * place // len(cards))
        acts.register(desk, pupil, card, at, place="cards", evidence="imported")
