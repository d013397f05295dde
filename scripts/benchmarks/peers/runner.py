"""A peer in rebuilding: the eventsourcing library's ProjectionRunner on the lines of a ledger.

The library's own SQLite application has no subscriptions, so the runner follows a ledger through
`cardledger.store`; its view is the library's own on SQLite. It writes a row for the first subject
of each line, where a rebuild of ours folds every line for each of its subjects.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from eventsourcing.dcb.api import DCBEvent
from eventsourcing.dcb.application import DCBApplication
from eventsourcing.dcb.domain import Decision, Tagged
from eventsourcing.dcb.persistence import DCBMapper
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.sqlite import SQLiteDatastore, SQLiteTrackingRecorder

from cardledger.actions import ACTIONS
from cardledger.events import Codec, UnknownEvent, stored_name
from scripts.benchmarks.figures import seconds_of

#: Whoever imports the actions can decode their events: the names that lines are stored under.
STORED = {stored_name(event) for action in ACTIONS.values() for event in action.events}


def tags_of(name: str, data: bytes) -> tuple[str, ...]:
    """Return the tags of a line of ours, which the library wants to know."""
    event = Codec.decode(name, data)
    return () if isinstance(event, UnknownEvent) else event.tags()


class Mapper(DCBMapper[Decision]):
    """Turns lines into events, as the library asks for."""

    def to_dcb_event(self, event: Tagged[Decision]) -> DCBEvent:
        """Refuse: the runner only reads."""
        raise NotImplementedError

    def to_domain_event(self, event: DCBEvent) -> Tagged[Any]:
        """Return the event of a line."""
        return Tagged(event.tags, Codec.decode(event.type, event.data))


class Lines(DCBApplication):
    """The ledger, as an application of the library."""


class Rows(SQLiteTrackingRecorder):
    """Rows by subject, as a view of the library keeps them."""

    def __init__(self, datastore: SQLiteDatastore, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        self.create_table_statements.append(
            "CREATE TABLE IF NOT EXISTS rows (key TEXT PRIMARY KEY, data TEXT)"
        )

    def put(self, key: str, data: str, tracking: Any) -> None:
        """Write one row, and how far we have come, in one transaction."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute("INSERT OR REPLACE INTO rows VALUES (?, ?)", (key, data))


class Follow(Projection[Rows]):
    """Writes the row of the first subject of each line."""

    name = "rows"

    def process_event(self, domain_event: Any, tracking: Any) -> None:
        """Take in one line."""
        self.view.put(domain_event.tags[0], str(domain_event.decision), tracking)


def seconds_to_project(ledger: Path, lines: int) -> float:
    """Return how long the library's runner takes for all lines of a ledger."""
    environment = {
        "PERSISTENCE_MODULE": "cardledger.store",
        "SQLALCHEMY_URL": str(ledger),
        "CREATE_TABLE": "no",
        "TAGS_TOPIC": f"{__name__}:tags_of",
        "MAPPER_TOPIC": f"{__name__}:Mapper",
        "ROWS_PERSISTENCE_MODULE": "eventsourcing.sqlite",
        "ROWS_SQLITE_DBNAME": str(ledger.with_name("rows.db")),
        "ROWS_CREATE_TABLE": "yes",
    }

    def project() -> None:
        with ProjectionRunner(
            application_class=Lines, projection_class=Follow, view_class=Rows, env=environment
        ) as runner:
            runner.wait(lines, timeout=600)

    return seconds_of(project)
