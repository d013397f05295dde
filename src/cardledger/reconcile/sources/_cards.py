"""What the lists of cards share: how a card is told of, and the probes of its values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cardledger.book import Book
from cardledger.reconcile.differences import Difference, Kind, Place, Probe, Said, Value, who
from cardledger.reconcile.proposals import Proposal
from cardledger.reconcile.side import Card, Pupil, Side
from cardledger.reconcile.sources._base import Listed
from cardledger.states import Card as Folded


def probe(number: str, value: Callable[[Folded], Any]) -> Probe:
    """Return a probe for a value of a card."""

    def of(book: Book) -> Any:
        card = book.card(number)
        return (value(card),) if card.known else None

    return Probe(f"card:{number}", of)


@dataclass(frozen=True, slots=True)
class OfCard:
    """A card of the ledger, for the differences about it."""

    source: str
    side: Side
    number: str
    card: Card

    @property
    def holder(self) -> Pupil | None:
        """The pupil who holds it."""
        return self.side.pupil(self.card.student) if self.card.student else None

    @property
    def name(self) -> str | None:
        """The name of the holder, where the keys open it."""
        return self.side.name(self.card.student) if self.card.student else None

    @property
    def owner(self) -> str:
        """The holder as sentences say it; empty for a card without one."""
        holder = self.holder
        return who(self.name, holder.number) if holder else ""

    @property
    def school(self) -> str:
        """Where the card is: with its holder, or where it was taken back."""
        if self.card.state == "recycled" or self.holder is None:
            return self.card.school
        return self.holder.school

    def difference(
        self,
        kind: Kind,
        message: Said,
        settle: Said,
        *,
        field: str = "",
        ledger: Value = None,
        file: Value = None,
        place: Place | None = None,
        act: str = "",
        proposal: Proposal | None = None,
        value: Callable[[Folded], Any] | None = None,
    ) -> Difference:
        """Return a difference about this card. `value`: what its fold gives as the ledger's."""
        holder = self.holder
        return Difference(
            source=self.source,
            kind=kind,
            subject=f"card:{self.number}",
            student_number=holder.number if holder else "",
            name=self.name,
            school=self.school,
            class_=holder.class_ if holder else "",
            field=field,
            ledger=ledger,
            file=file,
            place=place,
            act=act or (proposal.action if proposal else ""),
            message=message,
            settle=settle,
            proposal=proposal,
            probe=probe(self.number, value) if value else None,
        )


def strange(
    source: str,
    side: Side,
    row: Listed,
    message: Said,
    settle: Said,
    proposal: Proposal | None,
    school: str = "",
) -> Difference:
    """Return a card that only the file has, as that of the pupil whom its row says."""
    number = row.number
    known = side.by_number(number)
    pupil = side.pupil(known[0]) if len(known) == 1 else None
    return Difference(
        source=source,
        kind="only-in-file",
        subject=f"card:{row.values['card']}",
        student_number=pupil.number if pupil else number,
        name=side.name(known[0]) if pupil else row.values.get("name"),
        school=school or row.values.get("school", "") or (pupil.school if pupil else ""),
        class_=pupil.class_ if pupil else row.values.get("class", ""),
        place=row.place("card"),
        act=proposal.action if proposal else "",
        message=message,
        settle=settle,
        proposal=proposal,
    )
