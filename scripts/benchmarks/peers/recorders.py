"""Recorders of events with tags: ours, the library's on PostgreSQL, and UmaDB.

Each appends the same events on the condition that no other with one of their tags has come since
the last: what a decision asks for. Nothing is decided.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from cardledger.events import Codec, UnknownEvent
from cardledger.opening import open_ledger
from scripts.benchmarks.peers import environment
from scripts.benchmarks.peers.library import on_postgres

#: Runs in the environment of the peers: address, file of events, size of a batch.
_UMADB: Final = """
import json, sys, time
from umadb import AppendCondition, Client, Event, Query, QueryItem
events = [(name, data.encode(), tags) for name, data, tags in json.load(open(sys.argv[2]))]
size = int(sys.argv[3])
client = Client(sys.argv[1])
head = client.head()
start = time.perf_counter()
for first in range(0, len(events), size):
    batch = events[first:first + size]
    query = Query([QueryItem(tags=[tag]) for tag in {tag for one in batch for tag in one[2]}])
    head = client.append(
        [Event(name, data, tags) for name, data, tags in batch], AppendCondition(query, head))
print(time.perf_counter() - start)
"""
#: The same by the library's interface: ours in our environment, the library's in the peers'.
_LIBRARY: Final = """
import json, sys, time
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem
from eventsourcing.dcb.application import DCBApplication
events = [DCBEvent(name, data.encode(), tags) for name, data, tags in json.load(open(sys.argv[2]))]
size = int(sys.argv[3])
recorder = DCBApplication(env=json.loads(sys.argv[1])).recorder
head = None
start = time.perf_counter()
for first in range(0, len(events), size):
    batch = events[first:first + size]
    tags = {tag for one in batch for tag in one.tags}
    query = DCBQuery([DCBQueryItem(tags=[tag]) for tag in tags])
    head = recorder.append(batch, DCBAppendCondition(query, after=head))
print(time.perf_counter() - start)
"""


class Tagged(NamedTuple):
    """An event: its name, its bytes, its tags."""

    name: str
    data: bytes
    tags: tuple[str, ...]


#: Appends events in batches of a size; returns the seconds.
Append = Callable[[Sequence[Tagged], int], float]


def events_of(ledger: Path, count: int) -> list[Tagged]:
    """Return the first lines of a ledger as events, without those that every decision reads."""
    found = []
    with open_ledger(ledger) as opened:
        for raw in opened.raw_lines(after=1):
            event = Codec.decode(raw.name, raw.data)
            if not isinstance(event, UnknownEvent):
                found.append(Tagged(raw.name, bytes(raw.data), event.tags()))
            if len(found) == count:
                break
    return found


def ours(url: str) -> Append:
    """Append by `cardledger.store`."""
    told = {"PERSISTENCE_MODULE": "cardledger.store", "SQLALCHEMY_URL": url}
    return _appending(_LIBRARY, json.dumps(told), Path(sys.executable))


def of_library(url: str) -> Append:
    """Append by the library's recorder for PostgreSQL."""
    told = on_postgres(url) | {"PERSISTENCE_MODULE": "eventsourcing.dcb.postgres_tt"}
    return _appending(_LIBRARY, json.dumps(told), environment.python())


def umadb(url: str) -> Append:
    """Append by UmaDB's client."""
    return _appending(_UMADB, url, environment.python())


def _appending(code: str, place: str, python: Path) -> Append:
    def append(events: Sequence[Tagged], size: int) -> float:
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump([(one.name, one.data.decode(), one.tags) for one in events], file)
            file.flush()
            return environment.seconds(code, place, file.name, str(size), by=python)

    return append
