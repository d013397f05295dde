"""Filing: the cards that were reported upward, as the filing system lists them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from cardledger.exchange.headings import FILING
from cardledger.exchange.imports.filing import FilingFile, read_filing
from cardledger.i18n import _
from cardledger.reconcile.differences import Difference, Place, said
from cardledger.reconcile.proposals import Proposal
from cardledger.reconcile.side import Side
from cardledger.reconcile.sources import _holders
from cardledger.reconcile.sources._base import Judged, Listed, twice
from cardledger.reconcile.sources._cards import OfCard, strange
from cardledger.states import RECORD

NAME: Final = "filing"
#: After the cards: one that is to be registered can be filed.
ORDER: Final = 3
TITLE: Final = _("filing")
HELP: Final = _("A filing file of record cards: compare which cards are filed")
VOCABULARY: Final = FILING

#: Cards in a filing say so of one school on one day; one row of a batch holds so many.
_CHUNK: Final = 1000

__all__ = ["HELP", "NAME", "ORDER", "TITLE", "VOCABULARY", "comparison", "fits", "read"]


def read(file: Path | BinaryIO, *, name: str = "") -> FilingFile:
    return read_filing(file, name=name)


def fits(fields: Collection[str]) -> bool:
    return "card" in fields and not {"state", "upgraded"} & set(fields)


class Comparison:
    """A card is filed, or it is not; whose it is is compared where the file says it."""

    def __init__(self, side: Side) -> None:
        self._side = side
        self._listed: dict[str, Place] = {}
        self._cards: set[str] = set()
        self._proposed: dict[tuple[str, str], int] = {}
        self._holders = _holders.Holders(side, NAME)

    def announce(self, row: Listed) -> None:
        self._cards.add(row.values["card"])

    def judge(self, row: Listed) -> Judged:
        number: str = row.values["card"]
        if number in self._listed:
            return twice(NAME, row, "card", number, self._listed[number])
        self._listed[number] = row.place("card")
        card = self._side.card(number)
        if card is None:
            return Judged("only", (self._unknown(row),))
        about = OfCard(NAME, self._side, number, card)
        differences = tuple(self._compare(row, about))
        if not card.filed_at and card.kind == RECORD:
            return Judged("only", differences)
        return Judged("different" if differences else "same", differences)

    def _compare(self, row: Listed, about: OfCard) -> Iterator[Difference]:
        yield from self._holders.compare(row, about)
        if about.card.kind != RECORD:
            yield about.difference(
                "different",
                said(_("Card {card} is an identity card, and in the filing."), card=about.number),
                said(_("Only record cards are filed: have it taken out, or look at the card.")),
                field="kind",
                ledger=about.card.kind,
                file=RECORD,
                place=row.place("card"),
                value=lambda card: card.kind,
            )
        elif not about.card.filed_at:
            yield about.difference(
                "only-in-file",
                said(
                    _("Card {card} of {pupil} is filed, and the ledger does not know it."),
                    card=about.number,
                    pupil=about.owner,
                ),
                said(_("Record the filing: `cards-filed`.")),
                field="filed",
                file=row.values.get("filed", True),
                place=row.place("card"),
                proposal=self._proposal(row, about.school),
                value=lambda card: card.filed_at,
            )

    def _proposal(self, row: Listed, school: str) -> Proposal:
        """Propose to record the filing, with all other cards of that school and day."""
        day: str = row.values.get("filed", "")
        count = self._proposed.get((school, day), 0)
        self._proposed[school, day] = count + 1
        fields = {"school": school, "cards": [row.values["card"]]}
        about = f"{school} {day} {count // _CHUNK}"
        return Proposal("cards-filed", about, fields, "imported", at=day)

    def _unknown(self, row: Listed) -> Difference:
        """Return a filed card that the ledger does not have."""
        side, values = self._side, row.values
        number, pupil = values["card"], values.get("student", "")
        school = str(values.get("school", ""))
        settle = said(_("Find out which card is meant: was its number typed wrong, here or there?"))
        proposal = None
        if number in side.coming_cards:
            settle = said(_("Once the card is registered, record the filing: `cards-filed`."))
            known = side.by_number(pupil)
            holder = side.pupil(known[0]) if known else None
            at = holder.school if holder else side.coming_pupils.get(pupil, school)
            proposal = self._proposal(row, at or side.ledger.default_school)
        message = said(_("Card {card} is filed and not in the ledger."), card=number)
        return strange(NAME, side, row, message, settle, proposal)

    def rest(self) -> Iterator[Difference]:
        side = self._side
        for number, card in side.expected_cards():
            if card.kind != RECORD or not card.filed_at or number in self._cards:
                continue
            about = OfCard(NAME, side, number, card)
            yield about.difference(
                "only-in-ledger",
                said(
                    _("Card {card} of {pupil} is filed by the ledger, and not in the filing."),
                    card=number,
                    pupil=about.owner,
                ),
                said(
                    _(
                        "Find the filing that the line names: was the card in it? If it was not,"
                        " file the card again."
                    )
                ),
                field="filed",
                ledger=card.filed_at[:10],
                value=lambda folded: folded.filed_at,
            )


def comparison(side: Side) -> Comparison:
    return Comparison(side)
