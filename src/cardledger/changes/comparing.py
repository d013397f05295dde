"""Comparing rows: what was added, removed or changed, field by field, and because of which lines.

Which line changed a field is found by folding the subject anew while the lines that make the
difference are put in one by one, in the order in which things happened. A field that changes
without any line (a grade, by the calendar) names none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, NamedTuple

from cardledger.book import order_of
from cardledger.changes.sides import Side, near_keys
from cardledger.events import Line
from cardledger.i18n import _
from cardledger.ledger import Ledger
from cardledger.replay.folding import fold_subject
from cardledger.replay.showing import names_of
from cardledger.streams import Cut, some_subjects
from projections import PROJECTIONS, Column, Row, Shown, View

#: The projections that are compared: each row is one subject, whose key is the first column.
TABLES: Final = ("roster", "cards", "boxes")
FILTERS: Final = ("school", "class", "cohort")

COLUMNS: Final = (
    Column("table", _("Table"), "code"),
    Column("change", _("Change"), "code"),
    Column("subject", _("Subject"), "id"),
    Column("student_number", _("Student number"), "id", 1),
    Column("name", _("Name")),
    Column("school", _("School"), "id", 3),
    Column("class", _("Class"), "text", 2),
    Column("field", _("Field"), "code"),
    Column("old", _("Before")),
    Column("new", _("After")),
    Column("positions", _("Lines"), "list"),
)

#: Subjects that are read and compared at once.
_CHUNK: Final = 200
#: So many lines are put in one by one; where more make the difference, all are named.
_STEPS: Final = 200
#: The kind of subject whose rows are shown with those of another.
_NEAR: Final = {"student": "card", "card": "student"}

Key = tuple[str, str]
#: Student number, name, school and class.
About = tuple[Any, Any, Any, Any]


class Change(NamedTuple):
    """A row that was added or removed, or a field of a row that changed.

    change: `added`, `removed` or `changed`. field: empty for a whole row, which then is `new` or
    `old`. positions: the lines because of which.
    """

    table: str
    change: str
    subject: str
    student_number: str | None
    name: str | None
    school: str | None
    class_: str | None
    field: str
    old: Any
    new: Any
    positions: list[int]

    def as_row(self) -> dict[str, Any]:
        """Return the change with the keys of `COLUMNS`."""
        return {name.rstrip("_"): value for name, value in self._asdict().items()}


class _Rows:
    """Rows of a few subjects, folded from the lines that count, when they are asked for."""

    def __init__(
        self,
        lines: Mapping[Key, Collection[Line]],
        counting: Callable[[Collection[Line]], Collection[Line]],
    ) -> None:
        self._lines = lines
        self._counting = counting
        self._known: dict[Key, Row | None] = {}

    def row(self, name: str, key: str) -> Row | None:
        """Return the row of a subject in a projection, none where it has none."""
        if (name, key) not in self._known:
            lines = self._counting(self._lines.get((PROJECTIONS[name].SUBJECT, key), ()))
            self._known[name, key] = fold_subject(key, lines, [name])[name]
        return self._known[name, key]

    def find(self, name: str, keys: Collection[str]) -> dict[str, Any]:
        """Return the rows of some subjects; those without a row are left out."""
        return {key: row for key in keys if (row := self.row(name, key)) is not None}


@dataclass
class _Chunk:
    """Some subjects of a table with all lines that their shown rows depend on."""

    ledger: Ledger
    table: str
    keys: list[str]
    before: Side
    after: Side
    lines: dict[Key, list[Line]] = field(default_factory=dict)
    near: dict[str, set[str]] = field(default_factory=dict)
    #: Names are opened once for both sides: they are what takes time.
    _names: dict[str, tuple[Any, str | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        log, kind = self.ledger.log, PROJECTIONS[self.table].SUBJECT
        every = Cut(max(self.before.upto, self.after.upto))
        for key, lines in some_subjects(log, kind, self.keys, every):
            self.lines[kind, key] = lines
        other = _NEAR.get(kind)
        if other is not None:
            for key in self.keys:
                events = (line.event for line in self.lines[kind, key])
                self.near[key] = {one for event in events for one in near_keys(event, other)}
            wanted = set().union(*self.near.values())
            for key, lines in some_subjects(log, other, wanted, every):
                self.lines[other, key] = lines

    def rows(self, side: Side) -> _Rows:
        return _Rows(self.lines, side.counting)

    def shown(self, rows: _Rows, side: Side, keys: Iterable[str]) -> dict[str, Shown]:
        """Return the rows of some subjects as they are shown on a side."""
        projection = PROJECTIONS[self.table]
        view = View(
            moment=side.moment,
            asked=True,
            policies=side.policies,
            find=rows.find,
            names=self.named,
        )
        own = [(key, row) for key in keys if (row := rows.row(self.table, key)) is not None]
        shown = projection.present(iter(own), view)
        return {key: one for (key, _row), one in zip(own, shown, strict=True)}

    def named(self, sealed: Mapping[str, Any]) -> dict[str, str | None]:
        """Return names of pupils by their ids, as far as they open."""
        unknown = {
            key: texts
            for key, texts in sealed.items()
            if key not in self._names or self._names[key][0] != texts
        }
        for key, name in names_of(self.ledger, unknown).items():
            self._names[key] = (unknown[key], name)
        return {key: self._names[key][1] for key in sealed}

    def holder(self, rows: _Rows, key: str) -> Any:
        """Return the roster's row of a pupil, or of a card's holder."""
        if self.table == "roster":
            return rows.row("roster", key)
        card: Any = rows.row("cards", key) if self.table == "cards" else None
        return rows.row("roster", card.student) if card is not None and card.student else None

    def all_lines(self, key: str) -> dict[int, Line]:
        """Return all lines on which the row of a subject may depend, by their positions."""
        kind = PROJECTIONS[self.table].SUBJECT
        keys = [(kind, key), *((_NEAR[kind], one) for one in self.near.get(key, ()))]
        return {line.position: line for one in keys for line in self.lines[one]}


Placed = tuple[tuple[Any, ...], list[Change]]


def compare(
    ledger: Ledger,
    table: str,
    keys: Iterable[str],
    before: Side,
    after: Side,
    where: Mapping[str, set[Any]],
) -> Iterator[Placed]:
    """Yield what changed of some subjects of a table, each with its place in that table.

    `where`: values of school, class and cohort of which a row must have one, before or after.
    """
    remaining = iter(sorted(keys))
    while part := list(islice(remaining, _CHUNK)):
        chunk = _Chunk(ledger, table, part, before, after)
        sides = [(chunk.rows(side), side) for side in (before, after)]
        old, new = (chunk.shown(rows, side, part) for rows, side in sides)
        for key in part:
            was, now = old.get(key), new.get(key)
            if was == now:
                continue
            places = [
                _place(table, row, chunk.holder(rows, key))
                for row, (rows, _side) in zip((was, now), sides, strict=True)
                if row is not None
            ]
            if all(any(place[name] in where[name] for place in places) for name in where):
                named = _named(chunk, key, sides, was, now)
                changes = list(_changes(chunk, key, named, was, now))
                yield PROJECTIONS[table].order(now or was or {}), changes


def _place(table: str, row: Shown, holder: Any) -> dict[str, Any]:
    """Return school, class and cohort of a row; the class of a card is its holder's."""
    place = {name: row.get(name) for name in FILTERS}
    if table == "cards" and holder is not None:
        place["class"] = holder.class_
    return place


