"""Eight registrars at once: of one card and one pupil there is one issue."""

from __future__ import annotations

from collections import defaultdict

import pytest

from cardledger.actions.issue import CardIssued
from cardledger.book import fold
from tests.ledger.conftest import Office
from tests.ledger.racing import RACERS, ROUNDS, Told, processes, pupil_of, race
from tests.support.given import pupil
from tests.tlog import naive


@pytest.mark.slow
def test_of_eight_processes_one_issues_the_card(office: Office) -> None:
    office.given(*(pupil(pupil_of(round_)) for round_ in range(ROUNDS)))
    before = office.ledger.head()
    barrier, queue = processes.Barrier(RACERS), processes.SimpleQueue()
    racers = [
        processes.Process(target=race, args=(office.place, office.keys, barrier, queue, me))
        for me in range(RACERS)
    ]
    for racer in racers:
        racer.start()
    told: dict[int, list[Told]] = defaultdict(list)
    for _racer in racers:
        for one in queue.get():
            told[one[0]].append(one)
    for racer in racers:
        racer.join(60)
    assert [racer.exitcode for racer in racers] == [0] * RACERS

    for round_ in range(ROUNDS):
        outcomes = sorted((outcome, code) for _round, _me, outcome, code, _at in told[round_])
        others = ("repeated", None) if round_ % 2 == 0 else ("refused", "student-holds-card")
        assert outcomes == sorted([("recorded", None), *[others] * (RACERS - 1)], key=str), round_

    lines = list(office.ledger.lines())
    assert [line.position for line in lines] == list(range(1, before + ROUNDS + 1))
    issued = [line.event for line in lines if isinstance(line.event, CardIssued)]
    assert len({event.student for event in issued}) == len(issued) == ROUNDS
    book = fold(lines)
    assert all(len(student.held("record")) == 1 for student in book.students.values())
    data = [line.data for line in office.ledger.raw_lines()]
    assert office.ledger.log.root() == naive.root(data)
