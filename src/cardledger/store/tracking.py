"""Tracking for the library's projections: how far a view has come, kept with the view."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from eventsourcing.persistence import IntegrityError, Tracking, TrackingRecorder
from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Text, func, select
from sqlalchemy.dialects import postgresql, sqlite

from cardledger.log import Database
from cardledger.store.errors import library_errors


class SQLAlchemyTrackingRecorder(TrackingRecorder):
    """Records positions; a materialised view is a subclass with tables of its own.

    A subclass adds its tables to `self.metadata` in `__init__` and changes them, together with
    `record_tracking`, inside of one `transaction`.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.metadata = MetaData()
        self.tracking_table = Table(
            "tracking",
            self.metadata,
            Column("application_name", Text, primary_key=True),
            Column("notification_id", BigInteger, nullable=False),
        )

    def create_table(self) -> None:
        """Make the tables that are not there."""
        with library_errors():
            self.database.prepare_to_create()
            # Two processes that start at once do not make the same table.
            with self.database.writing() as session:
                self.metadata.create_all(session.connection)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give a connection whose changes are all kept, or none."""
        with library_errors(), self.database.changing() as connection:
            yield connection

    def insert_tracking(self, tracking: Tracking) -> None:
        """Record a position; IntegrityError unless it is beyond the recorded one."""
        with self.transaction() as connection:
            self.record_tracking(connection, tracking)

    def record_tracking(self, connection: Connection, tracking: Tracking) -> None:
        """Record a position with the changes that were made in the same transaction."""
        table = self.tracking_table
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        statement = dialect.insert(table).values(
            application_name=tracking.application_name,
            notification_id=tracking.notification_id,
        )
        recorded = connection.execute(
            statement.on_conflict_do_update(
                index_elements=[table.c.application_name],
                set_={"notification_id": statement.excluded.notification_id},
                where=table.c.notification_id < statement.excluded.notification_id,
            ).returning(table.c.notification_id)
        )
        if recorded.first() is None:
            raise IntegrityError(
                f"Position {tracking.notification_id} of {tracking.application_name} was recorded"
                " before, or a later one"
            )

    def max_tracking_id(self, application_name: str) -> int | None:
        """Return the recorded position of an application, None where there is none."""
        table = self.tracking_table
        statement = select(func.max(table.c.notification_id)).where(
            table.c.application_name == application_name
        )
        database = self.database
        with library_errors(), database.errors(), database.connect() as connection:
            position: int | None = connection.execute(statement).scalar()
        return position
