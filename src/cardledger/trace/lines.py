"""Lines as they are shown: the timeline of one subject, and the history itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from typing import Any, Final

import msgspec

from cardledger.book import VOIDS
from cardledger.events import Event, Line, UnknownEvent
from cardledger.i18n import _
from cardledger.ledger import Ledger, event_of
from cardledger.log import Line as RawLine
from cardledger.log import tags_from_text
from cardledger.moments import Moment, day_of
from cardledger.streams import Cut, asked_for
from cardledger.trace.follows import Link, follows
from cardledger.trace.searching import subject_of
from projections import Column, Shown

#: What every line says (DESIGN 5).
HISTORY: Final = (
    Column("position", _("Position"), "count"),
    Column("at", _("At"), "moment"),
    Column("recorded", _("Recorded"), "moment", 3),
    Column("name", _("Event"), "code"),
    Column("subjects", _("Subjects"), "list", 1),
    Column("handler", _("Handler")),
    Column("evidence", _("Evidence"), "code", 2),
    Column("voided_by", _("Voided by"), "count", 1),
    Column("data", _("Facts"), "text"),
)
#: What a line of a timeline says beside that. follows: the lines because of which it came about,
#: each with the relation; days_late: days between the act and its writing, none on the same day;
#: void_reason: why it is void.
COLUMNS: Final = (
    *HISTORY,
    Column("follows", _("Because of"), "list", 2),
    Column("days_late", _("Days later"), "count", 4),
    Column("void_reason", _("Why it is void"), "text", 4),
)

#: Facts of a line that have columns of their own, or are no facts: the retry key, the seal.
_ASIDE: Final = frozenset({"event", "at", "recorded", "handler", "evidence", "key", "sealed"})
#: What every event says beside its own facts; shown after them.
_CONTEXT: Final = ("school", "tool", "contested", "reading")
#: Lines whose keys are read at once.
_CHUNK: Final = 500

#: A stored line, and its event as far as this version knows it.
Read = tuple[RawLine, Event | UnknownEvent]


def trace(
    ledger: Ledger, what: str, *, as_of: str | None = None, known: str | None = None
) -> list[Shown]:
    """Return all lines about one subject, in the order in which things happened.

    `what` is a card number, a UID in any form, any number or the id of a pupil, the whole name of
    a pupil, or a box; see `cardledger.naming` and `cardledger.trace.searching`. What is only about
    a number of a pupil (it was set aside, filed) is told with the pupil. `as_of`: only what had
    happened by a day, a moment or `@position`; `known`: only what was written by then. Raises
    `NotFound`, and `Ambiguous` with the candidates.
    """
    asked = asked_for(ledger, as_of, known)
    cut = asked.cut if asked else Cut()
    subject = subject_of(ledger, what)
    read = read_about(ledger, subject, cut)
    voids = {
        VOIDS[type(event)](event): raw.seq
        for raw, event in read
        if isinstance(event, Event) and type(event) in VOIDS
    }
    links = _links(ledger, subject, read, cut)
    told = [one for one in read if _had_happened(one, cut)]
    told.sort(key=_happened)
    rows = list(_shown(ledger, told, voids))
    reasons = _reasons(ledger, read, voids)
    return [
        row
        | {
            "follows": [link._asdict() for link in links.get(row["position"], ())],
            "days_late": _days_late(row),
            "void_reason": reasons.get(row["position"]),
        }
        for row in rows
    ]


def read_about(ledger: Ledger, subject: str, cut: Cut) -> list[Read]:
    """Return the lines about a subject that were written by a cut, in the order of arrival."""
    read = list(_read(ledger.log.read(tags=(subject,), upto=cut.upto)))
    read += _about_numbers(ledger, subject, read, cut)
    return [one for one in read if _was_known(one, cut)]


#: Of so many cards and pupils the lines are read to find what follows from what.
_NEIGHBOURS: Final = 1000


def _links(ledger: Ledger, subject: str, read: Collection[Read], cut: Cut) -> dict[int, list[Link]]:
    """Return because of which lines each line came about, those about its neighbours included."""
    lines = {raw.seq: Line(raw.seq, event) for raw, event in read if isinstance(event, Event)}
    wanted = {seq for seq, line in lines.items() if _before(line.event.when, cut.until)}
    near = _neighbours(line.event for line in lines.values()) - {subject}
    if near and len(near) <= _NEIGHBOURS:
        for one in _read(ledger.log.read(tags=near, upto=cut.upto)):
            if _was_known(one, cut) and isinstance(one[1], Event):
                lines[one[0].seq] = Line(one[0].seq, one[1])
    counting = (line for line in lines.values() if _before(line.event.when, cut.until))
    return follows(counting, wanted, subject)


def _neighbours(events: Iterable[Event]) -> set[str]:
    """Return the cards and pupils that events are about.

    Those of a filing are left out: it lists all cards of a school.
    """
    return {
        tag
        for event in events
        if not hasattr(event, "cards")
        for tag in event.tags()
        if tag.startswith(("card:", "student:"))
    }


def _was_known(read: Read, cut: Cut) -> bool:
    return cut.known is None or _time(read, "recorded") <= cut.known


def _had_happened(read: Read, cut: Cut) -> bool:
    return _before(_happened(read)[0], cut.until)


def _before(when: str, until: Moment | None) -> bool:
    return until is None or when <= until


def _time(read: Read, name: str) -> str:
    raw, event = read
    if isinstance(event, Event):
        return str(getattr(event, name))
    return str(_plain(raw).get(name, ""))


def _days_late(row: Shown) -> int | None:
    """Return how many days passed between an act and its writing; none on the same day."""
    at, recorded = row["at"], row["recorded"]
    if not at or not recorded or recorded[:10] <= at[:10]:
        return None
    return (day_of(recorded) - day_of(at)).days


def _reasons(ledger: Ledger, read: Iterable[Read], voids: dict[int, int]) -> dict[int, str]:
    """Return why lines are void, as far as the key store can open it."""
    events = {raw.seq: (raw.name, event) for raw, event in read if isinstance(event, Event)}
    found: dict[int, str] = {}
    for position, by in voids.items():
        name, event = events[by]
        reason = ledger.unseal(name, event.owner, event.sealed).get("reason")
        if reason:
            found[position] = reason
    return found


def _about_numbers(ledger: Ledger, subject: str, read: Collection[Read], cut: Cut) -> list[Read]:
    """Return the further lines about the numbers of a pupil, as far as they are nobody else's."""
    if not subject.startswith("student:"):
        return []
    own = {raw.seq for raw, _event in read}
    numbers = {
        f"number:{number}"
        for _raw, event in read
        if isinstance(event, Event) and (number := getattr(event, "number", ""))
    }
    return [
        (raw, event)
        for raw, event in (_read(ledger.log.read(tags=numbers, upto=cut.upto)) if numbers else ())
        if raw.seq not in own
        and isinstance(event, Event)
        and not any(tag.startswith("student:") for tag in event.tags())
    ]


