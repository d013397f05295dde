"""Cards: the export of a card manager."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from cardledger import ids
from cardledger.exchange.headings import CARDS
from cardledger.exchange.imports.cards import CardList, read_cards
from cardledger.i18n import _
from cardledger.reconcile.differences import Difference, Place, Said, said, who
from cardledger.reconcile.proposals import Proposal
from cardledger.reconcile.side import Side
from cardledger.reconcile.sources import _holders, _states
from cardledger.reconcile.sources._base import Judged, Listed, twice
from cardledger.reconcile.sources._cards import OfCard, strange
from cardledger.states import AWAY

NAME: Final = "cards"
ORDER: Final = 2
TITLE: Final = _("card manager")
VOCABULARY: Final = CARDS
HELP: Final = _("An export of a card manager: compare cards, holders and states")

#: Columns that only a card manager has.
_OWN: Final = frozenset({"state", "upgraded"})
_FIRST_ACTS: Final = ("issue", "reissue")

__all__ = ["HELP", "NAME", "ORDER", "TITLE", "VOCABULARY", "comparison", "fits", "read"]


def read(file: Path | BinaryIO, *, name: str = "") -> CardList:
    return read_cards(file, name=name)


def fits(fields: Collection[str]) -> bool:
    return "card" in fields and not _OWN.isdisjoint(fields)


class Comparison:
    """Cards are the same by their number alone; a UID is no more than a hint."""

    def __init__(self, side: Side) -> None:
        self._side = side
        self._listed: dict[str, Place] = {}
        self._cards: set[str] = set()
        #: Cards in use of the file that the ledger does not have, by holder and kind.
        self._new: dict[tuple[str, str], set[str]] = {}
        self._holders = _holders.Holders(side, NAME)
        #: Whether UIDs of known cards stand there as the chip sends them, or backwards.
        self._orders: set[bool] = set()

    def announce(self, row: Listed) -> None:
        values = row.values
        self._cards.add(values["card"])
        card = self._side.card(values["card"])
        uid = values.get("uid", "")
        if card is not None and card.uid and not uid.isdigit():
            self._orders |= {card.uid == uid} if card.uid in ids.uid_readings(uid) else set()
        if values.get("state", "live") == "live" and card is None:
            key = (values.get("number", ""), values.get("kind", "record"))
            self._new.setdefault(key, set()).add(values["card"])

    def judge(self, row: Listed) -> Judged:
        number: str = row.values["card"]
        if number in self._listed:
            return twice(NAME, row, "card", number, self._listed[number])
        self._listed[number] = row.place("card")
        card = self._side.card(number)
        if card is None:
            return Judged("only", (self._only_in_file(row),))
        about = OfCard(NAME, self._side, number, card)
        differences = tuple(self._compare(row, about))
        return Judged("different" if differences else "same", differences)

    def _compare(self, row: Listed, about: OfCard) -> Iterator[Difference]:
        values, card = row.values, about.card
        yield from self._holders.compare(row, about)
        if "kind" in values and values["kind"] != card.kind:
            settle = said(
                _("Look at the card: which kind is it? Void the wrong line or correct it.")
            )
            yield self._field(row, about, "kind", card.kind, values["kind"], settle)
        if "state" in values and not _states.agree(values["state"], card):
            yield _states.difference(row, about)
        # A chip that was never read here will be, at the next swipe.
        if "uid" in values and card.uid and card.uid not in ids.uid_readings(values["uid"]):
            yield self._other_uid(row, about)
        if "upgraded" in values and card.kind == "record" and values["upgraded"] != card.upgraded:
            yield self._other_upgrade(row, about)
        if "issued" in values and card.issued_at and card.issued_at[:10] != values["issued"]:
            yield from self._other_day(row, about)

    @staticmethod
    def _field(
        row: Listed,
        about: OfCard,
        field: str,
        ledger: str | bool | None,
        file: str | bool,
        settle: Said,
        proposal: Proposal | None = None,
        attribute: str = "",
    ) -> Difference:
        message = said(
            _("Card {card}: {field} is {ledger} in the ledger and {file} in the card manager."),
            card=about.number,
            field=field,
            ledger=ledger,
            file=file,
        )
        return about.difference(
            "different",
            message,
            settle,
            field=field,
            ledger=ledger,
            file=file,
            place=row.place(field),
            proposal=proposal,
            value=lambda card: getattr(card, attribute or field),
        )

    def _other_uid(self, row: Listed, about: OfCard) -> Difference:
        uid = row.values["uid"]
        others = [card for card in self._side.by_uid(uid) if card != about.number]
        settle = said(
            _("Read the chip of the card at a reader, and correct the side that is wrong.")
        )
        if others:
            settle = said(_("It is the UID of card {card}. Read both chips."), card=others[0])
        return self._field(row, about, "uid", about.card.uid, uid, settle)

    def _other_upgrade(self, row: Listed, about: OfCard) -> Difference:
        there = row.values["upgraded"]
        proposal = None
        if not there:
            settle = said(_("Read the card: was it upgraded, or did the upgrade not succeed?"))
        elif about.card.state != "live":
            settle = said(_("The card is not in use: find out when it was upgraded."))
        else:
            settle = said(_("If the card was upgraded, record `upgrade`."))
            proposal = Proposal("upgrade", about.number, {"card": about.number}, "imported")
        return self._field(row, about, "upgraded", about.card.upgraded, there, settle, proposal)

    def _other_day(self, row: Listed, about: OfCard) -> Iterator[Difference]:
        """Yield another day of issue; of registered cards the ledger does not know the day."""
        folded = self._side.folded(f"card:{about.number}").card(about.number)
        if folded.origin in _FIRST_ACTS:
            settle = said(_("Find the paper of the issue; void the wrong line and record it anew."))
            day, attribute = about.card.issued_at[:10], "issued_at"
            yield self._field(
                row, about, "issued", day, row.values["issued"], settle, attribute=attribute
            )

    def _only_in_file(self, row: Listed) -> Difference:
        """Return a card that the ledger does not have, with what speaks against registering it."""
        side, values = self._side, row.values
        number, pupil = values["card"], values.get("number", "")
        settle, school = self._against(row), str(values.get("school", ""))
        known = side.by_number(pupil)
        proposal = None
        if settle is None:
            settle = said(_("If the card is from before the ledger, record `register`."))
            holder = side.pupil(known[0]) if known else None
            school = holder.school if holder else side.coming_pupils[pupil]
            fields = {
                "card": number,
                "student": side.reference_to(known[0]) if known else pupil,
                "school": school,
                **{one: values[one] for one in ("kind", "upgraded") if one in values},
            }
            if values.get("kind") == "identity":
                fields.pop("upgraded", None)
            if uid := self._bytes(values.get("uid", "")):
                fields["uid"] = uid
            # Without a day it counts as having always been there: nobody knows since when.
            proposal = Proposal("register", number, fields, "imported", at=None)
            side.coming_cards.add(number)
        message = said(
            _("Card {card} of {pupil} is in the card manager and not in the ledger."),
            card=number,
            pupil=who(values.get("name"), pupil),
        )
        return strange(NAME, side, row, message, settle, proposal, school)

    def _bytes(self, uid: str) -> str:
        """Return the UID as the chip sends it, if the known cards show how this list writes it.

        Digits alone may be hexadecimal or decimal.
        """
        if not uid or uid.isdigit() or len(self._orders) != 1:
            return ""
        (straight,) = self._orders
        return uid if straight else bytes.fromhex(uid)[::-1].hex().upper()

    def _against(self, row: Listed) -> Said | None:
        """Return why nobody can say without looking what a card is that only the file has."""
        side, values = self._side, row.values
        pupil, kind = values.get("number", ""), values.get("kind", "record")
        same_chip = side.by_uid(values["uid"]) if "uid" in values else []
        known = side.by_number(pupil)
        holder = side.pupil(known[0]) if len(known) == 1 else None
        if same_chip:
            return said(
                _("The UID is that of card {card}: read the chip, and compare the two numbers."),
                card=", ".join(same_chip),
            )
        if values.get("state", "") != "live":
            return said(
                _("The card manager does not say that it is in use. Find out what became of it.")
            )
        if not known and pupil not in side.coming_pupils:
            return said(_("The ledger does not know its holder either. Begin with the pupil."))
        if holder is None and pupil not in side.coming_pupils:
            return said(_("Two pupils have that student number. Find out whose card it is."))
        if holder is not None and holder.status in AWAY:
            return said(_("By the ledger the pupil is in no school. Find out whose card it is."))
        if len(self._new.get((pupil, kind), ())) > 1:
            return said(
                _("The card manager has several new cards in use of this pupil. Collect them.")
            )
        held = side.held(known[0], kind) if holder is not None else []
        if held:
            return said(
                _("The pupil has card {card} already: two cards, or a reissue not recorded."),
                card=", ".join(held),
            )
        return None

    def rest(self) -> Iterator[Difference]:
        side = self._side
        for number, card in side.expected_cards():
            if number in self._cards:
                continue
            about = OfCard(NAME, side, number, card)
            yield about.difference(
                "only-in-ledger",
                said(
                    _("Card {card} of {pupil} is in the ledger ({state}), not in the file."),
                    card=number,
                    pupil=about.owner,
                    state=card.state,
                ),
                said(
                    _(
                        "Look at the card: was its number typed wrong here, or is it missing"
                        " there? The ledger cannot tell."
                    )
                ),
                ledger=card.state,
                value=lambda folded: (folded.state, folded.student),
            )


def comparison(side: Side) -> Comparison:
    return Comparison(side)
