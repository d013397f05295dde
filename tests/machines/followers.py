"""Followers: consumers of the lines that run beside the writers, each in a process of its own.

All of them end when they have seen the line that is written last; none may skip a line or see one
twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from cardledger import Ledger, open_ledger
from cardledger.changes import TABLES, Change, Moment, diff
from cardledger.events import Codec, Event, UnknownEvent
from cardledger.log import Log
from cardledger.replay import Replay
from cardledger.store import Recorder
from projections import PROJECTIONS, Shown
from tests.support.given import PRESENT, moment

if TYPE_CHECKING:
    from multiprocessing.queues import SimpleQueue

    from tests.machines.writers import Race

#: Who writes the last line.
LAST: Final = "the last"


def follow(race: Race, name: str, failed: SimpleQueue[str]) -> None:
    """Be one follower; what is wrong is told."""
    try:
        with open_ledger(race.place, keys=race.keys) as ledger:
            ledger.clock = lambda: moment(PRESENT)
            FOLLOWERS[name](ledger)
        failed.put("")
    except BaseException as error:
        failed.put(f"{name}: {error!r}")
        raise


def _events(log: Log, after: int) -> Iterator[tuple[int, Event]]:
    for line in log.read(after=after):
        event = Codec.decode(line.name, line.data)
        assert not isinstance(event, UnknownEvent)
        yield line.seq, event


def by_reading(ledger: Ledger) -> None:
    """Read on from where the last reading ended."""
    seen, ended = 0, False
    while not ended:
        for seq, event in _events(ledger.log, seen):
            assert seq == seen + 1, (seq, seen)
            seen, ended = seq, ended or event.handler == LAST


def by_subscribing(ledger: Ledger) -> None:
    """Wait for events as an application of the library does."""

    def tags_of(name: str, data: bytes) -> tuple[str, ...]:
        event = Codec.decode(name, data)
        assert not isinstance(event, UnknownEvent)
        return event.tags()

    seen = 0
    with Recorder(ledger.log, tags_of).subscribe() as subscription:
        for one in subscription:
            assert one.position == seen + 1, (one.position, seen)
            seen = one.position
            event = Codec.decode(one.event.type, one.event.data)
            if isinstance(event, Event) and event.handler == LAST:
                return


def by_tracing(ledger: Ledger) -> None:
    """Look at the lines of one card and one box again and again: they only ever grow."""
    known: dict[str, list[tuple[int, bytes]]] = {"card:C1": [], "box:B1": []}
    head, ended = 0, False
    while not ended:
        upto = ledger.head()
        ended = any(event.handler == LAST for _seq, event in _events(ledger.log, head))
        for tag, before in known.items():
            lines = ledger.log.read(tags=[tag], upto=upto)
            now = [(line.seq, line.data) for line in lines]
            assert now[: len(before)] == before, tag
            assert all(seq > head for seq, _data in now[len(before) :]), tag
            known[tag] = now
        head = upto


def by_folding(ledger: Ledger) -> None:
    """Keep the tables up to date, and look at them."""
    replay, head, ended = Replay(ledger), 0, False
    while not ended:
        now = replay.catch_up()
        assert now >= head
        ended = any(event.handler == LAST for _seq, event in _events(ledger.log, head))
        assert len(replay.rows("boxes")) <= 2
        head = now


def by_differences(ledger: Ledger) -> None:
    """Ask what changed since the last time, and keep rows by nothing but that."""
    at = ledger.head()
    rows, ended = _rows(ledger, at), False
    while not ended:
        head = ledger.head()
        ended = any(event.handler == LAST for _seq, event in _events(ledger.log, at))
        for change in diff(ledger, _at(at), _at(head)) if head > at else ():
            assert all(at < one <= head for one in change.positions), (at, head, change)
            _apply(rows, change)
        at = head
    assert rows == _rows(ledger, at)


def _rows(ledger: Ledger, position: int) -> dict[tuple[str, str], Shown]:
    """Return all rows as of a position, by table and subject."""
    return {
        (table, row[PROJECTIONS[table].COLUMNS[0].key]): row
        for table in TABLES
        for row in Replay(ledger).rows(table, as_of=f"@{position}")
    }


def _apply(rows: dict[tuple[str, str], Shown], change: Change) -> None:
    key = (change.table, change.subject)
    if change.field:
        assert rows[key][change.field] == change.old, change
        rows[key] = {**rows[key], change.field: change.new}
        return
    assert rows.pop(key, None) == change.old, change
    if change.new is not None:
        rows[key] = change.new


def _at(position: int) -> Moment:
    return Moment(as_of=f"@{position}")


FOLLOWERS: Final[dict[str, Callable[[Ledger], None]]] = {
    "reading": by_reading,
    "subscribing": by_subscribing,
    "tracing": by_tracing,
    "folding": by_folding,
    "differences": by_differences,
}
