"""The desk at which all rows are written: it knows the schools, the term, and what is planted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from scripts.district.model import (
    RECORDED,
    Card,
    Entry,
    Expect,
    Finding,
    Pupil,
    Row,
    School,
    Subject,
)
from scripts.district.numbers import Mint
from scripts.district.people import People
from scripts.district.terms import Term, end_of, moment, text_of

#: How many pupils are tried at random before all of them are looked at.
PROBES = 60


class Arrival(NamedTuple):
    """A pupil who will arrive with the card at another school next term, perhaps a level up."""

    pupil: Pupil
    school: School
    goes_on: bool


@dataclass
class Desk:
    """What the making of a district has in hand. `seed` is the text that all chance hangs on."""

    seed: str
    terms: list[Term]
    schools: list[School]
    people: People
    mint: Mint
    term: Term
    rows: list[Row] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    arriving: list[Arrival] = field(default_factory=list)
    #: What is still to be noted once the rows of the roster and the opening stock are written.
    notes: list[Callable[[], None]] = field(default_factory=list)
    order: int = 0

    def rng(self, name: str) -> Random:
        """Return chance of its own for one purpose, so that purposes do not disturb each other."""
        return Random(f"{self.seed}/{self.term.name}/{name}")

    @property
    def is_first(self) -> bool:
        return self.term == self.terms[0]

    @property
    def is_last(self) -> bool:
        return self.term == self.terms[-1]

    def stays(self, pupil: Pupil) -> bool:
        """Whether the pupil's level lasts beyond the last term, so that nothing more happens."""
        return pupil.cohort > self.terms[-1].year

    def write(
        self,
        school: School,
        action: str,
        at: datetime,
        *,
        written: datetime | None = None,
        expect: Expect = RECORDED,
        place: str = "actions",
        bare_date: bool = False,
        **fields: Any,
    ) -> Row:
        """Write a row. Fields that are empty are left out; `class_` is the field `class`.

        Half of the schools write times with their offset, half without. With `bare_date` the row
        says the day only, which means its end.
        """
        self.order += 1
        moment_at = end_of(at.date()) if bare_date else at
        if bare_date:
            text = at.date().isoformat()
        elif school.index % 2:
            text = at.strftime("%Y-%m-%d %H:%M:%S")
        else:
            text = at.isoformat()
        handler = fields.pop("handler", "") or school.registrar
        evidence = fields.pop("evidence", "")
        content: dict[str, Any] = {"action": action}
        for name, value in fields.items():
            if value is not None and value != "":
                content[name.rstrip("_")] = value
        content |= {"at": text, "school": school.code, "handler": handler}
        if evidence:
            content["evidence"] = evidence
        row = Row(
            content,
            moment_at,
            written or moment_at,
            self.order,
            school,
            self.term,
            place=place,
            expect=expect,
        )
        self.rows.append(row)
        return row

    def plant(
        self,
        kind: str,
        school: School,
        subjects: Iterable[Subject],
        rows: Iterable[Row],
        says: str,
        *,
        since: datetime | None = None,
        period: str = "",
        implies: Iterable[Finding] = (),
    ) -> None:
        """Note a planted irregularity; with `since` its kind is itself a finding from then on."""
        named = tuple(subjects)
        finding = Finding(kind, named, since, period) if since else None
        self.entries.append(
            Entry(kind, school, self.term, named, tuple(rows), says, finding, tuple(implies))
        )

    def pick(
        self, school: School, rng: Random, fits: Callable[[Pupil], bool], *, staying: bool = True
    ) -> Pupil | None:
        """Return a pupil of a school who is in no story yet and fits, or none."""

        def free(pupil: Pupil) -> bool:
            return (
                not pupil.story
                and pupil.in_school
                and pupil.record is not None
                and pupil.identity is not None
                and (not staying or self.stays(pupil))
                and fits(pupil)
            )

        if not school.pupils:
            return None
        for _probe in range(PROBES):
            pupil = rng.choice(school.pupils)
            if free(pupil):
                return pupil
        rest = [pupil for pupil in school.pupils if free(pupil)]
        return rng.choice(rest) if rest else None

    def day_later(self, rng: Random, before: int = 0) -> date:
        """Return a weekday after the filing, at least `before` days before that time ends."""
        first, last = self.term.later
        while True:
            day = first + timedelta(days=rng.randrange((last - first).days - before))
            if day.weekday() < 5:
                return day


def at_work(day: date, rng: Random, first: int = 8, last: int = 15) -> datetime:
    """Return a moment of a working day, between two hours."""
    return moment(day, rng.randint(first, last), rng.randrange(60), rng.randrange(60))


def subject_text(subject: Subject) -> str:
    """Return a subject as the ledger tags it; a pupil by the number of the last day."""
    if isinstance(subject, Card):
        return f"card:{subject.number}"
    return f"number:{subject.number}" if isinstance(subject, Pupil) else subject


def finding_json(finding: Finding) -> dict[str, object]:
    """Return a finding as the truth file has it."""
    made: dict[str, object] = {
        "rule": finding.rule,
        "subjects": [subject_text(subject) for subject in finding.subjects],
        "since": text_of(finding.since),
    }
    if finding.period:
        made["period"] = finding.period
    return made
