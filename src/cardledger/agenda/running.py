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
from cardledger.errors import NotFound
from cardledger.i18n import Translator, _
from cardledger.ledger import Ledger
from cardledger.moments import Moment, day_of, end_of, parse_date
from cardledger.replay import Replay
from cardledger.replay.sources import FoldedRows, Source
from cardledger.states import AWAY
from cardledger.streams import PAGE, Cut, asked_for, reference_of, some_subjects

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
    as_of: str | None = None,
    known: str | None = None,
    progress: Progress = lambda _done, _total: None,
) -> Iterator[Due]:
    """Yield what stands on the agenda, school by school, by the day on which it is due.

    schools: their codes, the default school by default; `every`: all of the ledger. at: the day;
    one that is past is seen as of its end, one that is to come with what is known now. as_of: only
    what had happened by a day, a moment or `@position`, which is also the day, unless `at` names
    another; known: only what was written by then. Raises `NotFound` for a school that the ledger
    does not have, or did not have then, `BadValue` for what is no day, code or position.
    """
    moment, cut = _asked(ledger, at, as_of, known)
    reference = reference_of(ledger, cut)
    ours = {code for code, one in reference.schools.items() if one.known}
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
    setting = Setting(moment=moment, policies=tuple(reference.policies))
    with _Gathering(ledger, setting, cut, codes) as gathering:
        for done, code in enumerate(codes):
            progress(done, len(codes))
            yield from due_at(gathering.office(code))
        progress(len(codes), len(codes))


def _asked(
    ledger: Ledger, at: str | None, as_of: str | None, known: str | None
) -> tuple[Moment, Cut]:
    """Return the moment of which an agenda speaks, and the lines that count for it."""
    now = ledger.clock()
    asked = asked_for(ledger, as_of, known)
    if at is None:
        return (asked.moment, asked.cut) if asked else (now, Cut())
    day = parse_date(at)
    moment = now if day == day_of(now) else end_of(day)
    cut = asked.cut if asked else Cut()
    if moment < now:
        cut = cut._replace(until=min(moment, cut.until or moment))
    return moment, cut


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

    def __init__(
        self, ledger: Ledger, setting: Setting, cut: Cut, schools: Collection[str]
    ) -> None:
        self._ledger = ledger
        self._setting = setting
        self._cut = cut
        self._schools = frozenset(schools)
        #: Subjects of each school, by the projection that has them.
        self._subjects: dict[tuple[str, str], set[str]] = {}

    def __enter__(self) -> _Gathering:
        self._current = Replay(self._ledger).current()
        stored = self._current.__enter__()
        log, cut = self._ledger.log, self._cut
        self._source: Source = stored if cut == Cut() else FoldedRows(log, cut)
        # Who was ever at a school is in the tables, except for what was made void since then.
        short = cut.known is not None or cut.upto not in (None, self._ledger.head())
        ever: Source = FoldedRows(log, cut._replace(until=None)) if short else stored
        row: Any
        for key, row in ever.rows("terms"):
            for school in {stay[2] for stay in row.stays}:
                self._note(school, "roster", key)
        for name in ("cards", "boxes", "numbers"):
            for key, row in ever.rows(name):
                self._note(row.school, name, key)
        return self

    def __exit__(self, *error: Any) -> None:
        self._current.__exit__(*error)

    def _note(self, school: str, name: str, key: str) -> None:
        if school in self._schools:
            self._subjects.setdefault((school, name), set()).add(key)

    def office(self, school: str) -> Office:
        """Return the office of one school."""
        ledger, cut, setting = self._ledger, self._cut, self._setting
        pupils = self._histories("student", self._subjects.get((school, "roster"), ()))
        numbers = set(self._subjects.get((school, "cards"), ()))
        numbers |= {card for one in pupils.values() for card in one.student.cards}
        cards: dict[str, Any] = self._rows("cards", numbers)
        old = [
            key for key, row in cards.items() if row.state == "outstanding" and row.school == school
        ]
        lines = list(ledger.lines((f"school:{school}",), upto=cut.upto))
        return Office(
            school=school,
            moment=setting.moment,
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
