"""Showing: findings in sentences, with the names of pupils, chosen by school, cohort and date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, NamedTuple

from cardledger.audit.finding import Finding
from cardledger.audit.rule import Rule, confirming
from cardledger.book import fold, in_order
from cardledger.i18n import Translator, _
from cardledger.ledger import Ledger
from cardledger.moments import ALWAYS, Moment
from cardledger.states import Student
from cardledger.streams import Cut, known_by, some_subjects, subjects_of

#: Findings whose pupils are looked up at once.
_CHUNK: Final = 500
_PUPIL: Final = _("{name} ({number})")
_LIST: Final = _(", ")


class Pupil(NamedTuple):
    """A pupil of whom a finding speaks; the name is none where the key store cannot open it."""

    id: str
    number: str
    name: str | None
    school: str
    cohort: int

    def text(self, translate: Translator) -> str:
        """Return how the pupil is called in a sentence."""
        number = self.number or self.id
        return translate(_PUPIL).format(name=self.name, number=number) if self.name else number


class Wanted(NamedTuple):
    """Which findings are asked for: of a school, of a cohort, holding since a moment or later."""

    school: str = ""
    cohort: int = 0
    since: Moment = ALWAYS


@dataclass(frozen=True, slots=True)
class Reported:
    """A finding as it is told: with its pupils, and with the line by which it was accepted."""

    finding: Finding
    rule: Rule
    pupils: Mapping[str, Pupil]
    accepted_by: int = 0

    @property
    def accepted(self) -> bool:
        """Whether an auditor has looked at it and accepted it."""
        return self.accepted_by > 0

    @property
    def school(self) -> str:
        """The school that the finding is about; else that of its first pupil."""
        return self.finding.school or next(self._values("school"), "")

    @property
    def cohort(self) -> int:
        """The cohort that the finding is about; else that of its first pupil; 0 for none."""
        return self.finding.cohort or next(self._values("cohort"), 0)

    def _values(self, name: str) -> Iterator[Any]:
        for key in self.finding.pupils:
            pupil = self.pupils.get(key)
            if pupil is not None and getattr(pupil, name):
                yield getattr(pupil, name)

    def message(self, translate: Translator = str) -> str:
        """Return the sentence for a head teacher."""
        return self._said(self.finding.message, self.finding.values, translate)

    def todo(self, translate: Translator = str) -> str:
        """Return what is to be done."""
        return translate(self.rule.TODO)

    def _said(self, template: str, values: Mapping[str, Any], translate: Translator) -> str:
        filled = {name: self._value(name, value, translate) for name, value in values.items()}
        return translate(template).format(**filled)

    def _value(self, name: str, value: Any, translate: Translator) -> Any:
        if isinstance(value, dict):
            return self._said(value["message"], value["values"], translate)
        if isinstance(value, (list, tuple)):
            return translate(_LIST).join(str(self._value(name, one, translate)) for one in value)
        if name in ("student", "students"):
            pupil = self.pupils.get(value)
            return pupil.text(translate) if pupil is not None else value or "?"
        return translate(value) if isinstance(value, str) and value else value

    def as_row(self, translate: Translator = str) -> dict[str, Any]:
        """Return the finding in the form that scripts rely on (DESIGN 5)."""
        finding = self.finding
        return {
            "id": finding.id,
            "rule": finding.rule,
            "severity": self.rule.SEVERITY,
            "subjects": list(finding.subjects),
            "positions": list(finding.positions),
            "message": self.message(translate),
            "todo": self.todo(translate),
            "accepted": self.accepted,
            "school": self.school or None,
            "cohort": self.cohort or None,
            "since": finding.since or None,
            "period": finding.period or None,
        }


def reported(
    ledger: Ledger,
    rule: Rule,
    findings: Iterable[Finding],
    cut: Cut,
    *,
    wanted: Wanted,
    accepted: Mapping[str, int],
) -> Iterator[Reported]:
    """Yield findings of one rule with their pupils, as far as they are asked for and still hold."""
    confirmed = confirming(rule)
    remaining = iter(findings)
    while chunk := list(islice(remaining, _CHUNK)):
        students = _students(ledger, {key for one in chunk for key in one.pupils}, cut)
        pupils = _pupils(ledger, students)
        for one in chunk:
            if confirmed is not None and not confirmed.still(one, students):
                continue
            told = Reported(one, rule, pupils, _accepted_by(one, accepted))
            if _fits(told, wanted):
                yield told


def _accepted_by(finding: Finding, accepted: Mapping[str, int]) -> int:
    """Return the line by which a finding was accepted; 0 for none."""
    return accepted.get(finding.id, 0) or (accepted and accepted.get(finding.former_id, 0)) or 0


def _fits(told: Reported, wanted: Wanted) -> bool:
    """Whether a finding is asked for; one that is nobody's counts for those whom it speaks of."""
    finding = told.finding
    schools = {finding.school} if finding.school else set(told._values("school"))
    cohorts = {finding.cohort} if finding.cohort else set(told._values("cohort"))
    return (
        (not wanted.school or wanted.school in schools)
        and (not wanted.cohort or wanted.cohort in cohorts)
        and finding.since >= wanted.since
    )


def accepted_findings(ledger: Ledger) -> dict[str, int]:
    """Return the accepted findings, each with its line; an acceptance can be void, too.

    It counts whenever it was written: it is about the finding, not about what had happened.
    """
    accepted: dict[str, int] = {}
    for _finding, lines in subjects_of(ledger.log, "finding", Cut()):
        accepted |= fold(lines).accepted
    return accepted


def _students(ledger: Ledger, keys: Iterable[str], cut: Cut) -> dict[str, Student]:
    """Return pupils as they are at the audit's date."""
    found = {}
    for key, lines in some_subjects(ledger.log, "student", keys, cut):
        found[key] = fold(in_order(known_by(lines, cut), cut.until)).student(key)
    return found


def _pupils(ledger: Ledger, students: Mapping[str, Student]) -> dict[str, Pupil]:
    if ledger.keys is not None:
        # All keys in one query: the texts are opened one by one.
        ledger.keys.keys(students)
    return {
        key: Pupil(key, one.number, _name(ledger, one), one.school, one.cohort)
        for key, one in students.items()
    }


def _name(ledger: Ledger, student: Student) -> str | None:
    """Return the name that was said last."""
    for event_name, text in reversed(student.sealed):
        facts = ledger.unseal(event_name, student.id, text)
        if "name" in facts:
            return facts["name"]
    return None
