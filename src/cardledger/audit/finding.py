"""Findings: what is wrong, or worth a look, as data."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator
from typing import Any, Final, Literal

import msgspec

from cardledger.moments import ALWAYS, Moment

Severity = Literal["serious", "warning", "notice"]
#: The gravest first.
SEVERITIES: Final[tuple[Severity, ...]] = ("serious", "warning", "notice")

_BASE32: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: Characters of five bits each in an id after its F: of the rule, of the first subject (in the
#: order of tags), and of all that distinguishes it: so that no two findings of a city share one,
#: and that the few subjects that may have one are found without an audit.
_RULE, _SUBJECT, _REST = 2, 5, 7
#: Characters of the ids that were given out formerly, which say neither rule nor subject.
_FORMER: Final = 12


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
    def former_id(self) -> str:
        """The id that the same finding had formerly: what was accepted by it stays accepted."""
        return f"F{_letters(self._text, _FORMER)}"

    @property
    def _text(self) -> str:
        return _text_of(self.rule, self.subjects, self.period, self.which)

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
    """Return the id of a finding: F and fourteen characters."""
    rest = _letters(_text_of(rule, subjects, period, which), _REST)
    return f"{rule_part(rule)}{subject_part(min(subjects))}{rest}"


def is_former(finding: str) -> bool:
    """Whether an id is one of those that say neither rule nor subject."""
    return len(finding) == 1 + _FORMER


@functools.cache
def rule_part(rule: str) -> str:
    """Return how the ids of a rule's findings begin."""
    return f"F{_letters(rule, _RULE)}"


def subject_part(tag: str) -> str:
    """Return what ids say of a subject."""
    return _letters(tag, _SUBJECT)


def subject_part_of(finding: str) -> str:
    """Return what an id says of the first subject of its finding."""
    return finding[1 + _RULE :][:_SUBJECT]


def _text_of(rule: str, subjects: tuple[str, ...], period: str, which: str) -> str:
    return "\0".join((rule, *sorted(subjects), "", period, which))


def _letters(text: str, count: int) -> str:
    bits = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    return "".join(_BASE32[bits >> shift & 31] for shift in range(0, 5 * count, 5))


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
