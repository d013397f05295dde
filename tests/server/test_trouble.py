"""A server that hangs, breaks off or takes a commit and does not say so."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, make_url

from cardledger import Ledger, TermSwipe, init_ledger, open_ledger
from cardledger.batch import command_of_row
from cardledger.errors import (
    LedgerMissing,
    ServerAway,
    ServerLost,
    ServerReadOnly,
    ServerSilent,
)
from cardledger.keys import KeyStore
from cardledger.log import Log
from cardledger.verify import verify
from tests.log.samples import ORIGIN, entries
from tests.server.conftest import ANSWER, Road, at_commit, only, passing
from tests.support.given import ANNA, PRIMARY, act, moment, pupil
from tests.support.relay import Do, Said
from tests.support.wire import wire_to

SWIPE = TermSwipe(card="C1", at="2010-03-05")


@contextmanager
def taking_at_most(seconds: float) -> Iterator[None]:
    """Fail where something takes longer."""
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < seconds


def test_a_server_that_says_nothing_is_given_up_and_asked_anew(road: Road) -> None:
    Log.create(road.direct, origin=ORIGIN).close()
    with Log.open(road.place(answer_timeout=ANSWER)) as log:
        assert log.append(entries(1)) == range(1, 2)
        road.plan = only(Do.HOLD)
        with taking_at_most(8), pytest.raises(ServerSilent, match=r"0\.4 seconds") as told:
            log.append(entries(1, 2))
        assert "the same again" in told.value.hint
        road.plan = passing
        assert log.append(entries(2, 2)) == range(2, 4)


def test_a_server_that_stops_within_many_rows_is_given_up(road: Road) -> None:
    Log.create(road.direct, origin=ORIGIN).close()
    # Letter d: a piece of the rows that are copied.
    road.plan = lambda said: Do.HOLD if said.letter == b"d" else Do.PASS
    with (
        Log.open(road.place(answer_timeout=ANSWER)) as log,
        taking_at_most(10),
        pytest.raises(ServerSilent),
    ):
        log.append(entries(9000))
    with Log.open(road.direct) as log:
        assert log.head() == 0


def test_a_statement_that_takes_its_time_is_waited_for(road: Road) -> None:
    Log.create(road.direct, origin=ORIGIN).close()
    with Log.open(road.place(answer_timeout="3")) as log, log.writing() as connection:
        assert connection.exec_driver_sql("SELECT 7 FROM pg_sleep(0.8)").scalar() == 7


def test_what_broke_off_says_why_and_not_what_followed_from_it(road: Road) -> None:
    Log.create(road.direct, origin=ORIGIN).close()
    for letter in (b"Q", b"P", b"d"):
        with Log.open(road.place()) as log:
            assert log.head() == 0
            road.plan = lambda said, letter=letter: (  # type: ignore[misc]
                Do.CUT if said.letter == letter else Do.PASS
            )
            with pytest.raises(ServerLost, match="closed the connection") as told:
                log.append(entries(3))
            assert "\n" not in str(told.value)
            road.plan = passing
            assert log.head() == 0


@pytest.mark.parametrize(
    ("do", "taken"),
    [(Do.CUT, False), (Do.CUT_ANSWER, True), (Do.HOLD, False), (Do.HOLD_ANSWER, True)],
)
def test_a_commit_in_doubt_is_given_again_and_is_there_once(
    road: Road, tmp_path: Path, do: Do, taken: bool
) -> None:
    keys = tmp_path / "keys.db"
    with init_ledger(road.direct, school=PRIMARY, keys=keys) as ledger:
        given(ledger)
    with open_ledger(road.place(answer_timeout=ANSWER), keys=keys) as ledger:
        ledger.clock = lambda: moment("2010-03-06")
        head = ledger.head()
        road.plan = at_commit(do)
        with taking_at_most(10), pytest.raises((ServerLost, ServerSilent)) as told:
            ledger.record(SWIPE)
        assert "not certain" in told.value.hint
        road.plan = passing
        outcome = ledger.record(SWIPE)
        assert outcome.outcome == ("repeated" if taken else "recorded")
        assert ledger.head() == head + 1
        assert verify(ledger).ok


def given(ledger: Ledger) -> None:
    """Let a pupil have a card."""
    ledger.clock = lambda: moment("2010-02-20")
    rows = [pupil(ANNA, name="Anna"), act("register", card="C1", student=ANNA, upgraded=True)]
    outcomes = ledger.record_many([command_of_row(row) for row in rows])
    assert [one.outcome for one in outcomes] == ["recorded", "recorded"]


@pytest.mark.slow
def test_a_port_behind_which_nobody_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        place = f"postgresql+psycopg://wang@127.0.0.1:{port}/cards?connect_timeout=2"
        with taking_at_most(9), pytest.raises(ServerAway, match="timeout"):
            Log.open(place)


def test_the_first_server_that_can_be_written_to_is_taken(road: Road) -> None:
    url = make_url(road.direct)
    place = URL.create(url.drivername, url.username, url.password, database=url.database)
    hosts = ["127.0.0.1:1", f"127.0.0.1:{url.port}"]
    place = place.update_query_dict({"host": hosts, "target_session_attrs": "read-write"})
    text = place.render_as_string(hide_password=False)
    with Log.create(text, origin=ORIGIN) as log:
        assert str(url.password) not in log.place
        assert log.append(entries(1)) == range(1, 2)
    with only_read(url):
        # What a standby says of itself.
        with pytest.raises(ServerAway, match="read-only") as told:
            Log.open(text)
        assert str(url.password) not in str(told.value) + told.value.hint
        with Log.open(road.direct) as log, pytest.raises(ServerReadOnly) as refused:
            log.append(entries(1))
        assert "target_session_attrs=read-write" in refused.value.hint


@contextmanager
def only_read(url: URL) -> Iterator[None]:
    """Have every new session of a database read, and not write."""
    engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    setting = f"ALTER DATABASE {url.database} SET default_transaction_read_only"
    with engine.connect() as connection:
        connection.exec_driver_sql(f"{setting} = on")
        try:
            yield
        finally:
            connection.exec_driver_sql(f"{setting} = off")
    engine.dispose()


def test_a_ledger_is_missing_only_where_every_server_says_so(postgres_url: str) -> None:
    url = make_url(postgres_url)
    for other, error in ((url.port, LedgerMissing), (1, ServerAway)):
        place = URL.create(url.drivername, url.username, url.password, database="nowhere")
        hosts = [f"127.0.0.1:{url.port}", f"127.0.0.1:{other}"]
        place = place.update_query_dict({"host": hosts})
        with pytest.raises(error, match="nowhere" if other == 1 else "no ledger"):
            Log.open(place.render_as_string(hide_password=False))


def test_a_connection_that_was_cut_while_idle_is_replaced_unnoticed(postgres_place: str) -> None:
    Log.create(postgres_place, origin=ORIGIN).close()
    url = make_url(postgres_place)
    with wire_to(str(url.host), int(url.port or 5432)) as wire:
        there = url.set(port=wire.port).render_as_string(hide_password=False)
        with Log.open(there) as log:
            for number in range(1, 4):
                assert log.append(entries(1, number)) == range(number, number + 1)
                wire.cut()
                wire.mend()
            assert log.head() == 3


def test_a_connection_that_the_server_ended_while_idle_is_replaced_unnoticed(
    postgres_place: str,
) -> None:
    with Log.create(postgres_place, origin=ORIGIN) as log:
        log.append(entries(1))
        engine = create_engine(postgres_place)
        with engine.connect() as connection:
            ended = connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            ).all()
        engine.dispose()
        assert ended == [(True,)]
        assert log.append(entries(1, 2)) == range(2, 3)


def test_keys_on_a_server_that_hangs_are_not_waited_for_without_end(road: Road) -> None:
    KeyStore.create(road.direct).close()
    with KeyStore.open(road.place(answer_timeout=ANSWER)) as keys:
        keys.ensure(["P1"])
        road.plan = only(Do.HOLD)
        with taking_at_most(8), pytest.raises(ServerSilent):
            keys.ensure(["P2"])
        road.plan = passing
        keys.ensure(["P2"])
        assert keys.key("P2") is not None


def test_who_listens_notices_that_the_server_hangs(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cardledger.log.postgres._HEARTBEAT", 0.2)
    with Log.create(road.place(answer_timeout=ANSWER), origin=ORIGIN) as log:
        watch = log.watch()
        log.append(entries(1))
        assert watch.wait(5)
        assert not watch.wait(0.5)
        assert not watch.wait(0)
        log.append(entries(1, 2))
        assert watch.wait(5)
        road.plan = only(Do.HOLD)
        time.sleep(0.3)  # longer than the heartbeat
        with taking_at_most(10), pytest.raises(ServerSilent):
            watch.wait(0.3)
        watch.close()


def test_messages_are_counted_as_they_are_said(road: Road) -> None:
    """The relay itself: what it cuts at is what was said."""
    heard: list[Said] = []

    def note(said: Said) -> Do:
        heard.append(said)
        return Do.PASS

    Log.create(road.direct, origin=ORIGIN).close()
    road.plan = note
    with Log.open(road.place()) as log:
        heard.clear()
        log.append(entries(2))
    assert [one.number for one in heard] == list(range(heard[0].number, heard[-1].number + 1))
    assert sum(one.is_commit for one in heard) == 1
    assert {b"Q", b"d", b"c"} <= {one.letter for one in heard}