def _named(
    chunk: _Chunk,
    key: str,
    sides: Sequence[tuple[_Rows, Side]],
    was: Shown | None,
    now: Shown | None,
) -> About:
    """Return whom or what a change is about, for people: number, name, school and class."""
    row = now or was or {}
    rows, _side = sides[1 if now is not None else 0]
    holder = chunk.holder(rows, key)
    name = row.get("name")
    if chunk.table == "cards" and holder is not None:
        student = row["student"]
        name = chunk.named({student: holder.sealed})[student]
    class_ = _place(chunk.table, row, holder)["class"]
    return row.get("student_number"), name, row.get("school"), class_


def _changes(
    chunk: _Chunk, key: str, named: About, was: Shown | None, now: Shown | None
) -> Iterator[Change]:
    reasons = _Reasons(chunk, key)
    if was is None or now is None:
        change = "added" if was is None else "removed"
        yield Change(chunk.table, change, key, *named, "", was, now, reasons.all())
        return
    fields = [name for name in now if was[name] != now[name]]
    because = reasons.of(fields)
    for name in fields:
        because_of = because[name]
        yield Change(chunk.table, "changed", key, *named, name, was[name], now[name], because_of)


class _Reasons:
    """The lines that make the difference for one subject."""

    def __init__(self, chunk: _Chunk, key: str) -> None:
        self._chunk = chunk
        self._key = key
        lines = self._lines = chunk.all_lines(key)
        self._before, after = (
            {line.position for line in side.counting(lines.values())}
            for side in (chunk.before, chunk.after)
        )
        self._differ = sorted(self._before ^ after, key=lambda one: order_of(lines[one]))
        self._voids = chunk.before.voids(lines.values()) | chunk.after.voids(lines.values())

    def all(self) -> list[int]:
        """Return those about the subject itself; one that is void is there as what voids it."""
        kind = PROJECTIONS[self._chunk.table].SUBJECT
        own = {line.position for line in self._chunk.lines[kind, self._key]}
        return sorted({self._voids.get(one, one) for one in self._differ if one in own})

    def of(self, fields: Sequence[str]) -> dict[str, list[int]]:
        """Return for each field the lines that changed it."""
        if len(self._differ) > _STEPS:
            every = sorted({self._voids.get(one, one) for one in self._differ})
            return dict.fromkeys(fields, every)
        found: dict[str, set[int]] = {name: set() for name in fields}
        counted = set(self._before)
        last = self._row(counted)
        for position in self._differ:
            counted ^= {position}
            row = self._row(counted)
            for name in fields:
                if row.get(name) != last.get(name):
                    found[name].add(self._voids.get(position, position))
            last = row
        return {name: sorted(positions) for name, positions in found.items()}

    def _row(self, counted: set[int]) -> Shown:
        """Return the row of the subject where these lines count, as the later side shows it."""
        rows = _Rows(
            self._chunk.lines, lambda lines: [one for one in lines if one.position in counted]
        )
        return self._chunk.shown(rows, self._chunk.after, [self._key]).get(self._key, {})
