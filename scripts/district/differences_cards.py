"""Differences planted in the lists of cards."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, Final

from scripts.district.desk import Desk
from scripts.district.elsewhere import Exports, Lists, card_cells, filing_cells
from scripts.district.model import Pupil
from scripts.district.stock import Holder, Stocked

Plant = Callable[[Exports, Lists, "Picker"], bool]


class Picker:
    """Picks pupils of a school to whom nothing irregular happened, each once."""

    def __init__(self, lists: Lists, rng: Random) -> None:
        self.rng = rng
        self._lists = lists
        self._taken: set[Pupil] = set()

    def take(self, pupil: Pupil) -> bool:
        """Take a pupil out of the choice; false where that was done before."""
        if pupil in self._taken:
            return False
        self._taken.add(pupil)
        return True

    def pupil(self, fits: Callable[[Pupil], bool] = lambda _pupil: True) -> Pupil | None:
        """Return a pupil who is in school and in no story, and fits."""
        free = [
            pupil
            for pupil in self._lists.roster
            if not pupil.story
            and pupil.in_school
            and pupil.record is not None
            and pupil.identity is not None
            and pupil not in self._taken
            and fits(pupil)
        ]
        chosen = self.rng.choice(free) if free else None
        if chosen is not None:
            self._taken.add(chosen)
        return chosen


def other_person(lists: Lists, pupil: Pupil, pick: Picker) -> Pupil | None:
    """Return another pupil."""
    return pick.pupil(lambda one: one is not pupil)


def made_card(desk: Desk, holder: Holder, kind: str = "record") -> Stocked:
    """Make a card of which the ledger never hears."""
    return Stocked(
        desk.mint.card_number(kind), kind, desk.mint.uid(new=True), holder, upgraded=True
    )


def card_of_newcomer(exports: Exports, lists: Lists, pupil: Pupil) -> None:
    """List the card of a pupil whom the ledger does not know, and its filing."""
    card = made_card(exports.desk, exports.stock.holder(pupil.number))
    card.filed = exports.desk.term.filing_day.isoformat()
    lists.more["cards"].append(card_cells(exports, pupil, card))
    lists.more["filing"].append(filing_cells(pupil, card))
    for source in ("cards", "filing"):
        exports.plant(
            "card-of-extra-pupil",
            source,
            "only-in-file",
            card=card.number,
            student_number=pupil.number,
            proposed=True,
        )


def changed(
    exports: Exports,
    pupil: Pupil | None,
    rows: dict[str, dict[str, Any]],
    plant: str,
    field: str,
    change: dict[str, Any],
    *,
    source: str = "cards",
    ledger: Any,
    file: Any,
    proposed: bool = False,
    card: str = "",
) -> bool:
    """Change cells of a card of a pupil, the record card unless another is named."""
    if pupil is None:
        return False
    number = card or pupil.card("record").number
    rows[number] |= change
    exports.plant(
        plant,
        source,
        "different",
        card=number,
        student_number=pupil.number,
        field=field,
        ledger=ledger,
        file=file,
        proposed=proposed,
    )
    return True


def second_card(exports: Exports, lists: Lists, pick: Picker) -> bool:
    """List a second live card of a pupil."""
    pupil = pick.pupil()
    if pupil is None:
        return False
    card = made_card(exports.desk, exports.stock.holder(pupil.number))
    lists.more["cards"].append(card_cells(exports, pupil, card))
    exports.plant(
        "second-card",
        "cards",
        "only-in-file",
        card=card.number,
        student_number=pupil.number,
    )
    return True


def same_chip(exports: Exports, lists: Lists, pick: Picker) -> bool:
    """List the chip of a known card under a number that nobody knows."""
    pupil = pick.pupil()
    if pupil is None:
        return False
    kept = pupil.card("identity")
    card = made_card(exports.desk, exports.stock.holder(pupil.number), "identity")
    card.uid = kept.uid
    lists.more["cards"].append(card_cells(exports, pupil, card))
    exports.plant(
        "same-chip",
        "cards",
        "only-in-file",
        card=card.number,
        student_number=pupil.number,
    )
    return True


def missing_card(exports: Exports, lists: Lists, pick: Picker) -> bool:
    """Leave a card out of the card manager's list."""
    pupil = pick.pupil()
    if pupil is None:
        return False
    number = pupil.card("record").number
    del lists.cards[number]
    exports.plant(
        "missing-card",
        "cards",
        "only-in-ledger",
        card=number,
        student_number=pupil.number,
        ledger="live",
    )
    return True


def other_holder(exports: Exports, lists: Lists, pick: Picker) -> bool:
    """List a card as that of another pupil."""
    pupil = pick.pupil()
    other = other_person(lists, pupil, pick) if pupil else None
    if pupil is None or other is None:
        return False
    whose = {"学籍号": other.number, "姓名": other.person.name, "班级": other.class_name}
    return changed(
        *(exports, pupil, lists.cards, "other-holder", "student_number", whose),
        ledger=pupil.number,
        file=other.number,
    )


