"""A small auditor of its own, after the handbook's section 9: all findings of a district.

A finding is a rule, its subjects (the first is what it is about) and the period, if it has one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from stdnum.iso7064 import mod_11_10

from tests.district.books import KEPT, Verdict, change, fold, happened
from tests.district.office import RETIRED, Card, Office, Pupil
from tests.district.reading import BEIJING, District, Line

TOOLS: Final = {"cmis": 96, "card-manager": 54, "term-swipe": 19, "transfer": 12}
SWIPES: Final = ("term-swipe", "leave-swipe", "transfer-swipe")
#: School types at which each local category is possible (handbook, section 3).
LEVELS: Final = {"0": "023", "1": "1234", "2": "3457", "3": "67"}


class Found(NamedTuple):
    rule: str
    subjects: tuple[str, ...]
    period: str = ""


@dataclass
class Case:
    """All that rules look at."""

    district: District
    judged: list[tuple[Line, Verdict]]
    lines: list[Line]
    last: Office


def audit(district: District, judged: list[tuple[Line, Verdict]]) -> set[Found]:
    """Return all findings on the last day."""
    lines = happened(judged)
    case = Case(district, judged, lines, fold(lines))
    return {found for rule in RULES for found in rule(case)}


def _card(card: Card) -> str:
    return f"card:{card.number}"


def _pupil(pupil: Pupil) -> str:
    return f"number:{pupil.number}"


def two_live_cards(case: Case) -> Iterator[Found]:
    for pupil in case.last.pupils:
        for kind in ("record", "identity"):
            live = [
                card
                for card in pupil.cards
                if (card.kind, card.state, card.holder) == (kind, "live", pupil)
            ]
            if len(live) > 1:
                yield Found("two-live-cards", (_pupil(pupil), *map(_card, live)))


def outstanding(case: Case) -> Iterator[Found]:
    for card in case.last.cards.values():
        since = card.outstanding_since
        late = since is not None and case.district.as_of - since > timedelta(days=30)
        if card.state == "outstanding" and late:
            yield Found("old-card-outstanding", (_card(card), _pupil(card.holder)))


def uid_on_two_cards(case: Case) -> Iterator[Found]:
    for uid, cards in _by_uid(case).items():
        if len(cards) > 1:
            yield Found("uid-on-two-cards", (f"uid:{uid}", *map(_card, cards)))


def _by_uid(case: Case) -> dict[str, list[Card]]:
    by_uid: dict[str, list[Card]] = {}
    for card in case.last.cards.values():
        by_uid.setdefault(card.uid, []).append(card)
    return by_uid


def holders(case: Case) -> Iterator[Found]:
    for card in case.last.cards.values():
        if len(card.holders) > 1:
            yield Found("card-on-two-students", (_card(card), *map(_pupil, card.holders)))


def persons(case: Case) -> Iterator[Found]:
    by_identity: dict[str, list[Pupil]] = {}
    for pupil in case.last.pupils:
        by_identity.setdefault(pupil.identity, []).append(pupil)
    for pupils in by_identity.values():
        if len(pupils) > 1:
            yield Found("one-person-two-records", tuple(map(_pupil, pupils)))


def numbers(case: Case) -> Iterator[Found]:
    for number, pupils in case.last.numbers.items():
        if len(pupils) > 1:
            yield Found("one-number-two-students", (f"number:{number}",))
        yield from _number(number, pupils[0])


def _number(number: str, pupil: Pupil) -> Iterator[Found]:
    subjects = (f"number:{number}",)
    in_range = number[:2] == "01" and number[4] in "01234567"
    if not in_range or "00" in (number[11:13], number[13:15]):
        yield Found("number-malformed", subjects)
    if not mod_11_10.is_valid(number):
        yield Found("number-check-digit", subjects)
    digit = int(number[8])
    local = digit if digit < 4 else (digit - 4) % 3
    source = "0123" if not pupil.guest else "789" if pupil.treated else "456"
    fits = number[8] in source or (local == 3 and pupil.guest)
    if not fits or number[4] not in LEVELS[str(local)]:
        yield Found("number-category-mismatch", subjects)


def refused_swipes(case: Case) -> Iterator[Found]:
    for line, (outcome, codes) in case.judged:
        if outcome == "refused" and set(codes) & set(RETIRED.values()):
            card = case.last.cards[line.fields["card"]]
            yield Found("swipe-after-retirement", (_card(card), _pupil(card.holder)))


def two_schools(case: Case) -> Iterator[Found]:
    """Count every swipe, whatever became of it: nothing regular is at two schools in a term."""
    places: dict[tuple[str, str], set[str]] = {}
    for line, (outcome, _codes) in case.judged:
        row = line.fields
        if row["action"] in SWIPES and row["card"] in case.last.cards and outcome != "repeated":
            uid = case.last.cards[row["card"]].uid
            places.setdefault((uid, _term(line.at)), set()).add(row["school"])
    by_uid = _by_uid(case)
    for (uid, term), schools in places.items():
        if len(schools) > 1:
            cards = by_uid[uid]
            subjects = tuple(map(_card, cards))
            yield Found(
                "swiped-at-two-schools", (f"uid:{uid}", *subjects) if cards[1:] else subjects, term
            )


def _term(when: datetime) -> str:
    if when.month == 1:
        return f"{when.year - 1}-autumn"
    return f"{when.year}-{'spring' if when.month < 9 else 'autumn'}"


def leavers(case: Case) -> Iterator[Found]:
    for pupil in case.last.pupils:
        if pupil.status not in ("left", "graduated"):
            continue
        level = pupil.number[8]
        senior = level in "2369" and pupil.status == "graduated"
        asked = senior or (level in "158" and pupil.goes_on is False)
        for card in pupil.cards:
            subjects = (_card(card), _pupil(pupil))
            if card.kind == "record" and asked and card.state == "left":
                yield Found("left-not-collected", subjects)
            taken = card.kind == "record" and card.state == "recycled" and not card.replaced
            if taken and not card.leave_swiped:
                yield Found("recycled-without-leave-swipe", subjects)


def boxes(case: Case) -> Iterator[Found]:
    for card in case.last.cards.values():
        if card.state == "recycled" and not card.box:
            yield Found("recycled-not-boxed", (_card(card),))
    for name, box in case.last.boxes.items():
        subject = f"box:{name}"
        for card in box.cards:
            if card.cohort != box.cohort:
                yield Found("wrong-cohort-in-box", (subject, _card(card)))
        if box.state != "sealed":
            yield Found("box-not-sealed", (subject,))
        elif box.counted != len(box.cards):
            yield Found("box-count-off", (subject,))
        if box.reopened:
            yield Found("box-reopened", (subject,))


def registrations(case: Case) -> Iterator[Found]:
    """Fold up to the close of each window; who is in school then must have been swiped."""
    office, lines = Office(), iter(case.lines)
    waiting = next(lines, None)
    for term in case.district.truth["terms"]:
        closes = datetime.fromisoformat(f"{term['window'][1]}T23:59:59.999").replace(tzinfo=BEIJING)
        while waiting is not None and waiting.at <= closes:
            change(office, waiting)
            waiting = next(lines, None)
        swiped = office.swiped.get(term["term"], set())
        for pupil in office.pupils:
            if pupil.status == "in-school" and pupil not in swiped:
                last = case.last.numbers[pupil.number][0]
                yield Found("not-registered", (_pupil(last),), term["term"])


def windows(case: Case) -> Iterator[Found]:
    window = {term["term"]: term["window"] for term in case.district.truth["terms"]}
    for line in case.lines:
        row = line.fields
        if row["action"] == "term-swipe":
            first, last = window[row["term"]]
            if not first <= line.at.date().isoformat() <= last:
                card = case.last.cards[row["card"]]
                yield Found("outside-window", (_card(card), _pupil(card.holder)), row["term"])


def record_cards(case: Case) -> Iterator[Found]:
    for card in case.last.cards.values():
        if card.kind == "record" and card.state == "live":
            if not card.upgraded:
                yield Found("not-upgraded", (_card(card),))
            if not card.filed:
                yield Found("not-filed", (_card(card),))


def tools(case: Case) -> Iterator[Found]:
    installed: dict[tuple[str, str], str] = {}
    for line in case.lines:
        if line.fields["action"] == "tool-installed":
            installed[line.fields["school"], line.fields["name"]] = line.fields["version"]
    for school in case.district.truth["schools"]:
        for tool, lowest in TOOLS.items():
            exempt = tool == "cmis" and school["code"][4] in "012"
            if int(installed[school["code"], tool]) < lowest and not exempt:
                yield Found("outdated-tool", (f"school:{school['code']}", f"tool:{tool}"))


def early_cards(case: Case) -> Iterator[Found]:
    filed: set[str] = set()
    for line in case.lines:
        row = line.fields
        if row["action"] == "numbers-filed":
            filed.update(row["accepted"])
        if row["action"] in ("issue", "reissue", "register") and row["student"] not in filed:
            card = case.last.cards[row["card"]]
            yield Found("made-before-filing", (_card(card), _pupil(card.holder)))


def rows(case: Case) -> Iterator[Found]:
    """Judge single rows: new cards that were no one's due, late ones, impossible ones."""
    office = Office()
    for line in case.lines:
        verdict = office.judge(line, office)
        row = line.fields
        card = case.last.cards.get(row.get("card", ""))
        if card is not None:
            subjects = (_card(card), _pupil(card.holder))
            if "not-eligible-for-new-card" in verdict[1]:
                yield Found("ineligible-new-card", subjects)
            if line.written - line.at > timedelta(days=7):
                yield Found("recorded-late", subjects)
            if verdict[0] == "refused" or {"unknown-card", "before-issue"} & set(verdict[1]):
                yield Found("impossible-order", subjects)
        else:
            assert verdict[0] in KEPT
            assert line.written - line.at <= timedelta(days=7)
        change(office, line)


