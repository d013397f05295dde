"""The plan of a roster: what it says that the ledger does not, pupil by pupil.

Each row becomes the commands that bring it into the ledger, and a word for what it is: `new`,
`changed`, `renumbered`, `transferred` (here from another school), `returned`, `same`, `probably`
(one whom only name and day of birth point to: it is shown, and nothing is written). Pupils who are
in school by the ledger and on no row are `gone`; a roster does not say why, so that they are
listed, and recorded as having left only where somebody says so.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from cardledger.actions.student_add import StudentAdd
from cardledger.actions.student_change import StudentChange
from cardledger.actions.student_renumber import StudentRenumber
from cardledger.actions.student_resume import StudentResume
from cardledger.actions.student_transfer_in import StudentTransferIn
from cardledger.actions.student_transfer_out import StudentTransferOut
from cardledger.commands import Command, StudentCommand
from cardledger.errors import BadInput, DoubtfulRow
from cardledger.exchange.intake.rosters.absent import absent, coverage_of, covers, gone, likely
from cardledger.exchange.intake.rosters.matching import Found, Matcher, Pupil
from cardledger.exchange.intake.rosters.planned import NEW, Coverage, Planned
from cardledger.i18n import _
from cardledger.moments import parse_moment

if TYPE_CHECKING:
    from cardledger.ledger import Ledger

NOTHING: Final[Mapping[int, str]] = {}


class RosterPlan:
    """The rows of a roster beside the ledger.

    `rows` are commands that add pupils, or why a row is none; `places` say where each row stands,
    for messages; `at` is the day of the roster, empty for now. `keys` are the retry keys of the
    rows. `meant` are pupils who are known beforehand, by their rows, whatever name and number say
    now; `voided` are pupils whom the same batch takes out of the ledger.
    """

    def __init__(
        self,
        ledger: Ledger,
        rows: Sequence[Command | BadInput],
        places: Sequence[str],
        *,
        at: str,
        keys: Sequence[str],
        meant: Mapping[int, str] = NOTHING,
        voided: Collection[str] = (),
    ) -> None:
        self._ledger = ledger
        self._present = ledger.clock()
        self._day = at
        self._at = parse_moment(at, self._present) if at else self._present
        self._matcher = Matcher(ledger, self._at, frozenset(voided))
        self._rows = [_normal(row) for row in rows]
        self._places = places
        self._keys = keys
        self._meant = meant
        self._voided = frozenset(voided)
        self._likely: Mapping[tuple[str, str], str] = {}
        self._numbered: set[str] = set()
        self._claimed: set[str] = set()
        self.planned: list[Planned] = []
        self.gone: list[Planned] = []

    def make(self, *, partial: bool = False, gone_left: bool = False) -> Coverage:
        """Plan all rows, and find who is gone; returns whom the file speaks of.

        `gone_left`: who is gone is to be recorded as transferred out, if no row was unreadable.
        """
        adding = [place for place, row in enumerate(self._rows) if isinstance(row, StudentAdd)]
        rows = [row for row in self._rows if isinstance(row, StudentAdd)]
        meant = [self._meant.get(place, "") for place in adding]
        pairs = list(self._matcher.find(rows, meant))
        numbered = {one.pupil.id for one in pairs if one.pupil}
        coverage = coverage_of(self._rows, self._ledger.default_school, partial=partial)
        day = self._at if self._at < self._present else None
        away = absent(self._ledger, coverage, numbered | self._voided, day)
        self._likely = likely(self._matcher, rows, pairs, away)
        self._numbered, self._claimed = numbered, set[str]()
        found = iter(pairs)
        self.planned = [
            self._plan(row, next(found), place)
            if isinstance(row, StudentAdd)
            else Planned("", (row,))
            for place, row in enumerate(self._rows)
        ]
        self._find_doubles()
        present = {one.student for one in self.planned}
        leaving = gone_left and not coverage.unread
        self.gone = [
            gone(row, self._leaving(key, row) if leaving else None)
            for key, row in away.items()
            if key not in present and covers(coverage, row)
        ]
        return coverage

    def _leaving(self, student: str, row: Mapping[str, object]) -> StudentTransferOut:
        whole = hashlib.sha256("\n".join(self._keys).encode()).hexdigest()[:24]
        return StudentTransferOut(
            student=student,
            at=self._day,
            school=str(row["school"]),
            handler=next((one.handler for one in self._rows if isinstance(one, Command)), ""),
            evidence="inferred",
            key=f"{whole}-{student}",
        )

    # One row

    def _plan(self, row: StudentAdd, found: Found, place: int) -> Planned:
        pupil, how = found.pupil, "number"
        if pupil is None:
            taken = self._numbered | self._claimed
            school = row.school or self._ledger.default_school
            free = [
                one
                for one in found.persons
                if one.id not in taken and not _is_elsewhere(one, school)
            ]
            if len(free) > 1:
                here = [one for one in free if one.school == school and one.status == "in-school"]
                free = here if len(here) == 1 else []
                if not free:
                    return Planned("probably", (self._several(row, found.persons),))
            pupil, how = (free[0] if free else None), "person"
        if pupil is None:
            doubtful = self._doubtful(row, found)
            if doubtful is not None:
                return doubtful
            planned = Planned("new", (self._keyed(row, place),), changes={NEW: [False, True]})
            planned.doubts += [("identity", self._two_records(one)) for one in found.persons[:1]]
            return planned
        self._claimed.add(pupil.id)
        return self._known(row, pupil, how, place)

    def _known(self, row: StudentAdd, pupil: Pupil, how: str, place: int) -> Planned:
        """Plan a row of a pupil who is in the ledger."""
        school = row.school or self._ledger.default_school
        planned = Planned("changed" if pupil.changes else "same", student=pupil.id)
        acts: list[Command] = []
        if how == "person" or (place in self._meant and row.number not in pupil.numbers):
            planned.kind = "renumbered"
            planned.changes["number"] = [pupil.number, row.number]
            acts.append(self._act(StudentRenumber, row, pupil, "renumber", place))
        elif pupil.number != row.number:
            planned.doubts.append(("number", _older_number(row, pupil)))
        pausing = pupil.school == school and pupil.status == "suspended"
        if pausing and not acts:
            # Who pauses stays on the rolls; only a new number tells of the return.
            planned.doubts.append(("number", _pausing()))
        elif pupil.status and not (pupil.school == school and pupil.status == "in-school"):
            back = pupil.was_here or pausing
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
        if place not in self._meant:
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

    def _doubtful(self, row: StudentAdd, found: Found) -> Planned | None:
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
        key = self._likely.get((row.name, row.birth)) if row.birth else None
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


def _normal(row: Command | BadInput) -> Command | BadInput:
    if not isinstance(row, Command):
        return row
    try:
        return row.normal()
    except BadInput as error:
        return error


def _is_elsewhere(pupil: Pupil, school: str) -> bool:
    """Tell whether a pupil is of another school.

    Who moves keeps the number. With a number of this school's own, one identity number is on the
    rolls of two schools: those are two records, for the audit to find.
    """
    return pupil.status in ("in-school", "suspended") and pupil.school != school


def _pausing() -> BadInput:
    return BadInput(
        _("By the ledger the pupil is suspended."),
        hint=_("A pupil who is back is recorded with: cardledger student resume"),
    )


def _older_number(row: StudentAdd, pupil: Pupil) -> BadInput:
    return BadInput(
        _("{number} is an earlier number of the pupil; the ledger has {present}."),
        number=row.number,
        present=pupil.number,
    )
