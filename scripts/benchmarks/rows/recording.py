"""Recording in batches: against raw `sqlite3`, and against an application of the library."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.opening import init_ledger
from scripts.benchmarks import workload
from scripts.benchmarks.figures import Figure, in_turns, rate, seconds_of
from scripts.benchmarks.peers import library, raw
from scripts.benchmarks.stand import Stand

PLACE: Final = 10
LONG: Final = False

#: Lines in one transaction, ours and the peers'.
BATCH: Final = 1000


def figures(stand: Stand) -> Iterator[Figure]:
    """Measure recording mixed actions, durably and hashed."""
    folder, acts = stand.folder, stand.acts
    commands = workload.commands(acts)

    def ours() -> float:
        for file in folder.glob("ours.*"):
            file.unlink()
        with init_ledger(folder / "ours.db", school=workload.SCHOOL) as ledger:
            return seconds_of(
                lambda: [
                    ledger.record_many(commands[start : start + BATCH])
                    for start in range(0, len(commands), BATCH)
                ]
            )

    ours()
    rows = raw.rows_of(folder / "ours.db")
    if len(rows.lines) < len(acts):
        raise SystemExit(f"only {len(rows.lines)} of {len(acts)} acts were recorded")
    seconds, floor, peer = in_turns(
        stand.repeats,
        ours,
        lambda: raw.seconds_to_write(folder / "raw.db", rows, BATCH),
        lambda: library.seconds_to_record(library.on_sqlite(folder / "library.db"), acts, BATCH),
    )
    speed = len(acts) / seconds
    what = f"record {len(acts):,} mixed actions in batches"
    yield Figure(f"{what}, against raw sqlite3", rate(speed), rate(len(acts) / floor),
                 floor / seconds, 0.4, 0.6, True)  # fmt: skip
    yield Figure(f"{what}, against the library on SQLite", rate(speed), rate(len(acts) / peer),
                 peer / seconds, 1.5, 3, True)  # fmt: skip