def syncs(case: Case) -> Iterator[Found]:
    """A sync within three days of a month end would do; none does where one is missing."""
    confirmed: dict[str, list[date]] = {}
    for line in case.lines:
        if line.fields["action"] == "sync-confirmed":
            confirmed.setdefault(line.fields["school"], []).append(line.at.date())
    day, last = case.lines[0].at.date(), case.district.as_of.date()
    while day <= last:
        if (day + timedelta(days=1)).day == 1:
            for school in case.district.truth["schools"]:
                days = confirmed[school["code"]]
                if not any(abs(day - one) <= timedelta(days=3) for one in days):
                    yield Found("sync-overdue", (f"school:{school['code']}",), f"{day:%Y-%m}")
        day += timedelta(days=1)


RULES: Final[tuple[Callable[[Case], Iterator[Found]], ...]] = (
    *(two_live_cards, outstanding, uid_on_two_cards, holders, persons, numbers, refused_swipes),
    *(two_schools, leavers, boxes, registrations, windows, record_cards, tools, early_cards),
    *(rows, syncs),
)


def expected(truth: dict[str, Any]) -> list[Found]:
    """Return the findings of the truth."""
    return [
        Found(one["rule"], tuple(one["subjects"]), one.get("period", ""))
        for one in truth["findings"]
    ]