def history(
    ledger: Ledger,
    *,
    after: int = 0,
    upto: int | None = None,
    names: Collection[str] = (),
    tags: Collection[str] | None = None,
    as_of: str | None = None,
    known: str | None = None,
) -> Iterator[Shown]:
    """Yield lines in the order of arrival, with after < position <= upto.

    `names` are stored names such as `card.recycled/1`; `tags` are subjects, of which a line has
    any. All lines by default. `as_of`, `known`: as for `trace`.
    """
    asked = asked_for(ledger, as_of, known)
    cut = asked.cut if asked else Cut()
    voids = {
        int(tag.removeprefix("line:")): raw.seq
        for tag, raw in ledger.log.read_by_tag("line:", upto=cut.upto)
        if cut.known is None or _was_known((raw, event_of(raw)), cut)
    }
    lines = _chosen(ledger, after, _first(upto, cut.upto), names, tags)
    yield from _shown(ledger, filter(_counts(cut), _read(lines)), voids)


def lines_at(ledger: Ledger, positions: Collection[int]) -> dict[int, Shown]:
    """Return some lines by their positions; those that are not there are left out.

    Whether a line is void is not said of it.
    """
    found = (ledger.log.line(position) for position in sorted(set(positions)))
    lines = (raw for raw in found if raw is not None)
    return {row["position"]: row for row in _shown(ledger, _read(lines), {})}


