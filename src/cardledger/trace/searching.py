"""Searching: what people type becomes the one subject that is traced; names of pupils too.

Names are sealed, so that a name is found by opening those of all pupils: every name that a pupil
ever had, as far as the key store can open it. That takes a second or two in a district; it is done
only where nothing else goes by what was typed, or where `name:` says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from cardledger.errors import BadInput, NotFound
from cardledger.i18n import _
from cardledger.ids import plain
from cardledger.ledger import Ledger
from cardledger.naming import find_subject

_PREFIX: Final = "name:"
#: Pupils whose keys are read at once.
_CHUNK: Final = 500
#: So many of the pupils who go by one name are told.
_TOLD: Final = 12


class AmbiguousName(BadInput):
    """“{what}” is the name of {count} pupils: {candidates}."""

    default_hint = _("Give the student number of the one who is meant.")


def subject_of(ledger: Ledger, what: str) -> str:
    """Return the tag of what is to be traced: as `find_subject`, else the pupil of that name.

    Raises `NotFound`, `Ambiguous`, and `AmbiguousName` with number, school and class of each.
    """
    forced = what.strip().lower().startswith(_PREFIX)
    if not forced:
        try:
            return find_subject(ledger, what)
        except NotFound as error:
            missing = error
    name = what.strip()[len(_PREFIX) :] if forced else what
    pupils = find_named(ledger, name) if plain(name) else []
    if len(pupils) > 1:
        raise AmbiguousName(what=plain(name), count=len(pupils), candidates=_told(ledger, pupils))
    if pupils:
        return f"student:{pupils[0]}"
    if forced:
        raise NotFound(
            _("No pupil goes by the name “{what}”."),
            hint=_("Names are found whole, and only as far as the key store can open them."),
            what=plain(name),
        )
    raise missing


def find_named(ledger: Ledger, name: str) -> list[str]:
    """Return the ids of the pupils who go by a name or once did, whole, without regard to case."""
    if ledger.keys is None:
        return []
    wanted = _folded(name)
    return [
        student for student, names in _names(ledger) if any(_folded(one) == wanted for one in names)
    ]


def _folded(name: str) -> str:
    return "".join(plain(name).split()).casefold()


def _names(ledger: Ledger) -> Iterator[tuple[str, list[str]]]:
    """Return every pupil with all names that were ever recorded."""
    from cardledger.replay import Replay

    chunk: list[tuple[str, Any]] = []
    for student, row in Replay(ledger).stored("roster"):
        chunk.append((student, row))
        if len(chunk) == _CHUNK:
            yield from _opened(ledger, chunk)
            chunk = []
    yield from _opened(ledger, chunk)


def _opened(ledger: Ledger, chunk: list[tuple[str, Any]]) -> Iterator[tuple[str, list[str]]]:
    if ledger.keys is not None:
        ledger.keys.keys(student for student, _row in chunk)
    for student, row in chunk:
        facts = [ledger.unseal(event, student, text) for event, text in row.sealed]
        yield student, [one["name"] for one in facts if "name" in one]


def _told(ledger: Ledger, pupils: list[str]) -> str:
    """Return some pupils by number, school and class, in the order of the roster."""
    from cardledger.replay import Replay
    from projections import PROJECTIONS

    rows = []
    for student in pupils[:_TOLD]:
        rows += Replay(ledger).rows("roster", where={"student": student})
    rows.sort(key=PROJECTIONS["roster"].order)
    told = [
        f"{row['student_number'] or row['student']} ({row['school']} {row['class'] or '-'})"
        for row in rows
    ]
    return "; ".join(told) + (" …" if len(pupils) > _TOLD else "")
