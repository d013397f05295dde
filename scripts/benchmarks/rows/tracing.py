"""The trace of one card: in process, and by the command line on a warm ledger."""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Final

from cardledger.opening import open_ledger
from cardledger.trace import trace
from scripts.benchmarks.copies import sampled_cards
from scripts.benchmarks.figures import Cost, Figure, milliseconds, seconds_of
from scripts.benchmarks.stand import Stand

PLACE: Final = 40
LONG: Final = True

CARDS: Final = 200


def figures(stand: Stand) -> Iterator[Figure]:
    """Trace cards from all over the history, each for the first time in the open ledger."""
    with open_ledger(stand.ledger) as ledger:
        lines = ledger.head()
        cards = list(islice(sampled_cards(ledger, random.Random(2011)), CARDS))
        times = [seconds_of(lambda one=card: trace(ledger, one)) for card in cards]  # type: ignore[misc]
    mine = statistics.median(times) * 1000
    yield Figure(f"trace one card of {lines:,} lines, in process, in ms",
                 milliseconds(mine / 1000), "-", mine, 5, 1, False,
                 Cost("trace of one card", lines, mine, "ms"))  # fmt: skip
    command = [sys.executable, "-m", "cardledger", "--ledger", str(stand.ledger), "trace"]
    quiet = {**os.environ, "CARDLEDGER_LANG": "en"}
    shell = [
        seconds_of(
            lambda one=card: subprocess.run(  # type: ignore[misc]
                [*command, one], check=True, stdout=subprocess.DEVNULL, env=quiet
            )
        )
        for card in cards[:10]
    ]
    seconds = statistics.median(shell[1:])
    yield Figure(f"trace one card of {lines:,} lines, by the command, in s",
                 f"{seconds:.2f} s", "-", seconds, 0.4, 0.3, False)  # fmt: skip
