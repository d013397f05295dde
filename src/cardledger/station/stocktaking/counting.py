"""Counting: what each card that lies in a box is, beside what should lie in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

from cardledger import ids
from cardledger.actions.box_stocktake import BoxStocktake
from cardledger.book import fold
from cardledger.decider import Case
from cardledger.errors import BadValue, NotFound
from cardledger.i18n import _
from cardledger.ledger import Ledger

#: What a card is. `repeated`: it was counted before.
Result = Literal["found", "elsewhere", "unexpected", "repeated"]


class Expected(NamedTuple):
    """What the ledger had in a box at position `frozen`."""

    box: str
    frozen: int
    cards: tuple[str, ...]


class Judged(NamedTuple):
    """What a card is: `card` is its number, or `uid:…`; `box` where it belongs; `state` its state.

    `added`: it was put into this box after the stocktake began. `read`: a reader read it.
    """

    card: str
    result: Result
    box: str = ""
    state: str = ""
    added: bool = False
    read: bool = False

    @property
    def is_stranger(self) -> bool:
        """Whether the ledger knows no such card, and it was not counted before."""
        return self.result == "unexpected" and not self.state


def expected_in(ledger: Ledger, box: str) -> Expected:
    """Return what lies in a box by the ledger as it is now. Raises `NotFound`, `BadValue`."""
    name = ids.parse_box_id(box)
    head = ledger.head()
    found = fold(ledger.lines((f"box:{name}",), upto=head)).box(name)
    if not found.known:
        raise NotFound(_("There is no box {box}."), hint=_("All boxes: cardledger boxes"), box=name)
    return Expected(name, head, tuple(sorted(found.cards)))


@dataclass(slots=True)
class Counting:
    """A stocktake under way: what was expected, and what each card was that was counted."""

    expected: Expected
    counted: dict[str, Judged] = field(default_factory=dict)
    _cards: frozenset[str] = field(init=False, default=frozenset())

    def __post_init__(self) -> None:
        self._cards = frozenset(self.expected.cards)

    def judge(self, text: str, case: Case) -> Judged | None:
        """Return what a card is, by what the ledger knows of it; none where nobody can say.

        That is where a UID fits several cards, and not exactly one of them belongs here. Raises
        `BadValue` for a text that is neither a card number nor a UID, or a word: every card has a
        digit in its number. Nothing is counted yet.
        """
        if case.codes and case.codes[0] == "ambiguous-card":
            candidates = str(case.about.get("candidates", "")).split(", ")
            here = [card for card in candidates if card in self._cards]
            return (
                self._again(Judged(here[0], "found", self.expected.box)) if len(here) == 1 else None
            )
        if not case.card.number or not case.whole.card(case.card.number).known:
            return self._again(Judged(_stranger(text), "unexpected"))
        card = case.whole.card(case.card.number)
        if card.number in self._cards:
            return self._again(Judged(card.number, "found", self.expected.box, card.state))
        if card.box and card.box != self.expected.box:
            return self._again(Judged(card.number, "elsewhere", card.box, card.state))
        return self._again(Judged(card.number, "unexpected", "", card.state, added=bool(card.box)))

    def _again(self, judged: Judged) -> Judged:
        return judged._replace(result="repeated") if judged.card in self.counted else judged

    def count(self, judged: Judged) -> None:
        """Count a card."""
        self.counted.setdefault(judged.card, judged)

    def take_back(self, card: str) -> None:
        """Do not count a card that was counted."""
        self.counted.pop(card, None)

    @property
    def found(self) -> int:
        """How many of the cards that are expected were found."""
        return sum(one.result == "found" for one in self.counted.values())

    def missing(self) -> tuple[str, ...]:
        """Return the cards that were not found."""
        return tuple(card for card in self.expected.cards if card not in self.counted)

    def command(self, **context: Any) -> BoxStocktake:
        """Return the command that records it; `context` says when, by whom and how."""
        counted = self.counted.values()
        return BoxStocktake(
            box=self.expected.box,
            found=self.found,
            missing=self.missing(),
            unexpected=tuple(one.card for one in counted if one.result == "unexpected"),
            elsewhere=tuple(
                f"{one.card}@{one.box}" for one in counted if one.result == "elsewhere"
            ),
            expected=len(self.expected.cards),
            frozen=self.expected.frozen,
            **context,
        ).normal()


_FORCED: Final = "uid:"


def _stranger(text: str) -> str:
    """Return how a card is named that the ledger does not know: its number, or `uid:…`."""
    plain = ids.plain(text)
    if plain[: len(_FORCED)].lower() == _FORCED:
        return f"{_FORCED}{ids.parse_uid(plain)}"
    try:
        number = ids.parse_card_number(plain)
    except BadValue:
        if readings := ids.uid_readings(plain):
            return f"{_FORCED}{readings[0]}"
        raise
    if not any(char.isdigit() for char in number):
        raise BadValue(
            _("“{value}” is a word and no card number."),
            hint=_("A card number that is on no card of the ledger has a digit at least."),
            value=text,
        )
    return number
