"""Roster changes: what a roster says that the ledger does not, pupil by pupil.

Each row becomes the commands that bring it into the ledger, and a word for what it is: `new`,
`changed`, `renumbered`, `transferred` (here from another school), `returned`, `same`, `probably`
(one whom only name and day of birth point to: it is shown, and nothing is written). Pupils who are
in school by the ledger and on no row are `gone`; a roster does not say why, so that they are
listed, and recorded as having left only where somebody says so.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from cardledger.actions.student_add import StudentAdd
from cardledger.actions.student_change import StudentChange
from cardledger.actions.student_renumber import StudentRenumber
from cardledger.actions.student_resume import StudentResume
from cardledger.actions.student_transfer_in import StudentTransferIn
from cardledger.actions.student_transfer_out import StudentTransferOut
from cardledger.commands import Command, StudentCommand
from cardledger.errors import BadInput, DoubtfulRow
from cardledger.exchange.matching import Changes, Found, Matcher, Pupil
from cardledger.i18n import _
from cardledger.moments import parse_moment
from cardledger.numbers import cohort_of_number
from cardledger.replay import Replay

if TYPE_CHECKING:
    from cardledger.ledger import Ledger

Kind = Literal[
    "", "new", "changed", "renumbered", "transferred", "returned", "probably", "same", "gone"
]
#: What rows are, in the order in which they are counted.
KINDS: Final[tuple[Kind, ...]] = (
    *("new", "changed", "renumbered", "transferred", "returned", "probably", "same", "gone"),
)
#: Among the changes: the pupil is not in the ledger yet.
NEW: Final = "new"


@dataclass(slots=True)
class Planned:
    """What becomes of one row, or of one pupil who is gone (`number` and `name` say who).

    `commands`: what would be recorded, or why nothing can be. `student`: the pupil of the ledger,
    none for a new one. `doubts`: what does not go together with another row or with the ledger,
    each with the field that it is about.
    """

    kind: Kind
    commands: tuple[Command | BadInput, ...] = ()
    student: str = ""
    changes: Changes = field(default_factory=dict)
    doubts: list[tuple[str, BadInput]] = field(default_factory=list)
    number: str = ""
    name: str = ""
    class_: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Whom the file speaks of: all pupils of `schools`, or only those of `classes`.

    `partial`: the file has some classes only. `unread`: rows that could not be read, so that who
    is on them cannot be told from who is gone.
    """

    schools: tuple[str, ...]
    classes: frozenset[tuple[str, int, str]] = frozenset()
    partial: bool = False
    unread: int = 0


def is_roster_row(row: Command | BadInput) -> bool:
    """Tell whether a row adds a pupil."""
    return isinstance(row, StudentAdd)


