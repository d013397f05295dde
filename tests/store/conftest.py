"""Recorders and environments for applications of the library, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from eventsourcing.dcb.msgpack import MessagePackMapper
from eventsourcing.utils import get_topic

from cardledger.store import Factory, Recorder

Env = dict[str, str]


@pytest.fixture
def env(ledger_url: str) -> Env:
    """Return the environment of an application whose database is empty."""
    return {
        "PERSISTENCE_MODULE": "cardledger.store",
        "SQLALCHEMY_URL": ledger_url,
        "MAPPER_TOPIC": get_topic(MessagePackMapper),
    }


@pytest.fixture
def open_recorder(env: Env) -> Iterator[Callable[[], Recorder]]:
    """Return a function that gives another recorder of the same database."""
    with ExitStack() as stack:

        def another() -> Recorder:
            factory = Factory(env)
            stack.callback(factory.close)
            return factory.dcb_recorder()

        yield another


@pytest.fixture
def recorder(open_recorder: Callable[[], Recorder]) -> Recorder:
    """Return the recorder of an empty log."""
    return open_recorder()
