"""What follows from what: this recycle belongs to that reissue, this void corrects that line.

A fold over the lines of a subject and of what they are about, in the order in which things
happened, with one small rule for each kind of event. A rule sees an event and its past and yields
the lines because of which the event came about. It only reads; what breaks a rule of the office is
not its business, so that it bears every history.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, Final, NamedTuple

from cardledger.book import VOIDS, in_order, order_of, voided
from cardledger.events import Event, Line
from cardledger.i18n import _
from cardledger.trace.past import Past, kind_of


class Link(NamedTuple):
    """Because of which line something came about, and how the two hang together."""

    position: int
    relation: str


#: How two lines hang together, told at the later one.
RELATIONS: Final[dict[str, str]] = {
    "corrects": _("corrects line {line}"),
    "anew": _("in place of line {line}, which is void"),
    "lost": _("the card was reported lost in line {line}"),
    "found": _("the card was found in line {line}"),
    "replaced": _("the card was replaced in line {line}"),
    "made": _("the card came into the ledger in line {line}"),
    "old-card": _("in place of the card of line {line}"),
    "taken-back": _("the card was taken back in line {line}"),
    "upgraded": _("the card was upgraded in line {line}"),
    "swiped-out": _("the card was swiped out in line {line}"),
    "renumbered": _("the number was changed in line {line}"),
    "came-back": _("the pupil came back in line {line}"),
    "left": _("the pupil left in line {line}"),
    "suspended": _("the pupil was suspended in line {line}"),
    "packed": _("the last card was packed in line {line}"),
    "sealed": _("the box was sealed in line {line}"),
    "allocated": _("the number was set aside in line {line}"),
    "number-filed": _("the number was filed in line {line}"),
    "sent": _("the data were sent in line {line}"),
}

Found = Iterator[tuple[int | None, str]]
Rule = Callable[[Any, Past], Found]

#: The rules, by the kind of the event that they explain.
RULES: Final[dict[str, Rule]] = {}

#: How a card comes into the ledger.
_MADE: Final = ("card.issued", "card.registered", "card.reissued")
#: How a pupil leaves, and how one arrives or comes back.
_GONE: Final = ("leave.swiped", "student.transferred_out", "student.graduated")
_ARRIVED: Final = (
    *("student.added", "student.transferred_in", "transfer.swiped", "student.resumed"),
)
_LEFT: Final = {
    "leave.swiped": "swiped-out",
    "student.transferred_out": "left",
    "student.graduated": "left",
}


def rule(kind: str) -> Callable[[Rule], Rule]:
    """Register the rule for one kind of event."""

    def register(function: Rule) -> Rule:
        RULES[kind] = function
        return function

    return register


@rule("line.voided")
def _void(event: Any, _past: Past) -> Found:
    """A void names the line that it corrects."""
    yield VOIDS[type(event)](event), "corrects"


@rule("card.reissued")
def _reissued(event: Any, past: Past) -> Found:
    """A new card: what became of the old one, or what happened to its pupil."""
    if event.reason == "lost":
        yield past.last("card.lost", since=("card.found",), card=event.old), "lost"
    elif event.reason == "renumbered":
        kinds = ("student.renumbered", "student.repeated_year")
        yield past.last(*kinds, student=event.student), "renumbered"
    elif event.reason == "returned":
        back = ("student.resumed", "student.transferred_in", "transfer.swiped")
        yield past.last(*back, student=event.student), "came-back"
    yield past.last("card.recycled", card=event.old), "taken-back"
    yield past.last(*_MADE, card=event.old), "old-card"


@rule("card.recycled")
def _recycled(event: Any, past: Past) -> Found:
    """A card is taken back because it was replaced, or found, or because its pupil left."""
    replaced = past.last("card.reissued", old=event.card)
    yield replaced, "replaced"
    yield past.last("card.found", card=event.card), "found"
    if replaced is None:
        yield from _leaving(event.student, past)


def _leaving(student: str, past: Past) -> Found:
    """How a pupil left who has not arrived since: the leave swipe and the act that goes with it."""
    for kind in _GONE:
        yield past.last(kind, since=_ARRIVED, student=student), _LEFT[kind]


@rule("card.found")
def _found(event: Any, past: Past) -> Found:
    """A card is found that was lost; it may have been replaced meanwhile."""
    yield past.last("card.lost", since=("card.found",), card=event.card), "lost"
    yield past.last("card.reissued", old=event.card), "replaced"


@rule("term.swiped")
def _term_swiped(event: Any, past: Past) -> Found:
    """The first swipe of a term after the upgrade is that for which the card was upgraded."""
    yield past.last("card.upgraded", since=("term.swiped",), card=event.card), "upgraded"


@rule("leave.swiped")
def _leave_swiped(event: Any, past: Past) -> Found:
    """A leave swipe may come after the act by which the pupil left."""
    for kind in ("student.transferred_out", "student.graduated"):
        yield past.last(kind, since=_ARRIVED, student=event.student), "left"


@rule("student.transferred_out")
@rule("student.graduated")
def _left(event: Any, past: Past) -> Found:
    """The pupil may have been swiped out before."""
    yield past.last("leave.swiped", since=_ARRIVED, student=event.student), "swiped-out"


@rule("transfer.swiped")
def _transfer_swiped(event: Any, past: Past) -> Found:
    """The leave swipe at the former school comes before the transfer swipe at the new one."""
    yield past.last("leave.swiped", since=("transfer.swiped",), card=event.card), "swiped-out"


@rule("student.transferred_in")
def _transferred_in(event: Any, past: Past) -> Found:
    """Who comes from a school of this ledger has left it."""
    yield from _leaving(event.student, past)


@rule("student.resumed")
def _resumed(event: Any, past: Past) -> Found:
    """Who comes back was suspended, or had left."""
    suspended = past.last("student.suspended", since=_ARRIVED, student=event.student)
    yield suspended, "suspended"
    yield from _leaving(event.student, past)


@rule("swipe.refused")
def _refused(event: Any, past: Past) -> Found:
    """A swipe is refused because of what happened to the card or to its pupil."""
    codes = set(event.codes)
    if "card-lost" in codes:
        yield past.last("card.lost", card=event.card), "lost"
    if "card-replaced" in codes:
        yield past.last("card.reissued", old=event.card), "replaced"
    if "card-recycled" in codes:
        yield past.last("card.recycled", card=event.card), "taken-back"
    if codes & {"not-in-school", "was-here-before", "card-not-live"}:
        yield past.last("student.suspended", since=_ARRIVED, student=event.student), "suspended"
        for kind in _GONE:
            since = () if "was-here-before" in codes else _ARRIVED
            yield past.last(kind, since=since, student=event.student), _LEFT[kind]


@rule("card.boxed")
def _boxed(event: Any, past: Past) -> Found:
    """What lies in a box was taken back."""
    yield past.last("card.recycled", card=event.card), "taken-back"


@rule("box.sealed")
def _sealed(event: Any, past: Past) -> Found:
    """A box is sealed after its last card was packed."""
    yield past.last("card.boxed", box=event.box), "packed"


@rule("box.reopened")
def _reopened(event: Any, past: Past) -> Found:
    """What is opened again was sealed."""
    yield past.last("box.sealed", box=event.box), "sealed"


@rule("box.stocktaken")
def _stocktaken(event: Any, past: Past) -> Found:
    """What is counted was packed, and sealed if it is sealed."""
    yield past.last("card.boxed", box=event.box), "packed"
    yield past.last("box.sealed", since=("box.reopened",), box=event.box), "sealed"


@rule("student.added")
@rule("student.renumbered")
@rule("student.repeated_year")
def _numbered(event: Any, past: Past) -> Found:
    """A number was set aside, and filed, before it was given to the pupil."""
    number = getattr(event, "number", "")
    yield past.last("number.allocated", number=number), "allocated"
    yield _filed(number, past), "number-filed"


def _filed(number: str, past: Past) -> int | None:
    lines = past.every("numbers.filed")
    return next((line.position for line in lines if _lists(line.event, number)), None)


def _lists(event: Any, number: str) -> bool:
    return bool(number) and (number in event.accepted or number in event.rejected)


@rule("numbers.filed")
def _numbers_filed(event: Any, past: Past) -> Found:
    """Numbers are filed that were set aside before."""
    for line in past.every("number.allocated"):
        if _lists(event, getattr(line.event, "number", "")):
            yield line.position, "allocated"


@rule("cards.filed")
def _cards_filed(event: Any, past: Past) -> Found:
    """A filing lists cards; of a card that is traced it is told how that came about."""
    kind, _colon, card = past.subject.partition(":")
    if kind == "card" and card in event.cards:
        yield past.last(*_MADE, card=card), "made"


@rule("sync.confirmed")
@rule("sync.failed")
def _sync_ended(event: Any, past: Past) -> Found:
    """What the centre confirms was sent."""
    ended = ("sync.confirmed", "sync.failed")
    yield past.last("sync.sent", since=ended, school=event.school), "sent"


def _anew(line: Line, past: Past) -> Found:
    """What was recorded wrongly and declared void is recorded once more, right this time."""
    for wrong, by in reversed(past.written_off):
        if by < line.position and _same_act(wrong.event, line.event):
            yield wrong.position, "anew"
            return


def _same_act(one: Event, other: Event) -> bool:
    if type(one) is not type(other):
        return False
    for name in ("card", "student", "box"):
        value = getattr(one, name, "")
        if value and value == getattr(other, name, ""):
            return True
    return False


def follows(
    lines: Iterable[Line], wanted: Collection[int], subject: str = ""
) -> dict[int, list[Link]]:
    """Return because of which lines the wanted ones came about, each once, by their positions.

    `lines` are those of the subject that is traced, and of all that these are about.
    """
    lines = list(lines)
    gone = voided(lines)
    past = Past(subject)
    past.written_off = [
        (one, gone[one.position]) for one in sorted(lines, key=order_of) if one.position in gone
    ]
    found: dict[int, list[Link]] = {}
    for line in in_order(lines):
        if line.position in wanted:
            links = _links(line, past)
            if links:
                found[line.position] = links
        past.add(line)
    return found


def _links(line: Line, past: Past) -> list[Link]:
    rule_of = RULES.get(kind_of(line.event))
    found = [*(rule_of(line.event, past) if rule_of else ()), *_anew(line, past)]
    links: dict[int, str] = {}
    for position, relation in found:
        if position is not None:
            links.setdefault(position, relation)
    return [Link(position, relation) for position, relation in links.items()]
