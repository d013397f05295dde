"""Put a recycled card into a box."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cardledger.book import Book
from cardledger.commands import BoxName, CardReference, Command
from cardledger.decider import Case
from cardledger.events import CardEvent


class BoxPut(Command, frozen=True, kw_only=True, omit_defaults=True, tag="box-put"):
    """Put recycled cards into a box."""

    path: ClassVar[tuple[str, ...]] = ("box", "put")
    arguments: ClassVar[tuple[str, ...]] = ("box", "card")
    needs_box: ClassVar[bool] = True
    needs_card: ClassVar[bool] = True

    box: BoxName
    card: CardReference


class CardBoxed(CardEvent, frozen=True, kw_only=True, omit_defaults=True, tag="card.boxed/1"):
    """A recycled card was put into a box. `cohort` is the one under which it was recycled."""

    box: str
    cohort: int = 0

    def tags(self) -> tuple[str, ...]:
        return (*super().tags(), f"box:{self.box}")


COMMAND = BoxPut
EVENTS = (CardBoxed,)


def refusals(case: Case) -> Iterator[str]:
    card, box = case.card, case.box
    if card.state != "recycled":
        yield "not-recycled"
    elif card.cohort != box.cohort:
        case.about["card_cohort"], case.about["cohort"] = card.cohort, box.cohort
        yield "wrong-cohort"
    if box.state == "sealed":
        yield "box-sealed"
    other = case.whole.card(card.number).box
    if other and other != box.id:
        case.about["other_box"] = other
        yield "already-boxed"


def repeated(case: Case) -> bool:
    return case.card.box == case.box.id


def decide(case: Case) -> CardBoxed:
    return CardBoxed(
        **case.context(),
        card=case.card.number,
        student=case.student.id if case.student.known else "",
        others=case.others,
        box=case.box.id,
        cohort=case.card.cohort,
    )


def evolve(book: Book, event: CardBoxed, position: int) -> None:
    card = book.card(event.card)
    card.box = event.box
    book.used(event.student, card)
    card.touched(event, "box-put", position)
    box = book.box(event.box)
    box.cards[event.card] = event.cohort
    box.state = box.state or "open"
