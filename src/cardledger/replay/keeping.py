"""Keeping the rows up to date: catching up with new lines, and folding all of them anew."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import ExitStack
from typing import Final

from cardledger.errors import LedgerBusy, RowsBehind
from cardledger.log import Log
from cardledger.replay import tables
from cardledger.replay.folding import encoded, fold_all, fold_some, subject_groups
from cardledger.replay.tables import Cursor, Stored
from cardledger.replay.version import code_version
from cardledger.streams import Cut, Progress, Reader, Spool
from projections import PROJECTIONS

#: New lines whose subjects are folded and stored at once.
SLICE: Final = 20_000
#: Catching up reads all lines of every subject that is touched. Where more than one line in so
#: many is new, folding everything in one stream is cheaper.
WORTH_REBUILDING: Final = 16
#: How often catching up begins anew because another process moved a cursor meanwhile.
ATTEMPTS: Final = 100


class _Moved(Exception):
    """Another process moved a cursor: its rows are newer than the ones at hand."""


def silent(_done: int, _total: int) -> None:
    """Show no progress."""


def catch_up(log: Log, progress: Progress = silent) -> int:
    """Fold what was written since the last time; return the position that the rows are at.

    Safe with any number of processes at once: rows and cursor change together, and only if the
    cursor is where it was when the lines were read. A projection that is new, or whose code
    changed, is folded from the beginning. Raises RowsBehind where they can only be read.
    """
    for _attempt in range(ATTEMPTS):
        head = log.head()
        known = tables.cursors_of(log)
        stale = [name for name in PROJECTIONS if not _usable(known.get(name), name, head)]
        behind = min((known[name].seq for name in PROJECTIONS if name not in stale), default=head)
        gap = head - behind
        if gap > SLICE and gap * WORTH_REBUILDING > head:
            stale = list(PROJECTIONS)
        if (stale or behind < head) and not tables.may_change(log):
            raise RowsBehind
        if stale:
            rebuild(log, stale, progress)
            continue
        try:
            for seq in sorted({known[name].seq for name in PROJECTIONS}):
                names = [name for name in PROJECTIONS if known[name].seq == seq]
                _follow(log, names, seq, head, progress)
        except _Moved:
            continue
        return head
    raise LedgerBusy


def _usable(cursor: Cursor | None, name: str, head: int) -> bool:
    return cursor is not None and cursor.version == code_version(name) and cursor.seq <= head


def _follow(log: Log, names: Collection[str], seq: int, head: int, progress: Progress) -> None:
    """Fold the subjects of the lines after `seq` and store their rows, slice by slice."""
    first = seq
    while seq < head:
        upto = min(head, seq + SLICE)
        rows = _fold_new(log, names, seq, upto)
        with log.writing() as connection:
            for name in sorted(names):
                version = code_version(name)
                if not tables.advance(
                    connection, name, Cursor(seq, version), Cursor(upto, version)
                ):
                    raise _Moved
                tables.put(connection, name, rows[name])
        seq = upto
        progress(seq - first, head - first)


def _fold_new(log: Log, names: Collection[str], after: int, upto: int) -> dict[str, list[Stored]]:
    """Return the rows of all subjects of some lines, folded from all their lines."""
    groups = subject_groups(names)
    touched: dict[str, set[str]] = {subject: set() for subject in groups}
    reader = Reader()
    for raw in log.read(after=after, upto=upto):
        line = reader.line(raw)
        for tag in line.event.tags() if line is not None else ():
            subject, _colon, key = tag.partition(":")
            if subject in touched:
                touched[subject].add(key)
    rows: dict[str, list[Stored]] = {name: [] for name in names}
    for subject, members in groups.items():
        for key, folded in fold_some(log, subject, touched[subject], members, Cut(upto)):
            for name, row in folded.items():
                rows[name].append((key, encoded(row)))
    return rows


def rebuild(log: Log, names: Collection[str] = (), progress: Progress = silent) -> int:
    """Fold projections (all by default) from the beginning; return the position they are at.

    Nobody waits for the folding: the rows are replaced at its end, in one transaction.
    """
    tables.create(log)
    head = log.head()
    groups = subject_groups(names or PROJECTIONS)
    with ExitStack() as stack:
        spools: dict[str, Spool] = {}
        for number, (subject, members) in enumerate(groups.items()):
            new = {name: stack.enter_context(Spool()) for name in members}
            share = share_of(progress, number, len(groups), head)
            for key, folded in fold_all(log, subject, members, Cut(head), share):
                for name, row in folded.items():
                    data = encoded(row)
                    if data is not None:
                        new[name].add(key, data)
            spools |= new
        with log.writing() as connection:
            for name, spool in sorted(spools.items()):
                tables.replace(connection, name, spool, Cursor(head, code_version(name)))
    progress(head * len(groups), head * len(groups))
    return head


def share_of(progress: Progress, number: int, groups: int, head: int) -> Callable[[int], None]:
    """Return the progress of one stream among others, each of which reads at most every line."""
    return lambda lines: progress(number * head + min(lines, head), groups * head)
