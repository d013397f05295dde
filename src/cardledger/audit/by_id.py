"""By id: the findings of some ids, without auditing everything.

An id says of which rule a finding is, and in a few bits one of its subjects. So only those subjects
are folded that have these bits or share a line with one that has them, by that one rule: all
subjects of a finding are named by the lines that the rule folds. To tell which subjects these are
the keys of the tags are read, and no line. An id of the former kind says nothing; then everything
is audited.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from cardledger.audit.auditing import audit
from cardledger.audit.finding import (
    Finding,
    is_former,
    rule_part,
    subject_part,
    subject_part_of,
)
from cardledger.audit.history import History
from cardledger.audit.rule import Telling, telling
from cardledger.audit.rules import RULES
from cardledger.audit.running import Order, Worker, decode_finding, reference_of
from cardledger.audit.showing import Reported, Wanted, accepted_findings, reported
from cardledger.audit.telling import ToldOf
from cardledger.book import fold
from cardledger.ledger import Ledger
from cardledger.streams import Asked, Cut, Progress, asked_for, some_subjects

#: Kinds of subjects of which findings speak; what the ledger has no tags of is never the first.
_KINDS: Final = ("box", "card", "number", "person", "school", "student", "uid")
#: A line with more tags is a filing: that it names two subjects says nothing of them.
_MANY: Final = 50


def found(
    ledger: Ledger,
    wanted: Collection[str],
    *,
    as_of: str | None = None,
    known: str | None = None,
    progress: Progress = lambda _done, _total: None,
) -> dict[str, Reported]:
    """Return the findings of some ids; those that no rule finds are left out.

    as_of, known: as for `audit`.
    """
    if any(map(is_former, wanted)):
        every = audit(ledger, as_of=as_of, known=known, progress=progress)
        return {
            name: one
            for one in every
            for name in (one.finding.id, one.finding.former_id)
            if name in wanted
        }
    asked = asked_for(ledger, as_of, known) or Asked(Cut(ledger.head()), ledger.clock())
    accepted = accepted_findings(ledger)
    said: dict[str, Reported] = {}
    for code, tags in _near(ledger, wanted).items():
        these = (one for one in _found(ledger, code, tags, asked) if one.id in wanted)
        told = reported(ledger, RULES[code], these, asked.cut, wanted=Wanted(), accepted=accepted)
        said |= {one.finding.id: one for one in told}
    progress(1, 1)
    return said


def _near(ledger: Ledger, wanted: Collection[str]) -> dict[str, set[str]]:
    """Return the tags that may stand in the ids, by rule."""
    near: dict[str, set[str]] = {}
    rules: dict[str, list[str]] = {}
    for one in wanted:
        codes = [code for code in RULES if one.startswith(rule_part(code))]
        rules.setdefault(subject_part_of(one), []).extend(codes)
    rules = {part: codes for part, codes in rules.items() if codes}
    for kind in _KINDS if rules else ():
        for tag in ledger.log.tags(f"{kind}:"):
            for code in rules.get(subject_part(tag), ()):
                near.setdefault(code, set()).add(tag)
    return near


def _found(ledger: Ledger, code: str, tags: Iterable[str], asked: Asked) -> Iterator[Finding]:
    """Yield what a rule finds in the subjects that share a line with some tags."""
    log, cut, rule = ledger.log, asked.cut, RULES[code]
    reference = reference_of(log, cut)
    order = Order(
        rules=(code,), moment=asked.moment, cut=cut, policies=tuple(fold(reference).policies)
    )
    worker = Worker(log, order, reference)
    teller = telling(rule)
    subjects = _beside(ledger, tags)
    for kind in rule.SUBJECTS:
        keys = sorted(subjects.get(kind, ()))
        told = _told(ledger, teller, kind, keys, cut) if teller is not None else {}
        for _code, data in worker.find(kind, some_subjects(log, kind, keys, cut), told):
            yield decode_finding(data)


def _beside(ledger: Ledger, tags: Iterable[str]) -> dict[str, set[str]]:
    """Return some tags and those that share a line with one of them, by kind."""
    found: dict[str, set[str]] = {}
    for first in tags:
        every = {first}
        for line in ledger.lines((first,)):
            others = line.event.tags()
            every.update(others if len(others) <= _MANY else ())
        for tag in every:
            kind, _colon, key = tag.partition(":")
            found.setdefault(kind, set()).add(key)
    return found


def _told(ledger: Ledger, teller: Telling, kind: str, keys: Iterable[str], cut: Cut) -> ToldOf:
    """Return what is told of some subjects: by those of another kind that stand in their lines."""
    told: ToldOf = {}
    for key in keys:
        beside = _beside(ledger, (f"{kind}:{key}",)).get(teller.TELLS, ())
        for other, lines in some_subjects(ledger.log, teller.TELLS, beside, cut):
            for one in teller.tells(History(teller.TELLS, other, lines, cut)):
                if one.subject == key:
                    told.setdefault(key, {})[one.about] = one.what
    return told
