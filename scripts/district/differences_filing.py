"""Differences planted in the filings."""

from __future__ import annotations

from typing import Final

from scripts.district.differences_cards import (
    Picker,
    Plant,
    changed,
    made_card,
    other_person,
    twice,
)
from scripts.district.elsewhere import Exports, Lists, filing_cells


def never_filed(exports: Exports, lists: Lists, pick: Picker) -> bool:
    """List a card as filed that no filing of the ledger names."""
    for pupil in lists.roster:
        if pupil.story == "not-filed" and pick.take(pupil):
            card = exports.stock.cards[pupil.card("record").number]
            day = exports.desk.term.filing_day.isoformat()
            lists.more["filing"].append(filing_cells(pupil, card) | {"立案日期": day})
            exports.plant(
                "filed-there",
                "filing",
                "only-in-file",
                card=card.number,
                student_number=pupil.number,
                field="filed",
                file=day,
                proposed=True,
            )
            return True
    return False


def not_filed_there(exports: Exports, lists: Lists, pick: Picker) -> bool:
    pupil = pick.pupil()
    if pupil is None:
        return False
    number = pupil.card("record").number
    del lists.filing[number]
    exports.plant(
        "not-filed-there",
        "filing",
        "only-in-ledger",
        card=number,
        student_number=pupil.number,
        field="filed",
        ledger=exports.stock.cards[number].filed,
    )
    return True


def unknown_filed(exports: Exports, lists: Lists, pick: Picker) -> bool:
    """List a card that nobody knows as filed."""
    pupil = pick.pupil()
    if pupil is None:
        return False
    card = made_card(exports.desk, exports.stock.holder(pupil.number))
    card.filed = exports.desk.term.filing_day.isoformat()
    lists.more["filing"].append(filing_cells(pupil, card))
    exports.plant(
        "unknown-filed",
        "filing",
        "only-in-file",
        card=card.number,
        student_number=pupil.number,
    )
    return True


def other_filed(exports: Exports, lists: Lists, pick: Picker) -> bool:
    """File a card as that of another pupil."""
    pupil = pick.pupil()
    other = other_person(lists, pupil, pick) if pupil else None
    if pupil is None or other is None:
        return False
    whose = {"学籍号": other.number, "姓名": other.person.name, "班级": other.class_name}
    return changed(
        *(exports, pupil, lists.filing, "other-holder-filed", "student_number", whose),
        source="filing",
        ledger=pupil.number,
        file=other.number,
    )


def identity_filed(exports: Exports, lists: Lists, pick: Picker) -> bool:
    """File an identity card."""
    pupil = pick.pupil()
    if pupil is None:
        return False
    number = pupil.card("identity").number
    lists.filing[number] = filing_cells(pupil, exports.stock.cards[number])
    return changed(
        *(exports, pupil, lists.filing, "identity-filed", "kind", {}),
        source="filing",
        ledger="identity",
        file="record",
        card=number,
    )


PLANTS: Final[dict[str, Plant]] = {
    "filed-there": never_filed,
    "not-filed-there": not_filed_there,
    "unknown-filed": unknown_filed,
    "other-holder-filed": other_filed,
    "identity-filed": identity_filed,
    "filing-twice": twice("filing"),
}
