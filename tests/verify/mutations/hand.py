"""A copy of a ledger, the hand of somebody with a SQL tool, and what may be named for it."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from tests.verify.making import SIZE

#: The tiles that are full; behind them no tile remembers what a line was.
TILED: Final = SIZE // 256 * 256
#: Tables whose content is evidence. The cursors of the projections only say how far they are.
EVIDENCE: Final = ("about", "line", "tag", "tile", "frontier", "checkpoint")
OTHER: Final = "cardledger/LOTHER"
#: Where lines are put while they are moved.
FAR: Final = 1_000_000

Rows = dict[str, set[tuple[Any, ...]]]


class Expected(NamedTuple):
    """The positions of which one must be named; none where no position is affected."""

    first: int | None = None
    last: int | None = None

    def fits(self, position: int | None) -> bool:
        """Return whether a verdict names a position that is right."""
        if self.first is None:
            return position is None
        return position is not None and self.first <= position <= (self.last or self.first)


#: Any position, or none: where the file is damaged, the damage decides what can be seen.
ANY: Final = Expected(-1, -1)
NOWHERE: Final = Expected()


class Place(NamedTuple):
    """A copy of a closed ledger, and the chance by which it is mutated."""

    folder: Path
    chance: random.Random

    @property
    def file(self) -> Path:
        return self.folder / "ledger.db"

    @property
    def outside(self) -> Path:
        return self.folder / "ledger.checkpoint"

    def line(self) -> int:
        """Return the position of a line."""
        return self.chance.randint(1, SIZE)


Mutation = Callable[[Place], Expected]
MUTATIONS: dict[str, Mutation] = {}


def mutation(function: Mutation) -> Mutation:
    """Declare a mutation."""
    MUTATIONS[function.__name__] = function
    return function


@contextmanager
def by_hand(file: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection without triggers; they are put back as they were."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        triggers = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for name, _sql in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _name, sql in triggers:
            connection.execute(sql)
        connection.execute("COMMIT")


def value(connection: sqlite3.Connection, query: str, *values: Any) -> Any:
    return connection.execute(query, values).fetchone()[0]


def change(place: Place, statement: str, *values: Any) -> None:
    with by_hand(place.file) as connection:
        assert connection.execute(statement, values).rowcount == 1, statement


def flipped(data: bytes, chance: random.Random) -> bytes:
    """Return bytes of which one has another bit."""
    spoilt = bytearray(data)
    spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
    return bytes(spoilt)


def where_changed(position: int) -> Expected:
    """Return what can be said of a line that was given another hash: behind tiles only a range."""
    if position <= TILED:
        return Expected(position)
    first = TILED + 1
    for bit in reversed(range(8)):
        count = 1 << bit
        if (SIZE - TILED) & count:
            if position < first + count:
                return Expected(first, position)
            first += count
    raise AssertionError(position)
