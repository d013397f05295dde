"""Checking: every row is folded again and compared with what is stored; receipts.

A difference names the line from which the fold has the right value, so that whoever changed a
table can be asked about that line.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection

from cardledger.errors import LedgerBusy, RowsBehind
from cardledger.events import Line
from cardledger.log import Log
from cardledger.replay import tables
from cardledger.replay.folding import encoded, fold_subject, subject_groups
from cardledger.replay.keeping import ATTEMPTS, catch_up, share_of, silent
from cardledger.replay.tables import Cursor
from cardledger.replay.version import code_version, overall_version
from cardledger.streams import Cut, Progress, subjects_of
from projections import PROJECTIONS

#: Differences that are kept: those of the smallest positions. All are counted.
LIMIT: Final = 1000


class Difference(NamedTuple):
    """A field of a row in which the table differs from the fold of the lines.

    field: empty for a whole row, which is missing, superfluous or unreadable. stored, folded: the
    values; none where there is no row. position: the line from which the fold has its value, 0
    where no line speaks of the subject.
    """

    position: int
    projection: str
    subject: str
    field: str
    stored: Any
    folded: Any


class Checked(NamedTuple):
    """What a check found: up to which line, how many rows were compared, what differs.

    differences: those of the smallest positions first, at most `LIMIT` of the `found` ones.
    """

    position: int
    rows: int
    found: int
    differences: list[Difference]

    @property
    def ok(self) -> bool:
        """Whether the tables are what the lines add up to."""
        return self.found == 0


class Receipt(NamedTuple):
    """What two auditors compare: it needs no key, and is the same on every copy of a history.

    position: the last line. root: the Merkle root over all lines, in hexadecimal. projections:
    the SHA-256 of each table, over `subject tab row newline` in the order of the subjects. code:
    the version of the program and a hash of the code that folds.
    """

    position: int
    root: str
    projections: dict[str, str]
    code: str


class _Table:
    """The stored rows of a projection, walked beside the fold in the order of the subjects."""

    def __init__(self, connection: Connection, name: str) -> None:
        self._rows = tables.stream(connection, name)
        self._next = next(self._rows, None)

    def before(self, subject: str | None) -> Iterator[tuple[str, bytes]]:
        """Yield the rows of subjects that come before one; all that remain where it is none."""
        while self._next is not None and (subject is None or self._next[0] < subject):
            yield self._next
            self._next = next(self._rows, None)

    def take(self, subject: str) -> bytes | None:
        """Return the row of a subject, if it has one."""
        if self._next is None or self._next[0] != subject:
            return None
        data = self._next[1]
        self._next = next(self._rows, None)
        return data


def check(log: Log, progress: Progress = silent) -> Checked:
    """Fold everything again and compare it with the tables, which are brought up to date before.

    Whoever may only read compares them with the lines up to which they are folded; raises
    RowsBehind where they are not all folded up to one line, by the code that is here.
    """
    _bring_up_to_date(log)
    first: list[tuple[int, int, Difference]] = []
    rows = found = 0
    with log.snapshot() as connection:
        cursors = tables.cursors(connection)
        upto = max(cursor.seq for cursor in cursors.values())
        groups = subject_groups(PROJECTIONS)
        for number, (subject, names) in enumerate(groups.items()):
            share = share_of(progress, number, len(groups), upto)
            for one in _compare(log, connection, subject, names, cursors, share):
                rows += 1
                for difference in one:
                    found += 1
                    # A heap of the smallest: the largest of them is the first to go.
                    item = (-difference.position, -found, difference)
                    if len(first) < LIMIT:
                        heapq.heappush(first, item)
                    else:
                        heapq.heappushpop(first, item)
    progress(upto * len(groups), upto * len(groups))
    differences = [item[2] for item in sorted(first, reverse=True)]
    return Checked(upto, rows, found, differences)


def _bring_up_to_date(log: Log) -> None:
    try:
        catch_up(log)
    except RowsBehind:
        stored = tables.cursors_of(log)
        expected = {name: code_version(name) for name in PROJECTIONS}
        versions = {name: cursor.version for name, cursor in stored.items()}
        positions = {cursor.seq for cursor in stored.values()}
        if versions != expected or len(positions) > 1:
            raise


def _compare(
    log: Log,
    connection: Connection,
    subject: str,
    names: Sequence[str],
    cursors: dict[str, Cursor],
    progress: Callable[[int], None],
) -> Iterator[list[Difference]]:
    """Yield the differences of each row, of those that are there and of those that should be."""
    stored = {name: _Table(connection, name) for name in names}
    upto = max(cursors[name].seq for name in names)
    for key, lines in subjects_of(log, subject, Cut(upto), progress):
        folded = fold_subject(key, lines, names)
        for name, table in stored.items():
            for other, data in table.before(key):
                yield [Difference(0, name, other, "", _plain(data), None)]
            data_of_key = table.take(key)
            expected = encoded(folded[name])
            if data_of_key == expected:
                if expected is not None:
                    yield []
            else:
                yield _differences(name, key, lines, data_of_key, expected)
    for name, table in stored.items():
        for other, data in table.before(None):
            yield [Difference(0, name, other, "", _plain(data), None)]


def _plain(data: bytes | None) -> Any:
    """Return what a stored row says; its text where that is not JSON."""
    if data is None:
        return None
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return bytes(data).decode(errors="replace")


def _differences(
    name: str, key: str, lines: list[Line], stored: bytes | None, folded: bytes | None
) -> list[Difference]:
    def since(part: Callable[[Any], Any]) -> int:
        return _since(_values(name, key, lines), part)

    is_now, should_be = _plain(stored), _plain(folded)
    if stored is None or folded is None:
        # Missing or superfluous: the line since which there is a row, or none.
        position = since(lambda row: row is None)
        return [Difference(position, name, key, "", is_now, should_be)]
    fields: list[str] = []
    if isinstance(is_now, dict):
        both = dict.fromkeys([*should_be, *is_now])
        fields = [field for field in both if is_now.get(field) != should_be.get(field)]
    if not fields:
        # No object at all, or the same values in another spelling.
        return [Difference(since(lambda row: row), name, key, "", is_now, should_be)]
    return [
        Difference(
            since(_field(field)),
            name,
            key,
            field,
            is_now.get(field),
            should_be.get(field),
        )
        for field in fields
    ]


def _field(field: str) -> Callable[[Any], Any]:
    return lambda row: row and row.get(field)


def _values(name: str, key: str, lines: list[Line]) -> Iterator[tuple[int, Any]]:
    """Yield the row after each line, from the last line to before the first."""
    arrived = sorted(lines)
    for count in range(len(arrived), -1, -1):
        position = arrived[count - 1].position if count else 0
        row = fold_subject(key, arrived[:count], [name])[name]
        yield position, _plain(encoded(row))


def _since(history: Iterator[tuple[int, Any]], part: Callable[[Any], Any]) -> int:
    """Return the position from which a part of a row has had its last value ever since."""
    since, row = next(history)
    last = part(row)
    for position, earlier in history:
        if part(earlier) != last:
            break
        since = position
    return since


def receipt(log: Log) -> Receipt:
    """Return the receipt of the tables, which are brought up to date before."""
    for _attempt in range(ATTEMPTS):
        _bring_up_to_date(log)
        with log.snapshot() as connection:
            cursors = tables.cursors(connection)
            positions = {cursors[name].seq for name in PROJECTIONS}
            # Another process that catches up moves one group of projections after the other.
            if len(positions) == 1:
                position = positions.pop()
                hashes = {name: _hash(connection, name) for name in PROJECTIONS}
                return Receipt(position, log.root(position).hex(), hashes, overall_version())
    raise LedgerBusy


def _hash(connection: Connection, name: str) -> str:
    digest = hashlib.sha256()
    for subject, data in tables.stream(connection, name):
        digest.update(b"%b\t%b\n" % (subject.encode(), data))
    return digest.hexdigest()
