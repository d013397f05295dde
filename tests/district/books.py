"""What each recorded row changes in the small office, and the judging of a whole district."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from tests.district.office import Box, Card, Office, Pupil, school_year
from tests.district.reading import Line

Verdict = tuple[str, list[str]]


def judge_all(lines: Iterable[Line]) -> list[tuple[Line, Verdict]]:
    """Judge rows in the order in which they were written, each on the state of its moment."""
    whole, judged = Office(), []
    kept: list[Line] = []
    for line in lines:
        office = whole
        if kept and line.at < kept[-1].at:
            office = fold(_about(line, [one for one in kept if one.at <= line.at]))
        verdict = office.judge(line, whole)
        judged.append((line, verdict))
        if verdict[0] in ("recorded", "contested"):
            if office is whole:
                kept.append(line)
                change(whole, line)
            else:
                kept = sorted([*kept, line], key=_order)
                whole = fold(kept)
    return judged


def _about(line: Line, kept: list[Line]) -> list[Line]:
    """Return the rows that have to do with the pupil and the card of a row, however far."""
    names, before = set(line.names), -1
    if not names:
        return kept
    while before != len(names):
        before = len(names)
        for one in kept:
            if not names.isdisjoint(one.names):
                names |= one.names
    return [one for one in kept if not names.isdisjoint(one.names)]


def _order(line: Line) -> tuple[object, ...]:
    return (line.at, line.written, line.order)


def fold(lines: Iterable[Line]) -> Office:
    """Return the office after rows that happened in this order."""
    office = Office()
    for line in lines:
        change(office, line)
    return office


def happened(judged: Iterable[tuple[Line, Verdict]]) -> list[Line]:
    """Return the rows that count, in the order in which they happened."""
    return sorted((line for line, verdict in judged if verdict[0] in KEPT), key=_order)


KEPT: Final = ("recorded", "contested")


def change(office: Office, line: Line) -> None:
    """Let a recorded row change the office."""
    act = _CHANGES.get(line.fields["action"])
    if act is not None:
        act(office, line)


def _add(office: Office, line: Line) -> None:
    row = line.fields
    pupil = Pupil(
        row["number"],
        row["school"],
        row["cohort"],
        row["grade"],
        school_year(line.at),
        row["guest"],
        row.get("treated_as_local", False),
        row.get("from_outside_city", False),
        row["identity"],
    )
    office.pupils.append(pupil)
    _number(office, pupil, row["number"])


def _number(office: Office, pupil: Pupil, number: str) -> None:
    pupil.number = number
    pupil.numbers.append(number)
    given = office.numbers.setdefault(number, [])
    if pupil not in given:
        given.append(pupil)


def _data(office: Office, line: Line) -> None:
    """Follow renumbering, repeating a year and continuing in the same school."""
    row, pupil = line.fields, office.pupil(line.fields)
    assert pupil is not None
    if "number" in row:
        _number(office, pupil, row["number"])
    if "cohort" in row and row["cohort"] != pupil.cohort:
        years = row["cohort"] - school_year(line.at)
        low = {"0": 6, "4": 6, "7": 6}.get(row["number"][8], 3)
        base = {"1": 6, "5": 6, "8": 6}.get(row["number"][8], 0 if low == 6 else 9)
        pupil.cohort, pupil.grade = row["cohort"], base + low - years + 1
        pupil.grade_year = school_year(line.at)


def _graduate(office: Office, line: Line) -> None:
    pupil = office.pupil(line.fields)
    assert pupil is not None
    if line.fields.get("continues"):
        _data(office, line)
        return
    pupil.goes_on = line.fields["goes_on"] == "yes"
    pupil.status = "graduated"
    pupil.former.add(pupil.school)


def _status(status: str) -> Callable[[Office, Line], None]:
    def follow(office: Office, line: Line) -> None:
        pupil = office.pupil(line.fields)
        assert pupil is not None
        if pupil.status == "graduated" and status == "left":
            return
        pupil.status = status
        if status == "left":
            pupil.former.add(pupil.school)

    return follow


def _resume(office: Office, line: Line) -> None:
    pupil = office.pupil(line.fields)
    assert pupil is not None
    pupil.status, pupil.school = "in-school", line.fields["school"]
    for card in pupil.cards:
        if card.state == "left":
            card.state = "live"


def _arrive(office: Office, line: Line) -> None:
    row, pupil = line.fields, office.pupil(line.fields)
    assert pupil is not None
    pupil.status, pupil.school = "in-school", row["school"]
    pupil.former.discard(row["school"])
    if "card" in row:
        card = office.cards.get(row["card"])
        if card is None:
            card = Card(row["card"], "record", row["uid"], pupil, upgraded=row["upgraded"])
            card.holders.append(pupil)
            office.cards[row["card"]] = card
            pupil.cards.append(card)
        card.state = "live"


def _new_card(office: Office, line: Line) -> None:
    row, pupil = line.fields, office.pupil(line.fields)
    assert pupil is not None
    card = office.cards.get(row["card"])
    if card is None:
        card = Card(
            row["card"], row["kind"], row["uid"], pupil, upgraded=row.get("upgraded", False)
        )
        office.cards[row["card"]] = card
    card.holder = pupil
    card.holders.append(pupil)
    pupil.cards.append(card)
    if row["action"] == "reissue":
        old = office.cards[row["replaces"]]
        old.replaced = True
        if old.state == "lost":
            old.state = "replaced-lost"
        elif old.state != "recycled":
            old.state, old.outstanding_since = "outstanding", line.at


def _upgrade(office: Office, line: Line) -> None:
    office.cards[line.fields["card"]].upgraded = True


def _lost(office: Office, line: Line) -> None:
    office.cards[line.fields["card"]].state = "lost"


def _found(office: Office, line: Line) -> None:
    card = office.cards[line.fields["card"]]
    if card.state == "replaced-lost":
        card.state, card.outstanding_since = "outstanding", line.at
    else:
        card.state = "live"


def _recycle(office: Office, line: Line) -> None:
    card = office.cards[line.fields["card"]]
    card.state, card.cohort = "recycled", card.holder.cohort


def _leave(office: Office, line: Line) -> None:
    card = office.cards[line.fields["card"]]
    card.state, card.leave_swiped = "left", True
    _status("left")(office, line)


def _swipe(office: Office, line: Line) -> None:
    pupil = office.pupil(line.fields)
    assert pupil is not None
    office.swiped.setdefault(line.fields["term"], set()).add(pupil)


def _open(office: Office, line: Line) -> None:
    office.boxes[line.fields["box"]] = Box(line.fields["school"], line.fields["cohort"])


def _put(office: Office, line: Line) -> None:
    card = office.cards[line.fields["card"]]
    card.box = line.fields["box"]
    office.boxes[card.box].cards.append(card)


def _seal(office: Office, line: Line) -> None:
    box = office.boxes[line.fields["box"]]
    box.state, box.count = "sealed", line.fields["count"]
    box.counted = box.count


def _reopen(office: Office, line: Line) -> None:
    box = office.boxes[line.fields["box"]]
    box.state, box.reopened = "open", True


def _stocktake(office: Office, line: Line) -> None:
    box = office.boxes[line.fields["box"]]
    box.counted = line.fields["found"]


def _filed(office: Office, line: Line) -> None:
    office.digests.add((line.fields["school"], line.fields["digest"]))
    for number in line.fields.get("cards", ()):
        office.cards[number].filed = True


_CHANGES: Final[dict[str, Callable[[Office, Line], None]]] = {
    "student-add": _add,
    "student-renumber": _data,
    "student-repeat-year": _data,
    "student-graduate": _graduate,
    "student-suspend": _status("suspended"),
    "student-transfer-out": _status("left"),
    "student-transfer-in": _arrive,
    "student-resume": _resume,
    "transfer-swipe": _arrive,
    "register": _new_card,
    "issue": _new_card,
    "reissue": _new_card,
    "upgrade": _upgrade,
    "lost": _lost,
    "found": _found,
    "recycle": _recycle,
    "leave-swipe": _leave,
    "term-swipe": _swipe,
    "box-open": _open,
    "box-put": _put,
    "box-seal": _seal,
    "box-reopen": _reopen,
    "box-stocktake": _stocktake,
    "cards-filed": _filed,
    "numbers-filed": _filed,
}
