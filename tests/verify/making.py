"""Ledgers to be verified, and the hand of somebody who edits their databases."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from cardledger import init_ledger
from cardledger.actions._swipes import SwipeRefused
from cardledger.actions.register import CardRegistered
from cardledger.actions.student_add import StudentAdded
from cardledger.actions.term_swipe import TermSwiped
from cardledger.actions.tool_installed import ToolWasInstalled
from cardledger.events import Codec, Event, stored_name
from cardledger.ledger import Ledger
from cardledger.log import Entry
from cardledger.moments import Moment
from cardledger.tlog import Frontier, leaf_hash

SCHOOL = "01170011"
MOMENT = Moment("2010-03-05T09:30:00.000+08:00")
CONTEXT: dict[str, Any] = {"at": MOMENT, "recorded": MOMENT, "school": SCHOOL, "handler": "李老师"}

#: Two full tiles and a tail of 188 = 128 + 32 + 16 + 8 + 4 lines.
SIZE = 700


def event_at(position: int) -> Event:
    """Return the event that stands at a position of every ledger of these tests."""
    student, card = f"P{position // 4:010d}", f"C{position // 4:05d}"
    kind = position % 4
    if kind == 0:
        return StudentAdded(**CONTEXT, student=student, number=f"0117001101{position:06d}")
    if kind == 1:
        uid = f"{position:08X}"
        return CardRegistered(**CONTEXT, card=card, student=student, uid=uid, upgraded=True)
    if kind == 2:
        return TermSwiped(**CONTEXT, card=card, student=student, term="2010-spring")
    return SwipeRefused(**CONTEXT, card=card, action="term-swipe", codes=("card-lost",))


def entry_of(event: Event) -> Entry:
    """Return an event as an entry of the log."""
    return Entry(stored_name(type(event)), Codec.encode(event), event.tags())


def make_ledger(place: str | Path, keys: str | Path, size: int = SIZE) -> Ledger:
    """Make a ledger of `size` lines, the first two of which `init` wrote."""
    ledger = init_ledger(place, school=SCHOOL, name="一小", keys=keys)
    grow(ledger, size)
    return ledger


def grow(ledger: Ledger, size: int) -> None:
    """Append lines until there are `size`."""
    positions = range(ledger.head() + 1, size + 1)
    if positions:
        append(ledger, *(entry_of(event_at(position)) for position in positions))


def append(ledger: Ledger, *entries: Entry) -> None:
    """Append entries as the ledger does."""
    ledger.log.append(entries, sign=ledger.anchor.sign)
    ledger.anchor.keep()


def random_event(chance: random.Random) -> Event:
    """Return an event of a random kind with random texts."""
    texts = ["", "王小明", "a" * 300, "„“'\"\\", "\U0001f600", "x y", "line\nbreak"]
    context = CONTEXT | {"handler": chance.choice(texts), "tool": chance.choice(texts)}
    card = f"C{chance.randrange(50)}"
    student = chance.choice(["", f"P{chance.randrange(50):010d}"])
    others = tuple(f"P{chance.randrange(50):010d}" for _one in range(chance.randrange(3)))
    kinds: list[Callable[[], Event]] = [
        lambda: TermSwiped(
            **context, card=card, student=student, others=others, term="2010-spring"
        ),
        lambda: CardRegistered(
            **context, card=card, student=student, uid=chance.choice(["", "AB"])
        ),
        lambda: ToolWasInstalled(**context, program="CMIS", version=str(chance.randrange(99))),
        lambda: SwipeRefused(**context, card="", action="term-swipe", codes=("unknown-card",)),
    ]
    return chance.choice(kinds)()


Hand = Callable[..., None]


@contextmanager
def unguarded(ledger: Ledger) -> Iterator[Hand]:
    """Give a function that executes any statement with named values; triggers are away meanwhile.

    They are put back as they were, so that it is not their absence that is found.
    """
    with ledger.log.engine.connect() as connection:
        connection.begin()
        if connection.dialect.name == "sqlite":
            rows = connection.execute(
                text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            ).all()
            for name, _sql in rows:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            yield _hand(connection)
            for _name, sql in rows:
                connection.exec_driver_sql(sql)
        else:
            _switch(connection, "DISABLE")
            yield _hand(connection)
            _switch(connection, "ENABLE")
        connection.commit()


def _switch(connection: Connection, how: str) -> None:
    for table in ("line", "tag", "tile"):
        connection.exec_driver_sql(f"ALTER TABLE {table} {how} TRIGGER ALL")


def _hand(connection: Connection) -> Hand:
    def edit(statement: str, **values: Any) -> None:
        result = connection.execute(text(statement), values)
        assert result.rowcount != 0, f"nothing was edited: {statement}"

    return edit


def rows(ledger: Ledger, statement: str, **values: Any) -> list[Any]:
    """Return what a statement gives."""
    with ledger.log.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement), values)]


def leaf(data: bytes) -> bytes:
    """Return the hash that a line of these bytes has."""
    return sha256(b"\x00" + data).digest()


def frontier_of(leaves: list[bytes]) -> Frontier:
    """Return the right edge of the tree over some hashes."""
    frontier = Frontier()
    frontier.extend(leaves)
    return frontier


def other_leaves(count: int) -> list[bytes]:
    """Return the hashes of lines that are in no ledger."""
    return [leaf_hash(b"%d" % number) for number in range(count)]
