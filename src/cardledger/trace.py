"""Trace: everything that ever happened to a card, a pupil or a box; and the lines themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any, Final

import msgspec

from cardledger.book import VOIDS
from cardledger.events import Event, UnknownEvent
from cardledger.i18n import _
from cardledger.ledger import Ledger, event_of
from cardledger.log import Line as RawLine
from cardledger.log import tags_from_text
from cardledger.naming import find_subject
from projections import Column, Shown

COLUMNS: Final = (
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

#: Facts of a line that have columns of their own, or are no facts: the retry key, the seal.
_ASIDE: Final = frozenset({"event", "at", "recorded", "handler", "evidence", "key", "sealed"})
#: What every event says beside its own facts; shown after them.
_CONTEXT: Final = ("school", "tool", "contested")
#: Lines whose keys are read at once.
_CHUNK: Final = 500

#: A stored line, and its event as far as this version knows it.
_Read = tuple[RawLine, Event | UnknownEvent]


def trace(ledger: Ledger, what: str) -> list[Shown]:
    """Return all lines about one subject, in the order in which things happened.

    `what` is a card number, a UID in any form, any number or the id of a pupil, or a box; see
    `cardledger.naming`. What is only about a number of a pupil (it was set aside, filed) is told
    with the pupil. Raises `NotFound`, and `Ambiguous` with the candidates.
    """
    subject = find_subject(ledger, what)
    read = list(_read(ledger.log.read(tags=(subject,))))
    read += _about_numbers(ledger, subject, read)
    voids = {
        VOIDS[type(event)](event): raw.seq
        for raw, event in read
        if isinstance(event, Event) and type(event) in VOIDS
    }
    read.sort(key=_happened)
    return list(_shown(ledger, read, voids))


def _about_numbers(ledger: Ledger, subject: str, read: Collection[_Read]) -> list[_Read]:
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
        for raw, event in (_read(ledger.log.read(tags=numbers)) if numbers else ())
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
) -> Iterator[Shown]:
    """Yield lines in the order of arrival, with after < position <= upto.

    `names` are stored names such as `card.recycled/1`; `tags` are subjects, of which a line has
    any. All lines by default.
    """
    voids = {
        int(tag.removeprefix("line:")): raw.seq for tag, raw in ledger.log.read_by_tag("line:")
    }
    lines = _chosen(ledger, after, upto, names, tags)
    yield from _shown(ledger, _read(lines), voids)


def exported(
    ledger: Ledger,
    *,
    after: int = 0,
    upto: int | None = None,
    names: Collection[str] = (),
    tags: Collection[str] | None = None,
) -> Iterator[bytes]:
    """Yield lines byte for byte as they were recorded, one JSON object and a newline each."""
    for raw in _chosen(ledger, after, upto, names, tags):
        yield raw.data + b"\n"


def _chosen(
    ledger: Ledger,
    after: int,
    upto: int | None,
    names: Collection[str],
    tags: Collection[str] | None,
) -> Iterator[RawLine]:
    lines = ledger.log.read(tags=tags, after=after, upto=upto)
    return (raw for raw in lines if raw.name in names) if names else lines


def _read(lines: Iterable[RawLine]) -> Iterator[_Read]:
    for raw in lines:
        yield raw, event_of(raw)


def _happened(read: _Read) -> tuple[str, str, int]:
    """Return the place of a line in the order in which things happened."""
    raw, event = read
    if isinstance(event, Event):
        return event.when, event.recorded, raw.seq
    facts = _plain(raw)
    return str(facts.get("at", "")), str(facts.get("recorded", "")), raw.seq


def _shown(ledger: Ledger, lines: Iterable[_Read], voids: dict[int, int]) -> Iterator[Shown]:
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
