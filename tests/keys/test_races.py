"""Several processes and one key store: every owner has one key."""

from __future__ import annotations

import multiprocessing
from multiprocessing.synchronize import Barrier

import pytest

from cardledger.errors import KeyStoreExists
from cardledger.keys import KeyStore
from tests.conftest import NewPlace

PROCESSES = 4
ROUNDS = 12


def _ensure(place: str, number: int, gate: Barrier, answers: multiprocessing.Queue[object]) -> None:
    with KeyStore.open(place) as store:
        for turn in range(ROUNDS):
            owners = [f"P{turn}-{one}" for one in range(20)]
            gate.wait(60)
            # Each process asks in an order of its own, which must not make them wait in a ring.
            store.ensure(owners[number:] + owners[:number])
            answers.put((turn, store.keys(owners)))


def _create(place: str, gate: Barrier, answers: multiprocessing.Queue[object]) -> None:
    gate.wait(60)
    try:
        KeyStore.create(place).close()
        answers.put("made")
    except KeyStoreExists:
        answers.put("exists")


@pytest.mark.slow
def test_processes_that_ensure_the_same_owners_at_once_get_the_same_keys(
    ledger_url: str,
) -> None:
    KeyStore.create(ledger_url).close()
    context = multiprocessing.get_context("spawn")
    gate, answers = context.Barrier(PROCESSES), context.Queue()
    workers = [
        context.Process(target=_ensure, args=(ledger_url, number, gate, answers))
        for number in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    got = [answers.get(timeout=120) for _answer in range(PROCESSES * ROUNDS)]
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    with KeyStore.open(ledger_url) as store:
        for turn, keys in got:
            owners = [f"P{turn}-{one}" for one in range(20)]
            assert len(keys) == 20
            assert keys == store.keys(owners)


@pytest.mark.slow
def test_processes_that_create_a_store_at_once_make_one(new_place: NewPlace) -> None:
    context = multiprocessing.get_context("spawn")
    for _turn in range(3):
        place = new_place()
        gate, answers = context.Barrier(PROCESSES), context.Queue()
        workers = [
            context.Process(target=_create, args=(place, gate, answers))
            for _number in range(PROCESSES)
        ]
        for worker in workers:
            worker.start()
        got = [answers.get(timeout=120) for _worker in workers]
        for worker in workers:
            worker.join(60)
            assert worker.exitcode == 0
        assert sorted(got) == ["exists"] * (PROCESSES - 1) + ["made"]
