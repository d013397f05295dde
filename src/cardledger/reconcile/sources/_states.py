"""States of cards in the words of card managers, and what to do where the ledger says another."""

from __future__ import annotations

from typing import Final

from cardledger.i18n import _
from cardledger.reconcile.differences import Difference, Said, said
from cardledger.reconcile.proposals import Proposal
from cardledger.reconcile.side import Card
from cardledger.reconcile.sources._base import Listed
from cardledger.reconcile.sources._cards import OfCard
from cardledger.states import Card as Folded

#: Which states of the ledger a state of a card manager may stand for.
_MEANS: Final[dict[str, frozenset[str]]] = {
    "live": frozenset({"live"}),
    "lost": frozenset({"lost", "replaced-lost"}),
    "cancelled": frozenset({"recycled", "replaced-lost", "outstanding", "left"}),
    "recycled": frozenset({"recycled"}),
    "boxed": frozenset({"recycled"}),
    "replaced": frozenset({"replaced-lost", "outstanding", "recycled"}),
    "outstanding": frozenset({"outstanding"}),
    "left": frozenset({"left"}),
}

_LOOK: Final = _("Somebody must look at the card: who has it? The ledger cannot tell.")
#: What is to be done, by the ledger's state and the card manager's.
_SETTLE: Final[dict[tuple[str, str], tuple[str, str]]] = {
    ("live", "lost"): ("lost", _("If it was reported lost, record `lost`.")),
    ("lost", "live"): (
        "found",
        _("Was the card found (then record `found`), or was the loss not entered there?"),
    ),
    ("live", "recycled"): (
        "recycle",
        _("If the school has the card, record `recycle` with who took it back and when."),
    ),
    ("live", "boxed"): (
        "recycle",
        _("If the school has the card, record `recycle` with who took it back and when."),
    ),
    ("live", "replaced"): (
        "reissue",
        _("If a new card was made, record `reissue` with its number and why."),
    ),
    ("lost", "replaced"): (
        "reissue",
        _("If a new card was made, record `reissue` with its number and why."),
    ),
    ("live", "left"): (
        "leave-swipe",
        _("If the pupil left, record `leave-swipe` with the reason."),
    ),
}


def agree(file: str, card: Card) -> bool:
    """Whether a card manager's state may stand for the state of a card."""
    return card.state in _MEANS[file]


def difference(row: Listed, about: OfCard) -> Difference:
    """Return that a card has another state in the card manager."""
    file, card = row.values["state"], about.card
    act, text = _SETTLE.get((card.state, file), ("", _LOOK))
    proposal = None
    if act == "lost":
        fields = {"card": about.number}
        proposal = Proposal("lost", about.number, fields, "imported")
    message = said(
        _("Card {card} of {pupil} is {ledger} in the ledger and {file} in the card manager."),
        card=about.number,
        pupil=about.owner,
        ledger=card.shown_state,
        file=file,
    )
    return about.difference(
        "different",
        message,
        Said(text),
        field="state",
        ledger=card.shown_state,
        file=file,
        place=row.place("state"),
        act=act,
        proposal=proposal,
        value=_shown,
    )


def _shown(card: Folded) -> str:
    """Return the state as the ledger's tables show it."""
    return "boxed" if card.state == "recycled" and card.box else card.state
