"""What a registrar does with one pupil: each act writes its row and keeps the model in step."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from scripts.district.desk import Desk
from scripts.district.model import Card, Pupil, Row, School
from scripts.district.numbers import category

#: Longest list in one row: a cell of a workbook holds 32,767 characters.
CHUNK = 1000
KINDS = ("identity", "record")
MINUTE = timedelta(minutes=1)


def new_card(desk: Desk, kind: str) -> Card:
    """Make a card of the kind that is handed out today."""
    return Card(desk.mint.card_number(kind), desk.mint.uid(new=True), kind)


def roster_fields(pupil: Pupil, desk: Desk) -> dict[str, Any]:
    """Return what the roster says of a pupil, by the field names of `student-add`."""
    person = pupil.person
    family = "；".join(f"{relation} {name} {phone}" for relation, name, phone in person.family)
    return {
        "number": pupil.number,
        "name": person.name,
        "sex": person.sex,
        "birth": person.birth.isoformat(),
        "identity": person.identity,
        "ethnic_group": person.ethnic_group,
        "native_place": person.native_place,
        "household": person.household,
        "address": person.address,
        "present_address": person.present_address,
        "telephone": person.telephone,
        "family": family,
        "boarding": "yes" if person.boarding else "no",
        "migrant": "yes" if pupil.guest else "no",
        "class_": pupil.class_name,
        "cohort": pupil.cohort,
        "grade": pupil.grade(desk.term.window[0]),
        "guest": pupil.guest,
        "treated_as_local": pupil.treated_as_local if pupil.guest else None,
        "from_outside_city": True if pupil.from_outside_city else None,
        "entered": pupil.entered.isoformat(),
        "note": pupil.ground,
    }


def add(desk: Desk, pupil: Pupil, at: datetime, **how: Any) -> Row:
    """Add a pupil to the roster."""
    row = desk.write(pupil.school, "student-add", at, **roster_fields(pupil, desk), **how)
    pupil.added_by = row
    return row


def register(desk: Desk, pupil: Pupil, card: Card, at: datetime, **how: Any) -> Row:
    """Register a card that was there before the ledger."""
    return desk.write(
        pupil.school,
        "register",
        at,
        card=card.number,
        student=pupil.number,
        kind=card.kind,
        uid=card.uid,
        upgraded=card.upgraded if card.kind == "record" else None,
        **how,
    )


def upgrade(desk: Desk, pupil: Pupil, at: datetime) -> Row:
    """Upgrade the present record card."""
    card = pupil.card("record")
    card.upgraded = True
    return desk.write(pupil.school, "upgrade", at, card=card.number, uid=card.uid, evidence="read")


def ready(desk: Desk, pupil: Pupil, at: datetime) -> None:
    """Upgrade the present record card where that was not done yet."""
    if not pupil.card("record").upgraded:
        upgrade(desk, pupil, at)


def term_swipe(
    desk: Desk, pupil: Pupil, at: datetime, *, card: Card | None = None, **how: Any
) -> Row:
    """Swipe the present record card (or another one) for the term."""
    swiped = card or pupil.card("record")
    if "expect" not in how:
        pupil.swiped.add(desk.term.name)
    how.setdefault("evidence", "read")
    return desk.write(
        how.pop("school", pupil.school),
        "term-swipe",
        at,
        card=swiped.number,
        student=how.pop("student", pupil.number),
        term=desk.term.name,
        uid=swiped.uid,
        **how,
    )


def lost(desk: Desk, pupil: Pupil, card: Card, at: datetime, **how: Any) -> Row:
    return desk.write(pupil.school, "lost", at, card=card.number, student=pupil.number, **how)


def found(desk: Desk, pupil: Pupil, card: Card, at: datetime) -> Row:
    return desk.write(pupil.school, "found", at, card=card.number, student=pupil.number)


def recycle(desk: Desk, pupil: Pupil, card: Card, reason: str, at: datetime, **how: Any) -> Row:
    """Take a card back; it waits in the drawer for its box."""
    pupil.school.drawer.append((card, pupil.cohort))
    return desk.write(
        pupil.school,
        "recycle",
        at,
        card=card.number,
        student=pupil.number,
        reason=reason,
        **how,
    )


def issue(desk: Desk, pupil: Pupil, kind: str, at: datetime, **how: Any) -> Row:
    """Hand out a first card."""
    card = new_card(desk, kind)
    row = desk.write(
        pupil.school,
        "issue",
        at,
        card=card.number,
        student=pupil.number,
        kind=kind,
        uid=card.uid,
        **how,
    )
    pupil.hold(card)
    return row


def reissue(
    desk: Desk,
    pupil: Pupil,
    kind: str,
    reason: str,
    at: datetime,
    *,
    card: Card | None = None,
    **how: Any,
) -> Row:
    """Hand out a card in place of the present one."""
    old, card = pupil.card(kind), card or new_card(desk, kind)
    row = desk.write(
        pupil.school,
        "reissue",
        at,
        card=card.number,
        student=pupil.number,
        reason=reason,
        kind=kind,
        uid=card.uid,
        replaces=old.number,
        **how,
    )
    if "expect" not in how:
        pupil.hold(card)
    return row


def replace(desk: Desk, pupil: Pupil, kind: str, reason: str, at: datetime) -> tuple[Row, Row]:
    """Take the present card back and hand out a new one; a record card is upgraded at once."""
    taken = recycle(desk, pupil, pupil.card(kind), "replaced", at)
    given = reissue(desk, pupil, kind, reason, at + 4 * MINUTE)
    if kind == "record":
        upgrade(desk, pupil, at + 6 * MINUTE)
    return taken, given


def remake(desk: Desk, pupil: Pupil, at: datetime) -> None:
    """Make both cards anew after the number changed (handbook, section 5)."""
    replace(desk, pupil, "identity", "renumbered", at)
    replace(desk, pupil, "record", "renumbered", at + 8 * MINUTE)


def changed(pupil: Pupil, at: datetime) -> None:
    """Note that a pupil's data changed, which is followed by a sync."""
    pupil.school.changes.add(at.date())


