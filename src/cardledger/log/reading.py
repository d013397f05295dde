"""Reading the log in pages, none of which holds a transaction open.

Lines never change and arrive in the order of their seq, so that pages read one after the other
up to one seq are as good as one snapshot.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Final

from cardledger.errors import IntegrityBroken
from cardledger.i18n import _
from cardledger.log.database import Database
from cardledger.log.rows import Line
from cardledger.log.selection import Selection

#: Lines read at a time: about a megabyte.
PAGE: Final = 4000
#: Seqs that a search with a limit looks through at first.
FIRST_WINDOW: Final = 10_000
#: Bytes of a line that is not read again for each of its tags, and of all those that are kept.
LARGE: Final = 2048
KEPT: Final = 32 << 20

_COLUMNS: Final = "seq, position, origin, name, data, tags"


def head(database: Database) -> int:
    """Return the seq of the last line, 0 where there is none."""
    with database.reading() as session:
        row = session.one("SELECT max(seq) FROM line")
    return (row and row[0]) or 0


def read_all(database: Database, after: int, upto: int) -> Iterator[Line]:
    """Return all lines with after < seq <= upto."""
    where = "WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?"
    statement = f"SELECT {_COLUMNS} FROM line {where}"  # nosec B608 # our own columns
    while after < upto:
        with database.reading() as session:
            rows = session.all(statement, [after, upto, PAGE])
        yield from map(Line._make, rows)
        if len(rows) < PAGE:
            return
        after = rows[-1][0]


def read_selected(
    database: Database, selection: Selection, after: int, upto: int, *, limited: bool = False
) -> Iterator[Line]:
    """Return the lines of a selection with after < seq <= upto, each once, in the order of seq.

    The first page searches the whole range, or, when only a few lines will be taken (`limited`),
    a window of it. Later windows follow from how close together the lines were found, so that no
    part of a long range is searched again for every page.
    """
    if selection.nothing:
        return
    statement = database.page_sql.format(seqs=selection.seqs)
    end = min(upto, after + FIRST_WINDOW) if limited else upto
    while after < upto:
        with database.reading() as session:
            rows = session.all(statement, [*selection.values(after, end), PAGE])
        yield from map(Line._make, rows)
        reached = rows[-1][0] if len(rows) == PAGE else end
        end = min(upto, reached + 2 * (reached - after))
        after = reached


def read_line(database: Database, seq: int) -> Line | None:
    """Return one line, None where there is none of that seq."""
    with database.reading() as session:
        statement = f"SELECT {_COLUMNS} FROM line WHERE seq = ?"  # nosec B608 # our own columns
        row = session.one(statement, [seq])
    return Line._make(row) if row is not None else None


def read_by_tag(
    database: Database, lower: str, upper: str, upto: int
) -> Iterator[tuple[str, Line]]:
    """Return the lines with tags in lower <= tag < upper, in the order of (tag, seq).

    A line comes once for each of its tags in that range. Tags are ordered by their bytes.
    """
    tag, seq, ordinal = lower, 0, -1
    last: tuple[str, int] | None = None
    large = _Large(database)
    while True:
        values = [LARGE, tag, seq, ordinal, upper, upto, PAGE]
        with database.reading() as session:
            rows = session.all(database.by_tag_sql, values)
        for row in rows:
            found = (row[0], row[2])
            # A foreign line may carry a tag twice.
            if found != last:
                yield row[0], large.line(row[2]) if row[6] is None else Line._make(row[2:])
            last = found
        if len(rows) < PAGE:
            return
        tag, ordinal, seq = rows[-1][:3]


class _Large:
    """Large lines, each read by itself, the last few of them kept.

    A filing is met once for each of its cards, one after the other: a page that held it as often
    would take the square of what it is.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: OrderedDict[int, Line] = OrderedDict()
        self._bytes = 0

    def line(self, seq: int) -> Line:
        """Return a line that is there."""
        line = self._kept.get(seq)
        if line is None:
            line = read_line(self._database, seq)
            if line is None:
                raise IntegrityBroken(_("Line {position} is missing."), position=seq)
            self._bytes += len(line.data)
            self._kept[seq] = line
            while self._bytes > KEPT and len(self._kept) > 1:
                self._bytes -= len(self._kept.popitem(last=False)[1].data)
        self._kept.move_to_end(seq)
        return line


def read_tags(database: Database, lower: str, upper: str) -> Iterator[str]:
    """Return the tags with lower <= tag < upper, each once, in the order of their bytes."""
    statement = "SELECT DISTINCT tag FROM tag WHERE tag {} ? AND tag < ? ORDER BY tag LIMIT ?"
    beyond, after = ">=", lower
    while True:
        with database.reading() as session:
            rows = session.all(statement.format(beyond), [after, upper, PAGE])
        for row in rows:
            yield row[0]
        if len(rows) < PAGE:
            return
        beyond, after = ">", rows[-1][0]


def read_bounds(database: Database, lower: str, upper: str, step: int) -> Iterator[str]:
    """Return tags that part those with lower < tag < upper into shares of about `step` rows."""
    statement = "SELECT tag FROM tag WHERE tag > ? AND tag < ? ORDER BY tag LIMIT 1 OFFSET ?"
    after = lower
    while True:
        with database.reading() as session:
            row = session.one(statement, [after, upper, step])
        if row is None:
            return
        after = row[0]
        yield after
