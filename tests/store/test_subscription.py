"""Subscriptions give every event once, wait for the next, and end when they are stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from eventsourcing.dcb.api import DCBEvent, DCBQuery, DCBQueryItem
from eventsourcing.persistence import OperationalError, PersistenceError, ProgrammingError
from sqlalchemy import create_engine, make_url

from cardledger.log import Log, reading
from cardledger.store import Recorder
from tests.store.conftest import Env
from tests.support.wire import wire_to

COURSE = DCBQuery([DCBQueryItem(tags=["course"])])


def events(count: int, *tags: str) -> list[DCBEvent]:
    return [DCBEvent("Joined", b"%d" % number, list(tags)) for number in range(count)]


def test_events_from_before_and_after_come_in_order_once(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE", 3)
    recorder.append(events(10))
    with recorder.subscribe(after=2) as subscription, ThreadPoolExecutor(1) as pool:
        assert [next(subscription).position for _ in range(8)] == list(range(3, 11))
        waiting = pool.submit(next, subscription)
        recorder.append(events(5))
        assert waiting.result(10).position == 11
        assert [next(subscription).position for _ in range(4)] == [12, 13, 14, 15]


def test_only_events_that_match_come(
    recorder: Recorder, open_recorder: Callable[[], Recorder]
) -> None:
    with recorder.subscribe(COURSE) as subscription, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(next, subscription)
        # Written through another connection, as by another process.
        other = open_recorder()
        for _ in range(3):
            other.append(events(4, "student"))
        other.append(events(2, "student", "course"))
        assert waiting.result(10).position == 13
        assert next(subscription).position == 14


def test_stopping_from_another_thread_ends_the_waiting(recorder: Recorder) -> None:
    recorder.append(events(1))
    with recorder.subscribe(after=1) as subscription, ThreadPoolExecutor(1) as pool:
        rest = pool.submit(list, subscription)
        threading.Timer(0.3, subscription.stop).start()
        assert rest.result(10) == []
    subscription.stop()
    assert list(subscription) == []


def test_stopped_subscription_gives_nothing_more(recorder: Recorder) -> None:
    recorder.append(events(3))
    subscription = recorder.subscribe()
    assert next(subscription).position == 1
    subscription.stop()
    assert list(subscription) == []


def test_subscription_is_entered_once(recorder: Recorder) -> None:
    subscription = recorder.subscribe()
    with pytest.raises(ProgrammingError):
        subscription.__exit__()
    with subscription:
        pass
    with pytest.raises(ProgrammingError):
        subscription.__enter__()


def test_error_is_raised_where_the_event_is_asked_for_and_nothing_is_skipped(
    recorder: Recorder, env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE", 2)
    recorder.append(events(6))
    with recorder.subscribe() as subscription:
        assert [next(subscription).position for _ in range(2)] == [1, 2]
        rename(env["SQLALCHEMY_URL"], "line", "gone")
        with pytest.raises(PersistenceError):
            next(subscription)
        rename(env["SQLALCHEMY_URL"], "gone", "line")
        assert [next(subscription).position for _ in range(4)] == [3, 4, 5, 6]


def test_a_connection_that_is_cut_is_watched_anew_and_nothing_is_skipped(
    postgres_place: str,
) -> None:
    url = make_url(postgres_place)
    Log.create(postgres_place, origin="school").close()
    with (
        wire_to(str(url.host), int(url.port or 5432)) as wire,
        Log.open(postgres_place) as direct,
        Log.open(url.set(port=wire.port).render_as_string(hide_password=False)) as log,
        Recorder(log).subscribe() as subscription,
        ThreadPoolExecutor(1) as pool,
    ):
        writer = Recorder(direct)
        writer.append(events(2))
        assert [next(subscription).position for _ in range(2)] == [1, 2]
        for last in (3, 4):
            waiting = pool.submit(next, subscription)
            wire.cut()
            # Written while nobody listens.
            writer.append(events(1))
            wire.mend()
            assert waiting.result(20).position == last


def test_a_server_that_stays_away_is_told_of_after_a_while(
    postgres_place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cardledger.store.subscription._RETURNS", 0.3)
    url = make_url(postgres_place)
    Log.create(postgres_place, origin="school").close()
    with (
        wire_to(str(url.host), int(url.port or 5432)) as wire,
        Log.open(postgres_place) as direct,
        Log.open(url.set(port=wire.port).render_as_string(hide_password=False)) as log,
        Recorder(log).subscribe() as subscription,
    ):
        Recorder(direct).append(events(1))
        assert next(subscription).position == 1
        wire.cut()
        with pytest.raises(OperationalError, match="reached"):
            next(subscription)
        wire.mend()
        Recorder(direct).append(events(1))
        assert next(subscription).position == 2


def rename(url: str, table: str, name: str) -> None:
    """Take a table away, or put it back."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {name}")
    engine.dispose()
