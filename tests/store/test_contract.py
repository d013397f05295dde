"""The library's own tests of recorders, views and projections."""

from __future__ import annotations

import pytest
from eventsourcing.dcb import tests as recorder_cases
from eventsourcing.persistence import Tracking
from eventsourcing.tests import projection as projection_cases
from sqlalchemy import Column, Integer, Table, Text, select

from cardledger.log import Database
from cardledger.store import Factory, Recorder, SQLAlchemyTrackingRecorder
from tests.store.conftest import Env


def test_recorder_appends_and_reads(recorder: Recorder) -> None:
    recorder_cases.DCBRecorderTestCase()._test_append_read(recorder)


def test_recorder_is_subscribed_to(recorder: Recorder) -> None:
    recorder_cases.DCBRecorderTestCase()._test_append_subscribe(recorder)


class Counters(SQLAlchemyTrackingRecorder, projection_cases.EventCountersView):
    """Counts events in a table of its own."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.counter = Table(
            "counter",
            self.metadata,
            Column("name", Text, primary_key=True),
            Column("count", Integer, nullable=False),
        )

    def get_created_event_counter(self) -> int:
        return self._get("created")

    def get_subsequent_event_counter(self) -> int:
        return self._get("subsequent")

    def incr_created_event_counter(self, tracking: Tracking) -> None:
        self._increase("created", tracking)

    def incr_subsequent_event_counter(self, tracking: Tracking) -> None:
        self._increase("subsequent", tracking)

    def _get(self, name: str) -> int:
        statement = select(self.counter.c.count).where(self.counter.c.name == name)
        with self.transaction() as connection:
            count: int = connection.execute(statement).scalar() or 0
        return count

    def _increase(self, name: str, tracking: Tracking) -> None:
        with self.transaction() as connection:
            table = self.counter
            changed = connection.execute(
                table.update().where(table.c.name == name).values(count=table.c.count + 1)
            )
            if not changed.rowcount:
                connection.execute(table.insert().values(name=name, count=1))
            self.record_tracking(connection, tracking)


def test_view_changes_with_its_position_or_not_at_all(env: Env) -> None:
    factory = Factory(env)
    try:
        view = factory.tracking_recorder(Counters)
        case = type(
            "Case",
            (projection_cases.EventCountersViewTestCase,),
            {"construct_event_counters_view": lambda _case: view},
        )
        case("test").test()
    finally:
        factory.close()


@pytest.mark.parametrize(
    "name",
    ["test_event_counters_projection", "test_run_forever_raises_projection_error"],
)
def test_projection_of_a_dcb_application_runs(env: Env, name: str) -> None:
    case = type(
        "Case",
        (projection_cases.TaggedDecisionCountersProjectionTestCase,),
        {"view_class": Counters, "env": env},
    )
    getattr(case(name), name)()