class RosterPlan:
    """The rows of a roster beside the ledger.

    `rows` are commands that add pupils, or why a row is none; `places` say where each row stands,
    for messages; `at` is the day of the roster, empty for now. `keys` are retry keys of the rows
    where they are to have other ones than their own.
    """

    def __init__(
        self,
        ledger: Ledger,
        rows: Sequence[Command | BadInput],
        places: Sequence[str],
        *,
        at: str = "",
        keys: Sequence[str] = (),
        same_as: Mapping[int, str] | None = None,
    ) -> None:
        self._ledger = ledger
        self._present = ledger.clock()
        self._day = at
        self._at = parse_moment(at, self._present) if at else self._present
        self._matcher = Matcher(ledger, self._at)
        self._rows = [_normal(row) for row in rows]
        self._places = places
        self._keys = list(keys) or ledger.retry_keys(rows, as_one=True)
        #: Rows whose pupil is known beforehand, whatever name and number say now.
        self._same_as = dict(same_as or {})
        self.planned: list[Planned] = []
        self.gone: list[Planned] = []

    def make(self, *, partial: bool = False, gone_left: bool = False) -> Coverage:
        """Plan all rows, and find who is gone; returns whom the file speaks of.

        `gone_left`: who is gone is to be recorded as transferred out, if no row was unreadable.
        """
        adding = [row for row in self._rows if isinstance(row, StudentAdd)]
        found = iter(list(self._matcher.find(adding)))
        pairs = [next(found) if isinstance(row, StudentAdd) else Found() for row in self._rows]
        numbered = {one.pupil.id for one in pairs if one.pupil}
        coverage = self._coverage(partial)
        absent = self._absent(coverage, pairs)
        likely = self._likely(adding, pairs, absent)
        claimed: dict[str, int] = {}
        for place, (row, one) in enumerate(zip(self._rows, pairs, strict=True)):
            if isinstance(row, StudentAdd):
                planned = self._plan(row, one, numbered, claimed, likely, place)
            else:
                planned = Planned("", (row,))
            self.planned.append(planned)
        self._find_doubles()
        present = {one.student for one in self.planned}
        leaving = gone_left and not coverage.unread
        self.gone = [
            self._gone(one, leaving)
            for key, one in absent.items()
            if key not in present and _covers(coverage, one)
        ]
        return coverage

    # One row

    def _plan(
        self,
        row: StudentAdd,
        found: Found,
        numbered: set[str],
        claimed: dict[str, int],
        likely: Mapping[tuple[str, str], str],
        place: int,
    ) -> Planned:
        pupil, how = found.pupil, "number"
        if pupil is None:
            free = [
                one for one in found.persons if one.id not in numbered and one.id not in claimed
            ]
            if len(free) > 1:
                school = row.school or self._ledger.default_school
                here = [one for one in free if one.school == school and one.status == "in-school"]
                free = here if len(here) == 1 else []
                if not free:
                    return Planned("probably", (self._several(row, found.persons),))
            pupil, how = (free[0] if free else None), "person"
        if pupil is None:
            doubtful = self._doubtful(row, found, likely)
            if doubtful is not None:
                return doubtful
            planned = Planned("new", (self._keyed(row, place),), changes={NEW: [False, True]})
            planned.doubts += [("identity", self._two_records(one)) for one in found.persons[:1]]
            return planned
        claimed.setdefault(pupil.id, place)
        return self._known(row, pupil, how, place)

    def _known(self, row: StudentAdd, pupil: Pupil, how: str, place: int) -> Planned:
        """Plan a row of a pupil who is in the ledger."""
        school = row.school or self._ledger.default_school
        planned = Planned("changed" if pupil.changes else "same", student=pupil.id)
        acts: list[Command] = []
        if how == "person":
            planned.kind = "renumbered"
            planned.changes["number"] = [pupil.number, row.number]
            acts.append(self._act(StudentRenumber, row, pupil, "renumber", place))
        elif pupil.number != row.number:
            planned.doubts.append(("number", _older_number(row, pupil)))
        here = pupil.school == school and pupil.status == "in-school"
        if pupil.status and not here:
            back = pupil.was_here or (pupil.school == school and pupil.status == "suspended")
            if not acts:
                planned.kind = "returned" if back else "transferred"
            if pupil.school != school:
                planned.changes["school"] = [pupil.school, school]
            if pupil.status != "in-school":
                planned.changes["status"] = [pupil.status, "in-school"]
            acts.append(
                self._act(StudentResume, row, pupil, "resume", place)
                if back
                else self._act(StudentTransferIn, row, pupil, "transfer-in", place)
            )
        planned.changes |= pupil.changes
        planned.commands = (*acts, self._last(row, pupil, place))
        return planned

    def _last(self, row: StudentAdd, pupil: Pupil, place: int) -> Command:
        """Return the command for the facts of a row; of a pupil known otherwise, a change."""
        if place not in self._same_as:
            return self._keyed(row, place)
        names = set(StudentChange.__struct_fields__) & set(StudentAdd.__struct_fields__)
        facts = {name: getattr(row, name) for name in names}
        return StudentChange(**facts | {"student": pupil.id, "key": self._keys[place]})

    def _act(
        self, act: type[StudentCommand], row: StudentAdd, pupil: Pupil, name: str, place: int
    ) -> Command:
        """Return an act with the pupil of a row, of the same day and from the same source."""
        facts: dict[str, object] = {
            "student": pupil.id,
            "at": row.at,
            "school": row.school,
            "handler": row.handler,
            "evidence": row.evidence,
            "class_": row.class_,
            "key": f"{self._keys[place]}-{name}",
        }
        if act is StudentRenumber:
            facts |= {"number": row.number, "cohort": row.cohort}
        elif act is StudentTransferIn:
            facts["from_school"] = "" if pupil.school == row.school else pupil.school
        return act(**facts)  # type: ignore[arg-type]

    def _keyed(self, row: StudentAdd, place: int) -> StudentAdd:
        return msgspec.structs.replace(row, key=row.key or self._keys[place])

    def _doubtful(
        self, row: StudentAdd, found: Found, likely: Mapping[tuple[str, str], str]
    ) -> Planned | None:
        """Return a row that probably means somebody who is there already, or none."""
        for one in found.others:
            if row.birth and one.birth == row.birth and not (row.identity and found.persons):
                problem = DoubtfulRow(
                    _("{name}, {number}: probably {known}, who has this number and day of birth."),
                    hint=_(
                        "If so, record: cardledger student change {number} --name {name}; if the"
                        " two are not one, record: cardledger student add"
                    ),
                    name=row.name,
                    number=row.number,
                    known=one.name,
                )
                return Planned("probably", (problem,), one.id)
        key = likely.get((row.name, row.birth)) if row.birth else None
        if key is None:
            return None
        problem = DoubtfulRow(
            _("{name}, {number}: probably {student}, of the same name and day of birth."),
            hint=_(
                "If so, record: cardledger student renumber {student} {number}; if the two are not"
                " one, record: cardledger student add"
            ),
            name=row.name,
            number=row.number,
            student=key,
        )
        return Planned("probably", (problem,), key)

    def _several(self, row: StudentAdd, persons: Iterable[Pupil]) -> BadInput:
        return DoubtfulRow(
            _("{name}, {number}: several pupils have this identity number: {candidates}."),
            hint=_("Say which one it is: cardledger student renumber STUDENT {number}"),
            name=row.name,
            number=row.number,
            candidates=", ".join(f"{one.id} {one.number}" for one in persons),
        )

    def _two_records(self, other: Pupil) -> BadInput:
        return BadInput(
            _("The pupil {number} has this identity number too; both are kept."),
            number=other.number,
        )

    # All rows

    def _find_doubles(self) -> None:
        """Keep it as a doubt where two rows have one student number, or one identity number."""
        numbers, persons = defaultdict(list), defaultdict(list)
        for place, row in enumerate(self._rows):
            if isinstance(row, StudentAdd):
                numbers[row.number].append(place)
                if row.identity:
                    persons[self._matcher.person(row)].append(place)
        for name, groups, text in (
            ("number", numbers, _("The student number stands in {other} too.")),
            ("identity", persons, _("The identity number stands in {other} too.")),
        ):
            for group in groups.values():
                for place in group if len(group) > 1 else ():
                    others = ", ".join(self._places[one] for one in group if one != place)
                    self.planned[place].doubts.append((name, BadInput(text, other=others)))

    def _coverage(self, partial: bool) -> Coverage:
        default = self._ledger.default_school
        rows = [row for row in self._rows if isinstance(row, StudentAdd)]
        with_classes = any(row.class_ for row in rows)
        classes = frozenset(
            (
                row.school or default,
                row.cohort or cohort_of_number(row.number),
                row.class_ if with_classes else "",
            )
            for row in rows
        )
        return Coverage(
            schools=tuple(dict.fromkeys(row.school or default for row in rows)),
            classes=classes if partial else frozenset(),
            partial=partial,
            unread=len(self._rows) - len(rows),
        )

    def _absent(
        self, coverage: Coverage, pairs: Iterable[Found]
    ) -> dict[str, Mapping[str, object]]:
        """Return the pupils in school at the schools of the file whose number is on no row."""
        present = {one.pupil.id for one in pairs if one.pupil}
        reference, schools = self._ledger.reference(), coverage.schools
        known = [school for school in schools if reference.school(school).known]
        replay, day = Replay(self._ledger), self._at if self._at < self._present else None
        if day and len(known) > 1:
            # The state of an earlier day is folded from all lines: once, not for each school.
            rows = (row for row in replay.rows("roster", as_of=day) if row["school"] in known)
        else:
            rows = (
                row
                for school in known
                for row in replay.rows("roster", as_of=day, where={"school": school})
            )
        return {
            str(row["student"]): row
            for row in rows
            if row["status"] == "in-school" and row["student"] not in present
        }

    def _likely(
        self,
        rows: Sequence[StudentAdd],
        pairs: Iterable[Found],
        absent: Mapping[str, Mapping[str, object]],
    ) -> dict[tuple[str, str], str]:
        """Return absent pupils by name and day of birth, of those whose name stands on a row."""
        names = {row.name for row in rows if row.birth}
        proven = {one.id for found in pairs for one in found.persons}
        named = {
            key: str(row["name"])
            for key, row in absent.items()
            if row["name"] in names and key not in proven
        }
        births = self._matcher.births(list(named))
        return {(name, births.get(key, "")): key for key, name in named.items()}

    def _gone(self, row: Mapping[str, object], leaving: bool) -> Planned:
        student = str(row["student"])
        commands: tuple[Command, ...] = ()
        if leaving:
            whole = hashlib.sha256("\n".join(self._keys).encode()).hexdigest()[:24]
            out = StudentTransferOut(
                student=student,
                at=self._day,
                school=str(row["school"]),
                evidence="inferred",
                key=f"{whole}-{student}",
            )
            commands = (out,)
        return Planned(
            "gone",
            commands,
            student,
            number=str(row["student_number"]),
            name=str(row["name"] or ""),
            class_=str(row["class"] or ""),
        )


def _normal(row: Command | BadInput) -> Command | BadInput:
    if not isinstance(row, Command):
        return row
    try:
        return row.normal()
    except BadInput as error:
        return error


def _covers(coverage: Coverage, row: Mapping[str, object]) -> bool:
    if not coverage.partial:
        return True
    whole = {"school": str(row["school"]), "cohort": int(str(row["cohort"] or 0))}
    unit = (whole["school"], whole["cohort"], str(row["class"] or ""))
    return unit in coverage.classes or (*unit[:2], "") in coverage.classes


def _older_number(row: StudentAdd, pupil: Pupil) -> BadInput:
    return BadInput(
        _("{number} is an earlier number of the pupil; the ledger has {present}."),
        number=row.number,
        present=pupil.number,
    )
