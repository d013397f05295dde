"""The stock of cards, as the rows of all terms add up: what a card manager would know.

Like the recount it follows the rows in the order in which they happened, and looks at no other
program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from scripts.district.model import Row


@dataclass(slots=True, eq=False)
class Holder:
    """A pupil by all numbers, the present one last."""

    numbers: list[str] = field(default_factory=list)
    away: list[Stocked] = field(default_factory=list)

    @property
    def number(self) -> str:
        return self.numbers[-1]


@dataclass(slots=True, eq=False)
class Stocked:
    """A card. `issued`: the day on which it was made, where a row says so; `filed`: the first."""

    number: str
    kind: str
    uid: str
    holder: Holder
    state: str = "live"
    upgraded: bool = False
    issued: str = ""
    filed: str = ""
    boxed: bool = False


class Stock:
    """Cards by number and holders by student number, as far as the rows have been followed."""

    def __init__(self) -> None:
        self.cards: dict[str, Stocked] = {}
        self._holders: dict[str, Holder] = {}

    def follow(self, rows: Iterable[Row]) -> None:
        """Follow the rows of a term."""
        happened = sorted(
            (row for row in rows if row.expect.outcome in ("recorded", "contested")),
            key=lambda row: (row.at, row.order),
        )
        for row in happened:
            act = _ACTS.get(row.fields["action"])
            if act is not None:
                act(self, row.fields, row.at.date().isoformat())

    def holder(self, number: str) -> Holder:
        """Return who has, or had, a student number; of two pupils, who had it first."""
        return self._holders[number]

    def knows(self, number: str) -> bool:
        """Whether anybody has, or had, a student number."""
        return number in self._holders

    def of(self, holder: Holder) -> list[Stocked]:
        """Return the cards of a pupil."""
        return [card for card in self.cards.values() if card.holder is holder]

    def _add(self, row: dict[str, Any], _day: str) -> None:
        self._holders.setdefault(row["number"], Holder([row["number"]]))

    def _number(self, row: dict[str, Any], _day: str) -> None:
        """Follow whatever gives a pupil another number."""
        if "number" in row:
            holder = self._holders[row["student"]]
            holder.numbers.append(row["number"])
            self._holders.setdefault(row["number"], holder)

    def _new(self, row: dict[str, Any], day: str) -> None:
        holder = self._holders[row["student"]]
        if row["card"] in self.cards:
            self.cards[row["card"]].holder = holder
            return
        card = Stocked(row["card"], row["kind"], row["uid"], holder)
        card.upgraded = bool(row.get("upgraded"))
        card.issued = day if row["action"] != "register" else ""
        self.cards[card.number] = card
        if "replaces" in row:
            old = self.cards[row["replaces"]]
            old.state = old.state if old.state == "recycled" else "replaced"

    def _upgrade(self, row: dict[str, Any], _day: str) -> None:
        self.cards[row["card"]].upgraded = True

    def _lost(self, row: dict[str, Any], _day: str) -> None:
        self.cards[row["card"]].state = "lost"

    def _found(self, row: dict[str, Any], _day: str) -> None:
        card = self.cards[row["card"]]
        card.state = "live" if card.state == "lost" else card.state

    def _recycle(self, row: dict[str, Any], _day: str) -> None:
        card = self.cards[row["card"]]
        card.state = "recycled"
        if card in card.holder.away:
            card.holder.away.remove(card)

    def _leave(self, row: dict[str, Any], _day: str) -> None:
        card = self.cards[row["card"]]
        card.state = "left"
        card.holder.away.append(card)

    def _resume(self, row: dict[str, Any], _day: str) -> None:
        holder = self._holders[row["student"]]
        for card in holder.away:
            card.state = "live"
        holder.away.clear()

    def _arrive(self, row: dict[str, Any], _day: str) -> None:
        holder = self._holders[row["student"]]
        card = self.cards.get(row["card"])
        if card is None:
            card = Stocked(row["card"], "record", row["uid"], holder)
            card.upgraded = bool(row.get("upgraded"))
            self.cards[card.number] = card
        card.state = "live"
        holder.away = [one for one in holder.away if one is not card]

    def _file(self, row: dict[str, Any], day: str) -> None:
        for number in row["cards"]:
            card = self.cards[number]
            card.filed = card.filed or day

    def _box(self, row: dict[str, Any], _day: str) -> None:
        self.cards[row["card"]].boxed = True


_ACTS: Final[dict[str, Callable[[Stock, dict[str, Any], str], None]]] = {
    "student-add": Stock._add,
    "student-renumber": Stock._number,
    "student-repeat-year": Stock._number,
    "student-graduate": Stock._number,
    "register": Stock._new,
    "issue": Stock._new,
    "reissue": Stock._new,
    "upgrade": Stock._upgrade,
    "lost": Stock._lost,
    "found": Stock._found,
    "recycle": Stock._recycle,
    "leave-swipe": Stock._leave,
    "student-resume": Stock._resume,
    "transfer-swipe": Stock._arrive,
    "cards-filed": Stock._file,
    "box-put": Stock._box,
}
