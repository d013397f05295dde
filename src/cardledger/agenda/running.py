"""Running the agenda: the lines and rows of each school are read, then every item is asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

from cardledger import datacheck, ids
from cardledger.agenda.entry import Entry
from cardledger.agenda.items import ITEMS
from cardledger.agenda.office import Faults, Office
from cardledger.audit.history import History
from cardledger.audit.setting import Setting
from cardledger.book import fold
from cardledger.errors import NotFound
from cardledger.i18n import Translator, _
from cardledger.ledger import Ledger
from cardledger.moments import Moment, day_of, end_of, parse_date
from cardledger.replay import Replay
from cardledger.replay.sources import FoldedRows, Source, StoredRows
from cardledger.states import AWAY
from cardledger.streams import PAGE, Cut, some_subjects

Progress = Callable[[int, int], None]


class Due(NamedTuple):
    """One entry of a school's agenda, with its item."""

    school: str
    item: str
    title: str
    entry: Entry

    def as_row(self, translate: Translator = str) -> dict[str, Any]:
        """Return the keys of the JSON."""
        entry = self.entry
        return {
            "school": self.school,
            "due": entry.due.isoformat() if entry.due else None,
            "state": entry.state,
            "item": self.item,
            "detail": entry.detail(translate),
            "todo": entry.todo(translate) or None,
            "count": entry.count,
            "subjects": list(entry.subjects),
            "positions": list(entry.positions),
        }


def agenda(
    ledger: Ledger,
    *,
    schools: Collection[str] = (),
    every: bool = False,
    at: str | None = None,
    progress: Progress = lambda _done, _total: None,
) -> Iterator[Due]:
    """Yield what stands on the agenda, school by school, by the day on which it is due.

    schools: their codes, the default school by default; `every`: all of the ledger. at: the day;
    one that is past is seen as of its end, one that is to come with what is known now. Raises
    `NotFound` for a school that the ledger does not have, `BadValue` for what is no day or code.
    """
    day = parse_date(at) if at else day_of(ledger.clock())
    ours = {code for code, one in ledger.reference().schools.items() if one.known}
    ours.add(ledger.default_school)
    wanted = [str(ids.parse_school_code(code)) for code in schools]
    wanted = wanted or [ledger.default_school]
    for code in wanted:
        if code not in ours:
            raise NotFound(
                _("School {school} is not in this ledger."),
                hint=_("See the schools with: cardledger school list"),
                school=code,
            )
    codes = sorted(ours if every else set(wanted))
    with _Gathering(ledger, day, codes) as gathering:
        for done, code in enumerate(codes):
            progress(done, len(codes))
            yield from due_at(gathering.office(code))
        progress(len(codes), len(codes))


def due_at(office: Office) -> Iterator[Due]:
    """Yield what stands on the agenda of one school, what has no day at the end."""
    found = [
        Due(office.school, code, item.TITLE, entry)
        for code, item in ITEMS.items()
        for entry in item.entries(office)
    ]
    # Sorting is stable: of the same day the items keep their order.
    yield from sorted(found, key=lambda one: one.entry.due or date.max)


class _Gathering:
    """Reads what the agendas of some schools need: one pass over the rows for all of them."""

    def __init__(self, ledger: Ledger, day: date, schools: Collection[str]) -> None:
        self._ledger = ledger
        past = day < day_of(ledger.clock())
        self._moment: Moment = end_of(day) if day != day_of(ledger.clock()) else ledger.clock()
        self._cut = Cut(until=self._moment) if past else Cut()
        reference = fold(ledger.reference_lines(ledger.head()), self._cut.until)
        self._policies = tuple(reference.policies)
        self._schools = frozenset(schools)
        #: Subjects of each school, by the projection that has them.
        self._subjects: dict[tuple[str, str], set[str]] = {}

    def __enter__(self) -> _Gathering:
        Replay(self._ledger).catch_up()
        self._snapshot = self._ledger.log.snapshot()
        stored = StoredRows(self._snapshot.__enter__())
        past = self._cut.until is not None
        self._source: Source = FoldedRows(self._ledger.log, self._cut) if past else stored
        row: Any
        for key, row in stored.rows("terms"):
            for school in {stay[2] for stay in row.stays}:
                self._note(school, "roster", key)
        for name in ("cards", "boxes", "numbers"):
            for key, row in stored.rows(name):
                self._note(row.school, name, key)
        return self

    def __exit__(self, *error: Any) -> None:
        self._snapshot.__exit__(*error)

    def _note(self, school: str, name: str, key: str) -> None:
        if school in self._schools:
            self._subjects.setdefault((school, name), set()).add(key)

    def office(self, school: str) -> Office:
        """Return the office of one school."""
        ledger, cut = self._ledger, self._cut
        setting = Setting(moment=self._moment, policies=self._policies)
        pupils = self._histories("student", self._subjects.get((school, "roster"), ()))
        numbers = set(self._subjects.get((school, "cards"), ()))
        numbers |= {card for one in pupils.values() for card in one.student.cards}
        cards: dict[str, Any] = self._rows("cards", numbers)
        old = [
            key for key, row in cards.items() if row.state == "outstanding" and row.school == school
        ]
        lines = list(ledger.lines((f"school:{school}",)))
        return Office(
            school=school,
            moment=self._moment,
            setting=setting,
            lines=History("school", school, lines, cut),
            pupils=pupils,
            cards=cards,
            boxes=self._rows("boxes", self._subjects.get((school, "boxes"), ())),
            numbers=self._rows("numbers", self._subjects.get((school, "numbers"), ())),
            outstanding=self._histories("card", old),
            faults=lambda: faults_of(ledger, school, pupils, setting),
        )

    def _rows(self, name: str, keys: Collection[str]) -> dict[str, Any]:
        return dict(self._source.find(name, keys)) if keys else {}

    def _histories(self, kind: str, keys: Collection[str]) -> dict[str, History]:
        every = some_subjects(self._ledger.log, kind, keys, self._cut)
        return {key: History(kind, key, lines, self._cut) for key, lines in every}


def faults_of(ledger: Ledger, school: str, pupils: dict[str, History], setting: Setting) -> Faults:
    """Return what the data check finds in the pupils of a school who are not away."""
    day = day_of(setting.moment)
    rules = datacheck.Setting(day=day, policy=setting.policy(setting.moment))
    students = [history.student for history in pupils.values()]
    mine = iter([one for one in students if one.school == school and one.status not in ("", *AWAY)])
    faults = checked = closed = 0
    faulty: list[str] = []
    while part := list(islice(mine, PAGE)):
        if ledger.keys is not None:
            # All keys in one query: the texts are opened one by one.
            ledger.keys.keys(student.id for student in part)
        for student in part:
            pupil = datacheck.Pupil(state=student, facts=ledger.opened(student))
            if datacheck.closed(pupil):
                closed += 1
                continue
            checked += 1
            found = sum(1 for _fault in datacheck.check(pupil, rules))
            faults += found
            faulty += [student.id] if found else []
    return Faults(faults, tuple(faulty), checked, closed)
