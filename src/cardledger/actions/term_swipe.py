"""Term swipe: the pupil's card is swiped once a term, which registers the pupil."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated, ClassVar

from cardledger.actions._swipes import SwipeRefused, keep, lacks_upgrade, retired
from cardledger.book import Book
from cardledger.commands import CardCommand, help_of
from cardledger.decider import Case
from cardledger.events import CardEvent
from cardledger.i18n import _
from cardledger.moments import day_of, term_of


class TermSwipe(CardCommand, frozen=True, kw_only=True, omit_defaults=True, tag="term-swipe"):
    """Record the term swipe of a card. The term is that of the date where none is given."""

    path: ClassVar[tuple[str, ...]] = ("term-swipe",)
    record_card_only: ClassVar[bool] = True

    term: Annotated[str, help_of(_("Term, such as 2010-spring"), "term")] = ""


class TermSwiped(CardEvent, frozen=True, kw_only=True, omit_defaults=True, tag="term.swiped/1"):
    """A card was swiped for a term."""

    term: str


COMMAND = TermSwipe
EVENTS = (TermSwiped,)
EVIDENCE = (SwipeRefused,)


def _term(case: Case) -> str:
    return case.command.term or _term_on(case.at[:10])


@lru_cache(1 << 10)
def _term_on(day: str) -> str:
    """Return the term of a day; a batch asks for the same few days again and again."""
    return term_of(day_of(day))


def refusals(case: Case) -> Iterator[str]:
    if case.student.in_school and case.student.school != case.school:
        yield "wrong-school"
    elif not case.student.in_school or case.card.state == "left":
        yield "not-in-school"
    if lacks_upgrade(case):
        yield "not-upgraded"
    yield from retired(case)


def repeated(case: Case) -> bool:
    term, student = _term(case), case.student
    known = term in student.swipes and term not in student.contested_terms
    return known and not any(refusals(case))


def decide(case: Case) -> TermSwiped:
    return TermSwiped(**case.card_context(), term=_term(case))


def refused(case: Case, codes: tuple[str, ...]) -> SwipeRefused:
    return keep(case, codes)


def evolve(book: Book, event: TermSwiped, position: int) -> None:
    card = book.card(event.card)
    book.used(event.student, card)
    book.seen(card, event.uid)
    card.touched(event, "term-swipe", position)
    if event.student:
        student = book.student(event.student)
        # A swipe that breaks a rule (a sibling's, at another school) does not stand in the way of
        # the right one.
        if event.term not in student.swipes or event.term in student.contested_terms:
            student.swipes[event.term] = (event.school, student.class_, event.at)
            student.contested_terms.discard(event.term)
            if event.contested:
                student.contested_terms.add(event.term)
