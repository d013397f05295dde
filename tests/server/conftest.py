"""What a server does to us: a relay before it whose plan changes as the story goes on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from sqlalchemy import make_url

from tests.support.relay import Do, Plan, Relay, Said, relay_to

#: Seconds without a word after which a connection is given up in these tests.
ANSWER: Final = "0.4"


class Road:
    """The way to a database, through a relay that does what `plan` says now."""

    def __init__(self, place: str) -> None:
        self.direct: Final = place
        self._url: Final = make_url(place)
        self.plan: Plan = passing
        self.relay: Relay

    def place(self, **query: str) -> str:
        """Return the URL of the database by this way."""
        url = self._url.set(port=self.relay.port).update_query_dict(query)
        return url.render_as_string(hide_password=False)

    def planned(self, said: Said) -> Do:
        """Return what becomes of a message."""
        return self.plan(said)


def passing(_said: Said) -> Do:
    """Let every message pass."""
    return Do.PASS


def only(do: Do) -> Plan:
    """Do something with every message."""
    return lambda _said: do


def at_commit(do: Do) -> Plan:
    """Do something with every commit; let the others pass."""
    return lambda said: do if said.is_commit else Do.PASS


@pytest.fixture
def road(postgres_place: str) -> Iterator[Road]:
    """Return the way to an empty database."""
    road = Road(postgres_place)
    url = make_url(postgres_place)
    with relay_to(str(url.host), int(url.port or 5432), road.planned) as relay:
        road.relay = relay
        yield road
