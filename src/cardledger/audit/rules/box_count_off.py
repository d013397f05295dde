"""The last recorded count of a box differs from the cards that the ledger has in it.

The count is the one that the handler stated when the box was sealed, or that of a stocktake,
whichever came last. A wrong one is refused at the sealing; it comes from paper lists, from
corrections that came later, and from stocktakes: a card that was not found, or one that lies in
the box and does not belong there, is off as well where the numbers agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from cardledger.actions.box_put import CardBoxed
from cardledger.actions.box_seal import BoxSealed
from cardledger.actions.box_stocktake import BoxStocktaken
from cardledger.audit.finding import Finding
from cardledger.audit.history import History
from cardledger.audit.setting import Setting
from cardledger.audit.times import day
from cardledger.i18n import _
from cardledger.states import Stocktake

RULE: Final = "box-count-off"
SEVERITY: Final = "warning"
SUBJECTS: Final = ("box",)
TODO: Final = _(
    "Reopen the box and count again; correct what the ledger has, or seal it with the right count."
)

_SEALED: Final = _("Box {box} was sealed with {count} cards, and the ledger has {cards} in it.")
_COUNTED: Final = _(
    "Box {box} was counted on {day} with {count} cards, and the ledger has {cards} in it."
)
_NOT_THE_SAME: Final = _(
    "Box {box} was counted on {day}: of the cards that the ledger has in it {missing} were not"
    " found, and {others} lie in it that do not belong there."
)


class _Off(NamedTuple):
    """What differs: a sentence and its values."""

    message: str
    values: dict[str, object]


def findings(history: History, setting: Setting) -> Iterator[Finding]:
    counted = history.of(BoxSealed, BoxStocktaken)
    if not counted:
        return
    box, last = history.box, counted[-1]
    off = _stocktake(history, box.stocktake) if box.stocktake else None
    if isinstance(last.event, BoxSealed):
        off = _sealing(history)
    if off is not None:
        yield Finding(
            rule=RULE,
            subjects=(history.tag,),
            positions=(last.position,),
            since=last.event.at,
            message=off.message,
            values={"box": box.id, **off.values},
            which=last.event.at,
            school=box.school,
            cohort=box.cohort,
        )


def _sealing(history: History) -> _Off | None:
    box = history.box
    if box.state != "sealed" or box.count in (None, len(box.cards)):
        return None
    return _Off(_SEALED, {"count": box.count, "cards": len(box.cards)})


def _stocktake(history: History, last: Stocktake) -> _Off | None:
    """Compare a stocktake with what the ledger has in the box, as far as it is of that time."""
    cards = history.box.cards
    others = {*last.unexpected, *(one.partition("@")[0] for one in last.elsewhere)}
    missing = [card for card in last.missing if card in cards]
    foreign = others - cards.keys()
    day_of_count = day(last.at)
    if missing or foreign:
        values = {"day": day_of_count, "missing": len(missing), "others": len(foreign)}
        return _Off(_NOT_THE_SAME, values)
    later = {card for card in _packed_later(history, last) if card in cards} - others
    there = len(cards) - len(later)
    if last.total == there:
        return None
    return _Off(_COUNTED, {"day": day_of_count, "count": last.total, "cards": there})


def _packed_later(history: History, last: Stocktake) -> set[str]:
    """Return the cards that were packed after it was noted what to expect."""
    place = next(i for i, line in enumerate(history.lines) if line.position == last.position)
    frozen = history.lines[place].event
    since = frozen.frozen if isinstance(frozen, BoxStocktaken) else 0
    return {
        line.event.card
        for i, line in enumerate(history.lines)
        if isinstance(line.event, CardBoxed) and (i > place or (since and line.position > since))
    }
