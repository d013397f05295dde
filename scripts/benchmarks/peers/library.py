"""A peer in recording: the same actions as an application of the eventsourcing library.

Aggregates of pupils and cards with the checks that the actions need, saved in batches as large as
ours, with the library's cache of aggregates on. What it lacks is not counted against us: tags,
sealing, hashing, refusals with reasons.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from scripts.benchmarks.figures import seconds_of
from scripts.benchmarks.peers import environment
from scripts.benchmarks.workload import Row


class Pupil(Aggregate):
    """A pupil, by number."""

    class Added(Aggregate.Created):
        number: str
        name: str
        cohort: str

    @event(Added)
    def __init__(self, number: str, name: str, cohort: str) -> None:
        self.number, self.name, self.cohort = number, name, cohort
        self.cards: list[str] = []
        self.in_school = True

    @staticmethod
    def create_id(number: str) -> UUID:
        return uuid5(NAMESPACE_URL, f"pupil:{number}")

    @event("Given")
    def give(self, card: str) -> None:
        self.cards.append(card)

    @event("Left")
    def leave(self, reason: str) -> None:
        self.in_school = False


class Card(Aggregate):
    """A card, by number, with its holder."""

    class Made(Aggregate.Created):
        number: str
        student: str

    @event(Made)
    def __init__(self, number: str, student: str) -> None:
        self.number, self.student = number, student
        self.state, self.upgraded = "live", False

    @staticmethod
    def create_id(number: str) -> UUID:
        return uuid5(NAMESPACE_URL, f"card:{number}")

    @event("Upgraded")
    def upgrade(self, at: str, handler: str) -> None:
        self.upgraded = True

    @event("Swiped")
    def swipe(self, at: str, handler: str) -> None:
        self.last = at

    @event("StateChanged")
    def change(self, state: str, at: str, handler: str) -> None:
        self.state = state


class Office(Application[UUID]):
    """Records acts with pupils and cards, many in one transaction."""

    def record(self, acts: list[Row]) -> None:
        """Record acts in order and save what they changed at once."""
        changed: dict[UUID, Any] = {}

        def get(key: UUID) -> Any:
            if key not in changed:
                changed[key] = self.repository.get(key)
            return changed[key]

        for act in acts:
            self._act(act, changed, get)
        self.save(*changed.values())

    def _act(self, act: Row, changed: dict[UUID, Any], get: Any) -> None:
        action, handler, at = act["action"], act["handler"], act.get("at", "")
        if action == "student-add":
            pupil = Pupil(number=act["number"], name=act["name"], cohort=act["cohort"])
            changed[pupil.id] = pupil
            return
        if action in ("register", "reissue"):
            pupil = get(Pupil.create_id(act["student"]))
            if not pupil.in_school:
                raise ValueError("not in school")
            card = Card(number=act["card"], student=act["student"])
            changed[card.id] = card
            pupil.give(act["card"])
            return
        card = get(Card.create_id(act["card"]))
        if action == "upgrade":
            card.upgrade(at, handler)
        elif action == "term-swipe":
            if card.state != "live" or not card.upgraded:
                raise ValueError("not to be swiped")
            card.swipe(at, handler)
        else:
            card.change({"lost": "lost", "recycle": "recycled"}.get(action, "left"), at, handler)
            if action == "leave-swipe":
                get(Pupil.create_id(card.student)).leave(act["reason"])


def on_sqlite(file: Path) -> dict[str, str]:
    """Return what the library needs to be told for a new SQLite file."""
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    return {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(file)}


def on_postgres(url: str) -> dict[str, str]:
    """Return what the library needs to be told for a database of a server."""
    from sqlalchemy import make_url

    place = make_url(url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": place.database or "",
        "POSTGRES_HOST": place.host or "",
        "POSTGRES_PORT": str(place.port),
        "POSTGRES_USER": place.username or "",
        "POSTGRES_PASSWORD": str(place.password),
    }


def seconds_to_record(environment: dict[str, str], acts: list[Row], batch: int) -> float:
    """Return how long the library takes to record acts where there are none yet."""
    office = Office(env={"AGGREGATE_CACHE_MAXSIZE": "0", **environment})

    def record() -> None:
        for start in range(0, len(acts), batch):
            office.record(acts[start : start + batch])

    try:
        return seconds_of(record)
    finally:
        office.close()


#: Runs in the peers' environment: what the library needs to be told, how many acts, batch.
_PROGRAM: Final = """
import json, sys
from scripts.benchmarks.peers.library import seconds_to_record
from scripts.benchmarks.workload import rows
if __name__ == "__main__":
    told, count, batch = json.loads(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    print(seconds_to_record(told, rows(count), batch))
"""


def seconds_elsewhere(told: dict[str, str], count: int, batch: int) -> float:
    """Return how long the library takes for so many acts, in the peers' environment."""
    return environment.seconds(_PROGRAM, json.dumps(told), str(count), str(batch))