def renumber(
    desk: Desk,
    pupil: Pupil,
    reason: str,
    at: datetime,
    **how: Any,
) -> Row:
    """Give a pupil the next number of the class that the model says; returns the row."""
    old = pupil.number
    pupil.number = next_number(desk, pupil)
    changed(pupil, how.get("written", at))
    return desk.write(
        pupil.school,
        "student-renumber",
        at,
        student=old,
        number=pupil.number,
        reason=reason,
        class_=pupil.class_name,
        cohort=pupil.cohort,
        **how,
    )


def next_number(desk: Desk, pupil: Pupil) -> str:
    """Return the next number for a pupil of this school, level, cohort and class."""
    digit = category(pupil.level, guest=pupil.guest, treated_as_local=pupil.treated_as_local)
    return desk.mint.student_number(
        pupil.school.code, pupil.level, pupil.cohort, pupil.class_no, digit
    )


def student_act(desk: Desk, pupil: Pupil, action: str, at: datetime, **how: Any) -> Row:
    """Write an act about a pupil alone, such as `student-suspend`."""
    changed(pupil, how.get("written", at))
    return desk.write(pupil.school, action, at, student=pupil.number, **how)


def suspend(desk: Desk, pupil: Pupil, at: datetime) -> Row:
    pupil.status = "suspended"
    return student_act(desk, pupil, "student-suspend", at)


def resume(desk: Desk, pupil: Pupil, at: datetime) -> Row:
    pupil.status = "in-school"
    return student_act(desk, pupil, "student-resume", at)


def leave_swipe(desk: Desk, pupil: Pupil, reason: str, at: datetime, **how: Any) -> Row:
    """Swipe the record card out; the pupil is out of school."""
    pupil.status = "left"
    changed(pupil, how.get("written", at))
    card = pupil.card("record")
    return desk.write(
        pupil.school,
        "leave-swipe",
        at,
        card=card.number,
        student=pupil.number,
        reason=reason,
        uid=card.uid,
        **({"evidence": "read"} | how),
    )


def transfer_out(desk: Desk, pupil: Pupil, to_school: str, at: datetime) -> Row:
    pupil.status = "left"
    return student_act(desk, pupil, "student-transfer-out", at, to_school=to_school)


def graduate(desk: Desk, pupil: Pupil, goes_on: bool, at: datetime) -> Row:
    pupil.status = "graduated"
    return student_act(desk, pupil, "student-graduate", at, goes_on="yes" if goes_on else "no")


def transfer_swipe(desk: Desk, pupil: Pupil, at: datetime, **how: Any) -> Row:
    """Swipe the record card in at the pupil's school."""
    if "expect" not in how:
        pupil.status = "in-school"
        changed(pupil, how.get("written", at))
    card = pupil.card("record")
    return desk.write(
        pupil.school,
        "transfer-swipe",
        at,
        card=card.number,
        student=pupil.number,
        uid=card.uid,
        evidence="read",
        **how,
    )


def collect(desk: Desk, pupil: Pupil, reason: str, at: datetime) -> None:
    """Take both cards back from a pupil who leaves."""
    for place, kind in enumerate(KINDS):
        recycle(desk, pupil, pupil.card(kind), reason, at + place * MINUTE)


def digest(values: Iterable[str]) -> str:
    """Return the digest of a filing file: one number a line."""
    return hashlib.sha256("".join(f"{value}\n" for value in values).encode()).hexdigest()


def file_numbers(desk: Desk, school: School, numbers: list[str], at: datetime) -> list[Row]:
    """File student numbers, in files of limited length; all are accepted."""
    return [
        desk.write(
            school,
            "numbers-filed",
            at + place * MINUTE,
            accepted=numbers[start : start + CHUNK],
            digest=digest(numbers[start : start + CHUNK]),
            evidence="imported",
        )
        for place, start in enumerate(range(0, len(numbers), CHUNK))
    ]


def file_cards(desk: Desk, school: School, cards: list[Card], at: datetime) -> list[Row]:
    """File record cards, in files of limited length."""
    rows = []
    for place, start in enumerate(range(0, len(cards), CHUNK)):
        chunk = cards[start : start + CHUNK]
        numbers = [card.number for card in chunk]
        for card in chunk:
            card.filed = True
        rows.append(
            desk.write(
                school,
                "cards-filed",
                at + place * MINUTE,
                cards=numbers,
                digest=digest(numbers),
            )
        )
    return rows


def minutes(rng: Random, low: int, high: int) -> timedelta:
    """Return a span of some minutes."""
    return timedelta(minutes=rng.randint(low, high), seconds=rng.randrange(60))
