"""The log: create it, open it, append to it, read it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from cardledger.errors import (
    BadValue,
    CardledgerError,
    IntegrityBroken,
    LedgerExists,
    LedgerMissing,
    NotALedger,
)
from cardledger.i18n import _
from cardledger.log import appending, reading
from cardledger.log.appending import Sign
from cardledger.log.database import DEFAULT_TIMEOUT, Database, Session, Watch
from cardledger.log.place import database_at
from cardledger.log.rows import Entry, Line, Match
from cardledger.log.schema import FORMAT, FORMAT_KEY, NAME_INDEX, ORIGIN_KEY, metadata
from cardledger.log.selection import NO_END, Selection, select_matches, select_tags
from cardledger.log.tree import fetch_entries, load_frontier
from cardledger.tlog import TileNodes, consistency_proof, inclusion_proof, tree_root

_TABLES: Final = frozenset(metadata.tables)
#: The formats of this and other versions.
_FORMATS: Final = re.compile(r"cardledger-log/[0-9]+", re.ASCII)


class Log:
    """Lines in the order of their arrival, on SQLite or PostgreSQL; `create` and `open` make one.

    May be used by several threads at once; a process that forks opens one of its own.
    """

    def __init__(self, database: Database, origin: str) -> None:
        self._database = database
        self.origin = origin

    @classmethod
    def create(
        cls,
        place: str | Path,
        *,
        origin: str,
        timeout: float = DEFAULT_TIMEOUT,
        index_names: bool = False,
        beside_others: bool = False,
    ) -> Log:
        """Make the tables of an empty log whose own lines belong to `origin`; then open it.

        `origin` is the first line of its checkpoints: one line that nobody else uses.
        `index_names` keeps reading by name cheap, at a cost for every line. Raises LedgerExists,
        and NotALedger for a SQLite file that holds something else, unless `beside_others`.
        """
        if not origin.strip() or not origin.isprintable():
            raise BadValue(_("{origin} cannot be the name of a log."), origin=repr(origin))
        database = database_at(place, timeout)
        try:
            database.prepare_to_create()
            with database.writing() as session:
                _check_vacant(database, database.tables(session), beside_others)
                metadata.create_all(session.connection)
                if index_names:
                    session.run(NAME_INDEX)
                about = [(FORMAT_KEY, FORMAT), (ORIGIN_KEY, origin)]
                session.insert("about", ("key", "value"), about)
                session.insert("frontier", ("origin", "size", "hashes"), [(origin, 0, b"")])
        except BaseException:
            database.close()
            raise
        return cls(database, origin)

    @classmethod
    def open(cls, place: str | Path, *, timeout: float = DEFAULT_TIMEOUT) -> Log:
        """Open the log at a path or URL.

        Raises LedgerMissing where there is none, NotALedger for something else or for a log of
        another version of this program, IntegrityBroken where a table of it was taken away.
        """
        database = database_at(place, timeout)
        try:
            database.check_to_open()
            with database.reading() as session:
                origin = _read_origin(database, session)
                database.opened(session)
                return cls(database, origin)
        except BaseException:
            database.close()
            raise

    @property
    def place(self) -> str:
        """Where the log is, without a password."""
        return self._database.shown

    @property
    def engine(self) -> Engine:
        """The engine, for tables of others beside the log's."""
        return self._database.engine

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Give a connection that sees one state of all tables, whatever is written meanwhile."""
        database = self._database
        with database.errors(), database.engine.connect() as connection:
            yield connection.execution_options(**database.snapshot_options)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a transaction for tables of others while nobody else writes, all of it or nothing.

        Raises LedgerBusy when another writer does not end in time.
        """
        with self._database.writing() as session:
            yield session.connection

    def may_change(self, table: str) -> bool:
        """Whether this program may write to a table of others, or make it where it is missing."""
        with self._database.reading() as session:
            return self._database.may_change(session, table)

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def head(self) -> int:
        """Return the seq of the last line, 0 where there is none."""
        return reading.head(self._database)

    def append(
        self,
        entries: Iterable[Entry],
        *,
        unless: Collection[str] = (),
        unless_any: Iterable[Match] = (),
        after: int = 0,
        sign: Sign | None = None,
    ) -> range:
        """Append entries in one transaction, which is on the disk on return; return their seqs.

        Raises Conflict, and nothing is written, if a line with seq > `after` has any tag of
        `unless` or is described by any of `unless_any`. `sign(size, root)` returns the note of
        the checkpoint, which is kept in the same transaction. Raises LedgerBusy when another
        writer does not end in time. Memory does not grow with the number of entries.
        """
        database = self._database
        condition = select_tags(database, unless) | select_matches(database, unless_any)
        return appending.append(
            database, self.origin, entries, unless=condition, after=after, sign=sign
        )

    def read(
        self, *, tags: Collection[str] | None = None, after: int = 0, upto: int | None = None
    ) -> Iterator[Line]:
        """Return the lines with any of `tags` (None: all) and after < seq <= upto (None: head).

        In the order of seq, each once. Without `upto` the end is fixed when the first line is
        asked for; a decision fixes it before, by `head`, and appends on the condition after it.
        """
        if tags is None:
            return self._read(Selection(everything=True), after, upto)
        return self._read(select_tags(self._database, tags), after, upto)

    def search(
        self,
        matches: Iterable[Match],
        *,
        after: int = 0,
        upto: int | None = None,
        limited: bool = False,
    ) -> Iterator[Line]:
        """Return the lines that any of `matches` describes, as `read` does.

        `limited` says that only a few of them will be taken.
        """
        return self._read(select_matches(self._database, matches), after, upto, limited)

    def _read(
        self, selection: Selection, after: int, upto: int | None, limited: bool = False
    ) -> Iterator[Line]:
        end = self.head() if upto is None else upto
        if selection.everything:
            yield from reading.read_all(self._database, after, end)
        else:
            yield from reading.read_selected(self._database, selection, after, end, limited=limited)

    def read_by_tag(
        self,
        prefix: str,
        *,
        lower: str | None = None,
        upper: str | None = None,
        upto: int | None = None,
    ) -> Iterator[tuple[str, Line]]:
        """Return (tag, line) for tags that begin with `prefix`, in the order of (tag, seq).

        `lower` <= tag < `upper` cuts a share out of them. Tags are ordered by code points.
        """
        first, end = prefix, _successor(prefix)
        first = max(first, lower) if lower is not None else first
        end = min(end, upper) if upper is not None else end
        return reading.read_by_tag(self._database, first, end, NO_END if upto is None else upto)

    def tags(self, prefix: str) -> Iterator[str]:
        """Return all tags that begin with `prefix`, each once, in the order of code points.

        Only the key of the tags is read, and no line.
        """
        return reading.read_tags(self._database, prefix, _successor(prefix))

    def tag_bounds(self, prefix: str, step: int) -> Iterator[str]:
        """Return tags that part those that begin with `prefix` into shares of about `step` rows.

        Each is the first of its share; the first share begins before all of them. Only the key of
        the tags is read, and no line.
        """
        return reading.read_bounds(self._database, prefix, _successor(prefix), step)

    def line(self, seq: int) -> Line | None:
        """Return one line, None where there is none of that seq."""
        return reading.read_line(self._database, seq)

    def size(self) -> int:
        """Return how many lines of our own origin there are."""
        with self._database.reading() as session:
            return load_frontier(session, self.origin).size

    def root(self, size: int | None = None) -> bytes:
        """Return the Merkle root over the first `size` lines of our own origin (None: all).

        This and the proofs raise BadValue for more lines than there are, and IntegrityBroken
        where part of the tree is missing.
        """
        if size is None:
            with self._database.reading() as session:
                return load_frontier(session, self.origin).root()
        with self._nodes(size) as nodes:
            return tree_root(nodes, size)

    def prove_line(self, position: int, size: int) -> list[bytes]:
        """Return the proof that the line at `position` is among the first `size` lines."""
        if not 1 <= position <= size:
            raise BadValue(
                _("Position {position} is not among the first {size} lines."),
                position=position,
                size=size,
            )
        with self._nodes(size) as nodes:
            return inclusion_proof(nodes, position - 1, size)

    def prove_growth(self, old: int, new: int) -> list[bytes]:
        """Return the proof that the first `new` lines begin with the first `old` lines."""
        if not 0 <= old <= new:
            raise BadValue(_("{old} lines cannot have become {new}."), old=old, new=new)
        with self._nodes(new) as nodes:
            return consistency_proof(nodes, old, new)

    @contextmanager
    def _nodes(self, size: int) -> Iterator[TileNodes]:
        """Give the tree of the first `size` lines."""
        with self._database.reading() as session:
            there = load_frontier(session, self.origin).size
            if not 0 <= size <= there:
                raise BadValue(_("There are {there} lines, not {size}."), there=there, size=size)
            try:
                yield TileNodes(partial(fetch_entries, session, self.origin))
            except ValueError as error:
                raise IntegrityBroken(
                    _("The tree of {origin} is damaged: {reason}."),
                    origin=self.origin,
                    reason=error,
                ) from error

    def checkpoint(self) -> str | None:
        """Return the latest signed note that is kept in the database."""
        with self._database.reading() as session:
            row = session.one("SELECT note FROM checkpoint WHERE origin = ?", [self.origin])
        return row[0] if row is not None else None

    def watch(self) -> Watch:
        """Return something that tells when lines are written, also by other processes."""
        return self._database.watch()


