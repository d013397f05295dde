"""Running a diagnosis: what is typed becomes a card, a pupil and a school; then every cause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from cardledger import ids
from cardledger.book import fold, in_order
from cardledger.diagnosis import gathering
from cardledger.diagnosis.causes import CAUSES
from cardledger.diagnosis.facts import Facts, facts_of
from cardledger.diagnosis.verdict import Verdict
from cardledger.diagnosis.where import school_of
from cardledger.errors import BadValue, NotFound
from cardledger.events import Line
from cardledger.i18n import Translator, _
from cardledger.ledger import Ledger
from cardledger.moments import Moment, parse_moment
from cardledger.naming import find_subject
from cardledger.states import IDENTITY
from cardledger.streams import Asked, Cut, asked_for, reference_of


class Diagnosed(NamedTuple):
    """One cause, and what the ledger says of it."""

    cause: str
    title: str
    found: Verdict

    def as_row(self, translate: Translator = str) -> dict[str, Any]:
        """Return the keys of the JSON: cause, verdict, positions, message, todo."""
        return {
            "cause": self.cause,
            "verdict": self.found.verdict,
            "positions": list(self.found.positions),
            "message": self.found.message(translate),
            "todo": self.found.todo(translate) or None,
        }


class Diagnosis(NamedTuple):
    """What was diagnosed: a card of a pupil at a school as of a moment; and the causes in order."""

    card: str
    student: str
    number: str
    school: str
    moment: Moment
    causes: list[Diagnosed]


def diagnose(
    ledger: Ledger,
    what: str,
    *,
    school: str | None = None,
    at: str | None = None,
    as_of: str | None = None,
    known: str | None = None,
) -> Diagnosis:
    """Go through the causes for a card, named by number or UID, or by its pupil.

    school: where the card is swiped in; by default the school of the last refused transfer swipe,
    else the pupil's destination, else the default school. at, as_of: a day or a moment, as_of also
    `@position`; now by default; only what had happened by then, the earlier of both. known: only
    what was written by then.
    Raises `NotFound` where nothing goes by that name or the school is not of the ledger,
    `Ambiguous` where several do, `BadValue` for an identity card and for what is no school or time.
    """
    asked = asked_for(ledger, as_of, known) or Asked(Cut(), ledger.clock())
    cut, moment = asked
    if at:
        moment = parse_moment(at, ledger.clock())
        moment = min(moment, cut.until or moment)
    ours = {code for code, one in reference_of(ledger, cut).schools.items() if one.known}
    if school and ids.parse_school_code(school) not in ours:
        raise NotFound(
            _("School {school} is not in this ledger."),
            hint=_("See the schools with: cardledger school list"),
            school=school,
        )
    card, student, lines = _meant(ledger, what, moment, cut)
    default = ledger.default_school
    where = str(ids.parse_school_code(school)) if school else ""
    where = where or school_of(lines, card, student, moment, ours, default)
    lines += gathering.at_schools(ledger, ours | {default}, cut)
    lines += gathering.newcomers(ledger, where, moment, cut)
    facts = facts_of({line.position: line for line in lines}.values(), card, student, where, moment)
    if facts.card.kind == IDENTITY:
        raise BadValue(
            _("Card {card} is an identity card."),
            hint=_("Only record cards are upgraded, swiped and filed."),
            card=card,
        )
    number = facts.student.number
    return Diagnosis(card, student, number, where, moment, list(judged(facts)))


def judged(facts: Facts) -> Iterator[Diagnosed]:
    """Yield every cause with its verdict, in the order in which the office goes through them."""
    for code, cause in CAUSES.items():
        yield Diagnosed(code, cause.TITLE, cause.verdict(facts))


def _meant(ledger: Ledger, what: str, moment: Moment, cut: Cut) -> tuple[str, str, list[Line]]:
    """Return the card and the pupil that are meant, and their lines."""
    subject = find_subject(ledger, what, ("card", "uid", "student", "number"))
    kind, _colon, key = subject.partition(":")
    if kind == "card":
        lines = gathering.about(ledger, key, "", cut)
        student = gathering.holder(_until(lines, moment), key).id
        return key, student, lines + (gathering.about(ledger, "", student, cut) if student else [])
    if kind != "student":
        raise NotFound(
            _("Nothing in the ledger goes by “{what}”."),
            hint=_("Give a card number, a UID, a student number or a pupil's id."),
            what=what,
        )
    lines = gathering.about(ledger, "", key, cut)
    present = gathering.present_card(fold(lines, moment).student(key))
    if present is None:
        return "", key, lines
    return present.number, key, lines + gathering.about(ledger, present.number, "", cut)


def _until(lines: Iterable[Line], moment: Moment) -> list[Line]:
    return in_order(lines, moment)
