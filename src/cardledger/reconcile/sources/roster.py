"""Roster: the pupils' basic data from CMIS."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from cardledger.exchange.headings import ROSTER
from cardledger.exchange.imports.roster import Roster, read_roster
from cardledger.i18n import _
from cardledger.reconcile.differences import Difference, Place, said, who
from cardledger.reconcile.proposals import Proposal
from cardledger.reconcile.side import Pupil, Side
from cardledger.reconcile.sources import _facts, _pupils
from cardledger.reconcile.sources._base import Judged, Listed, twice
from cardledger.states import AWAY

NAME: Final = "roster"
ORDER: Final = 1
TITLE: Final = _("roster")
HELP: Final = _("A roster from CMIS: compare the pupils and their data")
VOCABULARY: Final = ROSTER
#: Columns that lists of cards do not have.
_PERSONAL: Final = frozenset({"birth", "identity", "sex", "guest", "address", "household"})

__all__ = ["HELP", "NAME", "ORDER", "TITLE", "VOCABULARY", "comparison", "fits", "read"]


def read(file: Path | BinaryIO, *, name: str = "") -> Roster:
    return read_roster(file, name=name)


def fits(fields: Collection[str]) -> bool:
    named = "number" in fields and "name" in fields
    return named and ("card" not in fields or not _PERSONAL.isdisjoint(fields))


class Comparison:
    """Pupils are the same by any number that a pupil ever had, else by the identity number."""

    def __init__(self, side: Side) -> None:
        self._side = side
        self._numbers: set[str] = set()
        self._listed: dict[str, Place] = {}
        self._strange: dict[tuple[str, str], Place] = {}
        self._names: dict[str, str] | None = None

    def announce(self, row: Listed) -> None:
        self._numbers.add(row.values["number"])

    def judge(self, row: Listed) -> Judged:
        number: str = row.values["number"]
        found = _pupils.find(self._side, row.values, self._numbers)
        if len(found.pupils) != 1:
            key = (number, str(row.values.get("identity", "")))
            if key in self._strange:
                return twice(NAME, row, "number", number, self._strange[key])
            self._strange[key] = row.place("number")
            return Judged("only", (self._only_in_file(row, found),))
        pupil = found.pupils[0]
        if pupil in self._listed:
            return twice(NAME, row, "number", number, self._listed[pupil])
        self._listed[pupil] = row.place("number")
        differences = tuple(self._compare(row, pupil))
        return Judged("different" if differences else "same", differences)

    def _compare(self, row: Listed, key: str) -> Iterator[Difference]:
        """Yield how a row differs from what the ledger says of that pupil."""
        pupil = self._side.pupil(key)
        if pupil is None:
            return
        facts = self._side.facts(key)
        base = _facts.About(self._side, row, key, pupil, facts)
        away = pupil.status in AWAY
        moved = not away and bool(base.school) and base.school != pupil.school
        renumbered = row.values["number"] != pupil.number
        if away:
            yield _facts.away(base)
        if moved:
            yield _facts.moved(base)
        if renumbered:
            yield _facts.renumbered(base)
        yield from _facts.schooling(base, skip=_skipped(away=away, moved=moved))
        yield from _facts.personal(base)

    def _only_in_file(self, row: Listed, found: _pupils.Found) -> Difference:
        """Return a pupil whom the ledger does not know, with what speaks against adding one."""
        side, values = self._side, row.values
        number, name = values["number"], values.get("name", "")
        school = values.get("school") or row_school(side)
        settle, proposal = said(_("Find out which pupil is meant.")), None
        alike = self._namesake(name)
        if len(found.pupils) > 1:
            settle = said(
                _("Several pupils of the ledger have it: {pupils}. Find out who is meant."),
                pupils=", ".join(_named(side, one) for one in found.pupils),
            )
        elif found.other:
            settle = said(
                _(
                    "The identity number is that of {pupil}, who is in the file under another"
                    " number too: one of the rows is wrong."
                ),
                pupil=_named(side, found.other),
            )
        elif alike and not values.get("identity"):
            settle = said(
                _("{pupil} has the same name and is not in the file: is the number a mistake?"),
                pupil=_named(side, alike),
            )
        elif school not in side.known_schools:
            settle = said(
                _("The ledger has no school {school}: add it first with `school add`."),
                school=school,
            )
        elif not values.get("class"):
            settle = said(
                _("The row lacks something: {field}. Complete it, then import the roster."),
                field="class",
            )
        else:
            settle = said(_("Add the pupil: `student add`, or import the roster."))
            fields = {one: value for one, value in values.items() if one not in _ASIDE}
            proposal = Proposal(
                "student-add", f"number:{number}", fields | {"school": school}, "imported"
            )
            side.coming_pupils[number] = school
        return Difference(
            source=NAME,
            kind="only-in-file",
            subject=f"number:{number}",
            student_number=number,
            name=name or None,
            school=school,
            class_=values.get("class", ""),
            place=row.place("number"),
            act="student-add" if proposal else "",
            message=said(
                _("{pupil} is in the roster and not in the ledger."), pupil=who(name, number)
            ),
            settle=settle,
            proposal=proposal,
        )

    def _namesake(self, name: str) -> str:
        """Return a pupil of the compared schools with this name whose numbers no row has."""
        if self._names is None:
            self._names = {}
            for key, pupil in self._side.expected():
                if self._numbers.isdisjoint(pupil.numbers) and (known := self._side.name(key)):
                    self._names[known] = key
        return self._names.get(name, "")

    def rest(self) -> Iterator[Difference]:
        side = self._side
        for key, pupil in side.expected():
            if key in self._listed:
                continue
            name = side.name(key)
            yield Difference(
                source=NAME,
                kind="only-in-ledger",
                subject=f"student:{key}",
                student_number=pupil.number,
                name=name,
                school=pupil.school,
                class_=pupil.class_,
                ledger=pupil.status,
                message=said(
                    _("{pupil} is in the ledger ({class_}) and not in the roster."),
                    pupil=who(name, pupil.number),
                    class_=pupil.class_,
                ),
                settle=said(
                    _(
                        "Find out whether the pupil left (then record the transfer-out or the"
                        " leave swipe) or is missing in CMIS. The ledger cannot tell."
                    )
                ),
                probe=_facts.presence(key),
            )


#: Of a row, what says where it comes from and not what it says.
_ASIDE: Final = frozenset({"action", "evidence", "school"})


def row_school(side: Side) -> str:
    """Return the school of rows that do not name one: that of the comparison, if it is one."""
    return next(iter(side.schools)) if len(side.schools) == 1 else side.ledger.default_school


def _skipped(*, away: bool, moved: bool) -> frozenset[str]:
    """Return the facts that follow from another difference and are not told again."""
    return frozenset({"class", "grade"} if away else {"class"} if moved else ())


def _named(side: Side, key: str) -> str:
    pupil: Pupil | None = side.pupil(key)
    return who(side.name(key), pupil.number if pupil else key)


def comparison(side: Side) -> Comparison:
    return Comparison(side)