def _state(word: str, code: str, plant: str, *, proposed: bool = False) -> Plant:
    def make(exports: Exports, lists: Lists, pick: Picker) -> bool:
        pupil = pick.pupil()
        return changed(
            *(exports, pupil, lists.cards, plant, "state", {"状态": word}),
            ledger="live",
            file=code,
            proposed=proposed,
        )

    return make


def live_there(exports: Exports, lists: Lists, pick: Picker) -> bool:
    """List a card as live that was taken back."""
    for pupil in lists.roster:
        for card in exports.stock.of(exports.stock.holder(pupil.number)):
            if card.state == "recycled" and card.number in lists.cards and pick.take(pupil):
                lists.cards[card.number]["状态"] = "正常"
                exports.plant(
                    "live-there",
                    "cards",
                    "different",
                    card=card.number,
                    student_number=card.holder.number,
                    field="state",
                    ledger="boxed" if card.boxed else "recycled",
                    file="live",
                )
                return True
    return False


def other_uid(exports: Exports, lists: Lists, pick: Picker) -> bool:
    pupil, uid = pick.pupil(), exports.desk.mint.uid(new=True)
    return changed(
        *(exports, pupil, lists.cards, "other-uid", "uid", {"UID": uid}),
        ledger=pupil.card("record").uid if pupil else "",
        file=uid,
    )


def other_kind(exports: Exports, lists: Lists, pick: Picker) -> bool:
    pupil = pick.pupil()
    return changed(
        *(exports, pupil, lists.cards, "other-kind", "kind", {"卡类": "证件卡"}),
        ledger="record",
        file="identity",
    )


def not_upgraded_there(exports: Exports, lists: Lists, pick: Picker) -> bool:
    pupil = pick.pupil(lambda one: one.card("record").upgraded)
    return changed(
        *(exports, pupil, lists.cards, "not-upgraded-there", "upgraded", {"是否升级": "否"}),
        ledger=True,
        file=False,
    )


def upgraded_there(exports: Exports, lists: Lists, pick: Picker) -> bool:
    """List a card as upgraded that is not, by the ledger."""
    for pupil in lists.roster:
        if pupil.story == "not-upgraded" and pick.take(pupil):
            return changed(
                *(exports, pupil, lists.cards, "upgraded-there", "upgraded", {"是否升级": "是"}),
                ledger=False,
                file=True,
                proposed=True,
            )
    return False


def other_day(exports: Exports, lists: Lists, pick: Picker) -> bool:
    """List another day of issue."""
    for pupil in lists.roster:
        for card in exports.stock.of(exports.stock.holder(pupil.number)):
            listed = card.issued and card.number in lists.cards
            if listed and not pupil.keeps_story and pick.take(pupil):
                return changed(
                    *(exports, pupil, lists.cards, "other-day", "issued"),
                    {"发卡日期": "2009-12-01"},
                    ledger=card.issued,
                    file="2009-12-01",
                    card=card.number,
                )
    return False


def other_name(exports: Exports, lists: Lists, pick: Picker) -> bool:
    """Write the holder's name otherwise on both cards: that is one difference."""
    pupil = pick.pupil()
    if pupil is None:
        return False
    name = pupil.person.name
    for kind in ("record", "identity"):
        lists.cards[pupil.card(kind).number]["姓名"] = f"{name}儿"
    exports.plant(
        "other-name",
        "cards",
        "different",
        student_number=pupil.number,
        field="name",
        ledger=name,
        file=f"{name}儿",
    )
    return True


def twice(source: str) -> Plant:
    """Return what lists a card twice in a list of a source."""

    def make(exports: Exports, lists: Lists, pick: Picker) -> bool:
        pupil = pick.pupil()
        if pupil is None:
            return False
        rows = lists.cards if source == "cards" else lists.filing
        number = pupil.card("record").number
        lists.more[source].append(dict(rows[number]))
        exports.plant(f"{source}-twice", source, "faulty", field="卡号", file=number)
        return True

    return make


PLANTS: Final[dict[str, Plant]] = {
    "second-card": second_card,
    "same-chip": same_chip,
    "missing-card": missing_card,
    "other-holder": other_holder,
    "lost-there": _state("挂失", "lost", "lost-there", proposed=True),
    "recycled-there": _state("已回收", "recycled", "recycled-there"),
    "replaced-there": _state("已换卡", "replaced", "replaced-there"),
    "cancelled-there": _state("注销", "cancelled", "cancelled-there"),
    "live-there": live_there,
    "other-uid": other_uid,
    "other-kind": other_kind,
    "not-upgraded-there": not_upgraded_there,
    "upgraded-there": upgraded_there,
    "other-day": other_day,
    "other-name": other_name,
    "cards-twice": twice("cards"),
}
