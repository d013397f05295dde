"""What the processes of a race do: each opens the ledger once and stays."""

from __future__ import annotations

import multiprocessing
from pathlib import Path
from typing import TYPE_CHECKING

from cardledger import Issue, open_ledger
from tests.support.given import PRESENT, moment, number

if TYPE_CHECKING:
    from multiprocessing.queues import SimpleQueue
    from multiprocessing.synchronize import Barrier

#: New processes that share nothing with this one, as other programs do.
processes = multiprocessing.get_context("spawn")

RACERS = 8
ROUNDS = 100
#: In which round what was whose outcome.
Told = tuple[int, int, str, str | None, tuple[int, ...]]


def pupil_of(round_: int) -> str:
    """Return the number of the pupil for whom all race in a round."""
    return number(round_ % 90 + 1, class_=round_ // 90 + 1)


def race(place: str, keys: Path, barrier: Barrier, told: SimpleQueue[list[Told]], me: int) -> None:
    """Issue a card to the pupil of each round: the same one in even rounds, an own one in odd."""
    outcomes: list[Told] = []
    with open_ledger(place, keys=keys) as ledger:
        ledger.clock = lambda: moment(PRESENT)
        for round_ in range(ROUNDS):
            card = f"R{round_}" if round_ % 2 == 0 else f"R{round_}-{me}"
            issue = Issue(card=card, student=pupil_of(round_), at="2010-03-01")
            barrier.wait(120)
            one = ledger.record(issue)
            outcomes.append((round_, me, one.outcome, one.code, one.positions))
    told.put(outcomes)