def exported(
    ledger: Ledger,
    *,
    after: int = 0,
    upto: int | None = None,
    names: Collection[str] = (),
    tags: Collection[str] | None = None,
    as_of: str | None = None,
    known: str | None = None,
) -> Iterator[bytes]:
    """Yield lines byte for byte as they were recorded, one JSON object and a newline each."""
    asked = asked_for(ledger, as_of, known)
    cut = asked.cut if asked else Cut()
    lines = _chosen(ledger, after, _first(upto, cut.upto), names, tags)
    if cut.until is None and cut.known is None:
        yield from (raw.data + b"\n" for raw in lines)
    else:
        yield from (raw.data + b"\n" for raw, _event in filter(_counts(cut), _read(lines)))


def _first(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else min(one, other)


def _counts(cut: Cut) -> Callable[[Read], bool]:
    """Return whether a line had happened and was written by a cut."""
    return lambda read: _was_known(read, cut) and _had_happened(read, cut)


def _chosen(
    ledger: Ledger,
    after: int,
    upto: int | None,
    names: Collection[str],
    tags: Collection[str] | None,
) -> Iterator[RawLine]:
    lines = ledger.log.read(tags=tags, after=after, upto=upto)
    return (raw for raw in lines if raw.name in names) if names else lines


def _read(lines: Iterable[RawLine]) -> Iterator[Read]:
    for raw in lines:
        yield raw, event_of(raw)


def _happened(read: Read) -> tuple[str, str, int]:
    """Return the place of a line in the order in which things happened."""
    raw, event = read
    if isinstance(event, Event):
        return event.when, event.recorded, raw.seq
    facts = _plain(raw)
    return str(facts.get("at", "")), str(facts.get("recorded", "")), raw.seq


def _shown(ledger: Ledger, lines: Iterable[Read], voids: dict[int, int]) -> Iterator[Shown]:
    remaining = iter(lines)
    while chunk := list(islice(remaining, _CHUNK)):
        if ledger.keys is not None:
            # All keys in one query: the texts are opened one by one.
            ledger.keys.keys(event.owner for _raw, event in chunk if isinstance(event, Event))
        for raw, event in chunk:
            if isinstance(event, Event):
                facts, subjects = _facts(ledger, raw, event), list(event.tags())
            else:
                facts, subjects = _plain(raw), tags_from_text(raw.tags or "[]")
            yield _row(raw, facts, subjects, voids.get(raw.seq))


def _facts(ledger: Ledger, raw: RawLine, event: Event) -> dict[str, Any]:
    facts: dict[str, Any] = msgspec.to_builtins(event) | {"evidence": event.evidence}
    if event.sealed:
        opened = ledger.unseal(raw.name, event.owner, event.sealed)
        # What is sealed and stays closed is said to be there.
        facts |= opened or {"sealed_for": event.owner}
    return facts


def _plain(raw: RawLine) -> dict[str, Any]:
    """Return the facts of a line whose name this version does not know, as far as it is JSON."""
    try:
        facts = msgspec.json.decode(raw.data)
    except msgspec.DecodeError:
        return {}
    return facts if isinstance(facts, dict) else {}


def _row(raw: RawLine, facts: dict[str, Any], subjects: list[str], voided_by: int | None) -> Shown:
    own = {key: value for key, value in facts.items() if key not in _ASIDE | set(_CONTEXT)}
    return {
        "position": raw.seq,
        "at": facts.get("at"),
        "recorded": facts.get("recorded"),
        "name": raw.name,
        "subjects": subjects,
        "handler": facts.get("handler") or None,
        "evidence": facts.get("evidence"),
        "voided_by": voided_by,
        "data": own | {key: facts[key] for key in _CONTEXT if key in facts},
    }
