"""One durable action: read, decide, append; against a raw durable commit of the same rows."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import Final

from cardledger.actions.found import Found
from cardledger.actions.lost import Lost
from cardledger.opening import open_ledger
from scripts.benchmarks.figures import Cost, Figure, milliseconds, seconds_of
from scripts.benchmarks.peers import raw
from scripts.benchmarks.rows.recording import BATCH
from scripts.benchmarks.stand import Stand

PLACE: Final = 20
LONG: Final = False

ACTS: Final = 200


def figures(stand: Stand) -> Iterator[Figure]:
    """Measure acts that are recorded one by one, in turns with raw commits."""
    rows = raw.rows_of(stand.ledger)
    database = raw.empty(stand.folder / "raw.db", rows.schema)
    already = len(rows.lines) - ACTS
    raw.write(database, raw.Rows(rows.schema, rows.lines[:already], rows.tags), BATCH)
    ours: list[float] = []
    floor: list[float] = []
    # Cards 2, 7, 12 … of the workload stay in use.
    cards = [f"C{pupil:07d}" for pupil in range(2, 5 * ACTS, 5)]
    with open_ledger(stand.ledger) as ledger:
        for turn, card in enumerate(cards[:ACTS]):
            command = Lost(card=card) if turn % 2 == 0 else Found(card=cards[turn - 1])
            ours.append(seconds_of(lambda one=command: ledger.record(one)))  # type: ignore[misc]
            upto = raw.Rows(rows.schema, rows.lines[: already + turn + 1], rows.tags)
            after = already + turn
            floor.append(
                seconds_of(lambda some=upto, seq=after: raw.write(database, some, 1, seq))  # type: ignore[misc]
            )
    database.close()
    mine, theirs = statistics.median(ours), statistics.median(floor)
    yield Figure(
        f"one durable action at {len(rows.lines):,} lines, against a raw commit",
        milliseconds(mine), milliseconds(theirs), mine / theirs, 4, 2, False,
        Cost("one durable action", len(rows.lines), mine * 1000, "ms"),
    )  # fmt: skip
