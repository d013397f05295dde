"""Whose a card is: the student number, name and class that a list of cards says."""

from __future__ import annotations

from collections.abc import Iterator

from cardledger.i18n import _
from cardledger.reconcile.differences import Difference, said, who
from cardledger.reconcile.side import Pupil, Side
from cardledger.reconcile.sources import _facts
from cardledger.reconcile.sources._base import Listed
from cardledger.reconcile.sources._cards import OfCard


class Holders:
    """Compares holders; what is different of a pupil is told once, not for every card."""

    def __init__(self, side: Side, source: str) -> None:
        self._side = side
        self._source = source
        self._told: set[tuple[str, str]] = set()

    def compare(self, row: Listed, about: OfCard) -> Iterator[Difference]:
        """Yield another holder, else another name or class of the same holder."""
        holder, number = about.holder, row.number
        same_pupil = not number or about.card.student in self._side.by_number(number)
        if not same_pupil:
            yield self._other(row, about, number)
        elif holder is not None:
            yield from self._person(row, about, holder)

    def _other(self, row: Listed, about: OfCard, number: str) -> Difference:
        side = self._side
        others = side.by_number(number)
        other = who(side.name(others[0]), number) if len(others) == 1 else number
        return about.difference(
            "different",
            said(
                _("Card {card} is the card of {pupil} in the ledger and of {other} in the file."),
                card=about.number,
                pupil=about.owner,
                other=other,
            ),
            said(_("Look at the card: whose is it? Two pupils may have changed cards.")),
            field="student_number",
            ledger=about.holder.number if about.holder else None,
            file=number,
            place=row.place("number"),
            value=lambda card: card.student,
        )

    def _person(self, row: Listed, about: OfCard, holder: Pupil) -> Iterator[Difference]:
        key, name = about.card.student, about.name
        settle = said(
            _("One of the two programs has not learnt of the change: look at the roster.")
        )
        said_of = {
            "name": (name, _facts.said_last(self._side.ledger, self._side.keys, "name")),
            "class": (holder.class_ or None, lambda student: student.class_),
        }
        for field, (known, value) in said_of.items():
            file = row.values.get(field)
            closed = field == "name" and known is None
            if not file or closed or (key, field) in self._told or _facts.same(file, known):
                continue
            self._told.add((key, field))
            yield Difference(
                source=self._source,
                kind="different",
                subject=f"student:{key}",
                student_number=holder.number,
                name=name,
                school=holder.school,
                class_=holder.class_,
                field=field,
                ledger=known,
                file=file,
                place=row.place(field),
                message=said(
                    _("{pupil}: {field} is {ledger} in the ledger and {file} with card {card}."),
                    pupil=who(name, holder.number),
                    field=field,
                    ledger=known,
                    file=file,
                    card=about.number,
                ),
                settle=settle,
                probe=_facts.probe(key, value),
            )
