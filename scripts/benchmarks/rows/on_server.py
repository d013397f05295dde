"""Recording in batches on PostgreSQL, against an application of the library there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.opening import init_ledger
from scripts.benchmarks import servers, workload
from scripts.benchmarks.figures import Figure, in_turns, rate, seconds_of
from scripts.benchmarks.peers import library
from scripts.benchmarks.rows.recording import BATCH
from scripts.benchmarks.stand import Stand

PLACE: Final = 12
LONG: Final = False

#: Acts of one turn: a server takes longer than a file.
ACTS: Final = 20_000


def figures(stand: Stand) -> Iterator[Figure]:
    """Measure recording mixed actions on a server, in new databases each turn."""
    acts = workload.rows(min(ACTS, stand.lines))
    commands = workload.commands(acts)
    try:
        with servers.postgres() as server:

            def ours() -> float:
                keys = stand.folder / f"{server.rpartition(':')[2].partition('/')[0]}.keys.db"
                keys.unlink(missing_ok=True)
                place = servers.database(server)
                with init_ledger(place, school=workload.SCHOOL, keys=keys) as ledger:
                    return seconds_of(
                        lambda: [
                            ledger.record_many(commands[start : start + BATCH])
                            for start in range(0, len(commands), BATCH)
                        ]
                    )

            def theirs() -> float:
                where = library.on_postgres(servers.database(server))
                return library.seconds_elsewhere(where, len(acts), BATCH)

            mine, peer = in_turns(stand.repeats, ours, theirs)
    except servers.Missing as missing:
        servers.say(missing)
        return
    yield Figure(
        f"record {len(acts):,} mixed actions in batches on PostgreSQL, against the library there",
        rate(len(acts) / mine), rate(len(acts) / peer), peer / mine, 1.5, 3, True,
    )  # fmt: skip
