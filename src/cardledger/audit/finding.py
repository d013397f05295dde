"""Findings: what is wrong, or worth a look, as data."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Final, Literal

import msgspec

from cardledger.moments import ALWAYS, Moment

Severity = Literal["serious", "warning", "notice"]
#: The gravest first.
SEVERITIES: Final[tuple[Severity, ...]] = ("serious", "warning", "notice")

_BASE32: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: Characters of an id after its F: 60 bits, so that no two findings of a city share one.
_LENGTH: Final = 12


class Finding(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What a rule found about a subject.

    subjects: tags, the first of which it is about. positions: the lines that prove it. since: from
    when it holds. message: a template (an English msgid) for a head teacher, with its `values`:
    `student` is the id of a pupil and `students` are several, and both are told by name; a value
    that is a msgid is translated. period: the term or month of which it speaks. which: what
    distinguishes it from another finding of the same rule about the same subjects, such as the
    moment of an attempt; neither it nor anything else of the id changes when lines are added.
    """

    rule: str
    subjects: tuple[str, ...]
    positions: tuple[int, ...]
    since: Moment = ALWAYS
    message: str
    values: dict[str, Any] = {}
    period: str = ""
    which: str = ""
    school: str = ""
    cohort: int = 0

    @property
    def id(self) -> str:
        """A stable id: the same for as long as the same thing is found about the same subjects."""
        return id_of(self.rule, self.subjects, self.period, self.which)

    @property
    def pupils(self) -> Iterator[str]:
        """The ids of the pupils of whom it speaks; one may come several times."""
        for tag in self.subjects:
            kind, _colon, key = tag.partition(":")
            if kind == "student":
                yield key
        if student := self.values.get("student"):
            yield student
        yield from self.values.get("students", ())


def id_of(rule: str, subjects: tuple[str, ...], period: str = "", which: str = "") -> str:
    """Return the id of a finding: F and twelve characters."""
    text = "\0".join((rule, *sorted(subjects), "", period, which))
    bits = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    return "F" + "".join(_BASE32[bits >> shift & 31] for shift in range(0, 5 * _LENGTH, 5))


def merged(findings: Iterator[Finding]) -> list[Finding]:
    """Return findings of one subject, each id once: the same found twice has the proofs of both."""
    every = list(findings)
    if len(every) < 2:
        return every
    by_id: dict[str, Finding] = {}
    for one in every:
        known = by_id.get(one.id)
        if known is not None:
            positions = tuple(sorted({*known.positions, *one.positions}))
            one = msgspec.structs.replace(known, positions=positions)
        by_id[one.id] = one
    return list(by_id.values())
