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


def figures(stand: Stand) -> Iterator[Figure]:
    """Verify bytes, decoding, tags and tiles in this process; and hash what is stored."""

    def bare() -> int:
        with sqlite3.connect(stand.ledger) as database:
            for (data,) in database.execute("SELECT data FROM line ORDER BY seq"):
                hashlib.sha256(data).digest()
        database.close()
        return 0

    with open_ledger(stand.ledger) as ledger:
        lines = ledger.head()

        def ours() -> float:
            verdict = verify(ledger)
            if not verdict.ok:
                raise SystemExit(f"the ledger does not verify: {verdict}")
            return 0

        mine, theirs = in_turns(
            stand.repeats if lines < 1_000_000 else 1,
            lambda: seconds_of(ours),
            lambda: seconds_of(bare),
        )
    yield Figure(f"verify {lines:,} lines, against a bare pass of SHA-256", f"{mine:.2f} s",
                 f"{theirs:.2f} s", theirs / mine, 0.15, 0.5, True,
                 Cost("verification", lines, mine / lines * 1e6, "µs a line"))  # fmt: skip
