"""An application of the library finds its recorder by its environment."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from eventsourcing.dcb.api import DCBEvent
from eventsourcing.dcb.application import DCBApplication
from eventsourcing.dcb.persistence import DCBInfrastructureFactory
from eventsourcing.persistence import (
    InfrastructureFactory,
    IntegrityError,
    NotSupportedError,
    OperationalError,
    PersistenceError,
    ProgrammingError,
    Tracking,
)
from eventsourcing.utils import Environment

from cardledger.log import Entry, Log
from cardledger.store import Factory, Recorder, SQLAlchemyTrackingRecorder
from cardledger.tlog import verify_inclusion
from tests.store.conftest import Env


def test_module_name_is_enough(env: Env) -> None:
    assert type(DCBInfrastructureFactory.construct(env)) is Factory
    assert type(InfrastructureFactory.construct(env)) is Factory
    with DCBApplication(env) as application:
        assert application.recorder.append([DCBEvent("a", b"")]) == 1
    with DCBApplication(env) as application:
        assert application.recorder.read().head == 1


def test_no_line_of_our_own_is_written(env: Env) -> None:
    DCBApplication(env).close()
    with Log.open(env["SQLALCHEMY_URL"]) as log:
        assert log.head() == 0
        assert log.origin == "dcb/DCBApplication"


def test_events_are_under_the_tree(recorder: Recorder) -> None:
    recorder.append([DCBEvent("a", b"\x00", ["t"]), DCBEvent("b", b"\xff")])
    log = recorder.log
    with log.engine.connect() as connection:
        leaf = connection.exec_driver_sql("SELECT leaf FROM line WHERE seq = 2").scalar()
    assert isinstance(leaf, bytes)
    verify_inclusion(log.prove_line(2, 2), leaf=leaf, index=1, size=2, root=log.root())


@pytest.mark.parametrize("answer", ["no", "n", "false"])
def test_tables_are_made_unless_told_not_to(env: Env, answer: str) -> None:
    with pytest.raises(OperationalError, match="no ledger"):
        DCBApplication({**env, "CREATE_TABLE": answer})
    DCBApplication({**env, "CREATE_TABLE": ""}).close()
    DCBApplication({**env, "CREATE_TABLE": answer}).close()


def test_application_has_variables_of_its_own(tmp_path: Path) -> None:
    class Courses(DCBApplication):
        pass

    env = {
        "PERSISTENCE_MODULE": "cardledger.store",
        "SQLALCHEMY_URL": str(tmp_path / "shared.db"),
        "COURSES_SQLALCHEMY_URL": str(tmp_path / "courses.db"),
    }
    Courses(env).close()
    assert [path.name for path in tmp_path.iterdir()] == ["courses.db"]


def test_missing_or_wrong_variables_are_named(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="COURSES_SQLALCHEMY_URL, SQLALCHEMY_URL"):
        Factory(Environment("courses", {}))
    with pytest.raises(OSError, match="SQLALCHEMY_LOCK_TIMEOUT"):
        Factory({"SQLALCHEMY_URL": "a.db", "SQLALCHEMY_LOCK_TIMEOUT": "soon"})
    (tmp_path / "letter.txt").write_text("Dear registrar, " * 10)
    with pytest.raises(OperationalError, match=r"letter\.txt"):
        Factory({"SQLALCHEMY_URL": str(tmp_path / "letter.txt")}).dcb_recorder()
    with pytest.raises(PersistenceError, match="mysql"):
        Factory({"SQLALCHEMY_URL": "mysql://host/db"}).tracking_recorder()


def test_aggregates_are_kept_elsewhere(tmp_path: Path) -> None:
    factory = Factory({"SQLALCHEMY_URL": str(tmp_path / "a.db")})
    for make in (
        factory.aggregate_recorder,
        factory.application_recorder,
        factory.process_recorder,
    ):
        with pytest.raises(NotSupportedError, match=r"eventsourcing\.sqlite"):
            make()


def test_writer_that_waits_too_long_gets_an_operational_error(env: Env) -> None:
    patient, hasty = Factory(env), Factory({**env, "SQLALCHEMY_LOCK_TIMEOUT": "0.2"})
    slow, other = patient.dcb_recorder(), hasty.dcb_recorder()

    def hold(size: int, root: bytes) -> str:
        with pytest.raises(OperationalError, match="Another program"):
            other.append([DCBEvent("a", b"")])
        return "note"

    try:
        assert slow.log.append([Entry("a", b"", (), foreign=True)], sign=hold) == range(1, 2)
        assert other.append([DCBEvent("a", b"")]) == 2
    finally:
        patient.close()
        hasty.close()


def tags_of(name: str, data: bytes) -> Iterable[str]:
    return (name, data.decode())


def test_ledger_of_our_own_is_read_when_its_tags_can_be_computed(
    env: Env, open_recorder: Callable[[], Recorder]
) -> None:
    with Log.create(env["SQLALCHEMY_URL"], origin="school") as log:
        log.append([Entry("card", b"1", ("card", "1"))])
    plain = open_recorder().read()
    assert plain.head == 1
    with pytest.raises(ProgrammingError, match="TAGS_TOPIC"):
        next(plain)
    factory = Factory({**env, "TAGS_TOPIC": f"{__name__}:tags_of"})
    try:
        recorder = factory.dcb_recorder()
        assert [event.event for event in recorder.read()] == [DCBEvent("card", b"1", ["card", "1"])]
    finally:
        factory.close()


def test_positions_of_a_projection_only_grow(env: Env) -> None:
    factory = Factory(env)
    try:
        recorder = factory.tracking_recorder()
        assert type(recorder) is SQLAlchemyTrackingRecorder
        assert recorder.max_tracking_id("courses") is None
        recorder.insert_tracking(Tracking("courses", 21))
        recorder.insert_tracking(Tracking("courses", 23))
        recorder.insert_tracking(Tracking("students", 21))
        for position in (21, 22, 23):
            with pytest.raises(IntegrityError, match="before"):
                recorder.insert_tracking(Tracking("courses", position))
        assert recorder.max_tracking_id("courses") == 23
        assert recorder.max_tracking_id("students") == 21
        again = factory.tracking_recorder(SQLAlchemyTrackingRecorder)
        assert again.has_tracking_id("courses", 23)
        assert not again.has_tracking_id("courses", 24)
    finally:
        factory.close()


def test_tracking_needs_its_table_when_it_may_not_make_it(env: Env) -> None:
    factory = Factory({**env, "CREATE_TABLE": "no", "SQLALCHEMY_URL": env["SQLALCHEMY_URL"]})
    recorder = factory.tracking_recorder()
    try:
        with pytest.raises((OperationalError, ProgrammingError)):
            recorder.max_tracking_id("courses")
    finally:
        factory.close()


def test_recorder_that_nobody_has_any_more_is_closed(tmp_path: Path) -> None:
    factory = Factory({"SQLALCHEMY_URL": str(tmp_path / "a.db")})
    recorder = factory.dcb_recorder()
    recorder.append([DCBEvent("a", b"")])
    pool = recorder.log.engine.pool
    assert "Connections in pool: 1" in pool.status()
    del recorder, factory
    gc.collect()
    assert "Connections in pool: 1" not in pool.status()
