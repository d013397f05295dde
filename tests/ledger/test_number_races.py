"""Eight registrars at once ask for numbers of one class: each gets others, and none is left out."""

from __future__ import annotations

import multiprocessing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cardledger import open_ledger
from cardledger.allocating import Wanted, allocate
from tests.ledger.conftest import Office
from tests.support.given import PRESENT, PRIMARY, act, moment

if TYPE_CHECKING:
    from multiprocessing.queues import SimpleQueue
    from multiprocessing.synchronize import Barrier

PROCESSES = multiprocessing.get_context("spawn")
RACERS = 8
#: Each takes one number three times, then three at once.
EACH = 6


def race(place: str, keys: Path, barrier: Barrier, told: SimpleQueue[list[str]]) -> None:
    numbers: list[str] = []
    with open_ledger(place, keys=keys) as ledger:
        ledger.clock = lambda: moment(PRESENT)
        asked = Wanted(school=PRIMARY, cohort=2016, class_number=1)
        for count in (1, 1, 1, 3):
            barrier.wait(120)
            for one in allocate(ledger, asked, count=count):
                assert one.outcome.outcome == "recorded", one
                numbers.append(one.number)
    told.put(numbers)


@pytest.mark.slow
def test_of_eight_processes_each_gets_other_numbers(office: Office) -> None:
    office.given(act("policy-adopt", changes={"check_digit": "luhn"}, from_="2010-01-01"))
    barrier, queue = PROCESSES.Barrier(RACERS), PROCESSES.SimpleQueue()
    racers = [
        PROCESSES.Process(target=race, args=(office.place, office.keys, barrier, queue))
        for _racer in range(RACERS)
    ]
    for racer in racers:
        racer.start()
    told = [queue.get() for _racer in racers]
    for racer in racers:
        racer.join(60)
    assert [racer.exitcode for racer in racers] == [0] * RACERS
    numbers = [number for one in told for number in one]
    assert all(len(one) == EACH for one in told)
    # All different, and without a gap.
    assert sorted(int(number[13:15]) for number in numbers) == list(range(1, RACERS * EACH + 1))
    recorded = list(office.ledger.log.tags("number:"))
    assert recorded == sorted(f"number:{number}" for number in numbers)
