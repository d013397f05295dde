"""Who is this: a card was found; whose is it, and what is it now? Nothing is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from cardledger.decider import Case
from cardledger.i18n import Translator, _
from cardledger.states import Card
from cardledger.station.acts._base import Act, Look, Looked
from cardledger.station.touch import Touch

if TYPE_CHECKING:
    from cardledger.ledger import Ledger

#: What codes are called.
WORDS: Final[dict[str, str]] = {
    "record": _("record card"),
    "identity": _("identity card"),
    "live": _("in use"),
    "lost": _("reported lost"),
    "left": _("swiped out"),
    "outstanding": _("replaced, not handed in"),
    "replaced-lost": _("lost and replaced"),
    "recycled": _("taken back, in no box"),
    "boxed": _("in a box"),
    "unknown": _("unknown"),
}
#: What to do with a card in a state in which nobody should have it in hand.
_TODO: Final[dict[str, str]] = {
    "lost": _("It was reported lost. Record that it is found: cardledger found {card}"),
    "outstanding": _(
        "It was replaced. Take it back for good: cardledger recycle {card} --reason found"
    ),
    "replaced-lost": _(
        "It was lost and replaced. Record that it is found: cardledger found {card}"
    ),
    "left": _("It is swiped out and belongs with its pupil, who may be at another school."),
    "recycled": _("It was taken back. Put it into its box: cardledger box put BOX {card}"),
    "boxed": _("It should lie in box {box}."),
}


def state_of(card: Card) -> str:
    """Return what the card is now; `boxed` where it lies in a box."""
    return "boxed" if card.state == "recycled" and card.box else card.state or "unknown"


def begin(_ledger: Ledger, _given: Mapping[str, Any]) -> Look:
    """Nothing has to be frozen."""
    return look


def look(_touch: Touch, case: Case, translate: Translator) -> Looked:
    """Say what the card is and what to do with it."""
    card, state = case.card, state_of(case.card)
    said = translate(_("Card {card} ({kind}): {state}.")).format(
        card=card.number,
        kind=translate(WORDS.get(card.kind, card.kind)),
        state=translate(WORDS.get(state, state)),
    )
    hint = translate(_TODO.get(state, "")).format(card=card.number, box=card.box)
    return Looked(message=said, hint=hint)


ACT: Final = Act(
    path=("who-is-this",),
    help=_("Say whose a card is and what it is now; nothing is recorded."),
    begin=begin,
)
