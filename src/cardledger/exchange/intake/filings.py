"""Filings: what a card filing file says beside the ledger, as one command a file and school.

It has happened elsewhere, so that it is recorded also where the ledger does not know a card, with
the code of the rule that it breaks; each row is told its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from cardledger.actions.cards_filed import CardsFiled
from cardledger.book import Book, fold
from cardledger.decider import ordered
from cardledger.errors import BadInput
from cardledger.i18n import _
from cardledger.ids import uid_readings
from cardledger.moments import Moment, parse_moment
from cardledger.states import RECORD, Card

if TYPE_CHECKING:
    from cardledger.ledger import Ledger

#: Cards that are looked up at once.
CHUNK: Final = 2000


class Entry(NamedTuple):
    """One usable row: where it stands, for messages, and what it says of a card."""

    place: str
    values: Mapping[str, str]


@dataclass(slots=True)
class Judged:
    """What the ledger says to a row: the codes that it breaks, with the values of messages, and
    what else does not go together, each with the field that it is about."""

    codes: tuple[str, ...] = ()
    about: dict[str, object] = field(default_factory=dict)
    doubts: list[tuple[str, BadInput]] = field(default_factory=list)


def commands_of(
    entries: Iterable[Entry], digest: str, given: Mapping[str, str], default_school: str
) -> dict[str, CardsFiled]:
    """Return the filings of one file, by school: each card once, in the order of the file.

    `given` is what holds for the whole file: when, school, handler.
    """
    cards: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for entry in entries:
        cards[school_of(entry, given, default_school)][entry.values["card"]] = None
    return {
        school: CardsFiled(
            cards=tuple(listed),
            digest=digest,
            school=school,
            at=given.get("at", ""),
            handler=given.get("handler", ""),
            evidence="imported",
        )
        for school, listed in cards.items()
    }


def school_of(entry: Entry, given: Mapping[str, str], default_school: str) -> str:
    """Return the school of a row."""
    return entry.values.get("school") or given.get("school") or default_school


def judged(ledger: Ledger, entries: Sequence[Entry], at: str) -> list[Judged]:
    """Return what the ledger says to each row of a file, on the day of the filing."""
    present = ledger.clock()
    moment = parse_moment(at, present) if at else present
    found: list[Judged] = []
    for start in range(0, len(entries), CHUNK):
        chunk = entries[start : start + CHUNK]
        tags = {f"card:{entry.values['card']}" for entry in chunk}
        cards = fold(ledger.lines(tags))
        pupils = {f"student:{card.student}" for card in cards.cards.values() if card.student}
        book = fold(ledger.lines(pupils)) if pupils else Book()
        found += [_judge(entry.values, cards.cards, book, moment) for entry in chunk]
    _find_doubles(entries, found)
    return found


def _judge(values: Mapping[str, str], cards: Mapping[str, Card], book: Book, at: Moment) -> Judged:
    card = cards.get(values["card"])
    if card is None or not card.known:
        return Judged(("unknown-card",), {"card": values["card"]})
    codes = ordered(
        [
            *(["before-issue"] if card.issued_at > at else []),
            *(["wrong-kind"] if card.kind != RECORD else []),
        ]
    )
    result = Judged(codes, {"card": card.number, "issued": card.issued_at[:10], "at": at[:10]})
    holder = book.student(card.student) if card.student else None
    number = values.get("student", "")
    if number and holder and number not in holder.numbers:
        told = _("By the ledger the card is that of {number}.")
        result.doubts.append(("student", BadInput(told, number=holder.number)))
    uid = values.get("uid", "")
    if uid and card.uid and card.uid not in uid_readings(uid):
        told = _("By the ledger the chip of the card is {uid}.")
        result.doubts.append(("uid", BadInput(told, uid=card.uid)))
    return result


def _find_doubles(entries: Sequence[Entry], found: Sequence[Judged]) -> None:
    """Keep it as a doubt where two rows of a file name one card."""
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        rows[entry.values["card"]].append(place)
    for group in rows.values():
        for place in group if len(group) > 1 else ():
            others = ", ".join(entries[one].place for one in group if one != place)
            told = _("The card stands in {other} too.")
            found[place].doubts.append(("card", BadInput(told, other=others)))