def _check_vacant(database: Database, tables: set[str], beside_others: bool) -> None:
    """Raise where the tables of a log are, or cannot be made."""
    if tables >= _TABLES:
        raise LedgerExists(place=database.shown)
    if tables & _TABLES or (tables and not database.is_shared and not beside_others):
        raise NotALedger(_("{place} holds tables of something else."), place=database.shown)


def _read_origin(database: Database, session: Session) -> str:
    """Return the origin of the log that is there; raise where there is none."""
    tables = database.tables(session)
    if not tables or (database.is_shared and not tables & _TABLES):
        raise LedgerMissing(place=database.shown)
    if missing := sorted(_TABLES - tables):
        raise _incomplete(database, session, missing)
    about = _about(session)
    stored = about.get(FORMAT_KEY)
    if stored != FORMAT and isinstance(stored, str) and _FORMATS.fullmatch(stored):
        raise NotALedger(
            hint=_("It was made by another version of cardledger (format {format})."),
            place=database.shown,
            format=stored,
        )
    # With all its tables it is a log: whatever it says of itself was altered.
    if stored != FORMAT or not isinstance(about.get(ORIGIN_KEY), str):
        raise IntegrityBroken(
            _("What {place} says of itself was altered: format {format}, name {name}."),
            place=database.shown,
            format=stored,
            name=about.get(ORIGIN_KEY),
        )
    return str(about[ORIGIN_KEY])


def _about(session: Session) -> dict[str, object]:
    return dict(map(tuple, session.all("SELECT key, value FROM about")))


def _incomplete(database: Database, session: Session, missing: list[str]) -> CardledgerError:
    """Return what it means that tables are missing: a log is made with all of them at once."""
    about: dict[str, object] = {}
    if "about" not in missing:
        with suppress(DBAPIError, *database.driver_errors):
            about = _about(session)
    # Tables of these names alone may be somebody else's; most of them together are a log.
    if about.get(FORMAT_KEY) != FORMAT and len(missing) > 1:
        return NotALedger(place=database.shown)
    return IntegrityBroken(
        _("The table {table} of {place} is missing."), table=missing[0], place=database.shown
    )


def _successor(prefix: str) -> str:
    """Return the first text, in the order of code points, after all that begin with `prefix`."""
    last = ord(prefix[-1]) + 1
    # There are no characters between these two.
    return prefix[:-1] + chr(0xE000 if 0xD800 <= last < 0xE000 else last)
