"""Comparing what a ledger shows with what the model says, in the words of both."""

from __future__ import annotations

from typing import Any

from cardledger import Ledger
from cardledger.replay import Replay, keeping
from tests.machines.picture import Picture
from tests.replay.test_catching_up import refolded, stored

#: What is looked at: cards, pupils and boxes, each by its name.
Look = dict[str, dict[str, tuple[Any, ...]]]


def shown(ledger: Ledger, **cut: str) -> Look:
    """Return what a ledger shows, now or as of a cut."""
    replay = Replay(ledger)
    cards = replay.rows("cards", **cut)  # type: ignore[arg-type]
    pupils = replay.rows("roster", **cut)  # type: ignore[arg-type]
    boxes = replay.rows("boxes", **cut)  # type: ignore[arg-type]
    live: dict[str, list[str]] = {row["student"]: [] for row in pupils}
    for row in cards:
        if row["state"] == "live":
            live[row["student"]].append(row["card"])
    return {
        "cards": {
            row["card"]: (
                row["kind"],
                row["state"],
                row["student_number"],
                row["box"],
                row["recycled_by"],
                row["replaces"],
            )
            for row in cards
        },
        "pupils": {
            row["student_number"]: (
                row["name"],
                row["status"],
                row["school"],
                row["cohort"],
                sorted(live[row["student"]]),
            )
            for row in pupils
        },
        "boxes": {
            row["box"]: (row["cohort"], row["school"], row["state"], row["count"], row["cards"])
            for row in boxes
        },
    }


def expected(picture: Picture) -> Look:
    """Return the same of a picture of the model."""
    return {
        "cards": {
            card.number: (
                card.kind,
                "boxed" if card.state == "recycled" and card.box else card.state or "unknown",
                picture.pupil(card.holder).number or None,
                card.box or None,
                card.taken_back_by or None,
                card.replaces or None,
            )
            for card in picture.cards.values()
        },
        "pupils": {
            pupil.number: (
                pupil.name,
                pupil.status,
                pupil.school,
                pupil.cohort,
                sorted(
                    card.number
                    for card in picture.cards.values()
                    if card.state == "live" and card.holder == pupil.key
                ),
            )
            for pupil in picture.pupils.values()
            if pupil.status
        },
        "boxes": {
            box.name: (
                box.cohort,
                box.school,
                box.state,
                box.count if box.state == "sealed" else len(box.cards),
                sorted(box.cards),
            )
            for box in picture.boxes.values()
        },
    }


def check_places(look: Look) -> None:
    """Every card is in one place: in one box or in none, and boxed only after it was taken back."""
    lying = [(card, box) for box, row in look["boxes"].items() for card in row[-1]]
    assert len({card for card, _box in lying}) == len(lying), lying
    for card, row in look["cards"].items():
        assert (row[3] is not None) == (row[1] == "boxed"), (card, row)
        assert row[3] is None or (card, row[3]) in lying, (card, row)


def check_tables(ledger: Ledger) -> None:
    """The tables that followed the lines are those of a rebuild from nothing."""
    keeping.catch_up(ledger.log)
    followed = stored(ledger.log)
    assert followed == refolded(ledger.log)
    keeping.rebuild(ledger.log)
    assert stored(ledger.log) == followed
