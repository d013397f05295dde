"""What one durable action costs in a long ledger, against the same in one of 100,000 lines."""

from __future__ import annotations

import random
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cardledger.actions.found import Found
from cardledger.actions.lost import Lost
from cardledger.ledger import Ledger
from cardledger.opening import open_ledger
from scripts.benchmarks.copies import make_ledger, sampled_cards
from scripts.benchmarks.figures import Cost, Figure, milliseconds, seconds_of
from scripts.benchmarks.stand import Stand

PLACE: Final = 25
LONG: Final = True

SHORT: Final = 100_000
ACTS: Final = 200


def figures(stand: Stand) -> Iterator[Figure]:
    """Record acts in both ledgers by turns; cards lie all over the history."""
    if stand.lines <= SHORT:
        return
    with tempfile.TemporaryDirectory(dir=stand.folder) as folder:
        place = Path(folder) / "short.db"
        make_ledger(place, SHORT)
        with open_ledger(place) as short, open_ledger(stand.ledger) as long:
            lines = long.head()
            few, many = _acts(short), _acts(long)
            pairs = [(next(few), next(many)) for _turn in range(ACTS)]
    mine = statistics.median(pair[1] for pair in pairs)
    theirs = statistics.median(pair[0] for pair in pairs)
    yield Figure(
        f"one durable action at {lines:,} lines, against one at {SHORT:,}",
        milliseconds(mine), milliseconds(theirs), mine / theirs, 1.5, 1.2, False,
        Cost("one durable action", lines, mine * 1000, "ms"),
    )  # fmt: skip


def _acts(ledger: Ledger) -> Iterator[float]:
    """Yield how long each act takes; a card is lost, then found, so that both may follow again."""
    chance = random.Random(2010)
    cards = sampled_cards(ledger, chance)
    for card in cards:
        for command in (Lost(card=card, handler="王敏"), Found(card=card, handler="王敏")):
            yield seconds_of(lambda one=command: ledger.record(one))  # type: ignore[misc]
