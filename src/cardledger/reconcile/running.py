"""Running a reconciliation: lists of several sources against one ledger, as of a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cardledger.errors import NotFound
from cardledger.exchange.reading.source import Fault
from cardledger.i18n import Translator, _
from cardledger.ledger import Ledger
from cardledger.moments import Moment
from cardledger.reconcile import proposals
from cardledger.reconcile.differences import Difference
from cardledger.reconcile.responsible import with_positions
from cardledger.reconcile.side import Side, side_of
from cardledger.reconcile.sources import SOURCES, Rows
from cardledger.reconcile.sources._base import Fate, Listed, Listing, faulty


@dataclass(slots=True)
class Result:
    """What a reconciliation found.

    `counts`: for each file of a source, how many of its rows met which fate. `schools`: with which
    schools of the ledger each source was compared. `restored`: values that were mended without
    doubt. `closed`: no key store opens the names, so that nothing personal was compared.
    """

    moment: Moment
    closed: bool
    schools: dict[str, list[str]] = field(default_factory=dict)
    counts: dict[tuple[str, str], Counter[Fate]] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    restored: list[tuple[str, Fault]] = field(default_factory=list)
    ignored: list[tuple[str, Fault]] = field(default_factory=list)
    #: The day of the files, if one was given: proposals happen on it.
    day: str = ""

    def batch(self, translate: Translator = str) -> list[dict[str, Any]]:
        """Return the rows of a batch that settle what has one honest settlement."""
        return proposals.batch(self.differences, self.day, translate)


def reconcile(
    ledger: Ledger,
    lists: Mapping[str, Sequence[Listing]],
    *,
    as_of: str | None = None,
    known: str | None = None,
    schools: Collection[str] = (),
) -> Result:
    """Compare lists, by the names of their sources, with the ledger.

    as_of: the day of the lists; now by default. known: only what was written by then counts.
    schools: which part of the ledger is compared; those that a list names by default, else those
    of the other lists, else the default school.
    Raises `BadValue` for what is no day, moment or position, `NotFound` for a school that the
    ledger does not have.
    """
    _check(ledger, schools)
    wanted = {name: Rows(lists[name]) for name in SOURCES if lists.get(name)}
    named = {name: _schools(rows) for name, rows in wanted.items()}
    others = set().union(*named.values()) or {ledger.default_school}
    compared = {name: set(schools) or found or others for name, found in named.items()}
    with side_of(ledger, as_of, known, set().union(*compared.values())) as side:
        result = Result(side.moment, side.keys is None)
        if as_of and not as_of.strip().startswith("@"):
            result.day = as_of
        for name, rows in wanted.items():
            side.schools = frozenset(compared[name])
            result.schools[name] = sorted(compared[name])
            found = _Run(name, side, result, bool(schools)).differences(rows)
            result.differences += sorted(found, key=_place)
        result.differences = list(with_positions(ledger, result.differences, side.cut))
    return result


def _check(ledger: Ledger, schools: Collection[str]) -> None:
    known = {code for code, school in ledger.reference().schools.items() if school.known}
    for code in schools:
        if code not in known | {ledger.default_school}:
            raise NotFound(
                _("The ledger has no school {school}."),
                hint=_("Its schools are: {schools}."),
                school=code,
                schools=", ".join(sorted(known | {ledger.default_school})),
            )


def _schools(rows: Rows) -> set[str]:
    """Return the schools that lists name in a column of their own."""
    sheets = (sheet for listing in rows.listings for sheet in listing.table.sheets)
    if not any("school" in sheet.fields for sheet in sheets):
        return set()
    return {str(row.values["school"]) for row in rows if row.values.get("school")}


def _place(one: Difference) -> tuple[Any, ...]:
    """Return the place of a difference among the others: school, class, pupil."""
    row = one.place.row if one.place else 0
    return (one.kind == "faulty", one.school, one.class_, one.student_number, one.subject, row)


class _Run:
    """The comparison of one source."""

    def __init__(self, name: str, side: Side, result: Result, limited: bool) -> None:
        self._name = name
        self._side = side
        self._result = result
        self._limited = limited

    def differences(self, rows: Rows) -> Iterator[Difference]:
        """Yield all differences, and count what became of the rows."""
        comparison = SOURCES[self._name].comparison(self._side)
        for row in rows:
            if row.row.usable and not self._aside(row):
                comparison.announce(row)
        for listing in rows.listings:
            self._result.counts.setdefault((self._name, listing.table.file), Counter())
        for row in rows:
            fate, found = self._judge(row, comparison)
            self._result.counts[self._name, row.file][fate] += 1
            yield from found
        yield from comparison.rest()

    def _aside(self, row: Listed) -> bool:
        """Whether a row is about a school that was not asked for."""
        school = row.values.get("school")
        return self._limited and bool(school) and school not in self._side.schools

    def _judge(self, row: Listed, comparison: Any) -> tuple[Fate, list[Difference]]:
        if row.row.ignored:
            self._result.ignored += [(row.file, fault) for fault in row.row.faults]
            return "no-data", []
        if self._aside(row):
            return "aside", []
        self._result.restored += [
            (row.file, fault) for fault in row.row.faults if fault.kind == "restored"
        ]
        school = str(row.values.get("school", ""))
        bad = [
            faulty(self._name, row, fault, school)
            for fault in row.row.faults
            if fault.kind in ("row", "cell")
        ]
        if not row.row.usable:
            return "faulty", bad
        judged = comparison.judge(row)
        fate: Fate = judged.fate
        if fate == "same" and bad:
            fate = "faulty"
        return fate, [*judged.differences, *bad]
