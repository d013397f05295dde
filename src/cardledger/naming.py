"""Naming: what people type becomes the subject that they mean, by all that was ever recorded.

A card number, a UID in any form, any number or the id of a pupil, a box. Lines that are void count
too: what was corrected can still be looked up. A prefix (`card:`, `uid:`, `student:`, `number:`,
`box:`, `school:`, `person:`) says which is meant where several are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from cardledger import ids
from cardledger.book import EVOLVE
from cardledger.errors import BadInput, BadValue, NotFound
from cardledger.events import Line
from cardledger.i18n import _
from cardledger.ledger import Ledger


class Ambiguous(BadInput):
    """“{what}” fits more than one: {candidates}."""

    default_hint = _("Name one of them, with its prefix.")


#: How the value after a prefix is read; a UID has several readings.
_PREFIXES: Final[dict[str, Callable[[str], Iterable[str]]]] = {
    "card": lambda text: [ids.parse_card_number(text)],
    "uid": ids.uid_readings,
    "student": lambda text: [ids.parse_student_id(text)],
    "number": lambda text: [ids.parse_student_number(text)],
    "box": lambda text: [ids.parse_box_id(text)],
    "school": lambda text: [ids.parse_school_code(text)],
    "person": lambda text: [text],
}
#: Without a prefix these are tried at once, and UIDs only where none of them is known.
_EXACT: Final = ("card", "student", "number", "box")


def find_subject(ledger: Ledger, what: str, kinds: Iterable[str] = ()) -> str:
    """Return the tag of the one subject that `what` names, of certain kinds where they are given.

    Raises `NotFound` where nothing goes by that name, `Ambiguous` with the candidates where
    several do.
    """
    found = find_subjects(ledger, what, kinds)
    if not found:
        raise NotFound(
            _("Nothing in the ledger goes by “{what}”."),
            hint=_("Give a card number, a UID, a student number, a pupil's id or a box."),
            what=what,
        )
    if len(found) > 1:
        raise Ambiguous(what=what, candidates=", ".join(found))
    return found[0]


def find_subjects(ledger: Ledger, what: str, kinds: Iterable[str] = ()) -> list[str]:
    """Return the tags of all subjects that `what` may name."""
    kind, colon, value = what.strip().partition(":")
    forced = kind.lower() if colon and kind.lower() in _PREFIXES else ""
    wanted = [forced] if forced else [kind for kind in kinds or _EXACT if kind != "uid"]
    tags = [tag for kind in wanted for tag in _tags(kind, value if forced else what)]
    found = _named(ledger, tags)
    if not found and not forced and (not kinds or "uid" in kinds):
        found = _named(ledger, _tags("uid", what))
    return found


def find_card(ledger: Ledger, text: str) -> str:
    """Return the number of the card that `text` names, by number or UID."""
    return find_subject(ledger, text, ("card", "uid")).removeprefix("card:")


def find_students(ledger: Ledger, text: str) -> list[str]:
    """Return the ids of the pupils whom `text` names, several where they had one number."""
    found = find_subjects(ledger, text, ("student", "number"))
    pupils = [tag.removeprefix("student:") for tag in found if tag.startswith("student:")]
    if not pupils:
        raise NotFound(
            _("No pupil goes by “{student}”."),
            hint=_("Check the number; every number that a pupil ever had finds the pupil."),
            student=text,
        )
    return pupils


def _tags(kind: str, text: str) -> list[str]:
    try:
        return [f"{kind}:{value}" for value in _PREFIXES[kind](text)]
    except BadValue:
        return []


def _named(ledger: Ledger, tags: list[str]) -> list[str]:
    """Return the subjects behind tags: cards behind UIDs, pupils behind numbers, else the tag.

    A card that was only tried, in a swipe that was refused, counts where nothing else does.
    """
    found: dict[str, bool] = {}
    for line in ledger.lines(tags) if tags else ():
        known = type(line.event) in EVOLVE
        carried = set(line.event.tags())
        for tag in tags:
            if tag in carried:
                subject = _behind(tag, line)
                found[subject] = found.get(subject, False) or known
    certain = [tag for tag, known in found.items() if known]
    # A number that was filed is a subject of its own only as long as no pupil has it.
    certain = [tag for tag in certain if not tag.startswith(("number:", "uid:"))] or certain
    return certain or list(found)


def _behind(tag: str, line: Line) -> str:
    student: str = getattr(line.event, "student", "")
    card: str = getattr(line.event, "card", "")
    if tag.startswith("number:") and student:
        return f"student:{student}"
    if tag.startswith("uid:") and card:
        return f"card:{card}"
    return tag
