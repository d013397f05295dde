"""Verification of all lines, against a bare pass of SHA-256 over their bytes."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from typing import Final

from cardledger.opening import open_ledger
from cardledger.verify import verify
from scripts.benchmarks.figures import Cost, Figure, in_turns, seconds_of
from scripts.benchmarks.stand import Stand

PLACE: Final = 50
LONG: Final = True

#: With fewer lines the start of a second process is what is measured.
SCALES_FROM: Final = 1_000_000


def figures(stand: Stand) -> Iterator[Figure]:
    """Verify bytes, decoding, tags and tiles by one and by two processes; hash what is stored."""

    def bare() -> int:
        with sqlite3.connect(stand.ledger) as database:
            for (data,) in database.execute("SELECT data FROM line ORDER BY seq"):
                hashlib.sha256(data).digest()
        database.close()
        return 0

    with open_ledger(stand.ledger) as ledger:
        lines = ledger.head()

        def ours(jobs: int) -> float:
            verdict = verify(ledger, jobs=jobs)
            if not verdict.ok:
                raise SystemExit(f"the ledger does not verify: {verdict}")
            return 0

        repeats = stand.repeats if lines < SCALES_FROM else 1
        works = [lambda: seconds_of(bare), lambda: seconds_of(lambda: ours(1))]
        if lines >= SCALES_FROM:
            works.append(lambda: seconds_of(lambda: ours(2)))
        floor, *taken = in_turns(repeats, *works)
    hashed = f"{floor:.2f} s"
    for seconds, how, budget in zip(taken, ("", " with two processes"), (0.15, 0.25), strict=False):
        yield Figure(
            f"verify {lines:,} lines{how}, against a bare pass of SHA-256",
            f"{seconds:.2f} s", hashed, floor / seconds, budget, 0.5, True,
            Cost(f"verification{how}", lines, seconds / lines * 1e6, "µs a line"),
        )  # fmt: skip
